"""What a change means for one screen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trygghetscentral.live.rows import Row, View
from trygghetscentral.live.selection import ALWAYS, EVERYTHING, Selection, selection_of
from trygghetscentral.live.window import Window

MINE = frozenset({"alarm.view@1"})
THEIRS = frozenset({"alarm.view@2"})


def row(
    number: int,
    seq: int = 1,
    *,
    sort: int | None = None,
    alive: bool = True,
    audiences: frozenset[str] = MINE,
    tags: frozenset[str] = frozenset(),
) -> Row:
    at = number if sort is None else sort
    html = f"<li>{number}/{seq}"
    return Row(f"alarm:{number}", f"{at:05d}", seq, html, audiences, alive, tags)


def window(*numbers: int, limit: int = 3, more: bool = False, seq: int = 1) -> Window:
    made = Window(limit)
    made.adopt(View(seq, tuple(row(number) for number in numbers), more))
    return made


def keys(diff_rows: dict[str, Row]) -> list[str]:
    return sorted(key.removeprefix("alarm:") for key in diff_rows)


def test_a_new_row_enters_while_there_is_room() -> None:
    diff = window(1, 2).apply([row(3, 2)], MINE)
    assert keys(diff.upsert) == ["3"] and not diff.remove and diff.touched


def test_a_worse_row_drives_the_last_one_out_of_a_full_window() -> None:
    full = window(2, 3, 4)
    diff = full.apply([row(1, 2)], MINE)
    assert keys(diff.upsert) == ["1"] and diff.remove == {"alarm:4"}
    assert set(full.held) == {"alarm:1", "alarm:2", "alarm:3"} and full.beyond


def test_of_two_rows_that_sort_alike_the_first_key_stands_first() -> None:
    full = Window(2)
    full.adopt(View(1, (row(2, sort=1), row(3, sort=1)), more=False))
    assert keys(full.apply([row(1, 2, sort=1)], MINE).upsert) == ["1"]
    assert not full.apply([row(4, 3, sort=1)], MINE)


def test_a_row_beyond_a_full_window_is_only_counted() -> None:
    full = window(1, 2, 3)
    diff = full.apply([row(9, 2)], MINE)
    assert not diff and diff.touched and full.beyond


def test_a_row_of_others_is_nothing_to_me() -> None:
    diff = window(1, 2).apply([row(3, 2, audiences=THEIRS)], MINE)
    assert not diff and not diff.touched


def test_a_row_that_was_mine_is_taken_away() -> None:
    held = window(1, 2)
    diff = held.apply([row(1, 2, audiences=THEIRS)], MINE)
    assert diff.remove == {"alarm:1"} and diff.touched and not diff.wants_fill


def test_a_closed_row_leaves_and_its_place_is_filled_where_others_wait() -> None:
    diff = window(1, 2, 3, more=True).apply([row(1, 2, alive=False)], MINE)
    assert diff.remove == {"alarm:1"} and diff.wants_fill


def test_a_row_that_sinks_to_the_end_may_belong_beyond_it() -> None:
    assert window(1, 2, 3, more=True).apply([row(1, 2, sort=9)], MINE).wants_fill
    assert not window(1, 2, 3).apply([row(1, 2, sort=9)], MINE).wants_fill


def test_old_news_is_no_news() -> None:
    held = window(1, 2, seq=5)
    held.apply([row(1, 7)], MINE)
    assert not held.apply([row(1, 6)], MINE)
    assert not held.apply([row(1, 7)], MINE)
    assert not held.apply([row(3, 5)], MINE), "the reading at 5 did not find it"


def test_a_row_told_and_driven_out_in_one_go_is_not_told() -> None:
    diff = window(5, 6, 7).apply([row(8, 2, sort=4), row(1, 3), row(2, 4), row(3, 5)], MINE)
    assert keys(diff.upsert) == ["1", "2", "3"]
    assert diff.remove == {"alarm:5", "alarm:6", "alarm:7", "alarm:8"}


def test_a_row_that_leaves_and_returns_in_one_go_stays() -> None:
    diff = window(1, 2).apply([row(1, 2, alive=False), row(1, 3)], MINE)
    assert keys(diff.upsert) == ["1"] and not diff.remove


def test_a_reading_tells_only_what_differs() -> None:
    held = window(1, 2, 3)
    diff = held.take(View(9, (row(2), row(3, 8), row(4)), more=False))
    assert keys(diff.upsert) == ["3", "4"] and diff.remove == {"alarm:1"}
    assert held.synced == 9


def test_another_language_sends_every_row_again() -> None:
    held = window(1, 2)
    held.forget_versions()
    assert keys(held.take(View(1, (row(1), row(2)), more=False)).upsert) == ["1", "2"]


BRAND = selection_of(["desk:brand", "desk:teknik", "state:parked"])


def selected(*rows: Row, limit: int = 3, more: bool = False) -> Window:
    made = Window(limit, BRAND)
    made.adopt(View(1, rows, more))
    return made


def tagged(*tags: str) -> frozenset[str]:
    return frozenset(tags)


def test_a_row_that_stops_matching_leaves_and_one_that_begins_to_enters() -> None:
    matches = tagged("desk:teknik", "state:parked")
    held = selected(row(1, tags=matches), more=True)
    gone = held.apply([row(1, 2, tags=tagged("desk:inbrott", "state:parked"))], MINE)
    assert gone.remove == {"alarm:1"} and gone.touched and gone.wants_fill
    back = held.apply([row(1, 3, tags=matches)], MINE)
    assert keys(back.upsert) == ["1"] and not back.remove


def test_a_row_outside_the_selection_is_only_counted() -> None:
    diff = selected().apply([row(1, 2, tags=tagged("desk:brand", "state:new"))], MINE)
    assert not diff and diff.touched and not diff.wants_fill


def test_what_can_not_be_selected_away_enters_and_leaves_when_it_can() -> None:
    held = selected()
    assert keys(held.apply([row(1, 2, tags=tagged("desk:x", ALWAYS))], MINE).upsert) == ["1"]
    assert held.apply([row(1, 3, tags=tagged("desk:x"))], MINE).remove == {"alarm:1"}


tags = st.frozensets(
    st.sampled_from(["desk:brand", "desk:teknik", "desk:inbrott", "state:parked", ALWAYS])
)
changes = st.lists(
    st.tuples(st.integers(1, 12), st.integers(1, 12), st.booleans(), st.booleans(), tags),
    max_size=40,
)


@given(changes, st.sampled_from([EVERYTHING, BRAND]))
def test_window_and_screen_agree_and_fill_makes_them_true(
    told: list[tuple[int, int, bool, bool, frozenset[str]]], selection: Selection
) -> None:
    """Whatever happens, the screen holds what the server believes, and a fill makes it right."""
    truth: dict[int, Row] = {}
    held, screen = Window(4, selection), set[str]()
    for seq, (number, sort, alive, mine, has) in enumerate(told, start=2):
        audiences = MINE if mine else THEIRS
        change = row(number, seq, sort=sort, alive=alive, audiences=audiences, tags=has)
        truth[number] = change
        diff = held.apply([change], MINE)
        screen = (screen | diff.upsert.keys()) - diff.remove
        assert screen == held.held.keys() and len(screen) <= held.limit
        living = sorted(
            (
                one
                for one in truth.values()
                if one.alive and one.audiences == MINE and selection.shows(one.tags)
            ),
            key=lambda one: (one.sort, one.key),
        )
        if diff.wants_fill:
            diff = held.take(View(seq, tuple(living[:4]), more=len(living) > 4))
            screen = (screen | diff.upsert.keys()) - diff.remove
        assert screen == {one.key for one in living[:4]}
