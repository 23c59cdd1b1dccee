"""Writing in the staff room: a row, and the files that go with it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid4

from django.core import signing
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from incidents.forms.staff import RowForm
from incidents.models import Staff, StaffRow
from incidents.selectors import staff as reads
from incidents.services.staff import files, writing
from incidents.services.staff.holding import demand_work, kept
from incidents.services.staff.writing import Attached
from incidents.views.staff import address_of, row_form, visible_staff
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.files.views import sent
from trygghetscentral.places.geometry import Position
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import DomainError, Invalid

SALT: Final = "incidents.staff.file"
OLDEST_SECONDS: Final = 24 * 3600
KEEP: Final = "anvand"
DROP: Final = "ta-bort"


@requires(Permission.STAFF_WORK)
@require_POST
@never_cache
def write(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """The next row. A script is answered in JSON, and the page by going back to it."""
    staff = visible_staff(request, public_id, staff_id)
    demand_work(request.user, staff.incident)
    form = row_form(request, staff)
    row = attempt(
        form,
        lambda: writing.write(
            actor=actor_for(request.user),
            now=clock.now(),
            staff_id=staff_id,
            data=form.data_given(_attached(request, staff)),
        ),
    )
    if request.headers.get("Accept") == "application/json":
        return _told(form, row)
    if row is None:
        context = {"incident": staff.incident, "staff": staff, "form": form}
        return render(request, "incidents/staff/row.html", context, status=400)
    return HttpResponseRedirect(f"{address_of(staff)}#row-{row.public_id}")


def _told(form: RowForm, row: StaffRow | None) -> JsonResponse:
    if row is not None:
        return JsonResponse({"number": row.number, "next": str(uuid4())}, status=201)
    fields = {
        form[name].auto_id: {"label": str(form[name].label), "errors": list(errors)}
        for name, errors in form.errors.items()
        if name in form.fields
    }
    return JsonResponse({"errors": list(form.non_field_errors()), "fields": fields}, status=400)


def _attached(request: Request, staff: Staff) -> list[Attached]:
    """The files of the form, each with what was chosen about its position."""
    found = []
    for token in request.POST.getlist("fil"):
        known = _opened(token, request, staff)
        file_id, degrees = UUID(known["file"]), known["position"]
        choice = request.POST.get(f"position-{file_id}", "")
        if degrees and choice not in {KEEP, DROP}:
            raise Invalid(
                _("En bild bär en position."),
                code="position_unchosen",
                kept=kept(),
                todo=_("Välj om den ska användas eller tas bort."),
            )
        position = Position(*degrees) if degrees and choice == KEEP else None
        found.append(Attached(file_id, position))
    return found


def _opened(token: str, request: Request, staff: Staff) -> dict[str, Any]:
    try:
        known: dict[str, Any] = signing.loads(token, salt=SALT, max_age=OLDEST_SECONDS)
    except signing.BadSignature as error:
        raise _lost() from error
    if (known["staff"], known["user"]) != (staff.pk, request.user.pk):
        raise _lost()
    return known


def _lost() -> Invalid:
    return Invalid(
        _("En bilaga finns inte längre."),
        code="no_file",
        kept=kept(),
        todo=_("Lägg till bilagan igen."),
    )


@requires(Permission.STAFF_WORK)
@require_POST
@never_cache
def upload(request: Request, public_id: UUID, staff_id: UUID) -> HttpResponse:
    """A file for the row that is being written. A position that its picture bore is offered."""
    staff = visible_staff(request, public_id, staff_id)
    demand_work(request.user, staff.incident)
    given = request.FILES.get("fil")
    if given is None:
        raise Invalid(_("Välj en fil."), code="no_file", kept=kept())
    try:
        # One that came in whole: the row's form has one file field, and is sent for each file.
        taken = files.take_in(
            actor=actor_for(request.user),
            now=clock.now(),
            staff=staff,
            chunks=given.chunks(),
            name=given.name or "",
        )
    except DomainError as error:
        return JsonResponse({"errors": [error.sentence()]}, status=400)
    position = taken.position
    token = signing.dumps(
        {
            "file": str(taken.stored.public_id),
            "staff": staff.pk,
            "user": request.user.pk,
            "position": list(position) if position else None,
        },
        salt=SALT,
    )
    context = {"stored": taken.stored, "position": position, "token": token}
    return render(request, "incidents/staff/_uploaded.html", context, status=201)


@requires(Permission.INCIDENT_VIEW)
@require_GET
@never_cache
def attachment(
    request: Request, public_id: UUID, staff_id: UUID, file_id: UUID
) -> HttpResponseBase:
    """A file of the log; 404 where its row may not be read."""
    staff = visible_staff(request, public_id, staff_id)
    clear = reads.may_read_marked(request.user, staff.incident)
    stored = reads.attached_file(staff, file_id, clear=clear)
    if stored is None:
        raise Http404
    return sent(
        stored, request.user, save="spara" in request.GET, is_async=isinstance(request, ASGIRequest)
    )
