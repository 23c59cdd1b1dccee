"""When changes go out."""

from __future__ import annotations

from trygghetscentral.live.merge import (
    MERGE_SECONDS,
    MOST_LOADED,
    ROWS_A_SECOND,
    ROWS_AT_ONCE,
    Budget,
    Merger,
)

START = 1000.0


def told(merger: Merger, *changes: tuple[str, int]) -> None:
    for subject_id, seq in changes:
        merger.add(subject_id, seq)
        merger.reach(seq)


def test_the_first_change_goes_at_once_and_the_next_ones_together() -> None:
    merger = Merger(0)
    told(merger, ("a", 1))
    first = merger.take(START)
    assert first and first.subjects == {"a": 1} and first.covered == 1
    told(merger, ("a", 2), ("a", 3))
    assert merger.take(START + 0.01) is None
    assert merger.next_due(START + 0.01) == START + MERGE_SECONDS
    second = merger.take(START + MERGE_SECONDS)
    assert second and second.subjects == {"a": 3} and second.covered == 3


def test_another_row_need_not_wait() -> None:
    merger = Merger(0)
    told(merger, ("a", 1))
    merger.take(START)
    told(merger, ("a", 2), ("b", 3))
    due = merger.take(START + 0.01)
    assert due and due.subjects == {"b": 3}
    assert due.covered == 1, "the change at 2 has not gone out"


def test_what_was_only_read_is_covered() -> None:
    merger = Merger(5)
    assert merger.covered() == 5
    merger.reach(9)
    assert merger.covered() == 9 and merger.take(START) is None
    assert merger.next_due(START) is None


def test_a_flood_is_cut_and_says_so() -> None:
    merger = Merger(0)
    told(merger, *((str(number), number) for number in range(1, 2001)))
    due = merger.take(START)
    assert due and due.dirty and len(due.subjects) == MOST_LOADED and due.covered == 2000
    assert merger.take(START + 1) is None


def test_a_rest_holds_everything() -> None:
    merger = Merger(0)
    told(merger, ("a", 1))
    merger.rest_until(START + 1)
    assert merger.take(START) is None and merger.next_due(START) == START + 1
    assert merger.take(START + 1)


def test_the_budget_runs_out_and_comes_back() -> None:
    budget = Budget()
    assert budget.left(START) == ROWS_AT_ONCE and budget.wait(START) == 0
    budget.spend(ROWS_AT_ONCE)
    assert budget.left(START) == 0 and budget.wait(START) == 0.5
    assert budget.left(START + 1) == ROWS_A_SECOND and budget.wait(START + 1) == 0
    assert budget.left(START + 60) == ROWS_AT_ONCE
