"""What a page shows, and what it missed."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import Alarm
from tests.accounts.factories import GrantFactory, person
from tests.live.alarm_rows import NOW, changed, closed, many_raised, raised
from tests.live.page import Page, listed
from tests.personas import City
from trygghetscentral.accounts.models import Grant, User
from trygghetscentral.accounts.services.grants import withdraw_grant
from trygghetscentral.live import snapshots
from trygghetscentral.live.registry import Stream
from trygghetscentral.live.snapshots import MOST_CHANGED, missed, newest_seq, snapshot
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Forbidden, Missing

LATER = NOW + dt.timedelta(hours=2)

pytestmark = pytest.mark.django_db(transaction=True)


def fresh(user: User) -> User:
    """The user as a new request has it."""
    found: User = User.objects.get(pk=user.pk)
    return found


def catches_up(page: Page, user: User, *, limit: int = 200) -> None:
    """The page asks what it missed and then shows what a new one would."""
    page.hear(missed("alarms", fresh(user), page.seq, limit=limit, now=NOW))
    now = snapshot("alarms", fresh(user), limit=limit)
    assert page.listed() == listed(now)
    assert page.seq == now.seq and page.counts == now.counts


def test_a_page_shows_the_worst_of_what_one_may_see(city: City, alma: User) -> None:
    late = raised(city.technical, priority=3)
    first = raised(city.technical, priority=1)
    shown = snapshot("alarms", alma)
    assert [row["key"] for row in shown.rows] == [
        f"alarm:{first.public_id}",
        f"alarm:{late.public_id}",
    ]
    assert shown.seq == newest_seq() and shown.counts["total"] == 2
    assert [row["seq"] for row in shown.rows] == [shown.seq, shown.seq - 1]


def test_a_page_that_missed_nothing_is_told_nothing(city: City, alma: User) -> None:
    raised(city.technical)
    page = Page(snapshot("alarms", alma))
    message = missed("alarms", alma, page.seq, now=NOW)
    assert message["upsert"] == [] and message["remove"] == [] and message["seq"] == page.seq


def test_the_window_is_not_read_for_a_page_that_missed_nothing(
    city: City, alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    raised(city.technical)
    page = Page(snapshot("alarms", alma))
    raised(city.service)
    catches_up(page, alma)
    read: list[object] = []
    monkeypatch.setattr(snapshots, "_read", lambda *asked: read.append(asked))
    page.hear(missed("alarms", alma, page.seq, now=NOW))
    assert read == []
    assert page.counts["total"] == len(page.listed()) == 2


def test_a_page_catches_up_with_arrivals_changes_and_closings(city: City, alma: User) -> None:
    alarms = many_raised(city.technical, 5)
    page = Page(snapshot("alarms", alma))
    changed(alarms[1], priority=1)
    closed(alarms[2])
    raised(city.technical, priority=1)
    catches_up(page, alma)


def test_row_201_comes_in_when_row_1_is_closed(city: City, alma: User) -> None:
    alarms = many_raised(city.technical, 6)
    page = Page(snapshot("alarms", alma, limit=3))
    closed(alarms[0])
    closed(alarms[5])
    catches_up(page, alma, limit=3)
    assert [key for key, _, _ in page.listed()][-1] == f"alarm:{alarms[3].public_id}"


def test_the_last_row_goes_out_when_a_worse_one_comes(city: City, alma: User) -> None:
    many_raised(city.technical, 5)
    page = Page(snapshot("alarms", alma, limit=3))
    many_raised(city.technical, 2, priority=1)
    catches_up(page, alma, limit=3)
    assert len(page.rows) == 3


def test_a_row_taken_from_ones_eyes_is_removed(city: City, alma: User) -> None:
    alarm = raised(city.technical)
    page = Page(snapshot("alarms", alma))
    changed(alarm, audiences=["group:77"])
    catches_up(page, alma)
    assert not page.rows


def test_an_exercise_is_not_shown_among_what_is_real(city: City, alma: User) -> None:
    page = Page(snapshot("alarms", alma))
    raised(city.technical, exercise_id=7)
    assert missed("alarms", alma, page.seq, now=NOW)["upsert"] == []
    assert snapshot("alarms", alma).rows == []


def test_too_much_missed_is_a_reload(city: City, alma: User) -> None:
    many_raised(city.technical, MOST_CHANGED + 1)
    assert missed("alarms", alma, 0, now=NOW)["t"] == "reload"
    assert missed("alarms", alma, newest_seq() + 1, now=NOW)["t"] == "reload", "not of this ledger"


def test_a_page_from_long_ago_is_a_reload(
    city: City, alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(snapshot("alarms", alma))
    for _ in range(3):
        raised(city.technical)
    monkeypatch.setattr(snapshots, "MOST_SCANNED", 2)
    assert missed("alarms", fresh(alma), page.seq, now=NOW)["t"] == "reload"
    monkeypatch.setattr(snapshots, "MOST_SCANNED", 3)
    assert missed("alarms", fresh(alma), page.seq, now=NOW)["t"] == "rows"


def test_rights_that_began_since_then_are_a_reload(city: City) -> None:
    user = person("OPERATOR", city.service)
    raised(city.technical)
    page = Page(snapshot("alarms", fresh(user)))
    grant = GrantFactory.create(user=user, role="OPERATOR", organisation=city.technical)
    assert missed("alarms", fresh(user), page.seq, now=LATER)["t"] == "rows", "an old right"
    Grant.objects.filter(pk=grant.pk).update(valid_from=NOW + dt.timedelta(hours=1))
    assert missed("alarms", fresh(user), page.seq, now=LATER)["t"] == "reload"


def test_a_grant_taken_back_is_a_reload(city: City) -> None:
    user = person("OPERATOR", city.technical)
    extra = GrantFactory.create(user=user, role="OPERATOR", organisation=city.service)
    raised(city.service)
    page = Page(snapshot("alarms", fresh(user)))
    assert page.rows
    withdraw_grant(actor=Actor.system("test"), now=NOW, grant=extra)
    assert missed("alarms", fresh(user), page.seq, now=NOW)["t"] == "reload"


def test_without_permission_nothing_is_told(dan: User, alma: User) -> None:
    with pytest.raises(Forbidden):
        snapshot("alarms", dan)
    with pytest.raises(Forbidden):
        missed("alarms", dan, 0)
    with pytest.raises(Missing):
        snapshot("nothing", alma)


def test_the_language_is_the_readers(city: City, alma: User, bilingual: None) -> None:
    raised(city.technical)
    assert "<p>sv" in snapshot("alarms", alma).rows[0]["html"]
    User.objects.filter(pk=alma.pk).update(language="en")
    assert "<p>en" in snapshot("alarms", fresh(alma)).rows[0]["html"]


def test_rows_already_rendered_are_not_rendered_again(
    city: City, alma: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_raised(city.technical, 3)
    snapshot("alarms", alma)
    rendered: list[int] = []

    def render(_stream: Stream, alarm: Alarm, **_how: object) -> str:
        rendered.append(alarm.pk)
        return "<li>"

    monkeypatch.setattr("trygghetscentral.live.fragments.rendered", render)
    alarm = changed(Alarm.objects.order_by("pk")[0])
    snapshot("alarms", fresh(alma))
    assert rendered == [alarm.pk]
