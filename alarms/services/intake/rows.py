"""The intake's statements: ids, duplicates, signal rows, receipts (docs/adr/0006)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from alarms.incoming import Stored
from alarms.models import SignalOutcome
from alarms.services.intake.plan import Planned, clean
from trygghetscentral.ledger.append import array_literal
from trygghetscentral.shared.columns import Columns, column
from trygghetscentral.shared.statements import Rows, ask

DUPLICATE_WINDOW = dt.timedelta(minutes=10)

CLAIM_KEYS = """
INSERT INTO signal_key AS k (key, seen_at, signal_id)
SELECT key, %s, id FROM unnest(%b::bytea[], %b::bigint[]) AS t(key, id)
ON CONFLICT (key) DO UPDATE SET seen_at = excluded.seen_at, signal_id = excluded.signal_id
WHERE k.seen_at < %s
RETURNING key
"""

FIRST_OF_KEYS = "SELECT key, signal_id FROM signal_key WHERE key = ANY(%s)"

CLAIM_SOURCES = """
INSERT INTO alarms_apisource (api_client_id, source_id, signal_id, seen_at)
SELECT client, source, id, %s FROM unnest(%b::bigint[], %b::text[], %b::bigint[])
    AS t(client, source, id)
ON CONFLICT (api_client_id, source_id) DO NOTHING
RETURNING api_client_id, source_id
"""

FIRST_OF_SOURCES = """
SELECT s.api_client_id, s.source_id, s.signal_id FROM alarms_apisource AS s
JOIN unnest(%b::bigint[], %b::text[]) AS t(client, source)
  ON s.api_client_id = t.client AND s.source_id = t.source
"""

# Name and type of each column; an array in an array would be flattened on the way, so these
# travel as text.
_COLUMNS = Columns(
    id="bigint",
    received_at="timestamptz",
    channel="text",
    outcome="text",
    receiver="text",
    line="text",
    account="text",
    inner_account="text",
    transmitter_id="bigint",
    installation_id="bigint",
    controller_id="bigint",
    alarm_id="bigint",
    first_signal_id="bigint",
    sequence="text",
    scheme="text",
    code="text",
    qualifier="text",
    category="text",
    nature="text",
    priority="smallint",
    area="text",
    zone="text",
    text="text",
    occurred_at="timestamptz",
    longitude="float8",
    latitude="float8",
    media="text",
    extended="text",
    encrypted="bool",
    flags="text",
    clock_skew="int",
    api_client_id="bigint",
    raw="bytea",
)
_CASTS: Final = {"media": "text[]", "extended": "jsonb", "flags": "text[]"}

INSERT = f"""
INSERT INTO alarms_signal ({_COLUMNS.names})
SELECT {", ".join(f"{n}::{_CASTS[n]}" if n in _CASTS else n for n in _COLUMNS.names.split(", "))}
FROM unnest({_COLUMNS.arrays}) AS t({_COLUMNS.names})
"""  # noqa: S608  constant column list

RECEIPTS = """
SELECT s.id, a.public_id, a.number FROM alarms_signal AS s
LEFT JOIN alarms_alarm AS a ON a.id = s.alarm_id WHERE s.id = ANY(%s)
"""


@dataclass(slots=True)
class Claims:
    """The keys of a batch's messages, asked for with `claim` and not yet judged."""

    messages: dict[Any, list[Sequence[Planned]]]
    keys: list[bytes]
    sources: list[tuple[int, str]]
    keys_won: Rows | None = None
    sources_won: Rows | None = None


def claim(planned: Sequence[Sequence[Planned]], *, now: dt.datetime) -> Claims:
    """Claim the messages' keys; call `mark_duplicates` for the outcome.

    In sorted order, so that two receivers never wait for each other in a ring.
    """
    messages: dict[Any, list[Sequence[Planned]]] = {}
    for message in planned:
        identity = _identity(message)
        if identity is not None:
            messages.setdefault(identity, []).append(message)
    claims = Claims(
        messages,
        keys=sorted(key for key in messages if isinstance(key, bytes)),
        sources=sorted(key for key in messages if isinstance(key, tuple)),
    )
    if claims.keys:
        ids = [messages[key][0][0].id for key in claims.keys]
        claims.keys_won = ask(
            CLAIM_KEYS,
            (now, column("bytea", claims.keys), column("bigint", ids), now - DUPLICATE_WINDOW),
            keep_plan=True,
        )
    if claims.sources:
        clients, sources = zip(*claims.sources, strict=True)
        ids = [messages[key][0][0].id for key in claims.sources]
        claims.sources_won = ask(
            CLAIM_SOURCES,
            (now, column("bigint", clients), column("text", sources), column("bigint", ids)),
            keep_plan=True,
        )
    return claims


