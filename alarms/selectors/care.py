"""Whose trygghetslarm it is, and who may read about the person (domain.md 00.8)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from alarms.codes import Category
from alarms.gateways.voice import VoiceCall, VoiceLink, dialled, gateway
from alarms.models import Alarm, CareRead, CareRecipient, DeskSignOn, VoiceContact
from alarms.services.voice_contact import ANSWERS
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.errors import DomainError, Forbidden

CARE_DESK: Final = "trygghetslarm"
READABLE_AFTER_CLOSE: Final = dt.timedelta(hours=24)
TECHNICAL_FAULT: Final = "technical"
MOST_READS: Final = 100


@dataclass(frozen=True, slots=True)
class Dialled:
    """Somebody to ring. `href` is "" without a number."""

    name: str
    relation: str
    phone: str
    href: str


@dataclass(frozen=True, slots=True)
class CareCard:
    """The record as it is read."""

    number: str
    name: str
    address: str
    entry: str
    key_info: str
    phone: str
    phone_href: str
    language: str
    staff_risks: str
    voice: VoiceLink | None
    care_group: Dialled | None
    next_of_kin: list[Dialled]


@dataclass(frozen=True, slots=True)
class CarePart:
    """What a trygghetslarm has beside other alarms. `url` is "" for who may not read the record."""

    url: str
    lex_sarah: bool
    answers: tuple[VoiceContact, ...]
    voice_contact: str


def care_part(alarm: Alarm, *, user: User, now: dt.datetime) -> CarePart | None:
    """None for other alarms."""
    if alarm.category != Category.MEDICAL:
        return None
    readable = refusal(alarm, user=user, now=now) is None
    answer = alarm.voice_contact
    return CarePart(
        url=reverse("alarms:care", args=(alarm.public_id,)) if readable else "",
        lex_sarah=may_be_lex_sarah(alarm, now=now),
        answers=ANSWERS,
        voice_contact=str(VoiceContact(answer).label) if answer else "",
    )


def may_be_lex_sarah(alarm: Alarm, *, now: dt.datetime) -> bool:
    """Whether the alarm should be looked at as a possible missförhållande (domain.md R25).

    True for a technical fault, and for an answer that took, or takes, longer than
    `LEX_SARAH_SECONDS`. A hint: people decide.
    """
    if alarm.category != Category.MEDICAL:
        return False
    if alarm.close_code is not None and alarm.close_code.code == TECHNICAL_FAULT:
        return True
    waits = [(alarm.acknowledged_at or now) - alarm.received_at]
    if alarm.unanswered:
        waits.append(now - alarm.waiting_since)
    return max(waits) > dt.timedelta(seconds=settings.LEX_SARAH_SECONDS)


def refusal(alarm: Alarm, *, user: User, now: dt.datetime) -> DomainError | None:
    """Why the user may not read about the person now; None when the user may.

    Readable by the trygghetslarm desk, and by who has the alarm, from the first answer until
    24 hours after closing (domain.md 00.8).
    """
    if alarm.category != Category.MEDICAL or not user.may(
        Permission.CARE_READ, alarm.controller_id
    ):
        return _not_permitted()
    if alarm.acknowledged_at is None:
        return Forbidden(
            _("Brukarens uppgifter visas när larmet är besvarat."),
            code="care_not_answered",
            todo=_("Svara på larmet först."),
        )
    if alarm.closed_at is not None and now > alarm.closed_at + READABLE_AFTER_CLOSE:
        return Forbidden(
            _("Larmet avslutades för mer än 24 timmar sedan, och uppgifterna visas inte längre."),
            code="care_too_late",
        )
    if alarm.owner_id != user.pk and not on_care_desk(user, now):
        return _not_permitted()
    return None


def _not_permitted() -> Forbidden:
    return Forbidden(
        _("Brukarens uppgifter visas för den som svarat och för larmplatsen Trygghetslarm."),
        code="care_not_permitted",
        todo=_("Logga på larmplatsen Trygghetslarm om du arbetar där."),
    )


def on_care_desk(user: User, now: dt.datetime) -> bool:
    """Whether the user is signed on to the trygghetslarm desk; a sign-on that is older than a
    shift was forgotten, and opens nothing."""
    return DeskSignOn.objects.standing(now).filter(user=user, desk__code=CARE_DESK).exists()


def recipient_of(alarm: Alarm) -> CareRecipient | None:
    """Whose alarm it is, as it was when it came; None when nobody has entered anyone.

    The record of the zone before that of the whole installation.
    """
    if alarm.installation_id is None:
        return None
    places = Q(zone="") | Q(zone=alarm.zone, area__in=("", alarm.area))
    return (
        CareRecipient.objects.filter(places, installation_id=alarm.installation_id)
        .filter(Q(ended_at__isnull=True) | Q(ended_at__gt=alarm.received_at))
        .prefetch_related("next_of_kin")
        .order_by("-zone", "-area", "created_at")
        .first()
    )


def card_of(recipient: CareRecipient, *, alarm: Alarm | None = None) -> CareCard:
    """The record in plain text. Whoever calls this records the reading."""
    group = None
    if recipient.care_group or recipient.care_group_phone:
        group = _dialled(recipient.care_group, "", recipient.care_group_phone)
    address = recipient.voice_address or _href(recipient.phone)
    voice = None
    if alarm is not None:
        voice = gateway().connect(VoiceCall(alarm_id=alarm.public_id, address=address))
    return CareCard(
        number=recipient.number,
        name=recipient.name,
        address=recipient.address,
        entry=recipient.entry,
        key_info=recipient.key_info,
        phone=recipient.phone,
        phone_href=_href(recipient.phone),
        language=recipient.language,
        staff_risks=recipient.staff_risks,
        voice=voice,
        care_group=group,
        next_of_kin=[
            _dialled(one.name, one.relation, one.phone) for one in recipient.next_of_kin.all()
        ],
    )


def reads_of(recipient: CareRecipient) -> QuerySet[CareRead]:
    """Who has read the record, newest first, for those who watch over it."""
    return recipient.reads.select_related("reader", "alarm")[:MOST_READS]


def kept_by(user: User) -> QuerySet[CareRecipient]:
    """Records that the user keeps up to date."""
    return (
        CareRecipient.objects.visible_to(user)
        .select_related("installation__site", "controller")
        .prefetch_related("next_of_kin")
    )


def _dialled(name: str, relation: str, phone: str) -> Dialled:
    return Dialled(name=name, relation=relation, phone=phone, href=_href(phone))


def _href(phone: str) -> str:
    number = dialled(phone)
    return f"tel:{number}" if number else ""
