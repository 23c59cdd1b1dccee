"""A veckorapport on its way: reviewed by another than the author, published, withdrawn."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.selectors.directory import centre_id
from alarms.services.holding import cleaned
from incidents.est_events import EstReportMoved
from incidents.est_states import ReportMove, report_target
from incidents.models import DiaryEntry, EstReport, EstVersion, VersionKind
from incidents.selectors.est.content import content_of
from incidents.services import diary
from incidents.services.est.holding import held_report, kept, tell_report
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

NEEDS_REMARK = frozenset({ReportMove.RETURN, ReportMove.WITHDRAW})


def move(
    *, actor: Actor, now: dt.datetime, public_id: UUID, step: ReportMove, remark: str = ""
) -> EstReport:
    """Take one step of the table. What is sent to review is what is published.

    Raises Conflict for a step that the table does not have from there or that something is lacking
    for, Forbidden when the author would approve, Invalid without a remark where one is asked for.
    """
    why = cleaned(remark, most=300, what=_("Skälet"))
    if step == ReportMove.DRAFT:
        raise Invalid(_("Utkastet görs på sitt eget sätt."), code="own_service", kept=kept())
    if step in NEEDS_REMARK and not why:
        raise Invalid(_("Skriv varför."), code="no_reason", kept=kept())
    with unit_of_work(actor=actor, now=now):
        report, user = held_report(actor, public_id)
        report.state = report_target(step, report.state)
        digests = dict.fromkeys(VersionKind.values, "")
        if step == ReportMove.SUBMIT:
            _submit(report, user, now=now)
        elif step == ReportMove.RETURN:
            _take_back(report)
        elif step == ReportMove.APPROVE:
            _approve(report, user, now=now)
        elif step == ReportMove.PUBLISH:
            report.published_by, report.published_at = user, now
            digests = _publish(report, user, now=now)
        else:
            report.withdrawn_by, report.withdrawn_at = user, now
        report.remark = why
        report.revision += 1
        report.save()
        event = EstReportMoved(
            public_id=report.public_id,
            move=step,
            state=Code(report.state),
            open_sha256=Code(digests[VersionKind.OPEN]),
            restricted_sha256=Code(digests[VersionKind.RESTRICTED]),
        )
        tell_report(event, report)
    return report


def _submit(report: EstReport, user: User, *, now: dt.datetime) -> None:
    if not report.level:
        raise Conflict(
            _("Nivån är inte satt."),
            code="est_no_level",
            kept=kept(),
            todo=_("Sätt nivån med en mening om varför. Det gör en person, aldrig systemet."),
        )
    report.submitted_by, report.submitted_at = user, now
    report.open_content = content_of(report, VersionKind.OPEN)
    report.restricted_content = content_of(report, VersionKind.RESTRICTED)


def _take_back(report: EstReport) -> None:
    report.submitted_by, report.submitted_at = None, None
    report.approved_by, report.approved_at = None, None
    report.open_content, report.restricted_content = None, None


def _approve(report: EstReport, user: User, *, now: dt.datetime) -> None:
    # Author and reviewer differ: the municipality's rule, which the database holds too.
    if user.pk in {report.drafted_by_id, report.edited_by_id, report.submitted_by_id}:
        raise Forbidden(
            _("Den som har skrivit veckorapporten får inte godkänna den."),
            code="est_own_report",
            kept=kept(),
            todo=_("Be någon annan som sammanställer granska den."),
        )
    report.approved_by, report.approved_at = user, now


def _publish(report: EstReport, user: User, *, now: dt.datetime) -> dict[str, str]:
    digests = {}
    for kind in VersionKind:
        content = report.content_of(kind)
        digests[kind.value] = digest_of(content)
        version = EstVersion.objects.create(
            report=report, kind=kind, content=content, sha256=digests[kind.value], at=now, by=user
        )
        if kind == VersionKind.RESTRICTED:
            _owe(version, str(content["title"]), user, now=now)
    return digests


def _owe(version: EstVersion, title: str, user: User, *, now: dt.datetime) -> None:
    """It is a record, and so owed to the diary (domain.md 00.16)."""
    diary.register(
        actor=actor_for(user),
        now=now,
        kind=DiaryEntry.Kind.WEEKLY,
        subject_id=version.pk,
        title=title,
        controller_id=centre_id(),
    )


def digest_of(content: dict[str, Any]) -> str:
    """The SHA-256 of a content, whatever order its keys stand in."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
