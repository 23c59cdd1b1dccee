"""Reading stored signals for those who wait for their answer: one question for all at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import close_old_connections

from alarms.api.bodies import alarm_body, signal_body
from alarms.selectors.signals import receipt_rows
from trygghetscentral.accounts.models import User

Waiting = tuple[User, int, "asyncio.Future[dict[str, Any]]"]


class Receipts:
    """While one question is with the database, the next ones gather and become one.

    Lives in one event loop; its thread has the database connection.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="receipts")
        self._waiting: list[Waiting] = []
        self._reader: asyncio.Task[None] | None = None

    async def of(self, user: User, signal_id: int) -> dict[str, Any]:
        """The signal and its alarm as the user may see them.

        Raises django.db.DatabaseError when the database does not answer.
        """
        future: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting.append((user, signal_id, future))
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        return await future

    async def _read(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            waiting, self._waiting = self._waiting, []
            try:
                bodies = await loop.run_in_executor(
                    self._thread, _bodies, [(user, pk) for user, pk, _ in waiting]
                )
            except Exception as error:
                # The edge: whatever went wrong, each that waits is told, and the next are read.
                for _user, _pk, future in waiting:
                    if not future.done():
                        future.set_exception(error)
                continue
            for (_user, _pk, future), body in zip(waiting, bodies, strict=True):
                if not future.done():
                    future.set_result(body)
        self._reader = None


def _bodies(asked: Sequence[tuple[User, int]]) -> list[dict[str, Any]]:
    of_user: dict[int, list[tuple[User, int]]] = defaultdict(list)
    for user, pk in asked:
        of_user[id(user)].append((user, pk))
    close_old_connections()
    try:
        found = {
            key: receipt_rows(pairs[0][0], [pk for _, pk in pairs])
            for key, pairs in of_user.items()
        }
    finally:
        close_old_connections()
    bodies = []
    for user, pk in asked:
        row = found[id(user)][pk]
        bodies.append({"signal": signal_body(row), "alarm": alarm_body(row)})
    return bodies
