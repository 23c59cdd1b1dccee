"""The municipal part given to Polisen, who hold the veckorapport together (domain.md R26)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.selectors.directory import centre_id
from incidents.est_events import EstDisclosed
from incidents.est_states import ReportState
from incidents.models import Disclosure, EstExport, EstReport, EstVersion, VersionKind
from incidents.selectors.est.weeks import week_of_report
from incidents.services import disclosures
from incidents.services.est.holding import held_report, tell_report
from incidents.services.est.screening import refuse_blocked
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import STOCKHOLM
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Invalid

GROUNDS: Final = (
    Disclosure.Ground.LAW2025_4,
    Disclosure.Ground.LAW2025_6,
    Disclosure.Ground.LAW2025_7,
)
"""On what ground Polisen is given it (domain.md 00.12); 8 § is what is tested each time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportData:
    """Who asked for it, on what ground, how it was tested, and who decided (domain.md 00.12).
    `decided_by` is the office that decides for the controller."""

    version: str
    request: str
    asked_on: dt.date
    ground: str
    tested: str
    decided_by: str
    decided_on: dt.date


def disclose(*, actor: Actor, now: dt.datetime, public_id: UUID, data: ExportData) -> EstExport:
    """Record that a published version is given to Polisen (lagen 2025:170 4, 6, 7 and 8 §§).

    Raises Conflict for one that is not published, Forbidden without the task of writing in
    disclosures, Invalid when something is missing.
    """
    if not data.request.strip() or data.ground not in GROUNDS:
        raise Invalid(
            _("Ett utlämnande till Polisen behöver en begäran och ett stöd."),
            code="est_disclosure_half",
            kept=_("Inget är utlämnat."),
        )
    refuse_blocked(data.request, data.tested, data.decided_by)
    with unit_of_work(actor=actor, now=now):
        report, _user = held_report(actor, public_id)
        if report.state != ReportState.PUBLISHED:
            raise Conflict(
                _("Bara en publicerad veckorapport lämnas ut."),
                code="est_not_published",
                kept=_("Inget är utlämnat."),
            )
        version = report.versions.get(kind=VersionKind(data.version))
        decision = _decided(report, version, data, actor=actor, now=now)
        row = EstExport.objects.create(version=version, disclosure=decision)
        event = EstDisclosed(
            disclosure=decision.public_id,
            report=report.public_id,
            version=Code(version.kind),
            sha256=Code(version.sha256),
            ground=Code(decision.ground),
        )
        tell_report(event, report)
    return row


def _decided(
    report: EstReport, version: EstVersion, data: ExportData, *, actor: Actor, now: dt.datetime
) -> Disclosure:
    what = _("Veckorapport %(week)s, %(version)s. %(request)s") % {
        "week": week_of_report(report).label(),
        "version": str(version.get_kind_display()).lower(),
        "request": data.request,
    }
    return disclosures.decide(
        actor=actor,
        now=now,
        controller_id=centre_id(),
        data=disclosures.DisclosureData(
            asker=Disclosure.Asker.POLICE,
            asker_name=_("Polismyndigheten"),
            asked_at=_start_of(data.asked_on),
            what=what,
            ground=data.ground,
            test=data.tested,
            outcome=Disclosure.Outcome.RELEASED,
            decided_by_name=data.decided_by,
            decided_at=_start_of(data.decided_on),
        ),
    )


def _start_of(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), STOCKHOLM).astimezone(dt.UTC)
