"""Setting something in prov or ur drift, and answering for it longer.

Fire and hold-up are set in prov per zone only, for at most sixty minutes after code word or
technician id (domain.md 00.11); the database holds the same. Other limits are ours [GK].
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.utils.translation import gettext as _

from alarms import prov
from alarms.models import Installation, PeriodNote, TestPeriod
from alarms.models.prov import CRITICAL_LONGEST, LONGEST
from alarms.prov_events import ProvExtended, ProvReviewed, ProvStarted, snapshot
from alarms.services.prov.checking import Verification, check_word
from alarms.services.prov.common import (
    cleaned_reason,
    locked_installation,
    locked_period,
    note,
    permitted_user,
    tell,
    tell_receivers,
)
from alarms.services.prov.ending import end
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.clock import local
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

WARNED_BEFORE: Final = dt.timedelta(minutes=10)
REVIEWED_EVERY: Final = dt.timedelta(days=7)
OPERATORS_LONGEST: Final = dt.timedelta(hours=24)
MINUTE: Final = dt.timedelta(minutes=1)

Kind = TestPeriod.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodData:
    """What is asked for. Area, zone and category as in `alarms.models.TestPeriod`."""

    kind: str
    lasts: dt.timedelta
    reason: str
    area: str = ""
    zone: str = ""
    category: str = ""
    verification: Verification = field(default_factory=Verification)


def start_period(
    *, actor: Actor, now: dt.datetime, installation_id: int, data: PeriodData
) -> TestPeriod:
    """Set a part of an installation in prov or ur drift from now on.

    Raises Invalid for what domain.md 00.11 and 00.8 do not allow or without a reason, Forbidden
    for somebody who may not, and Conflict when the same part is set already.
    """
    reason, verification = cleaned_reason(data.reason), data.verification.checked()
    area, zone = prov.normal(data.area)[:16], prov.normal(data.zone)[:16]
    _check(actor, now, installation_id, (area, zone), verification)
    with unit_of_work(actor=actor, now=now):
        installation = locked_installation(installation_id)
        user = permitted_user(actor, installation)
        period = TestPeriod(
            kind=data.kind,
            installation=installation,
            area=area,
            zone=zone,
            category=data.category,
            reason=reason,
            set_by=user,
            starts_at=now,
        )
        _verify(period, verification, now=now)
        _refuse_scope(period)
        _decide(period, user, lasts=data.lasts, now=now)
        _refuse_second(period, actor=actor, now=now)
        _insert(period)
        tell(ProvStarted(period=snapshot(period)), period)
        tell_receivers(period)
    return period


def extend_period(
    *,
    actor: Actor,
    now: dt.datetime,
    public_id: UUID,
    lasts: dt.timedelta,
    reason: str,
    verification: Verification | None = None,
) -> TestPeriod:
    """Let a period last `lasts` from now. Counted; the limits are those of a new one.

    Fire and hold-up stay within sixty minutes of the newest code word or technician id. Raises
    as `start_period`, Conflict when it is over, and Invalid when it would become shorter.
    """
    text = cleaned_reason(reason)
    checked = (verification or Verification()).checked()
    known = TestPeriod.objects.filter(public_id=public_id).first()
    if known is not None:
        _check(actor, now, known.installation_id, (known.area, known.zone), checked)
    with unit_of_work(actor=actor, now=now):
        period = locked_period(public_id)
        user = permitted_user(actor, period.installation)
        if period.until <= now:
            raise Conflict(
                _("Tiden har gått ut."),
                code="prov_ended",
                kept=_("Inget har ändrats."),
                todo=_("Sätt ett nytt prov."),
            )
        if now + lasts <= period.until:
            raise Invalid(
                _("Det räcker redan till %(until)s.") % {"until": _clock(period.until, now)},
                code="prov_not_longer",
                kept=_("Inget har ändrats."),
                todo=_("Välj en längre tid, eller avsluta."),
            )
        _verify(period, checked, now=now)
        _decide(period, user, lasts=lasts, now=now)
        period.extended += 1
        period.save()
        why = note(period, user, about=PeriodNote.About.EXTENDED, text=text)
        tell(ProvExtended(period=snapshot(period), note_id=why.pk), period)
        tell_receivers(period)
    return period


def review_period(*, actor: Actor, now: dt.datetime, public_id: UUID, reason: str) -> TestPeriod:
    """Say that what has been out of order for long still is; asked again after seven days."""
    text = cleaned_reason(reason)
    with unit_of_work(actor=actor, now=now):
        period = locked_period(public_id)
        user = permitted_user(actor, period.installation)
        period.review_at = now + REVIEWED_EVERY
        period.reminded_at = None
        period.save(update_fields=("review_at", "reminded_at"))
        why = PeriodNote.objects.create(
            period=period, about=PeriodNote.About.REVIEWED, author=user, at=now, text=text
        )
        tell(ProvReviewed(period=snapshot(period), note_id=why.pk), period)
    return period


def _check(
    actor: Actor,
    now: dt.datetime,
    installation_id: int,
    place: tuple[str, str],
    verification: Verification,
) -> None:
    installation = Installation.objects.select_related("site").get(pk=installation_id)
    permitted_user(actor, installation)
    check_word(
        actor=actor,
        now=now,
        installation=installation,
        place=place,
        verification=verification,
    )


def _verify(period: TestPeriod, verification: Verification, *, now: dt.datetime) -> None:
    if verification.how:
        period.verified_how, period.technician = verification.how, verification.technician
        period.verified_at = now


def _refuse_scope(period: TestPeriod) -> None:
    if period.kind not in Kind.values:
        raise Invalid(_("Välj prov eller ur drift."), code="prov_kind")
    if period.category in prov.NEVER:
        raise Invalid(
            _("Trygghetslarm sätts aldrig i prov."),
            code="prov_medical",
            kept=_("Inget har ändrats."),
            todo=_("Svara på provtryckningen och avsluta larmet med orsaken Prov (00.8)."),
        )
    if period.category and period.category not in prov.TESTABLE:
        raise Invalid(_("Det slaget av larm finns inte."), code="prov_category")
    if not period.is_critical:
        return
    if not period.zone:
        raise Invalid(
            _("Brand och överfall sätts i prov en zon i taget (00.11)."),
            code="prov_per_zone",
            kept=_("Inget har ändrats."),
            todo=_("Välj zon."),
        )
    if period.kind != Kind.TEST:
        raise Invalid(
            _("Brand och överfall kan bara vara i prov, högst 60 minuter (00.11)."),
            code="prov_critical_kind",
            kept=_("Inget har ändrats."),
            todo=_("Välj prov, eller be skiftledaren om annan bevakning av zonen."),
        )


def _decide(period: TestPeriod, user: User, *, lasts: dt.timedelta, now: dt.datetime) -> None:
    """Set what follows from the length, or raise for one that is too long."""
    if lasts < MINUTE:
        raise Invalid(_("Välj hur länge."), code="prov_length")
    until = now + lasts
    if period.is_critical:
        _refuse_critical(period, until)
    else:
        _refuse_long(period, user, lasts=lasts, until=until)
    period.decided_at, period.until = now, until
    period.warn_at = until - min(WARNED_BEFORE, lasts / 2)
    period.warned_at = period.reminded_at = None
    period.review_at = now + REVIEWED_EVERY if lasts > REVIEWED_EVERY else None


def _refuse_critical(period: TestPeriod, until: dt.datetime) -> None:
    if period.verified_at is None:
        raise Invalid(
            _("Brand och överfall sätts i prov först efter kodord eller tekniker-id (00.11)."),
            code="prov_unverified",
            kept=_("Inget har ändrats."),
            todo=_("Fråga efter kodordet eller teknikerns id."),
        )
    if until > period.verified_at + CRITICAL_LONGEST:
        raise Invalid(
            _("Brand och överfall är i prov högst 60 minuter efter kodord eller id (00.11)."),
            code="prov_critical_length",
            kept=_("Inget har ändrats."),
            todo=_("Välj kortare tid, eller kontrollera behörigheten på nytt."),
        )


def _refuse_long(
    period: TestPeriod, user: User, *, lasts: dt.timedelta, until: dt.datetime
) -> None:
    hours = settings.PROV_LONGEST_HOURS
    longest = dt.timedelta(hours=hours) if period.kind == Kind.TEST else LONGEST
    if lasts > longest:
        if period.kind == Kind.TEST:
            text = _("Prov sätts för högst %(hours)d timmar i taget.") % {"hours": hours}
        else:
            text = _("Ur drift sätts för högst 30 dygn i taget.")
        raise Invalid(
            text, code="prov_length", kept=_("Inget har ändrats."), todo=_("Välj kortare tid.")
        )
    leads = user.may(Permission.INSTALLATION_OUT_OF_SERVICE, period.installation.controller_id)
    if until - period.starts_at > OPERATORS_LONGEST and period.kind != Kind.TEST and not leads:
        raise Forbidden(
            _("Längre än ett dygn ur drift beslutar skiftledaren."),
            code="prov_needs_lead",
            kept=_("Inget har ändrats."),
            todo=_("Välj högst 24 timmar, eller be skiftledaren."),
        )


def _refuse_second(period: TestPeriod, *, actor: Actor, now: dt.datetime) -> None:
    same = (
        TestPeriod.objects.open()
        .select_for_update(of=("self",))
        .select_related("set_by")
        .filter(
            installation=period.installation_id,
            area=period.area,
            zone=period.zone,
            category=period.category,
        )
        .first()
    )
    if same is None:
        return
    if same.until > now:
        raise _taken(same, now)
    # Its time is out and nobody has come round to it yet.
    same.installation = period.installation
    end(same, how=TestPeriod.Ended.DUE, user=None, actor=actor, now=now)


def _insert(period: TestPeriod) -> None:
    try:
        period.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict(
            _("Samma del är redan i prov eller ur drift."),
            code="prov_taken",
            kept=_("Inget har ändrats."),
        ) from error


def _taken(same: TestPeriod, now: dt.datetime) -> Conflict:
    return Conflict(
        _("Samma del är redan %(kind)s till %(until)s, satt av %(who)s.")
        % {
            "kind": _("i prov") if same.kind == Kind.TEST else _("ur drift"),
            "until": _clock(same.until, now),
            "who": same.set_by.signature,
        },
        code="prov_taken",
        kept=_("Inget har ändrats."),
        todo=_("Förläng det som finns, eller avsluta det först."),
    )


def _clock(moment: dt.datetime, now: dt.datetime) -> str:
    there = local(moment)
    day = "" if there.date() == local(now).date() else f"{there.day}/{there.month} "
    return f"{day}{there.strftime('%H:%M')}"
