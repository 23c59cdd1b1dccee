"""States and ranks as data."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rank(models.TextChoices):
    """In which order the people of a duty are called (domain.md C.6)."""

    PRIMARY = "primary", _("primär")
    BACKUP = "backup", _("reserv")
    STRATEGIC = "strategic", _("strategisk")


ORDER: tuple[Rank, ...] = (Rank.PRIMARY, Rank.BACKUP, Rank.STRATEGIC)


class Channel(models.TextChoices):
    """By what a person is called. PHONE is a person who rings: nothing is sent."""

    EMAIL = "email", _("e-post")
    SMS = "sms", _("sms")
    PHONE = "phone", _("telefon")


class DeliveryState(models.TextChoices):
    """What became of one message, or of one telephone call."""

    QUEUED = "queued", _("väntar")
    SENT = "sent", _("skickat")
    FAILED = "failed", _("försöker igen")
    UNDELIVERABLE = "undeliverable", _("kom inte fram")
    ACKNOWLEDGED = "acknowledged", _("besvarat")
    STOPPED = "stopped", _("stoppat")


TO_SEND = (DeliveryState.QUEUED, DeliveryState.FAILED)
"""States from which a message may still leave the house."""

NO_ADDRESS, NOT_ALLOWED = "no_address", "not_allowed"
"""Why nothing can be sent to somebody: no address, or not in the need-to-know group."""


class PhoneResult(models.TextChoices):
    """What came of a telephone call."""

    ANSWERED = "answered", _("svarade")
    NO_ANSWER = "no_answer", _("svarade inte")
    WRONG_NUMBER = "wrong_number", _("fel nummer")


class AnswerMeans(models.TextChoices):
    """How a call was answered."""

    LINK = "link", _("länken")
    SIGNED_IN = "signed_in", _("inloggad")
    PHONE = "phone", _("telefon")


def next_rank(rank: str) -> Rank | None:
    """Who is called when these have not answered; None after the last."""
    place = ORDER.index(Rank(rank)) + 1
    return ORDER[place] if place < len(ORDER) else None
