"""What the receiver allows itself and its senders, and the file limit that it needs for it."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from typing import Final

# Files besides connections: listeners, database, logs, pipes.
RESERVED_FILES: Final = 256


class StartError(RuntimeError):
    """The receiver cannot keep its promises here and refuses to start; the text says why."""


@dataclass(frozen=True, slots=True)
class Limits:
    """All in seconds, bytes or counts.

    `connections_per_peer` is high because many transmitters may share one operator's address;
    beyond either connection limit the oldest sender that never proved itself has to leave.
    `idle` is how long a transmitter may pause between messages (at least twice the longest
    supervision interval over TCP), `unproven` how long a sender may for which nothing of a known
    transmitter has been stored.
    """

    connections: int = 5_000
    connections_per_peer: int = 2_500
    unfinished_frame: float = 10.0
    unproven: float = 300.0
    idle: float = 4_000.0
    stalled_send: float = 30.0
    send_buffer: int = 32 * 1024
    in_flight_per_connection: int = 64
    in_flight_datagrams: int = 4_096
    samples_per_peer: int = 60
    samples: int = 600
    sample_window: float = 60.0


def raise_file_limit(connections: int) -> int:
    """Make room for `connections` sockets and return the limit; StartError when refused."""
    needed = connections + RESERVED_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return soft
    ceiling = hard if hard == resource.RLIM_INFINITY or hard >= needed else needed
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, ceiling))
    except (ValueError, OSError) as error:
        raise StartError(
            f"the receiver needs {needed} open files for {connections} connections, "
            f"but the system allows {hard}: raise LimitNOFILE (ulimit -n) or allow fewer"
        ) from error
    return needed


class Sampler:
    """Bounds how many refused frames are kept raw, so that a flood of noise fills no disk."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._window_ends = 0.0
        self._total = 0
        self._peers: dict[str, int] = {}

    def allows(self, peer: str, at: float) -> bool:
        """Whether one more frame from `peer` may be kept; `at` is monotonic seconds."""
        if at >= self._window_ends:
            self._window_ends = at + self._limits.sample_window
            self._total = 0
            self._peers.clear()
        taken = self._peers.get(peer, 0)
        if taken >= self._limits.samples_per_peer or self._total >= self._limits.samples:
            return False
        self._peers[peer] = taken + 1
        self._total += 1
        return True
