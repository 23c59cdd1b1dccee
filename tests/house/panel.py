"""A transmitter of the tests' own, written from the standard and not from the receiver.

It behaves as a panel does: one message at a time, the same bytes again until it is acknowledged.
"""

from __future__ import annotations

import re
import socket
import threading
import time
from dataclasses import dataclass, field

ANSWER = re.compile(rb'\n[0-9A-F]{8}"\*?(ACK|NAK|DUH)"([0-9]{4})')
PATIENCE_SECONDS = 2.0
PAUSE_SECONDS = 0.2


def crc16(data: bytes) -> int:
    """CRC-16/ARC, bit by bit."""
    register = 0
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0xA001 if register & 1 else 0)
    return register


def frame(account: str, sequence: int, data: str) -> bytes:
    """One DC-09 message in the clear."""
    body = f'"SIA-DCS"{sequence:04d}L0#{account}[{data}]'.encode("ascii")
    return b"\n%04X%04X%b\r" % (crc16(body), len(body), body)


@dataclass
class Panel:
    """Sends zone after zone until told to stop; `acked` are the zones it was answered for."""

    account: str
    port: int
    acked: list[str] = field(default_factory=list)
    tries: int = 0
    sequence: int = 0
    _said: bytes = b""
    _socket: socket.socket | None = None

    def send(self, zone: str, *, until: float) -> bool:
        """Say that a zone alarms, again and again until it is acknowledged.

        False when `until` (monotonic) came first: then nobody has taken the alarm over.
        """
        if not self.say(f"BA{zone}", until=until):
            return False
        self.acked.append(zone)
        return True

    def say(self, code: str, *, until: float) -> bool:
        """Say a code of area 1, such as "FA12", until it is acknowledged; False as for `send`."""
        self.sequence = self.sequence % 9999 + 1
        self._said = frame(self.account, self.sequence, f"#{self.account}|Nri1/{code}")
        return self.say_again(until=until)

    def say_again(self, *, until: float) -> bool:
        """Send the same bytes once more, as when the answer was lost."""
        while time.monotonic() < until:
            if self._once(self._said):
                return True
            time.sleep(PAUSE_SECONDS)
        return False

    def _once(self, message: bytes) -> bool:
        self.tries += 1
        try:
            if self._socket is None:
                self._socket = socket.create_connection(("127.0.0.1", self.port), PATIENCE_SECONDS)
                self._socket.settimeout(PATIENCE_SECONDS)
            self._socket.sendall(message)
            answer = ANSWER.search(self._socket.recv(1024))
        except OSError:
            answer = None
        if answer is None:
            self.hang_up()
            return False
        assert int(answer[2]) == self.sequence, "ett svar på något annat"
        return answer[1] == b"ACK"

    def hang_up(self) -> None:
        """End the connection."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None


class Traffic:
    """Several panels of one installation at once, each with zones of its own, for as long as the
    block lasts. Afterwards each sends its last one until it is acknowledged."""

    def __init__(self, panels: list[Panel], *, first_zone: int, pace: float = 0.05) -> None:
        self.panels = panels
        self._first = first_zone
        self._pace = pace
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(panel, place))
            for place, panel in enumerate(panels)
        ]
        self.unanswered: list[tuple[str, str]] = []

    def __enter__(self) -> Traffic:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(120)

    def _run(self, panel: Panel, place: int) -> None:
        zone = self._first + place
        while not self._ended.is_set():
            if not panel.send(str(zone), until=time.monotonic() + 90):
                self.unanswered.append((panel.account, str(zone)))
            zone += len(self.panels)
            time.sleep(self._pace)
        panel.hang_up()

    @property
    def acked(self) -> set[tuple[str, str]]:
        """Account and zone of every alarm that we have taken over."""
        return {(panel.account, zone) for panel in self.panels for zone in panel.acked}
