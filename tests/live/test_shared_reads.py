"""One reader asks, the others wait for the answer."""

from __future__ import annotations

import asyncio

import pytest

from trygghetscentral.live import shared_reads
from trygghetscentral.live.fragments import Fragments
from trygghetscentral.live.shared_reads import SharedReads


class Source:
    """Answers 1, 2, 3 ... slowly."""

    def __init__(self) -> None:
        self.asked = 0

    async def ask(self) -> int:
        self.asked += 1
        answer = self.asked
        await asyncio.sleep(0)
        return answer


async def test_many_readers_ask_once() -> None:
    reads, source = SharedReads[int](), Source()
    answers = await asyncio.gather(
        *(reads.get("q", lambda known: known >= 1, source.ask) for _ in range(20))
    )
    assert set(answers) == {1} and source.asked == 1


async def test_what_is_not_fresh_is_asked_for_again() -> None:
    reads, source = SharedReads[int](), Source()
    assert await reads.get("q", lambda known: known >= 1, source.ask) == 1
    assert await reads.get("q", lambda known: known >= 1, source.ask) == 1
    assert await reads.get("q", lambda known: known >= 2, source.ask) == 2
    assert await reads.get("other", lambda _known: True, source.ask) == 3


async def test_an_error_is_not_kept() -> None:
    async def fails() -> int:
        raise LookupError

    reads, source = SharedReads[int](), Source()
    with pytest.raises(LookupError):
        await reads.get("q", lambda _known: True, fails)
    assert await reads.get("q", lambda _known: True, source.ask) == 1


async def test_old_questions_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_reads, "MOST", 2)
    reads, source = SharedReads[int](), Source()
    for question in ("a", "b", "c"):
        await reads.get(question, lambda _known: True, source.ask)
    assert await reads.get("c", lambda _known: True, source.ask) == 3
    assert await reads.get("a", lambda _known: True, source.ask) == 4


def test_the_fragment_longest_unused_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Fragments(most=2)
    one, two, three = (("alarms", key, 1, "sv", "full") for key in "abc")
    kept.put(one, "1")
    kept.put(two, "2")
    assert kept.get(one) == "1"
    kept.put(three, "3")
    assert kept.get(two) is None and kept.get(one) == "1" and kept.get(three) == "3"
    monkeypatch.setattr("trygghetscentral.live.fragments.OLDEST_SECONDS", -1.0)
    assert kept.get(one) is None, "too old"
