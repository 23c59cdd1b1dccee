"""Answer targets of kinds of alarm, and the list of holidays."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from alarms.forms.rules import HolidayForm, TypeForm, YearForm
from alarms.models import AlarmType
from alarms.selectors.routing import alarm_types, holidays_from
from alarms.services import settings as services
from alarms.views.common import demand_at_centre
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@requires(Permission.ALARM_ROUTE)
@require_GET
def type_list(request: Request) -> HttpResponse:
    """Every kind of alarm with its priority and times."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    return _types(request)


@requires(Permission.ALARM_ROUTE)
@require_POST
def change_type(request: Request, pk: int) -> HttpResponse:
    """Set one kind's priority and times."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    row = get_object_or_404(alarm_types(), pk=pk)
    form = TypeForm(request.POST, row=row)
    changed = attempt(
        form,
        lambda: services.change_type(
            actor=actor_for(request.user),
            now=clock.now(),
            type_id=pk,
            priority=int(form.cleaned_data["priority"]),
            target_seconds=form.cleaned_data["target_seconds"],
            limit_seconds=form.cleaned_data["limit_seconds"],
            action_seconds=form.cleaned_data["action_seconds"],
            seen=form.cleaned_data["seen"],
        ),
    )
    if changed is None:
        return _types(request, wrong={pk: form})
    messages.success(
        request, _("%(label)s är ändrat. Det gäller larm från och med nu.") % {"label": row.label}
    )
    return HttpResponseRedirect(f"{reverse('alarms:type-list')}#typ-{pk}")


def _types(request: Request, wrong: dict[int, TypeForm] | None = None) -> HttpResponse:
    wrong = wrong or {}
    rows = [{"type": row, "form": wrong.get(row.pk) or _form(row)} for row in alarm_types()]
    return render(request, "alarms/targets.html", {"rows": rows}, status=400 if wrong else 200)


def _form(row: AlarmType) -> TypeForm:
    return TypeForm(
        row=row,
        initial={
            "seen": services.type_version(row),
            "priority": str(row.priority),
            "target_seconds": row.target_seconds,
            "limit_seconds": row.limit_seconds,
            "action_seconds": row.action_seconds,
        },
    )


@requires(Permission.ALARM_ROUTE)
@require_GET
def holiday_list(request: Request) -> HttpResponse:
    """The days of this year and the coming ones."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    return _holidays(request, YearForm(), HolidayForm())


def _holidays(request: Request, year_form: YearForm, day_form: HolidayForm) -> HttpResponse:
    year = clock.local(clock.now()).year
    days = list(holidays_from(year))
    last = max((day.date.year for day in days), default=year - 1)
    year_form.fields["year"].initial = last + 1
    wrong = bool(year_form.errors or day_form.errors)
    return render(
        request,
        "alarms/holidays.html",
        {"days": days, "year_form": year_form, "day_form": day_form},
        status=400 if wrong else 200,
    )


@requires(Permission.ALARM_ROUTE)
@require_POST
def add_year(request: Request) -> HttpResponse:
    """Enter the Swedish holidays of a year."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    form = YearForm(request.POST)
    added = attempt(
        form,
        lambda: services.add_holidays(
            actor=actor_for(request.user), now=clock.now(), year=form.cleaned_data["year"]
        ),
    )
    if added is None:
        return _holidays(request, form, HolidayForm())
    messages.success(
        request,
        _("%(count)s helgdagar lades in för %(year)s.")
        % {"count": added, "year": form.cleaned_data["year"]},
    )
    return HttpResponseRedirect(reverse("alarms:holiday-list"))


@requires(Permission.ALARM_ROUTE)
@require_POST
def add_holiday(request: Request) -> HttpResponse:
    """Enter one day."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    form = HolidayForm(request.POST)
    added = attempt(
        form,
        lambda: services.add_holiday(
            actor=actor_for(request.user), now=clock.now(), **form.cleaned_data
        ),
    )
    if added is None:
        return _holidays(request, YearForm(), form)
    messages.success(request, _("Dagen är inlagd."))
    return HttpResponseRedirect(reverse("alarms:holiday-list"))


@requires(Permission.ALARM_ROUTE)
@require_POST
def remove_holiday(request: Request, pk: int) -> HttpResponse:
    """Take one day out."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    return act(
        request,
        lambda: services.remove_holiday(actor=actor_for(request.user), now=clock.now(), pk=pk),
        done=_("Dagen är borttagen ur listan."),
        back=reverse("alarms:holiday-list"),
    )
