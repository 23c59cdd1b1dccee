"""From a frame to intake and back: what TCP and UDP share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final, Protocol

import structlog

from alarms.gateways.dc09.decide import Decision, decide
from alarms.gateways.dc09.flags import Flag
from alarms.gateways.dc09.limits import Limits, Sampler
from alarms.incoming import BatchSink, Channel, Directory, Incoming, IncomingKind, Stored

_log: Final = structlog.get_logger(__name__)


class Counters(Protocol):
    """Where the receiver counts; names are listed in docs/operations.md."""

    def count(self, name: str, amount: int = 1) -> None:
        """Add `amount` to the counter `name`."""


class Slot(Protocol):
    """One frame's place in its sender's queue of answers."""

    reply: bytes | None
    proves: bool

    def __call__(self, stored: Stored | None, /) -> None:
        """Answer with `reply` if stored, else stay silent; called once."""

    def settle(self, reply: bytes | None, /) -> None:
        """Answer at once, or with None never."""


def _no_receipt_needed(stored: Stored | None) -> None:
    """A refusal has been answered already; whether its sample was kept changes nothing."""


class FrameHandler:
    """Decides on frames and hands them to the sink; one per receiver."""

    def __init__(
        self,
        *,
        sink: BatchSink,
        directory: Directory,
        counters: Counters,
        limits: Limits,
        now: Callable[[], datetime],
    ) -> None:
        self.limits = limits
        self.count = counters.count
        self._sink = sink
        self._directory = directory
        self._now = now
        self._sampler = Sampler(limits)

    def handle(self, frame: bytes, channel: Channel, peer: str, slot: Slot) -> None:
        """Answer `slot` now or, for what must be stored first, when intake has committed."""
        try:
            decision = decide(
                frame, channel=channel, directory=self._directory, now=self._now(), peer=peer
            )
            self.count(decision.outcome)
            self._carry_out(decision, slot)
        except Exception:  # the edge: one frame that we fail on must not cost the next its ACK
            _log.exception("dc09.frame_failed", size=len(frame))
            self.count("internal_error")
            slot.settle(None)

    def _carry_out(self, decision: Decision, slot: Slot) -> None:
        incoming = decision.incoming
        if decision.reply_after_store:
            slot.reply = decision.reply
            slot.proves = incoming.transmitter_id is not None
            if not self._sink.submit(incoming, slot):
                self.count("queue_full")
                slot.settle(None)
            return
        if decision.security:
            self.count("security")
        self._keep(incoming)
        slot.settle(decision.reply)

    def keep_sample(self, raw: bytes, channel: Channel, peer: str) -> None:
        """Keep bytes that never became a frame."""
        self._keep(
            Incoming(
                kind=IncomingKind.UNREADABLE,
                channel=channel,
                received_at=self._now(),
                raw=raw,
                flags=(Flag.UNFINISHED.value,),
                peer=peer,
            )
        )

    def _keep(self, incoming: Incoming) -> None:
        # An event refused with DUH (unknown account) is not noise and is never sampled away.
        is_event = incoming.kind is IncomingKind.EVENT
        if not is_event and not self._sampler.allows(incoming.peer, _monotonic()):
            self.count("sample_skipped")
        elif not self._sink.submit(incoming, _no_receipt_needed):
            self.count("queue_full")


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
