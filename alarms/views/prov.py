"""Prov and ur drift: the list that is always at hand, one period, and setting one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms import prov as rules
from alarms.forms.prov import OTHER, EndForm, ExtendForm, ProvForm, ReviewForm, places
from alarms.models import Alarm, Installation, TestPeriod
from alarms.selectors import prov as selectors
from alarms.services import prov as services
from alarms.views.common import form_page, posted, visible_installation
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Forbidden


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def prov_list(request: Request) -> HttpResponse:
    """Everything in prov or ur drift; as a fragment for the page that keeps itself fresh."""
    now = clock.now()
    context = {
        "lines": selectors.lines(selectors.open_periods(request.user), now=now),
        "count": selectors.count_open(request.user, now=now),
        "now": now,
    }
    whole = "alarms/prov.html"
    return render(request, "alarms/_prov_list.html" if _part(request) else whole, context)


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def prov_count(request: Request) -> HttpResponse:
    """The board's count, fetched by itself every fifteen seconds."""
    count = selectors.count_open(request.user, now=clock.now())
    return render(request, "alarms/_prov_count.html", {"count": count})


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def prov_history(request: Request, public_id: UUID) -> HttpResponse:
    """What is and has been in prov at one installation, as a part of its page."""
    installation = visible_installation(request.user, public_id)
    now_open, past = selectors.of_installation(installation)
    now = clock.now()
    context = {
        "installation": installation,
        "lines": selectors.lines(now_open, now=now),
        "past": selectors.lines(past, now=now),
        "may_set": selectors.may_set(request.user, installation),
    }
    return render(request, "alarms/_prov_installation.html", context)


@requires(Permission.INSTALLATION_TEST)
@require_http_methods(["GET", "POST"])
def new_prov(request: Request, public_id: UUID) -> HttpResponse:
    """Set a part of an installation in prov; `?larm=` chooses an alarm's zone beforehand."""
    installation = visible_installation(request.user, public_id)
    if not selectors.may_set(request.user, installation):
        raise Forbidden(
            _("Du får se anläggningen men inte sätta den i prov."),
            code="permission_needed",
            todo=_("Be en operatör eller skiftledaren."),
        )
    form = ProvForm(
        posted(request), installation=installation, initial=_chosen(request, installation)
    )
    made = attempt(
        form,
        lambda: services.start_period(
            actor=actor_for(request.user),
            now=clock.now(),
            installation_id=installation.pk,
            data=form.data_given(),
        ),
    )
    if made is not None:
        messages.success(request, _("Satt. Det gäller för larmet inom två sekunder."))
        return HttpResponseRedirect(reverse("alarms:prov", args=(made.public_id,)))
    return form_page(request, "alarms/prov_form.html", form, {"installation": installation})


@requires(Permission.INSTALLATION_VIEW)
@require_GET
def prov_page(request: Request, public_id: UUID) -> HttpResponse:
    """One period: who, why, how long, what came under it, and what to do with it."""
    period = _period(request, public_id)
    if _part(request):
        line = selectors.PeriodLine(period, clock.now())
        return render(request, "alarms/_prov_head.html", {"line": line})
    return _page(request, period)


@requires(Permission.INSTALLATION_TEST)
@require_POST
def extend_prov(request: Request, public_id: UUID) -> HttpResponse:
    """Förläng."""
    form = ExtendForm(request.POST)
    return _act(
        request,
        public_id,
        "longer",
        form,
        lambda: services.extend_period(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            lasts=form.lasts,
            reason=form.cleaned_data["reason"],
            verification=form.verification,
        ),
        done=_("Förlängt."),
    )


@requires(Permission.INSTALLATION_TEST)
@require_POST
def review_prov(request: Request, public_id: UUID) -> HttpResponse:
    """Gäller fortfarande."""
    form = ReviewForm(request.POST)
    return _act(
        request,
        public_id,
        "review",
        form,
        lambda: services.review_period(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            reason=form.cleaned_data["reason"],
        ),
        done=_("Noterat. Du påminns igen om sju dagar."),
    )


@requires(Permission.INSTALLATION_TEST)
@require_POST
def end_prov(request: Request, public_id: UUID) -> HttpResponse:
    """Avsluta i förtid."""
    form = EndForm(request.POST)
    return _act(
        request,
        public_id,
        "end",
        form,
        lambda: services.end_period(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            reason=form.cleaned_data["reason"],
        ),
        done=_("Avslutat. Det som inte är återställt har blivit larm."),
    )


def _act(
    request: Request,
    public_id: UUID,
    name: str,
    form: forms.Form,
    call: Callable[[], TestPeriod],
    *,
    done: str,
) -> HttpResponse:
    period = _period(request, public_id)
    if attempt(form, call) is not None:
        messages.success(request, done)
        return HttpResponseRedirect(reverse("alarms:prov", args=(public_id,)))
    period.refresh_from_db(fields=("ended_at", "ended_how", "until", "warn_at", "review_at"))
    return _page(request, period, status=400, **{name: form})


def _page(
    request: Request, period: TestPeriod, *, status: int = 200, **bound: forms.Form
) -> HttpResponse:
    now = clock.now()
    context: dict[str, Any] = {
        "line": selectors.PeriodLine(period, now),
        "period": period,
        "signals": selectors.signals_of(period),
        "may_change": period.ended_at is None
        and selectors.may_set(request.user, period.installation),
        "longer": ExtendForm(),
        "review": ReviewForm(),
        "end": EndForm(),
        "now": now,
        **bound,
    }
    return render(request, "alarms/prov_period.html", context, status=status)


def _period(request: Request, public_id: UUID) -> TestPeriod:
    return get_object_or_404(selectors.period_for(request.user), public_id=public_id)


def _part(request: Request) -> bool:
    return request.headers.get("HX-Request") == "true"


def _chosen(request: Request, installation: Installation) -> dict[str, str]:
    """The zone and the kind of the alarm that the operator came from."""
    asked = request.GET.get("larm", "")
    if not asked:
        return {}
    try:
        public_id = UUID(asked)
    except ValueError as error:
        raise Http404 from error
    alarm = get_object_or_404(
        Alarm.objects.visible_to(request.user), public_id=public_id, installation=installation
    )
    area, zone = rules.normal(alarm.area), rules.normal(alarm.zone)
    known = {value for value, _label in places(installation)}
    place = next((one for one in (f"{area}/{zone}", f"/{zone}") if one in known), OTHER)
    category = alarm.category if alarm.category in rules.BY_NAME & set(rules.TESTABLE) else ""
    return {
        "place": place if zone or area else "",
        "area": area if place == OTHER else "",
        "zone": zone if place == OTHER else "",
        "category": category,
    }
