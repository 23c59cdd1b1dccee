"""Observations older than their time lose where, who and what was written (domain.md E.3)."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.est_events import EstAnonymised
from incidents.models import EstObservation
from incidents.services.est.holding import compiler
from trygghetscentral.ledger.models import DisposalDecision
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

PORTION = 500


def to_anonymise(now: dt.datetime, months: int | None = None) -> QuerySet[EstObservation]:
    """Those whose time is over: calendar years after the year they were written, shown before
    anything is done."""
    kept = EstObservation.retention.months if months is None else months
    first_year = local(now).year - (kept or 0) // 12
    return EstObservation.objects.filter(year__lt=first_year, anonymised_at__isnull=True)


def anonymise(*, actor: Actor, now: dt.datetime, decision: DisposalDecision) -> int:
    """Do it, under a gallring decision (arkivlagen 10 §). What and when stays, with the area.

    Returns how many; at most 500, so ask again until none is left. Raises Invalid without a
    decision that is in force.
    """
    if decision.decided_at > now:
        raise Invalid(
            _("Beslutet gäller inte än."), code="est_no_decision", kept=_("Inget har ändrats.")
        )
    with unit_of_work(actor=actor, now=now):
        compiler(actor)
        due = to_anonymise(now).order_by("pk").values_list("pk", flat=True)[:PORTION]
        rows = EstObservation.objects.filter(pk__in=list(due))
        count = rows.update(
            text="",
            action="",
            place=_("Anonymiserad"),
            site=None,
            position=None,
            created_by=None,
            released_by=None,
            withdrawn_by=None,
            anonymised_at=now,
        )
        record(
            EstAnonymised(decision_id=decision.pk, count=count),
            subject=("ledger.disposaldecision", str(decision.pk)),
            controller_id=decision.controller_id,
        )
    return count