def mark_duplicates(claims: Claims) -> None:
    """Find retransmissions: within the batch, within ten minutes, or by the client's source id.

    A duplicate keeps one row that points at the first signal; its other events are dropped.
    """
    firsts = _first_of_keys(claims) | _first_of_sources(claims)
    for identity, messages in claims.messages.items():
        known = firsts.get(identity)
        repeats = messages if known is not None else messages[1:]
        for message in repeats:
            _make_duplicate(message, known if known is not None else messages[0][0].id)


def _identity(message: Sequence[Planned]) -> bytes | tuple[int, str] | None:
    if not message:
        return None
    incoming = message[0].incoming
    if incoming.source_id and incoming.api_client_id is not None:
        return (incoming.api_client_id, incoming.source_id)
    return incoming.dedupe_key


def _make_duplicate(message: Sequence[Planned], first_signal_id: int) -> None:
    message[0].outcome = SignalOutcome.DUPLICATE
    message[0].first_signal_id = first_signal_id
    for signal in message[1:]:
        signal.dropped = True


def _first_of_keys(claims: Claims) -> dict[Any, int]:
    """The first signal of the keys that were claimed before."""
    won = {bytes(key) for (key,) in claims.keys_won()} if claims.keys_won else set()
    lost = [key for key in claims.keys if key not in won]
    if not lost:
        return {}
    return {bytes(key): pk for key, pk in ask(FIRST_OF_KEYS, (lost,))()}


def _first_of_sources(claims: Claims) -> dict[Any, int]:
    won = set(claims.sources_won()) if claims.sources_won else set()
    lost = [source for source in claims.sources if source not in won]
    if not lost:
        return {}
    clients, sources = zip(*lost, strict=True)
    rows = ask(FIRST_OF_SOURCES, (column("bigint", clients), column("text", sources)))()
    return {(client, source): pk for client, source, pk in rows}


def insert_signals(signals: Sequence[Planned]) -> None:
    """Write the rows."""
    if signals:
        ask(INSERT, _COLUMNS.of(map(_values, signals)), keep_plan=True)


def _values(signal: Planned) -> tuple[Any, ...]:
    incoming, event, meaning = signal.incoming, signal.event, signal.meaning
    installation = signal.installation
    return (
        signal.id,
        incoming.received_at,
        incoming.channel.value,
        signal.outcome or SignalOutcome.LOGGED,
        incoming.receiver,
        incoming.line,
        incoming.account,
        incoming.inner_account,
        incoming.transmitter_id,
        installation.id if installation else None,
        installation.controller_id if installation else None,
        signal.alarm.id if signal.alarm else None,
        signal.first_signal_id,
        incoming.sequence,
        event.scheme if event else "",
        event.code if event else "",
        event.qualifier if event else "",
        meaning.category.value if meaning else "",
        meaning.nature.value if meaning else "",
        meaning.priority if meaning else None,
        event.area if event else "",
        event.zone if event else "",
        (event.text if event else "") or clean(incoming.text),
        event.occurred_at if event else None,
        incoming.position.longitude if incoming.position else None,
        incoming.position.latitude if incoming.position else None,
        array_literal(tuple(map(clean, incoming.media))) if incoming.media else "{}",
        _extended_json(incoming.extended) if incoming.extended else "[]",
        incoming.encrypted,
        array_literal(incoming.flags) if incoming.flags else "{}",
        incoming.clock_skew,
        incoming.api_client_id,
        incoming.raw,
    )


def _extended_json(blocks: Sequence[tuple[str, str]]) -> str:
    return json.dumps([[name, clean(value)] for name, value in blocks], ensure_ascii=False)


def receipts(planned: Sequence[Sequence[Planned]]) -> list[Stored]:
    """One receipt per message, heartbeats' empty ones included."""
    firsts = [
        message[0].first_signal_id
        for message in planned
        if message and message[0].first_signal_id is not None
    ]
    known: dict[int, tuple[Any, str]] = {}
    if firsts:
        rows = ask(RECEIPTS, (firsts,))()
        known = {pk: (public_id, number or "") for pk, public_id, number in rows}
    return [_receipt(message, known) for message in planned]


def _receipt(message: Sequence[Planned], known: dict[int, tuple[Any, str]]) -> Stored:
    if not message:
        return Stored(None, None, "", duplicate=False)
    first = message[0]
    if first.first_signal_id is not None:
        public_id, number = known.get(first.first_signal_id, (None, ""))
        return Stored(first.first_signal_id, public_id, number, duplicate=True)
    alarm = next((signal.alarm for signal in message if signal.alarm), None)
    if alarm is None:
        return Stored(first.id, None, "", duplicate=False)
    return Stored(first.id, alarm.public_id, alarm.number, duplicate=False)
