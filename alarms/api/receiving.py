"""From checked input to stored signals: the HTTP door of intake."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError
from django.utils.translation import gettext as _
from rest_framework import status

from alarms.codes import parse_code
from alarms.incoming import (
    Channel,
    Incoming,
    IncomingKind,
    IntakeUnavailable,
    ReportedEvent,
    Stored,
)
from alarms.selectors.directory import Snapshot
from alarms.services.intake import shared_committer
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.shared.db import give_back_connection

WAIT_SECONDS: Final = 10.0
AHEAD: Final = dt.timedelta(minutes=5)
CLOCK_AHEAD: Final = "clock-ahead"


@dataclass(slots=True)
class Answer:
    """What became of one signal; `stored` only for 200 and 201."""

    status: int
    source_id: str = ""
    stored: Stored | None = None
    errors: dict[str, list[str]] | None = None


def receive(
    items: Sequence[dict[str, Any]], *, originals: Sequence[Any], user: User, now: dt.datetime
) -> list[Answer]:
    """Store checked signals together and wait for the commit, at most ten seconds.

    A signal for somebody else's installation is 403; one that could not be stored is 503 and
    must be sent again. Answers come in the order of the items.
    """
    try:
        committer = shared_committer.shared_committer()
    except DatabaseError:
        return [_not_received(item) for item in items]
    directory = committer.directory.snapshot
    waiting: list[Answer | Future[Stored]] = []
    for item, original in zip(items, originals, strict=True):
        incoming = incoming_of(item, original, user=user, directory=directory, now=now)
        waiting.append(refused(incoming, user, directory) or committer.submit_future(incoming))
    # Else as many senders as the pool has connections would hold them all while they wait, and
    # the one thread that stores for them would get none.
    give_back_connection()
    deadline = time.monotonic() + WAIT_SECONDS
    return [
        one if isinstance(one, Answer) else _await(one, item, deadline)
        for one, item in zip(waiting, items, strict=True)
    ]


def _await(future: Future[Stored], item: dict[str, Any], deadline: float) -> Answer:
    try:
        stored = future.result(timeout=max(0.0, deadline - time.monotonic()))
    except (TimeoutError, IntakeUnavailable):
        return _not_received(item)
    known = stored.duplicate
    return Answer(
        status.HTTP_200_OK if known else status.HTTP_201_CREATED, item["source_id"], stored
    )


def _not_received(item: dict[str, Any]) -> Answer:
    return Answer(
        status.HTTP_503_SERVICE_UNAVAILABLE,
        item["source_id"],
        errors={"detail": [_("Signalen är inte mottagen, skicka igen.")]},
    )


def refused(incoming: Incoming, user: User, directory: Snapshot) -> Answer | None:
    """A refusal, only for installations of other controllers: unknown accounts are everybody's."""
    if incoming.transmitter_id is None:
        return None
    controller = directory.installation_of[incoming.transmitter_id].controller_id
    if user.may(Permission.INTAKE_SEND, controller):
        return None
    return Answer(
        status.HTTP_403_FORBIDDEN,
        incoming.source_id,
        errors={"account": [_("Du får inte skicka för det kontot. Signalen togs inte emot.")]},
    )


def incoming_of(
    item: dict[str, Any], original: Any, *, user: User, directory: Snapshot, now: dt.datetime
) -> Incoming:
    """A checked signal as intake takes it; `original` is what was sent, kept as the raw one."""
    receiver, line = item["receiver"].upper(), item["line"].upper()
    account = item["account"].upper()
    known = directory.lookup(receiver, line, account)
    scheme, code, qualifier = parse_code(item["code"])
    occurred_at = item["occurred_at"]
    ahead = occurred_at is not None and occurred_at > now + AHEAD
    return Incoming(
        kind=IncomingKind.EVENT,
        channel=Channel.HTTP,
        received_at=now,
        receiver=receiver,
        line=line,
        account=account,
        transmitter_id=known.id if known else None,
        events=(
            ReportedEvent(
                scheme=scheme,
                code=code,
                qualifier=qualifier,
                area=item["area"],
                zone=item["zone"],
                text=item["text"],
                occurred_at=occurred_at,
            ),
        ),
        position=item["position"],
        raw=json.dumps(original).encode(),
        flags=(CLOCK_AHEAD,) if ahead else (),
        api_client_id=user.pk,
        source_id=item["source_id"],
    )
