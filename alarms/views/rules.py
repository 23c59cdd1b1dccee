"""Routing rules in their order, and trying one before it is saved."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.forms.rules import RuleForm, initial_of
from alarms.models import RoutingRule
from alarms.selectors.routing import all_rules, next_position, record_of, rules_for_change
from alarms.selectors.rule_words import conditions_of, warnings_of
from alarms.selectors.trials import shown_trial
from alarms.services import settings as services
from alarms.views.common import demand_at_centre, form_page, posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.errors import Invalid

TEMPLATE = "alarms/rule_form.html"


@requires(Permission.ALARM_ROUTE)
@require_GET
def rule_list(request: Request) -> HttpResponse:
    """Every rule in order, with its conditions in words."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    rows = [
        {"rule": rule, "conditions": conditions_of(rule), "warnings": warnings_of(rule)}
        for rule in all_rules()
    ]
    return render(request, "alarms/rules.html", {"rows": rows})


@requires(Permission.ALARM_ROUTE)
@require_http_methods(["GET", "POST"])
def new_rule(request: Request) -> HttpResponse:
    """Add a rule last in the list, or try it first."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    form = RuleForm(posted(request), user=request.user)
    if "try" in request.POST:
        return _tried(request, form, None, next_position())
    made = attempt(
        form,
        lambda: services.add_rule(
            actor=actor_for(request.user), now=clock.now(), data=form.data_for_service()
        ),
    )
    if made is not None:
        messages.success(request, _("Regeln är tillagd, sist i listan."))
        return HttpResponseRedirect(reverse("alarms:rule-list"))
    return form_page(request, TEMPLATE, form, {})


@requires(Permission.ALARM_ROUTE)
@require_http_methods(["GET", "POST"])
def change_rule(request: Request, pk: int) -> HttpResponse:
    """Change a rule where it stands, or try the change first."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    rule = get_object_or_404(rules_for_change(), pk=pk)
    row = record_of(rule)
    form = RuleForm(
        posted(request),
        user=request.user,
        initial={**initial_of(row), "seen": services.rule_version(rule)},
    )
    if "try" in request.POST:
        return _tried(request, form, rule, rule.position)
    changed = attempt(
        form,
        lambda: services.change_rule(
            actor=actor_for(request.user),
            now=clock.now(),
            rule_id=pk,
            data=form.data_for_service(),
            seen=form.cleaned_data["seen"],
        ),
    )
    if changed is not None:
        messages.success(request, _("Regeln är ändrad. Den gäller larm från och med nu."))
        return HttpResponseRedirect(reverse("alarms:rule-list"))
    return form_page(request, TEMPLATE, form, {"rule": rule})


def _tried(
    request: Request, form: RuleForm, rule: RoutingRule | None, position: int
) -> HttpResponse:
    """The form as it was filled in, with what the rule would have done. Nothing is saved."""
    context: dict[str, object] = {"rule": rule}
    if form.is_valid():
        candidate = form.record(rule_id=rule.pk if rule else None, position=position)
        context["trial"] = shown_trial(
            candidate, audiences=request.user.audiences(Permission.ALARM_VIEW), now=clock.now()
        )
    return form_page(request, TEMPLATE, form, context)


@requires(Permission.ALARM_ROUTE)
@require_POST
def move_rule(request: Request, pk: int) -> HttpResponse:
    """One step up or down."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    where = request.POST.get("where")
    if where not in {"up", "down"}:
        raise Invalid(_("Säg upp eller ner."), code="where", kept=_("Inget har ändrats."))
    return act(
        request,
        lambda: services.move_rule(
            actor=actor_for(request.user), now=clock.now(), rule_id=pk, up=where == "up"
        ),
        done=_("Regeln är flyttad."),
        back=f"{reverse('alarms:rule-list')}#regel-{pk}",
    )


@requires(Permission.ALARM_ROUTE)
@require_POST
def activate_rule(request: Request, pk: int) -> HttpResponse:
    """Turn a rule on or off."""
    demand_at_centre(request.user, Permission.ALARM_ROUTE)
    active = request.POST.get("active") == "1"
    return act(
        request,
        lambda: services.set_rule_active(
            actor=actor_for(request.user), now=clock.now(), rule_id=pk, active=active
        ),
        done=_("Regeln gäller igen.") if active else _("Regeln är avstängd och kvar i listan."),
        back=f"{reverse('alarms:rule-list')}#regel-{pk}",
    )
