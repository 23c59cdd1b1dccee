"""Messages, counted where they arrive: a real mail server, a real web server."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from tests.callout.conftest import SUBJECTS, SYSTEM, Caller
from tests.callout.receivers import Hits, Mailbox, free_port
from tests.ledger.support import in_threads
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import tasks
from trygghetscentral.callout.gateways.base import Message
from trygghetscentral.callout.gateways.configured import gateway_for
from trygghetscentral.callout.models import Call, Delivery, DutyContact
from trygghetscentral.callout.services import answer_by_link, sending, stop_calls
from trygghetscentral.callout.services.answers import answer_signed_in
from trygghetscentral.callout.states import Channel, DeliveryState
from trygghetscentral.callout.tokens import token_for
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.env_outside import MailServer

Travel = Callable[[dt.datetime], time_machine.Traveller]


def send(channel: Channel = Channel.EMAIL) -> int:
    """Let a worker run once; returns how many messages it took up."""
    return int(tasks.send_mail() if channel == Channel.EMAIL else tasks.send_sms())


def the(channel: Channel) -> Delivery:
    """The only message by the channel."""
    return Delivery.objects.get(channel=channel)


def test_a_message_arrives_by_each_channel_with_its_id(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    phones: Hits,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    call()
    assert (tasks.send_mail(), tasks.send_mail()) == (1, 0)
    assert (tasks.send_sms(), tasks.send_sms()) == (1, 0)
    mail, text = the(Channel.EMAIL), the(Channel.SMS)
    assert mailbox.recipients == ["disa@tib.example"]
    assert mailbox.mails[0]["Message-ID"] == f"<{mail.dedupe_id}@stad.example>"
    assert phones.headers[0]["idempotency-key"] == str(text.dedupe_id)
    assert phones.headers[0]["authorization"] == "Bearer hemlig"
    assert phones.bodies[0]["to"] == "+46701740605"
    assert {mail.state, text.state} == {DeliveryState.SENT}
    assert LedgerRow.objects.filter(name="callout.sent").count() == 2


def test_a_message_says_only_a_number_a_reason_and_a_link(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    phones: Hits,
    settings: Settings,
    travel: Travel,
    now: dt.datetime,
) -> None:
    settings.PUBLIC_URL = "https://larm.stad.example"
    travel(now)
    call()
    tasks.send_mail()
    tasks.send_sms()
    wanted = (
        r"Larm L-2026-000123 väntar på svar\. Ingen operatör har svarat i tid\. Svara här: "
        r"https://larm\.stad\.example/kvittera/[0-9a-f]{64}/"
    )
    body = mailbox.mails[0].get_body()
    assert body is not None
    assert re.fullmatch(wanted, body.get_content().strip().replace("\n", " "))
    assert mailbox.mails[0]["Subject"] == "Larm L-2026-000123 väntar på svar."
    assert re.fullmatch(wanted, phones.bodies[0]["text"])


@pytest.mark.parametrize("by", ["link", "signed_in", "stop"])
def test_nothing_arrives_after_an_answer_or_a_stop(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    phones: Hits,
    travel: Travel,
    now: dt.datetime,
    by: str,
) -> None:
    clock = travel(now)
    made = call()
    if by == "link":
        answer_by_link(actor=SYSTEM, now=now, token=token_for(the(Channel.EMAIL).dedupe_id))
    elif by == "signed_in":
        answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    else:
        stop_calls(actor=SYSTEM, now=now, **SUBJECTS, reason="acknowledged")
    for _ in range(5):
        clock.shift(130)
        assert (tasks.widen_due(), tasks.widen_due()) == (0, 0)
        tasks.send_mail()
        tasks.send_sms()
    assert (mailbox.mails, phones.bodies) == ([], [])


def test_an_answer_between_claim_and_sending_still_stops_it(
    roster: dict[str, User], call: Caller, mailbox: Mailbox, now: dt.datetime
) -> None:
    made = call()
    claimed = sending.claim_due(actor=SYSTEM, now=now, channel=Channel.EMAIL)
    assert claimed is not None
    # The row is free at this moment, so the answer stops it; were it held, `hand_over` would.
    answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    Delivery.objects.filter(pk=claimed.pk).update(state=DeliveryState.QUEUED)
    gateway = gateway_for(Channel.EMAIL)
    state = sending.hand_over(
        actor=SYSTEM, now=now, pk=claimed.pk, attempt=claimed.attempts, gateway=gateway
    )
    assert state == DeliveryState.STOPPED
    assert mailbox.mails == []


def test_a_sender_that_dies_after_sending_repeats_with_the_same_id(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    travel: Travel,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = travel(now)
    call()

    def die(*_args: Any, **_kwargs: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as dying, pytest.raises(SystemExit):
        dying.setattr(sending, "record_of", die)
        tasks.send_mail()
    assert the(Channel.EMAIL).state == DeliveryState.QUEUED
    assert send() == 0
    clock.shift(31)
    assert (send(), send()) == (1, 0)
    ids = [mail["Message-ID"] for mail in mailbox.mails]
    assert len(ids) == 2
    assert len(set(ids)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(
    roster: dict[str, User], call: Caller, mailbox: Mailbox, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    call()
    in_threads(tasks.send_mail, tasks.send_mail, tasks.send_mail)
    assert len(mailbox.mails) == 1


@pytest.mark.django_db(transaction=True)
def test_an_answer_does_not_wait_for_a_mail_under_way_and_wins_over_the_next_attempt(
    roster: dict[str, User], call: Caller, mailbox: Mailbox, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    made = call()

    class Slow:
        """Hands over only when somebody else has answered meanwhile."""

        def open(self) -> None:
            """Nothing."""

        def send(self, message: Message) -> None:
            """The answer is given while the row is locked here."""
            in_threads(
                lambda: answer_signed_in(
                    actor=actor_for(roster["primary"]), now=now, public_id=made.public_id
                )
            )

        def close(self) -> None:
            """Nothing."""

    claimed = sending.claim_due(actor=SYSTEM, now=now, channel=Channel.EMAIL)
    assert claimed is not None
    sending.hand_over(
        actor=SYSTEM, now=now, pk=claimed.pk, attempt=claimed.attempts, gateway=Slow()
    )
    made.refresh_from_db()
    assert made.answered_by == roster["primary"]
    clock.shift(60)
    assert send() == 0
    assert mailbox.mails == []


def test_a_busy_mail_server_is_tried_again_later_and_later(
    roster: dict[str, User], call: Caller, mailbox: Mailbox, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    mailbox.answers = ["451 try again"] * 2
    call()
    waits = []
    for _ in range(3):
        send()
        due = the(Channel.EMAIL).due_at
        if due is not None:
            waits.append((due - now).total_seconds())
            clock.move_to(due)
    assert waits == [5, 20]
    assert the(Channel.EMAIL).state == DeliveryState.SENT
    assert len({mail["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == 1


def test_a_gateway_that_never_answers_is_given_up_and_seen(
    roster: dict[str, User], call: Caller, settings: Settings, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    settings.EMAIL_URL = MailServer(host="127.0.0.1", port=free_port())
    call()
    for _ in range(9):
        send()
        clock.shift(121)
    mail = the(Channel.EMAIL)
    assert (mail.state, mail.error, mail.attempts) == ("undeliverable", "unreachable", 5)
    assert LedgerRow.objects.filter(name="callout.failed").count() == 1


def test_what_no_gateway_takes_hurries_on_until_a_person_must_ring(
    roster: dict[str, User], call: Caller, settings: Settings, travel: Travel, now: dt.datetime
) -> None:
    settings.EMAIL_URL = MailServer()
    settings.SMS_GATEWAY_URL = ""
    travel(now)
    made = call()
    tasks.send_sms()
    tasks.send_mail()
    made.refresh_from_db()
    assert made.unreached_at == now
    assert {one.error for one in made.deliveries.exclude(channel="phone")} == {"no_gateway"}
    assert made.deliveries.filter(channel="phone").count() == 3


def test_an_unknown_receiver_is_undeliverable_at_once(
    roster: dict[str, User], call: Caller, mailbox: Mailbox, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    DutyContact.objects.filter(user=roster["primary"]).update(email="okand@tib.example")
    call()
    send()
    mail = the(Channel.EMAIL)
    assert (mail.state, mail.error) == ("undeliverable", "recipient_refused")


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (200, "sent"),
        (201, "sent"),
        (302, "undeliverable"),
        (400, "undeliverable"),
        (401, "undeliverable"),
        (408, "failed"),
        (429, "failed"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_what_the_text_message_service_answers_decides(
    roster: dict[str, User],
    call: Caller,
    phones: Hits,
    travel: Travel,
    now: dt.datetime,
    status: int,
    state: str,
) -> None:
    travel(now)
    phones.statuses = [status]
    call()
    tasks.send_sms()
    assert the(Channel.SMS).state == state
    assert len(phones.paths) == 1


def test_an_exercise_never_leaves_the_house(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    phones: Hits,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    made = call(exercise_id=7)
    for _ in range(2):
        tasks.send_mail()
        tasks.send_sms()
    assert (mailbox.mails, phones.paths) == ([], [])
    assert {one.error for one in made.deliveries.exclude(channel="phone")} == {"exercise"}
    assert not Call.objects.visible_to(roster["primary"]).exists()


def test_senders_that_die_again_and_again_do_not_go_on_for_ever(
    roster: dict[str, User], call: Caller, now: dt.datetime
) -> None:
    call()
    at = now
    claims = 0
    while sending.claim_due(actor=SYSTEM, now=at, channel=Channel.EMAIL):
        claims += 1
        at += sending.LEASE
    assert claims == sending.MOST_ATTEMPTS
    assert the(Channel.EMAIL).error == "gave_up"


def test_the_words_come_in_the_receivers_language(
    roster: dict[str, User], call: Caller, phones: Hits, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    User.objects.filter(pk=roster["primary"].pk).update(language="en")
    call(reason="asked")
    tasks.send_sms()
    assert "L-2026-000123" in phones.bodies[0]["text"]


def test_signs_of_the_language_survive_the_way(
    roster: dict[str, User],
    call: Caller,
    mailbox: Mailbox,
    phones: Hits,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    call(reason="unstaffed")
    tasks.send_mail()
    tasks.send_sms()
    body = mailbox.mails[0].get_body()
    assert body is not None
    assert "väntar på svar. Ingen larmplats är bemannad." in body.get_content().replace("\n", " ")
    assert "väntar på svar. Ingen larmplats är bemannad." in phones.bodies[0]["text"]
