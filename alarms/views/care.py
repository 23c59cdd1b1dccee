"""Brukare: the record behind a trygghetslarm, one look-up, and keeping records up to date.

Nothing here lists persons. No answer may be kept by the browser.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from alarms.forms.care import CareForm, KinFormSet, LookupForm, initial_of, kin_initial_of
from alarms.models import CareRecipient, Installation
from alarms.selectors.care import card_of, kept_by, reads_of
from alarms.selectors.details import visible_alarms
from alarms.services import care as services
from alarms.services.care_reading import look_up, read_for_alarm, read_to_edit
from alarms.views.common import posted, visible_installation
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden, Invalid


def _unkept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.CARE_READ)
@require_POST
def care(request: Request, public_id: UUID) -> HttpResponse:
    """The record behind a trygghetslarm, as a part of its pane or as a page. Recorded."""
    alarm = get_object_or_404(visible_alarms(request.user), public_id=public_id)
    card = read_for_alarm(
        actor=actor_for(request.user), now=clock.now(), user=request.user, public_id=public_id
    )
    partial = request.headers.get("HX-Request")
    template = "alarms/_detail_care.html" if partial else "alarms/care.html"
    return _unkept(render(request, template, {"card": card, "alarm": alarm}))


@requires(Permission.CARE_LOOKUP)
@require_http_methods(["GET", "POST"])
def lookup(request: Request) -> HttpResponse:
    """One brukare by number or telephone; with a case number for who is not at the desk."""
    by_case = not request.user.may(Permission.CARE_READ)
    form = LookupForm(posted(request), asks_case=by_case)
    context: dict[str, object] = {"form": form, "by_case": by_case}
    status = 200
    if form.is_bound and form.is_valid():
        try:
            found = look_up(
                actor=actor_for(request.user),
                now=clock.now(),
                user=request.user,
                wanted=form.cleaned_data["wanted"],
                case_number=form.cleaned_data.get("case_number", ""),
            )
        except Invalid as error:
            form.add_error(None, error.sentence())
        else:
            context |= {"asked": True, "card": card_of(found) if found else None}
            if found and by_case:
                context["reads"] = reads_of(found)
    if form.is_bound and form.errors:
        status = 400
    return _unkept(render(request, "alarms/care_lookup.html", context, status=status))


@requires(Permission.CARE_EDIT)
@require_http_methods(["GET"])
def recipient_list(request: Request, public_id: UUID) -> HttpResponse:
    """The records of one installation by number and zone, without a word about the persons."""
    place = _kept_installation(request, public_id)
    rows = kept_by(request.user).filter(installation=place, ended_at__isnull=True)
    return _unkept(
        render(
            request,
            "alarms/care_recipients.html",
            {"installation": place, "rows": rows.order_by("zone", "area", "number")},
        )
    )


@requires(Permission.CARE_EDIT)
@require_http_methods(["GET", "POST"])
def new_recipient(request: Request, public_id: UUID) -> HttpResponse:
    """Enter a brukare at an installation."""
    place = _kept_installation(request, public_id)
    form, kin = CareForm(posted(request)), KinFormSet(posted(request), prefix="kin")
    made = None
    if kin.is_bound and kin.is_valid():
        made = attempt(
            form,
            lambda: services.enter_recipient(
                actor=actor_for(request.user),
                now=clock.now(),
                installation_id=place.pk,
                data=form.data_for_service(kin),
            ),
        )
    if made is not None:
        messages.success(request, _("Uppgifterna är sparade."))
        return HttpResponseRedirect(_list_of(place))
    return _form_page(request, form, kin, place, None)


@requires(Permission.CARE_EDIT)
@require_http_methods(["GET", "POST"])
def change_recipient(request: Request, public_id: UUID) -> HttpResponse:
    """Change everything about a brukare. Having it before one is recorded."""
    recipient = _kept_recipient(request, public_id)
    form = CareForm(posted(request), initial=initial_of(recipient))
    kin = KinFormSet(posted(request), prefix="kin", initial=kin_initial_of(recipient))
    changed = None
    if kin.is_bound and kin.is_valid():
        changed = attempt(
            form,
            lambda: services.change_recipient(
                actor=actor_for(request.user),
                now=clock.now(),
                recipient_id=recipient.pk,
                data=form.data_for_service(kin),
                seen=form.cleaned_data["seen"],
            ),
        )
    if changed is not None:
        messages.success(request, _("Uppgifterna är sparade."))
        return HttpResponseRedirect(_list_of(recipient.installation))
    read_to_edit(
        actor=actor_for(request.user), now=clock.now(), user=request.user, recipient=recipient
    )
    return _form_page(request, form, kin, recipient.installation, recipient)


@requires(Permission.CARE_EDIT)
@require_POST
def end_recipient(request: Request, public_id: UUID) -> HttpResponse:
    """The person no longer has the alarm."""
    recipient = _kept_recipient(request, public_id)
    return act(
        request,
        lambda: services.end_recipient(
            actor=actor_for(request.user), now=clock.now(), recipient_id=recipient.pk
        ),
        done=_("Brukaren är avslutad på anläggningen."),
        back=_list_of(recipient.installation),
    )


def _form_page(
    request: Request,
    form: CareForm,
    kin: KinFormSet,
    place: Installation,
    recipient: CareRecipient | None,
) -> HttpResponse:
    faulty = form.is_bound and bool(form.errors or kin.total_error_count())
    context = {"form": form, "kin": kin, "installation": place, "recipient": recipient}
    return _unkept(render(request, "alarms/care_form.html", context, status=400 if faulty else 200))


def _kept_installation(request: Request, public_id: UUID) -> Installation:
    """404 when hidden; Forbidden for somebody who only reads it."""
    place = visible_installation(request.user, public_id)
    if not request.user.may(Permission.CARE_EDIT, place.controller_id):
        raise Forbidden(
            _("Du håller inte uppgifterna om brukare aktuella hos den här nämnden."),
            code="permission_needed",
            kept=_("Inget har ändrats."),
        )
    return place


def _kept_recipient(request: Request, public_id: UUID) -> CareRecipient:
    return get_object_or_404(kept_by(request.user), public_id=public_id)


def _list_of(place: Installation) -> str:
    return reverse("alarms:care-recipients", args=(place.public_id,))
