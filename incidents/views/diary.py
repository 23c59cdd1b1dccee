"""Att diarieföra: what is owed, out as files, and back with its number."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from incidents.documents.archive import package, take
from incidents.selectors.lists import diary_entries, owed, registered
from incidents.services import diary
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.shared import clock

MOST_AT_ONCE = 20
"""Each paper takes the press about half a second, and somebody waits."""


@requires(Permission.DIARY_KEEP)
@require_GET
@never_cache
def page(request: Request) -> HttpResponse:
    """What is owed, the most urgent first, and what was registered last."""
    now = clock.now()
    waiting = owed(request.user)
    context = {
        "owed": [(entry, entry.is_late(now)) for entry in waiting],
        "late": sum(entry.is_late(now) for entry in waiting),
        "done": registered(request.user),
        "most": MOST_AT_ONCE,
    }
    return render(request, "incidents/diary/diary.html", context)


@requires(Permission.DIARY_KEEP)
@require_POST
def take_out(request: Request) -> HttpResponse:
    """The chosen records as a zip with metadata and checksums."""
    back = HttpResponseRedirect(reverse("incidents:diary"))
    wanted = [one for one in request.POST.getlist("entry") if _is_uuid(one)]
    entries = list(diary_entries(request.user).filter(public_id__in=wanted)[: MOST_AT_ONCE + 1])
    if not 0 < len(entries) <= MOST_AT_ONCE:
        said = _("Välj mellan en och %(most)s handlingar.") % {"most": MOST_AT_ONCE}
        messages.error(request, said)
        return back
    try:
        taken = [take(entry) for entry in entries]
    except PressFailed:
        messages.error(request, _("Filen gick inte att göra just nu. Försök igen om en stund."))
        return back
    now = clock.now()
    diary.note_taken_out(
        actor=actor_for(request.user), now=now, taken=[(one.entry, one.sha256) for one in taken]
    )
    response = HttpResponse(package(taken), content_type="application/zip")
    name = f"att-diariefora-{clock.local(now):%Y%m%d-%H%M}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@requires(Permission.DIARY_KEEP)
@require_POST
def enter(request: Request, public_id: UUID) -> HttpResponse:
    """The diarienummer that a record got."""
    return act(
        request,
        lambda: diary.enter_number(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            diary_number=request.POST.get("number", ""),
        ),
        done=_("Handlingen är diarieförd."),
        back=reverse("incidents:diary"),
    )


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
