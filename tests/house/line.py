"""A TCP line that can be cut, muted and mended, between a panel and the house."""

from __future__ import annotations

import enum
import socket
import threading
from contextlib import suppress


class Fault(enum.Enum):
    """What is wrong with the line."""

    NONE = "none"
    CUT = "cut"
    """Connections break and none is made."""
    NO_ANSWERS = "no answers"
    """What the panel says arrives; what it is answered is lost."""


class Line:
    """Listens on a port of its own and passes everything on to `target`."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._fault = Fault.NONE
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.lost_answers = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Break what is open and refuse what comes."""
        self._fault = Fault.CUT
        self._break()

    def mute(self) -> None:
        """Lose the answers only."""
        self._fault = Fault.NO_ANSWERS

    def mend(self) -> None:
        """All is well again; what was open while muted is broken, since its answers are lost."""
        self._fault = Fault.NONE
        self._break()

    def close(self) -> None:
        """End for good."""
        self._listener.close()
        self._break()

    def _break(self) -> None:
        with self._lock:
            broken, self._open = self._open, set()
        for each in broken:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _address = self._listener.accept()
            except OSError:
                return
            try:
                if self._fault is Fault.CUT:
                    raise ConnectionRefusedError
                far = socket.create_connection(("127.0.0.1", self._target), 5)
                far.settimeout(None)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._open |= {near, far}
            for source, sink, answers in ((near, far, False), (far, near, True)):
                threading.Thread(
                    target=self._pass_on, args=(source, sink, answers), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if answers and self._fault is Fault.NO_ANSWERS:
                    self.lost_answers += 1
                    continue
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()
        with self._lock:
            self._open -= {source, sink}
