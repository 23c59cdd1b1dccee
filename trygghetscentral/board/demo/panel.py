"""A panel as it stands in a building: makes DC-09 frames.

Written from protocols.md 1.2 and 1.6 and apart from the receiver, so that the two can disagree.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from fastcrc import crc16

BLOCK = 16
SEQUENCES = 9999
PAD_LETTERS = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(slots=True)
class Panel:
    """One transmitter. `key` empty sends in the clear."""

    account: str
    key: bytes = b""
    receiver: str = ""
    line: str = "0"
    sequence: int = 0

    def next_sequence(self) -> int:
        """The number of the next message: 1 to 9999 and round again."""
        self.sequence = self.sequence % SEQUENCES + 1
        return self.sequence

    def link_test(self, *, now: dt.datetime) -> bytes:
        """A NULL."""
        return self.framed("NULL", "", 0, now=now)

    def framed(self, token: str, data: str, sequence: int, *, now: dt.datetime) -> bytes:
        """A whole frame; encrypted ones carry the time, as they must."""
        stamp = now.astimezone(dt.UTC).strftime("_%H:%M:%S,%m-%d-%Y")
        content = f"{data}]" if not self.key else self._sealed(data, stamp)
        mark = "*" if self.key else ""
        prefix = f"R{self.receiver}" if self.receiver else ""
        body = f'"{mark}{token}"{sequence:04d}{prefix}L{self.line}#{self.account}[{content}'.encode(
            "latin-1", "replace"
        )
        return b"\n%04X0%03X%b\r" % (crc16.arc(body), len(body), body)

    def _sealed(self, data: str, stamp: str) -> str:
        clear = f"|{data}]{stamp}".encode("latin-1", "replace")
        pad = BLOCK - len(clear) % BLOCK
        whole = bytes(secrets.choice(PAD_LETTERS) for _ in range(pad)) + clear
        encryptor = Cipher(algorithms.AES(self.key), modes.CBC(bytes(BLOCK))).encryptor()
        return (encryptor.update(whole) + encryptor.finalize()).hex().upper()
