"""A gateway for tests that do not ask what a server says."""

from __future__ import annotations

from trygghetscentral.callout.gateways.base import Message, refuse_exercise


class FakeGateway:
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def open(self) -> None:
        """Nothing to get ready."""

    def send(self, message: Message) -> None:
        """Keep it; refuse an exercise as the real ones do."""
        refuse_exercise(message)
        self.messages.append(message)

    def close(self) -> None:
        """Nothing to let go."""
