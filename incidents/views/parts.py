"""The parts of an incident, each with a small form of its own, as one table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from alarms.views.common import form_page, posted
from incidents.forms import follow_up as follow_up_forms
from incidents.forms import parts as part_forms
from incidents.models import Incident
from incidents.selectors import parts as reads
from incidents.selectors.duplicates import numbered
from incidents.selectors.places import sites_to_choose
from incidents.services import alarm_links, follow_up, parts, way
from incidents.views.common import back_to, editable
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock

Given = dict[str, Any]
Save = Callable[[Incident, forms.Form, User, Given], object]
Needs = Callable[[Incident, User, dt.datetime], Given]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartPage:
    """One part: its words, its form, what it is filled in from, and the service that saves it.
    `keep` gets actor, now and public_id as `who`."""

    title: str | Promise
    act: str | Promise
    form: type[forms.Form]
    initial: Callable[[Incident], Given]
    keep: Save
    needs: Needs = lambda _incident, _user, _now: {}
    template: str = "incidents/part.html"
    permission: Permission = Permission.INCIDENT_EDIT


def _of(incident: Incident, _user: User, _now: dt.datetime) -> Given:
    return {"incident": incident}


def _workers(incident: Incident, _user: User, now: dt.datetime) -> Given:
    return {"incident": incident, "now": now}


def _sites(_incident: Incident, user: User, _now: dt.datetime) -> Given:
    return {"sites": sites_to_choose(user)}


def _sealed(part: str, *names: str) -> Callable[[Incident], Given]:
    return lambda incident: {
        "seen": parts.seal_of(incident, part),
        **{name: getattr(incident, name) for name in names},
    }


def _save_basics(_incident: Incident, form: forms.Form, _user: User, who: Given) -> object:
    given = form.cleaned_data
    return parts.change_basics(**who, **{**given, "kind": reads.kind_of(given["kind"])})


def _save_place(_incident: Incident, form: forms.Form, _user: User, who: Given) -> object:
    given = form.cleaned_data
    names = ("seen", "site", "place", "position")
    return parts.change_place(**who, **{name: given[name] for name in names})


def _save_assessment(_incident: Incident, form: forms.Form, _user: User, who: Given) -> object:
    given = dict(form.cleaned_data)
    seen = reads.judged_before(given.pop("seen"))
    return way.assess(**who, **given, seen=seen)


def _save_owner(_incident: Incident, form: forms.Form, _user: User, who: Given) -> object:
    return way.assign(**who, owner=reads.person(form.cleaned_data["owner"]))


def _save_task(_incident: Incident, form: forms.Form, _user: User, who: Given) -> object:
    given = form.cleaned_data
    responsible = reads.person(given["responsible"])
    return follow_up.add_task(
        **who, what=given["what"], responsible=responsible, due_on=given["due_on"]
    )


def _save_merge(_incident: Incident, form: forms.Form, user: User, who: Given) -> object:
    given = form.cleaned_data
    target = numbered(given["number"], user)
    return way.merge(**who, into=target.public_id, reason=given["reason"])


PAGES: dict[str, PartPage] = {
    "beskrivning": PartPage(
        title=gettext_lazy("Vad som hände"),
        act=gettext_lazy("Spara"),
        form=part_forms.BasicsForm,
        initial=lambda incident: {
            **_sealed("basics", "title", "description")(incident),
            "kind": incident.kind.code,
        },
        needs=_of,
        keep=_save_basics,
    ),
    "plats": PartPage(
        title=gettext_lazy("Var det hände"),
        act=gettext_lazy("Spara platsen"),
        form=part_forms.PlaceForm,
        initial=lambda incident: {
            **_sealed("place", "place")(incident),
            "site": incident.site.public_id if incident.site else None,
            **(part_forms.position_initial(incident.position) if not incident.site else {}),
        },
        needs=_sites,
        keep=_save_place,
        template="incidents/place.html",
    ),
    "tid": PartPage(
        title=gettext_lazy("När det hände"),
        act=gettext_lazy("Spara tiden"),
        form=part_forms.TimeForm,
        initial=_sealed("time", "occurred_from", "occurred_until"),
        keep=lambda _i, form, _u, who: parts.change_time(**who, **form.cleaned_data),
    ),
    "galler": PartPage(
        title=gettext_lazy("Vad som också gäller"),
        act=gettext_lazy("Spara"),
        form=part_forms.FlagsForm,
        initial=lambda incident: {
            **_sealed("flags", "police_number")(incident),
            "flags": [name for name in parts.FLAGS if getattr(incident, name)],
        },
        keep=lambda _i, form, _u, who: parts.change_flags(**who, **form.cleaned_data),
    ),
    "berorda": PartPage(
        title=gettext_lazy("Vilka det också berör"),
        act=gettext_lazy("Spara"),
        form=part_forms.AffectedForm,
        initial=lambda incident: {
            **_sealed("affected")(incident),
            "organisations": reads.affected_ids(incident),
        },
        needs=_of,
        keep=lambda _i, form, _u, who: parts.change_affected(
            **who,
            seen=form.cleaned_data["seen"],
            organisations=[int(pk) for pk in form.cleaned_data["organisations"]],
        ),
    ),
    "skydd": PartPage(
        title=gettext_lazy("Skydd"),
        act=gettext_lazy("Spara skyddet"),
        form=part_forms.ProtectionForm,
        initial=lambda incident: {
            **_sealed("protection")(incident),
            "group": incident.restricted_group_id,
            **reads.grounds_of(incident),
        },
        needs=_of,
        keep=lambda _i, form, _u, who: parts.protect(
            **who,
            seen=form.cleaned_data["seen"],
            protection=form.protection(),  # type: ignore[attr-defined]
        ),
    ),
    "bedom": PartPage(
        title=gettext_lazy("Bedöm"),
        act=gettext_lazy("Spara bedömningen"),
        form=part_forms.AssessForm,
        initial=lambda incident: {
            "severity": incident.severity,
            "urgency": incident.urgency,
            "seen": reads.judgement_seal(incident),
        },
        keep=_save_assessment,
        template="incidents/assess.html",
    ),
    "tilldela": PartPage(
        title=gettext_lazy("Tilldela"),
        act=gettext_lazy("Tilldela"),
        form=part_forms.AssignForm,
        initial=lambda incident: {"owner": incident.owner_id},
        needs=_workers,
        keep=_save_owner,
    ),
    "atgard": PartPage(
        title=gettext_lazy("Ny åtgärd"),
        act=gettext_lazy("Lägg till åtgärden"),
        form=follow_up_forms.TaskForm,
        initial=lambda incident: {"responsible": incident.owner_id},
        needs=_workers,
        keep=_save_task,
    ),
    "orsak": PartPage(
        title=gettext_lazy("Orsak och lärdomar"),
        act=gettext_lazy("Spara analysen"),
        form=follow_up_forms.AnalysisForm,
        initial=reads.analysis_initial,
        keep=lambda _i, form, _u, who: follow_up.save_analysis(
            **who,
            seen=form.cleaned_data["seen"],
            data=form.data_given(),  # type: ignore[attr-defined]
        ),
    ),
    "larm": PartPage(
        title=gettext_lazy("Lägg till larm"),
        act=gettext_lazy("Lägg till larmet"),
        form=follow_up_forms.AttachForm,
        initial=lambda _incident: {},
        keep=lambda _i, form, _u, who: alarm_links.attach_alarm(
            **who, number=form.cleaned_data["number"], reason=form.cleaned_data["reason"]
        ),
        permission=Permission.INCIDENT_CREATE,
    ),
    "sammanfoga": PartPage(
        title=gettext_lazy("Sammanfoga"),
        act=gettext_lazy("Sammanfoga händelserna"),
        form=follow_up_forms.MergeForm,
        initial=lambda _incident: {},
        keep=_save_merge,
    ),
}


@requires(Permission.INCIDENT_CREATE)
@require_http_methods(["GET", "POST"])
@never_cache
def edit_part(request: Request, public_id: UUID, part: str) -> HttpResponse:
    """One part's form. Each part asks for its own permission at the incident's controller."""
    page = PAGES.get(part)
    if page is None:
        raise Http404
    incident = editable(request, public_id, page.permission)
    now = clock.now()
    initial = page.initial(incident)
    if part == "sammanfoga":
        initial["number"] = request.GET.get("med", "")
    form = page.form(posted(request), initial=initial, **page.needs(incident, request.user, now))
    who = {"actor": actor_for(request.user), "now": now, "public_id": public_id}
    if attempt(form, lambda: page.keep(incident, form, request.user, who)) is None:
        context = {"incident": incident, "title": page.title, "act": page.act, "part": part}
        return form_page(request, page.template, form, context)
    return back_to(request, public_id, done=_("Sparat."))


@requires(Permission.INCIDENT_EDIT)
@require_http_methods(["GET", "POST"])
@never_cache
def edit_damage(request: Request, public_id: UUID, damage_id: int | None = None) -> HttpResponse:
    """A damage, new or one that was entered before."""
    incident = editable(request, public_id)
    form = follow_up_forms.DamageForm(
        posted(request), initial=reads.damage_initial(incident, damage_id)
    )
    saved = attempt(
        form,
        lambda: follow_up.save_damage(
            actor=actor_for(request.user),
            now=clock.now(),
            public_id=public_id,
            data=form.data_given(),
            damage_id=damage_id,
            seen=form.cleaned_data["seen"],
        ),
    )
    if saved is None:
        title = _("Skada och kostnad")
        context = {"incident": incident, "title": title, "act": _("Spara skadan")}
        return form_page(request, "incidents/part.html", form, context)
    return back_to(request, public_id, done=_("Sparat."))
