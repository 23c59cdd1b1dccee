"""The week as an organisation sees it: write, read, release, or say that there was nothing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from alarms.views.common import form_page, posted
from incidents.est_states import ObservationState
from incidents.forms.est import ObservationForm
from incidents.forms.parts import position_initial
from incidents.models import EstObservation
from incidents.selectors.est.overview import areas_to_choose, observation_for, week_page
from incidents.selectors.est.weeks import own_organisations, week_now
from incidents.selectors.places import found_sites, sites_to_choose
from incidents.services.est import observing
from trygghetscentral.accounts.access import any_of, requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import act, attempt
from trygghetscentral.shared import clock


@any_of(Permission.EST_REPORT, Permission.EST_COMPILE, Permission.EST_READ)
@require_GET
@never_cache
def week(request: Request) -> HttpResponse:
    """What waits for the reader this week, what has been observed, and the reports."""
    return render(request, "incidents/est/week.html", week_page(request.user, clock.now()))


@requires(Permission.EST_REPORT)
@require_http_methods(["GET", "POST"])
@never_cache
def new_observation(request: Request) -> HttpResponse:
    """Write one down. It stays within the nämnd until it is released."""
    now = clock.now()
    form = _form(request, initial={"week": f"{week_now(now).year}-{week_now(now).number}"})
    actor = actor_for(request.user)
    made = attempt(
        form,
        lambda: observing.observe(
            actor=actor,
            now=now,
            organisation_id=int(form.cleaned_data["organisation"]),
            data=form.data_given(),
        ),
    )
    if made is None:
        return form_page(request, "incidents/est/observation_form.html", form, {})
    messages.success(request, _("Sparad. Bara er nämnd ser den tills ni släpper den."))
    again = "en_till" in request.POST
    return HttpResponseRedirect(reverse("est:new" if again else "est:week"))


@any_of(Permission.EST_REPORT, Permission.EST_COMPILE)
@require_http_methods(["GET", "POST"])
@never_cache
def observation(request: Request, public_id: UUID) -> HttpResponse:
    """One of them; may be written anew by its nämnd until it is released."""
    row: EstObservation = get_object_or_404(observation_for(request.user), public_id=public_id)
    own = request.user.may(Permission.EST_REPORT, row.organisation_id)
    if not (own and row.state == ObservationState.NEW):
        return render(request, "incidents/est/observation.html", {"row": row, "own": own})
    form = _form(request, initial=_initial(row))
    form.fields["organisation"].disabled = True
    actor = actor_for(request.user)
    saved = attempt(
        form,
        lambda: observing.change(
            actor=actor, now=clock.now(), public_id=public_id, data=form.data_given()
        ),
    )
    if saved is None:
        return form_page(request, "incidents/est/observation_form.html", form, {"row": row})
    messages.success(request, _("Sparad."))
    return HttpResponseRedirect(reverse("est:week"))


@requires(Permission.EST_RELEASE)
@require_POST
def release(request: Request) -> HttpResponse:
    """Let others see those that the nämnd has read and ticked."""
    chosen = [UUID(one) for one in request.POST.getlist("public_id") if _is_uuid(one)]
    if not chosen:
        messages.error(request, _("Inget släpptes. Markera dem du har läst och försök igen."))
        return HttpResponseRedirect(reverse("est:week"))
    done = ngettext("%(n)s observation släppt.", "%(n)s observationer släppta.", len(chosen))
    return act(
        request,
        lambda: observing.release(
            actor=actor_for(request.user), now=clock.now(), public_ids=chosen
        ),
        done=done % {"n": len(chosen)},
        back=reverse("est:week"),
    )


@requires(Permission.EST_REPORT)
@require_POST
def withdraw(request: Request, public_id: UUID) -> HttpResponse:
    """Take one back."""
    get_object_or_404(observation_for(request.user), public_id=public_id)
    return act(
        request,
        lambda: observing.withdraw(
            actor=actor_for(request.user), now=clock.now(), public_id=public_id
        ),
        done=_("Återtagen. Står den i en publicerad veckorapport finns den kvar där."),
        back=reverse("est:week"),
    )


@requires(Permission.EST_RELEASE)
@require_POST
def nothing(request: Request) -> HttpResponse:
    """Nothing to observe this week."""
    now = clock.now()
    own = own_organisations(request.user).filter(pk=_number(request.POST.get("organisation", "")))
    organisation = get_object_or_404(own)
    return act(
        request,
        lambda: observing.nothing(
            actor=actor_for(request.user),
            now=now,
            organisation_id=organisation.pk,
            week=week_now(now),
        ),
        done=_("Antecknat: inget att rapportera den här veckan."),
        back=reverse("est:week"),
    )


@requires(Permission.EST_REPORT)
@require_GET
def site_choices(request: Request) -> HttpResponse:
    """Sites to choose among."""
    sites = found_sites(sites_to_choose(request.user), request.GET.get("q", ""))
    return render(request, "incidents/_site_choices.html", {"sites": sites})


def _form(request: Request, *, initial: dict[str, Any]) -> ObservationForm:
    now = clock.now()
    return ObservationForm(
        posted(request),
        organisations=own_organisations(request.user),
        areas=areas_to_choose(now),
        sites=sites_to_choose(request.user),
        now=now,
        initial=initial,
    )


def _initial(row: EstObservation) -> dict[str, Any]:
    names = ("kind", "weekday", "band", "place", "text", "action", "ground", "area")
    return {
        **{name: getattr(row, name) for name in names},
        **position_initial(row.position),
        "organisation": str(row.organisation_id),
        "week": f"{row.year}-{row.week}",
        "site": row.site.public_id if row.site else None,
        "names_answered": row.names_answered,
    }


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
