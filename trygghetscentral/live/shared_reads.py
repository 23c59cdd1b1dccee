"""Reads of the database that many sockets of a process share."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 500


class SharedReads(Generic[T]):
    """The latest answer to each question; one reader asks while the others wait for it."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Hashable, T] = OrderedDict()
        self._locks: dict[Hashable, asyncio.Lock] = {}

    async def get(
        self, question: Hashable, fresh: Callable[[T], bool], ask: Callable[[], Awaitable[T]]
    ) -> T:
        """An answer that is `fresh`, asked for when none is at hand. Raises what `ask` raises."""
        known = self._answers.get(question)
        if known is not None and fresh(known):
            return known
        async with self._locks.setdefault(question, asyncio.Lock()):
            known = self._answers.get(question)
            if known is not None and fresh(known):
                return known
            answer = await ask()
            self._keep(question, answer)
            return answer

    def _keep(self, question: Hashable, answer: T) -> None:
        self._answers[question] = answer
        self._answers.move_to_end(question)
        while len(self._answers) > MOST:
            oldest, _ = self._answers.popitem(last=False)
            if not self._locks[oldest].locked():
                del self._locks[oldest]
