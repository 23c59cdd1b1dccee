"""The pages of larmflod, and the board's words about it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from alarms.models import Alarm, Flood, FloodProposal
from alarms.selectors.as_of import board_at
from alarms.services import floods
from tests.accounts.factories import person
from tests.alarms.flood.conftest import (
    HOUR,
    MACHINE,
    MAINS_BACK,
    MINUTE,
    Town,
    held,
    on_board,
    run_due,
)
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload

FORM = {
    "category": "technical",
    "cause": "power",
    "mode": "delay",
    "hold_minutes": "30",
    "priority": "5",
    "hours": "4",
    "note": "Nätägaren: åter 15:00",
}


@pytest.fixture(autouse=True)
def _at_that_moment(now: dt.datetime, travel: Callable[[dt.datetime], Any]) -> None:
    travel(now)


@pytest.fixture
def as_bo(client_of: Callable[[User], Client], bo: User) -> Client:
    """The shift lead's browser."""
    return client_of(bo)


@pytest.fixture
def as_alma(client_of: Callable[[User], Client], alma: User) -> Client:
    """The operator's browser."""
    return client_of(alma)


def _at(name: str, flood: Flood) -> str:
    return reverse(f"alarms:{name}", args=(flood.public_id,))


def _bar(browser: Client) -> str:
    return browser.get(reverse("alarms:flood-bar")).content.decode()


def test_declaring_takes_in_what_is_open_and_leads_to_its_page(
    as_bo: Client, town: Town, now: dt.datetime
) -> None:
    town.mains(3, now=now)
    answer = as_bo.post(
        reverse("alarms:flood-new"), {**FORM, "areas": [town.areas[0].pk], "absorb": "on"}
    )
    flood = Flood.objects.get()
    assert answer["Location"] == _at("flood", flood)
    assert held() == 3
    page = as_bo.get(answer["Location"]).content.decode()
    assert all(
        word in page for word in ("elavbrott, Sofielund", "åter 15:00", "SL 1", "I larmflod")
    )
    assert "<dt>Hålls samman</dt><dd>3</dd>" in page
    bar = _bar(as_bo)
    assert all(word in bar for word in ("Larmflod:", "elavbrott Sofielund", "<b>3</b>"))
    assert "elavbrott" in as_bo.get(reverse("alarms:flood-list")).content.decode()


def test_a_refusal_says_why_and_keeps_what_was_written(
    as_bo: Client, town: Town, declare: Callable[..., Flood]
) -> None:
    declare()
    answer = as_bo.post(reverse("alarms:flood-new"), FORM)
    page = answer.content.decode()
    assert (answer.status_code, "pågår redan en larmflod" in page) == (400, True)
    assert "åter 15:00" in page
    wrong = as_bo.post(reverse("alarms:flood-new"), {**FORM, "category": "holdup"})
    assert wrong.status_code == 400
    assert Flood.objects.count() == 1


def test_the_note_stands_in_no_ledger_row(as_bo: Client, town: Town) -> None:
    as_bo.post(reverse("alarms:flood-new"), FORM)
    assert not [one for one in LedgerPayload.objects.all() if "Nätägaren" in str(one.body)]


def test_a_proposal_is_on_the_board_and_fills_in_the_form(
    as_bo: Client, as_alma: Client, town: Town, now: dt.datetime
) -> None:
    town.mains(23, now=now)
    floods.propose(actor=MACHINE, now=now)
    proposal = FloodProposal.objects.get()
    link = f"{reverse('alarms:flood-new')}?forslag={proposal.pk}"
    bar = _bar(as_bo)
    assert "elavbrott Sofielund 23 larm på 5 min" in " ".join(strip_tags(bar).split())
    assert link in bar
    operators = _bar(as_alma)
    assert "Larmflod?" in operators
    assert link not in operators
    page = as_bo.get(link).content.decode()
    assert re.search(rf'name="areas" value="{town.areas[0].pk}"[^>]* checked', page)
    assert page.count(" checked") == 3
    assert '<option value="technical" selected>' in page
    for strange in ("x", "9" * 30, "999999"):
        assert as_bo.get(f"{reverse('alarms:flood-new')}?forslag={strange}").status_code == 200
    assert (Flood.objects.count(), held()) == (0, 0)


