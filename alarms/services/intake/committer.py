"""Group commit: many waiting messages become one transaction.

One thread with its own connection takes everything that waits (at most 500), stores it, and only
then hands out receipts. Under load the batches grow by themselves; at rest a message waits for
nobody.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import structlog
from django.db import DatabaseError, close_old_connections, connection

from alarms.incoming import Incoming, IntakeUnavailable, Stored
from alarms.metrics import INTAKE_BATCH, INTAKE_SECONDS, INTAKE_STORED
from alarms.selectors.directory import LiveDirectory
from alarms.services.intake.batch import Memory, store_batch
from trygghetscentral.shared import clock

MOST_PER_BATCH = 500
MOST_WAITING = 20_000

log = structlog.get_logger()

Receipt = Stored | None
Batch = list[tuple[Incoming, Callable[[Receipt], None]]]


class GroupCommitter:
    """The door every receiver of this process stores through."""

    def __init__(
        self,
        directory: LiveDirectory,
        *,
        deliver: Callable[[Callable[[], None]], None] = lambda call: call(),
    ) -> None:
        """`deliver` runs a batch's callbacks where they belong, such as in a loop's thread."""
        self.directory = directory
        self._deliver = deliver
        self._waiting: queue.Queue[tuple[Incoming, Callable[[Receipt], None]] | None] = queue.Queue(
            MOST_WAITING
        )
        self._memory = Memory()
        self._thread = threading.Thread(target=self._run, name="group-commit", daemon=True)

    def start(self) -> None:
        """Begin to store."""
        self._thread.start()

    def stop(self) -> None:
        """Store what waits, then end."""
        self._waiting.put(None)
        self._thread.join(timeout=30)

    def submit(self, incoming: Incoming, done: Callable[[Receipt], None]) -> bool:
        """Queue a message. False when the queue is full: then nobody may ACK it.

        `done` gets the receipt after the commit, or None when it could not be stored.
        """
        try:
            self._waiting.put_nowait((incoming, done))
        except queue.Full:
            return False
        return True

    def submit_future(self, incoming: Incoming) -> Future[Stored]:
        """The same for a caller that waits; raises IntakeUnavailable through the future."""
        future: Future[Stored] = Future()

        def done(receipt: Receipt) -> None:
            if receipt is None:
                future.set_exception(IntakeUnavailable())
            else:
                future.set_result(receipt)

        if not self.submit(incoming, done):
            future.set_exception(IntakeUnavailable())
        return future

    def _run(self) -> None:
        while True:
            batch, ended = self._take()
            if batch:
                self._store(batch)
            if ended:
                connection.close()
                return

    def _take(self) -> tuple[Batch, bool]:
        batch: Batch = []
        item = self._waiting.get()
        while item is not None:
            batch.append(item)
            if len(batch) >= MOST_PER_BATCH:
                return batch, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _store(self, batch: Batch) -> None:
        receipts = self._try(batch)
        if receipts is None and len(batch) > 1 and _database_answers():
            # One message that the database refuses must not keep the others out.
            receipts = [(self._try([item]) or [None])[0] for item in batch]
        if receipts is None:
            receipts = [None] * len(batch)
        settled = receipts

        def hand_out() -> None:
            for (_, done), receipt in zip(batch, settled, strict=True):
                done(receipt)

        self._deliver(hand_out)

    def _try(self, batch: Batch) -> Sequence[Receipt] | None:
        try:
            with INTAKE_SECONDS.time():
                receipts = store_batch(
                    [incoming for incoming, _ in batch],
                    directory=self.directory.snapshot,
                    now=clock.now(),
                    memory=self._memory,
                )
        except Exception as error:
            # The edge: whatever went wrong, nobody gets an ACK, every transmitter keeps its
            # alarm, and the thread that all receivers wait for lives on.
            log.error("intake_not_stored", error=type(error).__name__, messages=len(batch))
            INTAKE_STORED.labels("failed").inc(len(batch))
            close_old_connections()
            return None
        INTAKE_BATCH.observe(len(batch))
        INTAKE_STORED.labels("stored").inc(len(batch))
        return receipts


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
