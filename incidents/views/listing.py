"""The list, a new incident, sites to choose among, and the kinds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from alarms.views.common import form_page, posted
from incidents.forms.follow_up import KindForm, KindRowForm
from incidents.forms.listing import IncidentFilterForm
from incidents.forms.registering import IncidentForm
from incidents.selectors import listing
from incidents.selectors.kinds import by_group, known
from incidents.selectors.places import found_sites, sites_to_choose
from incidents.selectors.staff import open_staffs
from incidents.services import kinds, registering
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.live.snapshots import newest_seq
from trygghetscentral.shared import clock


@requires(Permission.INCIDENT_VIEW)
@require_GET
def incident_list(request: Request) -> HttpResponse:
    """What the reader sees, newest first, fifty a page."""
    now = clock.now()
    # Before the rows are: they may be newer than it says, and never older.
    seq = newest_seq()
    form = IncidentFilterForm(request.GET, user=request.user, now=now)
    page = listing.page_of(request.user, form.narrowed(), before=request.GET.get("fore", ""))
    query = request.GET.copy()
    query.pop("fore", None)
    context = {
        "form": form,
        "page": page,
        "query": query.urlencode(),
        "is_later": "fore" in request.GET,
        "tasks": listing.tasks_of(request.user),
        "staffs": open_staffs(request.user),
        "today": clock.local(now).date(),
        "seq": seq,
        "now": now,
    }
    return render(request, "incidents/list.html", context)


@requires(Permission.INCIDENT_EDIT)
@require_http_methods(["GET", "POST"])
def new_incident(request: Request) -> HttpResponse:
    """Enter one that no alarm told of."""
    now = clock.now()
    sites = sites_to_choose(request.user)
    form = IncidentForm(
        posted(request), user=request.user, sites=sites, initial={"occurred_from": now}
    )
    actor = actor_for(request.user)
    made = attempt(form, lambda: registering.register(actor=actor, now=now, data=form.data_given()))
    if made is None:
        return form_page(request, "incidents/new.html", form, {})
    messages.success(request, _("%(number)s är upplagd.") % {"number": made.number})
    return HttpResponseRedirect(made.get_absolute_url())


@requires(Permission.INCIDENT_EDIT)
@require_GET
def site_choices(request: Request) -> HttpResponse:
    """Sites whose name or address begins so, to choose among."""
    sites = found_sites(sites_to_choose(request.user), request.GET.get("q", ""))
    return render(request, "incidents/_site_choices.html", {"sites": sites})


@requires(Permission.INCIDENT_KINDS)
@require_http_methods(["GET", "POST"])
def kind_list(request: Request) -> HttpResponse:
    """The taxonomy, and a new kind in it."""
    form = KindForm(posted(request))
    actor = actor_for(request.user)
    made = attempt(
        form,
        lambda: kinds.add_kind(
            actor=actor,
            now=clock.now(),
            code=form.cleaned_data["code"],
            label=form.cleaned_data["label"],
        ),
    )
    if made is None:
        return form_page(request, "incidents/kinds.html", form, {"groups": by_group()})
    messages.success(request, _("%(kind)s finns nu.") % {"kind": made})
    return HttpResponseRedirect(reverse("incidents:kinds"))


@requires(Permission.INCIDENT_KINDS)
@require_http_methods(["GET", "POST"])
def kind_edit(request: Request, code: str) -> HttpResponse:
    """Another name for a kind, or no longer used."""
    kind = known(code)
    initial = {"label": kind.label, "active": kind.active}
    form = KindRowForm(posted(request), initial=initial)
    actor = actor_for(request.user)
    saved = attempt(
        form,
        lambda: kinds.change_kind(
            actor=actor,
            now=clock.now(),
            code=code,
            label=form.cleaned_data["label"],
            active=form.cleaned_data["active"],
        ),
    )
    if saved is None:
        return form_page(request, "incidents/kind.html", form, {"kind": kind})
    messages.success(request, _("Sparat."))
    return HttpResponseRedirect(reverse("incidents:kinds"))
