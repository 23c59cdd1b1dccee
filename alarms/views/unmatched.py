"""Accounts that nobody has said whose they are."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from alarms.forms.installations import AdoptForm
from alarms.selectors.unmatched import Identity, group_of, groups
from alarms.services.adoption import Adopted, adopt_account
from alarms.services.installations import create_installation
from alarms.views.common import demand_at_centre, form_page, posted
from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.requests import Request
from trygghetscentral.accounts.views.common import attempt
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


@requires(Permission.SIGNAL_ADOPT)
@require_GET
def unmatched_list(request: Request) -> HttpResponse:
    """Okända abonnemang, the one heard last first."""
    demand_at_centre(request.user, Permission.SIGNAL_ADOPT)
    return render(request, "alarms/unmatched.html", {"groups": groups(request.user)})


@requires(Permission.SIGNAL_ADOPT, Permission.INSTALLATION_MANAGE)
@require_http_methods(["GET", "POST"])
def adopt(request: Request) -> HttpResponse:
    """Say whose an account is. The account stands in the address: `?konto=&mottagare=&linje=`."""
    demand_at_centre(request.user, Permission.SIGNAL_ADOPT)
    identity = Identity(
        request.GET.get("mottagare", ""), request.GET.get("linje", ""), request.GET.get("konto", "")
    )
    form = AdoptForm(posted(request), user=request.user)
    done = attempt(form, partial(_adopt, actor_for(request.user), identity, form))
    if done is not None:
        messages.success(request, _said(done))
        return HttpResponseRedirect(
            reverse("alarms:installation", args=(done.transmitter.installation.public_id,))
        )
    group, signals = group_of(request.user, identity)
    if group is None and not form.is_bound:
        raise Http404
    context = {"identity": identity, "group": group, "signals": signals}
    return form_page(request, "alarms/adopt.html", form, context)


def _adopt(actor: Actor, identity: Identity, form: AdoptForm) -> Adopted:
    values: dict[str, Any] = form.cleaned_data
    now = clock.now()
    with unit_of_work(actor=actor, now=now):
        installation = values["installation"] or create_installation(
            actor=actor, now=now, site=values["site"], name=values["name"]
        )
        return adopt_account(
            actor=actor,
            now=now,
            identity=identity,
            installation=installation,
            supervision=values["supervision"],
        )


def _said(done: Adopted) -> str:
    words = ngettext(
        "Kontot %(account)s hör nu hit. %(signals)s signal flyttades.",
        "Kontot %(account)s hör nu hit. %(signals)s signaler flyttades.",
        done.signals,
    ) % {"account": done.transmitter.account, "signals": done.signals}
    if done.alarms:
        numbers = ", ".join(alarm.number for alarm in done.alarms)
        words += " " + _("Det som inte är återställt är larm nu: %(numbers)s.") % {
            "numbers": numbers
        }
    return words
