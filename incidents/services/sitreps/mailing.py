"""Mails about lägesrapporter, each at least once and always with the same id.

As in `trygghetscentral.callout.services.sending`: a mail is claimed in one transaction, which
counts the attempt and puts the next one off, and handed over in another. Whoever dies between the
two costs one attempt, never a mail.
"""

from __future__ import annotations

import datetime as dt
from typing import Final
from uuid import UUID

from django.utils.translation import gettext as _

from incidents.models import SitrepMail
from incidents.services.holding import held, tell
from incidents.sitrep_events import SitrepMailEnded, SitrepMailRetried, SitrepReceived
from incidents.sitrep_mails import compose
from incidents.sitrep_tokens import hash_of
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.gateways.base import Gateway, GatewayError
from trygghetscentral.callout.states import TO_SEND, DeliveryState
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict, Missing

LEASE: Final = dt.timedelta(seconds=120)
"""Longer than the press and the mail server may take together."""
WAITS: Final = (15, 60, 300, 900)
MOST_ATTEMPTS: Final = len(WAITS) + 1
TRIED_IN_VAIN: Final = "gave_up"


def claim_due(*, actor: Actor, now: dt.datetime) -> SitrepMail | None:
    """Take up the mail that has waited longest; None when none is due. Two who claim at once get
    different ones; what is out of attempts is given up."""
    while True:
        with unit_of_work(actor=actor, now=now):
            mail: SitrepMail | None = (
                SitrepMail.objects.select_for_update(skip_locked=True, of=("self",))
                .filter(due_at__lte=now, state__in=TO_SEND)
                .order_by("due_at", "pk")
                .first()
            )
            if mail is None:
                return None
            if not _wanted(mail, now=now):
                _end(mail, DeliveryState.STOPPED, now=now)
            elif mail.attempts >= MOST_ATTEMPTS:
                _lost(mail, mail.error or TRIED_IN_VAIN, now=now)
            else:
                mail.attempts += 1
                mail.due_at = now + LEASE
                mail.save(update_fields=("attempts", "due_at"))
                return mail


def hand_over(
    *,
    actor: Actor,
    now: dt.datetime,
    pk: int,
    attempt: int,
    gateway: Gateway,
    paper: bytes | None = None,
) -> DeliveryState | None:
    """Send a claimed mail; returns its state, None when somebody else has taken it up.

    The row's lock keeps a second sender away while the mail leaves; nobody waits for it. What the
    mail says is decided now: if the incident has become restricted meanwhile, it says nothing.
    """
    with unit_of_work(actor=actor, now=now):
        mail = _claimed(pk, attempt)
        if mail is None:
            return None
        if not _wanted(mail, now=now):
            return _end(mail, DeliveryState.STOPPED, now=now)
        try:
            gateway.send(compose(mail, paper=paper))
        except GatewayError as error:
            return _failed(mail, error, now=now)
        mail.error = ""
        mail.sent_at = now
        return _end(mail, DeliveryState.SENT, now=now)


def note_failure(
    *, actor: Actor, now: dt.datetime, pk: int, attempt: int, error: GatewayError
) -> DeliveryState | None:
    """The gateway could not be opened, or the paper not be made, for a claimed mail."""
    with unit_of_work(actor=actor, now=now):
        mail = _claimed(pk, attempt)
        return None if mail is None else _failed(mail, error, now=now)


def retry(*, actor: Actor, now: dt.datetime, public_id: UUID, mail_id: int) -> SitrepMail:
    """Try a mail that did not arrive anew, from the first attempt and with the same id. Raises
    Missing for one that is not the incident's, Conflict for one that is not lost."""
    with unit_of_work(actor=actor, now=now):
        incident, _user = held(
            actor=actor, public_id=public_id, permission=Permission.STAFF_WORK, closed=True
        )
        mail: SitrepMail | None = (
            SitrepMail.objects.select_for_update(of=("self",))
            .filter(pk=mail_id, series__incident=incident, sitrep__isnull=False)
            .first()
        )
        if mail is None:
            raise Missing(_("Utskicket finns inte."), code="mail_missing")
        if not mail.is_lost:
            raise Conflict(
                _("Utskicket till %(name)s är inte misslyckat.") % {"name": mail.name},
                code="mail_not_lost",
                kept=_("Inget har ändrats."),
            )
        mail.state, mail.error = DeliveryState.QUEUED, ""
        mail.attempts, mail.due_at, mail.ended_at = 0, now, None
        mail.save(update_fields=("state", "error", "attempts", "due_at", "ended_at"))
        number = mail.sitrep.number if mail.sitrep else 0
        event = SitrepMailRetried(public_id=public_id, mail_id=mail.pk, number=number)
        tell(event, incident)
        return mail


def confirm_receipt(*, actor: Actor, now: dt.datetime, token: str) -> SitrepMail | None:
    """Somebody at the recipient says that it has come; twice changes nothing. None for a link
    that is unknown or too old. No further attempt is made after it."""
    with unit_of_work(actor=actor, now=now):
        mail: SitrepMail | None = (
            SitrepMail.objects.select_for_update(of=("self",))
            .filter(token_hash=hash_of(token), token_expires_at__gt=now, sitrep__isnull=False)
            .first()
        )
        if mail is None or mail.sitrep is None or mail.receipt_at is not None:
            return mail
        mail.receipt_at = now
        mail.state = DeliveryState.ACKNOWLEDGED
        mail.due_at = None
        mail.ended_at = mail.ended_at or now
        mail.error = ""
        mail.save(update_fields=("receipt_at", "state", "due_at", "ended_at", "error"))
        incident = mail.series.incident
        number = mail.sitrep.number
        event = SitrepReceived(public_id=incident.public_id, mail_id=mail.pk, number=number)
        tell(event, incident)
        return mail


def _claimed(pk: int, attempt: int) -> SitrepMail | None:
    found: SitrepMail | None = (
        SitrepMail.objects.select_for_update(of=("self",))
        .filter(pk=pk, attempts=attempt, state__in=TO_SEND)
        .first()
    )
    return found


def _wanted(mail: SitrepMail, *, now: dt.datetime) -> bool:
    """A report is always wanted; a reminder only while the next one is late."""
    if mail.sitrep_id is not None:
        return True
    return mail.series.is_late(now) and mail.series.incident.is_open


def _failed(mail: SitrepMail, error: GatewayError, *, now: dt.datetime) -> DeliveryState:
    if error.permanent or mail.attempts >= MOST_ATTEMPTS:
        return _lost(mail, error.code, now=now)
    mail.state = DeliveryState.FAILED
    mail.error = error.code
    mail.due_at = now + dt.timedelta(seconds=WAITS[mail.attempts - 1])
    mail.save(update_fields=("state", "error", "due_at"))
    return DeliveryState.FAILED


def _lost(mail: SitrepMail, code: str, *, now: dt.datetime) -> DeliveryState:
    mail.error = code
    return _end(mail, DeliveryState.UNDELIVERABLE, now=now)


def _end(mail: SitrepMail, state: DeliveryState, *, now: dt.datetime) -> DeliveryState:
    mail.state = state
    mail.due_at = None
    mail.ended_at = now
    mail.save(update_fields=("state", "due_at", "ended_at", "error", "sent_at"))
    incident = mail.series.incident
    tell(
        SitrepMailEnded(
            public_id=incident.public_id,
            mail_id=mail.pk,
            number=mail.sitrep.number if mail.sitrep else None,
            state=Code(state.value),
            error=Code(mail.error),
        ),
        incident,
    )
    return state
