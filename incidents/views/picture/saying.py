"""Status of functions, and notes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.forms.picture import NoteForm, StatusForm, status_initial
from incidents.models import FunctionSlot, PictureNote
from incidents.selectors.picture.now import FUNCTION_RELATIONS
from incidents.selectors.picture.rows import function_row
from incidents.services.picture import functions, notes
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.digits import whole


def _slots(user: User) -> Any:
    return FunctionSlot.objects.visible_to(user).select_related(*FUNCTION_RELATIONS)


@requires(Permission.PICTURE_VIEW)
@require_GET
def function(request: Request, public_id: UUID) -> HttpResponse:
    """What has been said of a function, newest first."""
    slot: FunctionSlot = get_object_or_404(_slots(request.user), public_id=public_id)
    history = [
        function_row(slot, one, at=one.at, by=one.by, stale=one.stale_at is not None)
        for one in slot.history.select_related("by")
    ]
    context = {
        "slot": slot,
        "history": history,
        "may_edit": request.user.may(Permission.PICTURE_EDIT, slot.organisation_id),
    }
    return render(request, "incidents/picture/function.html", context)


@requires(Permission.PICTURE_EDIT)
@require_http_methods(["GET", "POST"])
def status_new(request: Request) -> HttpResponse:
    """Say how a function is; `av` is the one that is judged anew."""
    now = clock.now()
    initial: dict[str, Any] = {}
    asked = request.GET.get("av", "")
    slot = next((one for one in _slots(request.user) if str(one.public_id) == asked), None)
    last = slot.history.select_related("slot__area").first() if slot else None
    if last is not None:
        initial = status_initial(last)
    form = StatusForm(posted(request), user=request.user, now=now, initial=initial)
    actor = actor_for(request.user)
    made = attempt(
        form,
        lambda: functions.set_status(
            actor=actor,
            now=now,
            data=form.data_given(),
            seen=whole(form.cleaned_data["seen"]),
        ),
    )
    if made is None:
        return form_page(
            request, "incidents/picture/status_form.html", form, {"slot": slot, "last": last}
        )
    messages.success(request, _("Bedömningen finns i lägesbilden."))
    return HttpResponseRedirect(reverse("picture:live"))


@requires(Permission.PICTURE_EDIT)
@require_http_methods(["GET", "POST"])
def note_new(request: Request) -> HttpResponse:
    """Add a note."""
    now = clock.now()
    form = NoteForm(posted(request), user=request.user, initial={"dated_on": local(now).date()})
    actor = actor_for(request.user)
    made = attempt(form, lambda: notes.add_note(actor=actor, now=now, data=form.data_given()))
    if made is None:
        return form_page(request, "incidents/picture/note_form.html", form, {})
    messages.success(request, _("Notisen finns i lägesbilden."))
    return HttpResponseRedirect(reverse("picture:live"))


@requires(Permission.PICTURE_EDIT)
@require_POST
def note_withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """It no longer holds."""
    get_object_or_404(PictureNote.objects.visible_to(request.user), public_id=public_id)
    actor = actor_for(request.user)
    return act(
        request,
        lambda: notes.withdraw_note(actor=actor, now=clock.now(), public_id=public_id),
        done=_("Notisen är tillbakadragen. Den finns kvar i historiken."),
        back=reverse("picture:live"),
    )
