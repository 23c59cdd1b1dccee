"""How many DC-09 frames one core reads and decides on in a second, without network or database.

Run: python -m benchmarks.dc09_parse [seconds per row]
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime

from alarms.gateways.dc09.cipher import encrypt
from alarms.gateways.dc09.decide import decide
from alarms.gateways.dc09.frame import Splitter
from alarms.gateways.dc09.reply import stamp, wrap
from alarms.incoming import Channel, TransmitterInfo

AT = datetime(2026, 11, 20, 10, 15, 30, tzinfo=UTC)
KEYS = {"AES-128": bytes(range(16)), "AES-256": bytes(range(32))}
BATCH = 500


class Known:
    """Every account belongs to one transmitter with all the keys."""

    def lookup(self, receiver: str, line: str, account: str) -> TransmitterInfo | None:
        """Always found."""
        return TransmitterInfo(
            id=1,
            receiver=receiver,
            line=line,
            account=account,
            keys=tuple(KEYS.values()),
            require_encryption=False,
            ack_with_pipe=False,
            strict_length=False,
        )

    def answer_unknown_with_duh(self) -> bool:
        """Never asked."""
        return False


def sealed(key: bytes) -> bytes:
    """An encrypted burglary alarm."""
    tail = b"|#1234|Nri1/BA12]_" + stamp(AT)
    pad = b"p" * (16 + -len(tail) % 16)
    return wrap(b'"*SIA-DCS"0001L0#1234[' + encrypt(key, pad + tail))


FRAMES = {
    "NULL": wrap(b'"NULL"0000L0#1234[]'),
    "SIA-DCS": wrap(b'"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]'),
    "ADM-CID": wrap(b'"ADM-CID"0001L0#1234[#1234|1131 01 003]'),
    "SIA-DCS, text, place, time": wrap(
        b'"SIA-DCS"0002R1L1#1234[#1234|Nri1/FA007^Serverrum plan 2^]'
        b"[LStadshuset][H10:15:28,11-20-2026]_10:15:30,11-20-2026"
    ),
    "SIA-DCS, AES-128": sealed(KEYS["AES-128"]),
    "SIA-DCS, AES-256": sealed(KEYS["AES-256"]),
    "wrong CRC": b'\n00000025"SIA-DCS"0001L0#1234[#1234|Nri1/BA12]\r',
}


def rate(frame: bytes, seconds: float) -> float:
    """Frames per second of processor time, cut out of a stream of coalesced frames."""
    directory = Known()
    splitter = Splitter()
    stream = frame * BATCH
    count = 0
    started = time.process_time()
    while (spent := time.process_time() - started) < seconds:
        for cut in splitter.feed(stream):
            decide(cut, channel=Channel.DC09_TCP, directory=directory, now=AT)
        count += BATCH
    return count / spent


def main() -> None:
    """Print one row for each kind of frame."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    print(f"{'frame':<28} {'frames/s':>10} {'µs each':>9}")
    for name, frame in FRAMES.items():
        found = rate(frame, seconds)
        print(f"{name:<28} {found:>10,.0f} {1e6 / found:>9.1f}")


if __name__ == "__main__":
    main()