def test_an_operator_sees_and_does_nothing(
    as_alma: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare()
    town.mains(2, now=now)
    page = as_alma.get(_at("flood", flood)).content.decode()
    assert "<dd>2</dd>" in page
    assert "Avsluta larmfloden" not in page
    assert as_alma.get(reverse("alarms:flood-new")).status_code == 403
    for act in ("flood-end", "flood-extend", "flood-close"):
        assert as_alma.post(_at(act, flood)).status_code == 403
    assert Flood.objects.get().ended_at is None


def test_a_shift_lead_of_one_board_declares_nothing_for_the_whole_centre(
    client_of: Callable[[User], Client], city: City, town: Town, declare: Callable[..., Flood]
) -> None:
    browser = client_of(person("SHIFT_LEAD", city.service, username="ewa", name="Ewa"))
    assert browser.post(reverse("alarms:flood-new"), FORM).status_code == 403
    assert browser.get(_at("flood", declare())).status_code == 404
    assert "Larmflod:" not in _bar(browser)


def test_ending_brings_up_what_is_wrong_and_closes_the_rest_only_when_ticked(
    as_bo: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    for ticked in ({}, {"end-close_restored": "on"}):
        flood = declare()
        town.mains(3, now=now)
        town.mains(1, code=MAINS_BACK, now=now)
        assert as_bo.post(_at("flood-end", flood), ticked).status_code == 302
        assert as_bo.post(_at("flood-end", flood), ticked).status_code == 400
        assert sorted(alarm.zone for alarm in on_board()) == ["2", "3"]
        assert held() == (0 if ticked else 1)
        assert ("Efter larmflod:" in _bar(as_bo)) is not bool(ticked)
        if not ticked:
            done = as_bo.post(
                _at("flood-close", flood), {"close-scope": "restored", "close-code": "flood"}
            )
            assert done.status_code == 302
        as_bo.post(_at("flood-close", flood), {"close-scope": "unowned", "close-code": "fixed"})
        assert not Alarm.objects.open().exists()


def test_a_flood_of_a_thousand_closes_in_one_press(
    as_bo: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare()
    for area in range(3):
        town.mains(340, area=area, now=now)
        town.mains(340, area=area, code=MAINS_BACK, now=now)
    answer = as_bo.post(
        _at("flood-close", flood), {"close-scope": "restored", "close-code": "flood"}, follow=True
    )
    page = answer.content.decode()
    assert "1020 larm avslutade" in page
    assert "1020 av 1020 avslutade" in page


def test_burglary_is_not_offered_to_be_closed_together(
    as_bo: Client, town: Town, declare: Callable[..., Flood]
) -> None:
    flood = declare(category="burglary")
    page = as_bo.get(_at("flood", flood)).content.decode()
    assert "ett och ett" in page
    assert _at("flood-close", flood) not in page
    assert as_bo.post(_at("flood-close", flood), {"close-code": "flood"}).status_code == 400


def test_it_says_when_it_soon_ends_and_is_prolonged(
    as_bo: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare(at=now - MINUTE * 50, lasts=HOUR)
    assert "slutar" in _bar(as_bo)
    assert as_bo.post(_at("flood-extend", flood), {"longer-hours": "4"}).status_code == 302
    assert "slutar" not in _bar(as_bo)
    assert as_bo.post(_at("flood-extend", flood), {"longer-hours": "1"}).status_code == 400


def test_the_board_s_words_cost_the_same_however_many_floods(
    as_alma: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            _bar(as_alma)
        return len(asked)

    declare(areas=(town.areas[0].pk,))
    town.mains(3, now=now)
    one = cost()
    declare(areas=(town.areas[1].pk,))
    declare(category="supervision")
    town.mains(3, area=1, now=now)
    town.mains(3, code="YC", now=now)
    assert cost() == one


def test_the_wall_has_words_and_nothing_to_press(
    as_alma: Client, town: Town, declare: Callable[..., Flood]
) -> None:
    declare()
    words = as_alma.get(reverse("alarms:flood-bar"), {"vagg": "1"}).content.decode()
    assert "Larmflod: elavbrott hela staden" in words
    assert "<a " not in words


def test_the_figures_are_fetched_alone_for_a_page_that_keeps_fresh(
    as_alma: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare()
    town.mains(2, now=now)
    part = as_alma.get(_at("flood", flood), headers={"HX-Request": "true"}).content.decode()
    assert "<dd>2</dd>" in part
    assert "<h1" not in part


def test_a_held_alarm_s_page_says_so_and_leads_to_its_flood(
    as_alma: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    flood = declare()
    town.mains(1, now=now)
    alarm = Alarm.objects.get()
    detail = reverse("alarms:detail", args=(alarm.public_id,))
    page = as_alma.get(detail).content.decode()
    assert _at("flood", flood) in page
    assert "Larmet kom in och hålls i larmflod" in page
    floods.run_due(actor=MACHINE, now=now + MINUTE * 30)
    page = as_alma.get(detail).content.decode()
    assert _at("flood", flood) not in page
    assert "Åter från larmflod" in page


def test_the_handover_tells_the_next_shift(
    as_bo: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime
) -> None:
    page = as_bo.get(reverse("alarms:handover")).content.decode()
    assert "Elavbrott, Sofielund" not in page
    declare(areas=(town.areas[0].pk,))
    town.mains(4, now=now)
    page = as_bo.get(reverse("alarms:handover")).content.decode()
    assert "Elavbrott, Sofielund" in page
    assert "<td>4</td>" in page


def test_the_board_of_a_past_moment_shows_no_held_alarm(
    as_bo: Client, town: Town, declare: Callable[..., Flood], now: dt.datetime, bo: User
) -> None:
    declare()
    town.mains(2, now=now)
    town.send((0, "BA", "9"), now=now)
    run_due(now + MINUTE * 30)
    assert [row.zone_line for row in board_at(bo, at=now + MINUTE).rows] == ["zon 9"]
    assert board_at(bo, at=now + MINUTE * 31).total == 3
