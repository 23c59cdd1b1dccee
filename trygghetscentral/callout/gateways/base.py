"""What every way out of the house promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

TIMEOUT_SECONDS = 5.0


class GatewayError(Exception):
    """It was not handed over. `code` is ours; `permanent` says that trying again is useless."""

    def __init__(self, code: str, *, permanent: bool) -> None:
        super().__init__(code)
        self.code = code
        self.permanent = permanent


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What leaves. The same `dedupe_id` goes with every attempt; only mail takes `attachments`."""

    address: str
    subject: str
    text: str
    dedupe_id: UUID
    exercise_id: int | None
    attachments: tuple[Attachment, ...] = ()


class Gateway(Protocol):
    """One way out. `open` first, then `send` any number of times, and `close` in any case."""

    def open(self) -> None:
        """Get ready, as far as that takes time. Raises GatewayError."""
        ...

    def send(self, message: Message) -> None:
        """Hand one message over. Raises GatewayError; refuses whatever is an exercise."""
        ...

    def close(self) -> None:
        """Let go. Never raises."""
        ...


def refuse_exercise(message: Message) -> None:
    """Raise GatewayError for an exercise: it never leaves the house (design.md 7)."""
    if message.exercise_id is not None:
        raise GatewayError("exercise", permanent=True)
