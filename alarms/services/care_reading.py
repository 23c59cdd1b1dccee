"""Every reading of a brukare's record leaves a row (domain.md 00.8, 00.12)."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from alarms.care_events import CareLookupMissed, CareRecipientRead
from alarms.gateways.voice import dialled
from alarms.models import Alarm, CareRead, CareReadGround, CareRecipient
from alarms.selectors.care import CareCard, card_of, on_care_desk, recipient_of, refusal
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import DomainError, Forbidden, Invalid, Missing

LOOKUPS_AN_HOUR: Final = 20
HOUR: Final = dt.timedelta(hours=1)
LEAST_DIGITS: Final = 6
_NUMBER: Final = re.compile(r"BR-[0-9]{4}-[0-9]{6,}")
_CASE: Final = re.compile(r"[^\W_][\w .:/-]{2,39}")


class TooMany(DomainError):
    """More than one person's work asks for; try again later."""

    status = 429


def read_for_alarm(
    *, actor: Actor, now: dt.datetime, user: User, public_id: UUID
) -> CareCard | None:
    """The record behind a trygghetslarm; None when nobody is entered there.

    Raises Forbidden before the alarm is answered, 24 hours after it was closed, and for anybody
    but who has it and the trygghetslarm desk.
    """
    with unit_of_work(actor=actor, now=now):
        alarm = Alarm.objects.select_for_update().filter(public_id=public_id).first()
        if alarm is None:
            raise Missing(_("Larmet finns inte."), code="alarm_missing")
        error = refusal(alarm, user=user, now=now)
        if error is not None:
            raise error
        recipient = recipient_of(alarm)
        if recipient is None:
            return None
        _note(recipient, user=user, now=now, ground=CareReadGround.ALARM, alarm=alarm)
        return card_of(recipient, alarm=alarm)


def read_to_edit(*, actor: Actor, now: dt.datetime, user: User, recipient: CareRecipient) -> None:
    """Note that who keeps the record up to date has it before them.

    Raises Forbidden without the task at the controller.
    """
    with unit_of_work(actor=actor, now=now):
        if not user.may(Permission.CARE_EDIT, recipient.controller_id):
            raise Forbidden(_("Du får inte ändra uppgifterna."), code="permission_needed")
        _note(recipient, user=user, now=now, ground=CareReadGround.EDIT)


def look_up(
    *, actor: Actor, now: dt.datetime, user: User, wanted: str, case_number: str = ""
) -> CareRecipient | None:
    """Exactly one brukare by number (BR-2026-000001) or whole telephone number, else None.

    For the trygghetslarm desk, or with a case number for those who answer for the law; they also
    find one who no longer has the alarm, by number. Each attempt is recorded, found or not, and
    what was asked for is not kept. Raises Forbidden for others, Invalid for what is neither
    number nor telephone, TooMany after twenty in an hour.
    """
    with unit_of_work(actor=actor, now=now):
        case = case_number.strip()
        ground = _ground(user, case, now=now)
        # Two at once must not both be the twentieth.
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        _refuse_too_many(user, now=now)
        found = _exactly_one(user, wanted.strip(), ended=ground == CareReadGround.CASE)
        _note(found, user=user, now=now, ground=ground, case_number=case)
    return found


def _ground(user: User, case: str, *, now: dt.datetime) -> CareReadGround:
    if user.may(Permission.CARE_READ):
        if not on_care_desk(user, now):
            raise Forbidden(
                _("Bara larmplatsen Trygghetslarm slår upp brukare."),
                code="care_desk_needed",
                todo=_("Logga på larmplatsen Trygghetslarm först."),
            )
        if case:
            raise Invalid(_("Larmplatsen anger inget ärendenummer."), code="care_case_unasked")
        return CareReadGround.LOOKUP
    if not user.may(Permission.CARE_LOOKUP):
        raise Forbidden(_("Du får inte slå upp brukare."), code="permission_needed")
    if not _CASE.fullmatch(case):
        raise Invalid(
            _("Skriv ärendets nummer: 3–40 bokstäver och siffror."), code="care_case_missing"
        )
    return CareReadGround.CASE


def _refuse_too_many(user: User, *, now: dt.datetime) -> None:
    recent = CareRead.objects.filter(
        reader=user,
        read_at__gt=now - HOUR,
        ground__in=(CareReadGround.LOOKUP, CareReadGround.CASE),
    )
    if recent.count() >= LOOKUPS_AN_HOUR:
        raise TooMany(
            _("Du har slagit upp brukare 20 gånger på en timme."),
            code="care_too_many_lookups",
            todo=_("Vänta en stund, eller be skiftledaren."),
        )


def _exactly_one(user: User, wanted: str, *, ended: bool) -> CareRecipient | None:
    """`ended`: also one who no longer has the alarm, by the record's own number."""
    known = CareRecipient.objects.to_look_up(user)
    people = known.current()
    if _NUMBER.fullmatch(wanted.upper()):
        return (known if ended else people).filter(number=wanted.upper()).first()
    number = dialled(wanted)
    if sum(char.isdigit() for char in number) < LEAST_DIGITS or set(wanted) - set(
        "+0123456789 -()"
    ):
        raise Invalid(
            _("Skriv brukarens nummer, till exempel BR-2026-000001, eller ett helt telefonnummer."),
            code="care_lookup_unclear",
        )
    # Numbers are sealed and have no index: each is opened and compared, none is kept.
    phones = people.order_by().exclude(phone="").values_list("pk", "phone").iterator()
    hits = [pk for pk, phone in phones if dialled(phone) == number]
    return people.get(pk=hits[0]) if len(hits) == 1 else None


def _note(
    recipient: CareRecipient | None,
    *,
    user: User,
    now: dt.datetime,
    ground: CareReadGround,
    alarm: Alarm | None = None,
    case_number: str = "",
) -> None:
    read = CareRead.objects.create(
        recipient=recipient,
        reader=user,
        read_at=now,
        ground=ground,
        alarm=alarm,
        case_number=case_number,
    )
    if recipient is None:
        record(
            CareLookupMissed(read_id=read.pk, ground=Code(ground)),
            subject=read,
            controller_id=user.home_organisation_id,
        )
        return
    record(
        CareRecipientRead(
            recipient_id=recipient.public_id,
            read_id=read.pk,
            ground=Code(ground),
            alarm_id=alarm.public_id if alarm else None,
        ),
        subject=recipient,
        controller_id=recipient.controller_id,
        exercise_id=alarm.exercise_id if alarm else None,
    )
