"""What was sent and answered, and how it is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from trygghetscentral.board.simulation.events import ACTIVATIONS, Kind, Planned

NAMED: Final = 20


@dataclass(slots=True)
class Tally:
    """Counted while it runs. `messages` counts each signal once, `frames` each sending."""

    planned: int = 0
    messages: Counter[Kind] = field(default_factory=Counter)
    acked: Counter[Kind] = field(default_factory=Counter)
    frames: int = 0
    lost_acks: int = 0
    damaged: int = 0
    silent: int = 0
    refused: list[Planned] = field(default_factory=list)
    unanswered: list[Planned] = field(default_factory=list)
    not_sent: int = 0
    behind: float = 0.0
    most_behind: float = 0.0

    @property
    def sent(self) -> int:
        """Signals whose sending has begun."""
        return self.messages.total()

    @property
    def waiting(self) -> int:
        """Signals that are still without an answer."""
        return self.sent - self.acked.total() - len(self.refused) - len(self.unanswered)

    @property
    def lost_alarms(self) -> list[Planned]:
        """Alarms that nobody took over: the run has failed."""
        lost = [*self.unanswered, *self.refused]
        return [event for event in lost if event.kind in ACTIVATIONS]

    def note_behind(self, seconds: float) -> None:
        """How late the latest signal was sent."""
        self.behind = max(0.0, seconds)
        self.most_behind = max(self.most_behind, self.behind)

    def line(self, clock: str) -> str:
        """The progress line."""
        return (
            f"{clock}  skickat {self.sent} av {self.planned}, kvitterat {self.acked.total()}, "
            f"utan kvitto {self.waiting + len(self.refused) + len(self.unanswered)}, "
            f"efter {_number(self.behind)} s"
        )

    def summary(self) -> str:
        """The last words."""
        lines = [f"{'':<24}{'skickat':>9}{'kvitterat':>11}"]
        lines += [
            f"{kind:<24}{self.messages[kind]:>9}{self.acked[kind]:>11}"
            for kind in Kind
            if self.messages[kind]
        ]
        lines.append(
            f"{self.frames} sändningar i allt: {self.lost_acks} efter tappat kvitto, "
            f"{self.damaged} efter fel på linjen, {self.silent} utan svar. "
            f"Mest efter: {_number(self.most_behind)} s."
        )
        if self.not_sent:
            lines.append(f"{self.not_sent} signaler hann inte skickas.")
        lines += _named("nekade", self.refused)
        lines += _named("aldrig kvitterade", self.unanswered)
        return "\n".join(lines)


def _named(what: str, events: list[Planned]) -> list[str]:
    if not events:
        return []
    names = [f"  {event.kind} från {event.account} ({event.code or 'NULL'})" for event in events]
    more = [f"  och {len(names) - NAMED} till"] if len(names) > NAMED else []
    return [f"{len(names)} {what}:", *names[:NAMED], *more]


def _number(seconds: float) -> str:
    return f"{seconds:.1f}".replace(".", ",")
