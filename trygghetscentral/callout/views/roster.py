"""The roster: a week, one's own shifts, and planning."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.callout.forms import ContactForm, HandoverForm, ShiftForm, WaitForm
from trygghetscentral.callout.selectors import roster as selectors
from trygghetscentral.callout.selectors.board import own_calls
from trygghetscentral.callout.selectors.people import on_duty, shift_of
from trygghetscentral.callout.services import roster
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Invalid


@requires(Permission.DUTY_VIEW)
@require_GET
def week(request: Request) -> HttpResponse:
    """The week that `vecka` names by any of its days, else this one."""
    return _page(request, clock.now())


@requires(Permission.DUTY_EDIT)
@require_POST
def plan(request: Request) -> HttpResponse:
    """Enter a shift."""
    now = clock.now()
    form = ShiftForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, now, form=form, status=400)
    given = form.cleaned_data
    roster.plan_shift(
        actor=actor_for(request.user),
        now=now,
        duty_id=given["duty"].pk,
        user_id=given["user"].pk,
        rank=given["rank"],
        starts_at=given["starts_at"],
        ends_at=given["ends_at"],
    )
    messages.success(request, _("Passet är inlagt."))
    day = clock.local(given["starts_at"]).date().isoformat()
    return HttpResponseRedirect(f"{reverse('callout:roster')}?vecka={day}")


@requires(Permission.DUTY_EDIT)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a shift that has not begun off the roster."""
    roster.remove_shift(actor=actor_for(request.user), now=clock.now(), shift_id=pk)
    messages.success(request, _("Passet är borttaget."))
    return HttpResponseRedirect(reverse("callout:roster"))


@requires(Permission.DUTY_VIEW)
@require_POST
def accept(request: Request, pk: int) -> HttpResponse:
    """Say yes to one's own shift."""
    roster.accept_shift(actor=actor_for(request.user), now=clock.now(), shift_id=pk)
    messages.success(request, _("Du har kvitterat passet."))
    return HttpResponseRedirect(reverse("callout:roster"))


@requires(Permission.DUTY_VIEW)
@require_http_methods(["GET", "POST"])
def hand_over(request: Request, pk: int) -> HttpResponse:
    """Leave a shift with a note."""
    now = clock.now()
    shift = shift_of(pk)
    form = HandoverForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        to = form.cleaned_data["to"]
        roster.hand_over(
            actor=actor_for(request.user),
            now=now,
            shift_id=pk,
            note=form.cleaned_data["note"],
            to_user_id=to.pk if to else None,
        )
        messages.success(request, _("Passet är överlämnat."))
        return HttpResponseRedirect(reverse("callout:roster"))
    status = 400 if form.is_bound else 200
    return render(request, "callout/hand_over.html", {"form": form, "shift": shift}, status=status)


@requires(Permission.DUTY_VIEW)
@require_POST
def contact(request: Request) -> HttpResponse:
    """How one is reached oneself."""
    now = clock.now()
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(request, now, contact=form, status=400)
    roster.save_contact(
        actor=actor_for(request.user), now=now, user_id=request.user.pk, **form.cleaned_data
    )
    messages.success(request, _("Dina kontaktuppgifter är sparade."))
    return HttpResponseRedirect(reverse("callout:roster"))


@requires(Permission.DUTY_EDIT)
@require_POST
def wait(request: Request, pk: int) -> HttpResponse:
    """How long each rank of a duty is given."""
    form = WaitForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Väntetiden ska vara 10 till 3 600 sekunder."), code="wait_seconds")
    roster.set_wait(
        actor=actor_for(request.user),
        now=clock.now(),
        duty_id=pk,
        seconds=form.cleaned_data["seconds"],
    )
    messages.success(request, _("Väntetiden är sparad."))
    return HttpResponseRedirect(reverse("callout:roster"))


def _page(
    request: Request,
    now: dt.datetime,
    *,
    form: ShiftForm | None = None,
    contact: ContactForm | None = None,
    status: int = 200,
) -> HttpResponse:
    known = selectors.contact_of(request.user)
    own = selectors.own_shifts(request.user, now=now)
    context = {
        "week": selectors.week_of(_day(request, now), now=now),
        "today": selectors.today(now),
        "now": now,
        "on_duty": on_duty(now),
        "own": [(shift, selectors.previous_note(shift)) for shift in own],
        "own_calls": own_calls(request.user),
        "may_edit": request.user.may(Permission.DUTY_EDIT),
        "form": form or ShiftForm(now=now),
        "contact_form": contact
        or ContactForm(initial={"phone": known.phone, "sms": known.sms, "email": known.email}),
    }
    return render(request, "callout/roster.html", context, status=status)


def _day(request: Request, now: dt.datetime) -> dt.date:
    try:
        day = dt.date.fromisoformat(request.GET.get("vecka", ""))
    except ValueError:
        return selectors.today(now)
    # The calendar itself ends there, and the weeks beside it are linked to.
    return day if 2000 <= day.year <= 2100 else selectors.today(now)
