"""After the commit: a hint to the live publisher and the workers.

Only a hint: the publisher ticks and beat redelivers without it, so a Redis that is down costs
latency and nothing else. It is sent by a thread of its own, so that no commit waits for Redis,
and many commits in a row cost one message.
"""

from __future__ import annotations

import os
import threading
import time

import redis
import structlog
from celery import current_app
from django.conf import settings
from kombu.exceptions import OperationalError

CHANNEL = "tc.wake"
SPACING_SECONDS = 0.02

# A task costs a worker more than the rows it then delivers, so under load they come together.
TASK_SPACING_SECONDS = 0.05
REST_AFTER_FAILURE_SECONDS = 1.0

log = structlog.get_logger()


class Waker:
    """One per process; made on first use because workers fork."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self._news = threading.Event()
        self._newest = 0
        self._deliveries = False
        self._sent = 0
        self._task_at = 0.0
        self._ended = False
        self._redis = redis.Redis.from_url(
            settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5
        )
        self._thread = threading.Thread(target=self._run, name="ledger-wake", daemon=True)
        self._thread.start()

    def tell(self, seq: int, *, deliveries: bool) -> None:
        """Note that there is news and return at once."""
        self._newest = max(self._newest, seq)
        self._deliveries = self._deliveries or deliveries
        self._news.set()

    def stop(self) -> None:
        """Send what was told, then end the thread."""
        self._ended = True
        self._news.set()
        self._thread.join(timeout=5)
        self._redis.close()

    def _run(self) -> None:
        while not self._ended:
            self._news.wait(self._until_task())
            self._news.clear()
            self._send()
        self._send()

    def _until_task(self) -> float | None:
        """Seconds until a task that waits for its turn may go, None when none waits."""
        return max(0.0, self._task_at - time.monotonic()) if self._deliveries else None

    def _send(self) -> None:
        try:
            if self._newest > self._sent:
                self._sent = self._newest
                self._redis.publish(CHANNEL, str(self._sent))
            if self._deliveries and (self._ended or self._until_task() == 0):
                self._deliveries = False
                self._task_at = time.monotonic() + TASK_SPACING_SECONDS
                current_app.send_task("ledger.deliver_due", queue="critical", expires=5)
        except (redis.RedisError, OperationalError, OSError) as error:
            log.warning("wake_failed", error=type(error).__name__)
            time.sleep(REST_AFTER_FAILURE_SECONDS)
        time.sleep(SPACING_SECONDS)


_waker: Waker | None = None
_lock = threading.Lock()


def wake(seq: int, *, deliveries: bool) -> None:
    """Hint that the ledger has grown to `seq`. Never raises, never waits."""
    if not settings.LEDGER_WAKE:
        return
    global _waker
    with _lock:
        if _waker is None or _waker.pid != os.getpid():
            _waker = Waker()
    _waker.tell(seq, deliveries=deliveries)


def rest() -> None:
    """End this process's waker; the next hint makes a new one."""
    global _waker
    with _lock:
        waker, _waker = _waker, None
    if waker is not None:
        waker.stop()
