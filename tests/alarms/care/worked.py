"""A marked person's trygghetslarm, worked from the press to the close and a day after."""

from __future__ import annotations

import datetime as dt
import io
import itertools
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from django.test import Client
from django.urls import NoReverseMatch, reverse

from alarms.models import Alarm, CareRead, CareRecipient, Handover, Signal
from alarms.selectors.board import counts
from alarms.services import escalation
from alarms.services.calls import CallData, record_call
from alarms.services.desk import claim_alarm, close_alarm, note_alarm
from alarms.services.handover import write_handover
from alarms.services.routing import route_alarms
from tests.accounts.test_url_role_table import house
from tests.alarms.care.marks import WORK
from tests.alarms.intake.senders import Sender
from tests.url_roles import ANYONE, SIGNED_IN, URLS
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import tasks as callout_tasks
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.env_outside import MailServer
from trygghetscentral.shared.logs import logging_config

SYSTEM = Actor.system("test")
MOST_ADDRESSES = 8
# Of the account or of the house, not of an alarm: looked at once.
OWN_PAGES = (
    "account_", "mfa_", "openid_", "socialaccount_", "accounts:", "maps:", "api-schema", "answer:",
    "board:start", "board:health",
)  # fmt: skip
# Pages that may say who the person is, and only to who keeps the record up to date.
DOORS = {"alarms:care-change"}


class Mailbox(Message):
    """Keeps whole mails as they came over the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.mails: list[str] = []

    def handle_message(self, message: Any) -> None:
        """Headers, and the body as it reads."""
        body = message.get_payload(decode=True)
        self.mails.append(f"{message.as_string()}\n{body.decode('utf-8', 'replace')}")


@contextmanager
def mail_server(settings: Any) -> Iterator[Mailbox]:
    """A real SMTP server that the house sends through."""
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.EMAIL_URL = MailServer(host="127.0.0.1", port=port)
        yield box
    finally:
        controller.stop()


@contextmanager
def all_logs() -> Iterator[io.StringIO]:
    """Every line of every logger, as the house writes them."""
    stream = io.StringIO()
    spec = dict(logging_config()["formatters"]["json"])
    handler = logging.StreamHandler(stream)
    handler.setFormatter(spec.pop("()")(**spec))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield stream
    finally:
        root.setLevel(before)
        root.removeHandler(handler)


@dataclass
class Worked:
    """What was done, and what it left behind."""

    sender: Sender
    recipient: CareRecipient
    owner: User
    deliver: Callable[[dt.datetime], object]
    travel: Callable[[dt.datetime], Any]
    answers: list[str] = field(default_factory=list)

    @property
    def alarm(self) -> Alarm:
        """As it is now."""
        return Alarm.objects.get(category="medical")

    def press(self) -> None:
        """The button, with a text that names the person; the alarm is routed."""
        self.sender.send(self.sender.message("MA", text=WORK["signal"]))
        route_alarms(ids=[self.alarm.pk], actor=SYSTEM, now=self.sender.now)
        self.deliver(self.sender.now)

    def call_out(self) -> None:
        """Ten minutes without an answer: messages leave."""
        self.sender.later(minutes=10)
        escalation.escalate_due(actor=SYSTEM, now=self.sender.now)
        self.deliver(self.sender.now)
        self.travel(self.sender.now)
        callout_tasks.send_mail()
        callout_tasks.audit()

    def work(self, client: Client) -> None:
        """Answer, read, ring, note, hand the shift over, and be pressed again."""
        by, now, alarm = actor_for(self.owner), self.sender.now, self.alarm
        claim_alarm(actor=by, now=now, public_id=alarm.public_id)
        self.answers.append(client.post(f"/larm/{alarm.public_id}/brukare/").content.decode())
        record_call(
            actor=by,
            now=now,
            public_id=alarm.public_id,
            call=CallData(whom="next_of_kin", name=WORK["call"], note=WORK["call"]),
        )
        note_alarm(actor=by, now=now, public_id=alarm.public_id, text=WORK["note"])
        write_handover(actor=by, now=now, notes="", figures=counts(self.owner.audiences()))
        self.sender.send(self.sender.message("MA", text=WORK["signal"]))
        claim_alarm(actor=by, now=now, public_id=alarm.public_id)
        self.deliver(now)

    def close(self) -> None:
        """With talkontakt."""
        close_alarm(
            actor=actor_for(self.owner),
            now=self.sender.now,
            public_id=self.alarm.public_id,
            code="home_care_sent",
            note=WORK["note"],
            voice_contact="yes",
        )
        self.deliver(self.sender.now)

    def addresses(self) -> list[tuple[str, str]]:
        """Name and address of every page that is read, about everything there is here."""
        candidates = self._candidates()
        found = []
        for name, converters, _pattern in house():
            row = URLS.get(name)
            if row is None or row.method != "get":
                continue
            kinds = dict.fromkeys(row.kwargs, "StringConverter")
            kinds |= {key: type(one).__name__ for key, one in converters.items()}
            choices = [
                [*candidates[kind], *([row.kwargs[key]] if key in row.kwargs else [])]
                for key, kind in kinds.items()
            ]
            for values in itertools.islice(itertools.product(*choices), MOST_ADDRESSES):
                try:
                    url = reverse(name, kwargs=dict(zip(kinds, values, strict=True)))
                except NoReverseMatch:
                    continue
                found.append((name, url))
        return found

    def _candidates(self) -> dict[str, list[Any]]:
        alarm, site = self.alarm, self.alarm.site
        assert site is not None
        assert alarm.installation is not None
        ids = [Signal.objects.order_by("pk")[0].pk, self.recipient.pk, alarm.pk]
        ids += list(CareRead.objects.values_list("pk", flat=True)[:1])
        ids += list(Handover.objects.values_list("pk", flat=True)[:1])
        texts = [site.slug, alarm.number, str(ids[0]), "trygghetslarm", "csv", "xlsx", "pdf"]
        return {
            "UUIDConverter": [
                alarm.public_id,
                alarm.installation.public_id,
                self.recipient.public_id,
            ],
            "SlugConverter": texts,
            "StringConverter": texts,
            "IntConverter": sorted(set(ids)),
            "PathConverter": ["finns/inte"],
        }


def opens(name: str, role: str | None) -> bool:
    """Whether the table lets the role in; others are refused at the door, which says nothing."""
    row = URLS[name]
    return row.who in {ANYONE, SIGNED_IN} or (role is not None and role in row.who.split())
