"""What the board and an alarm's page show of calls, to whom, and what can be done there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import time_machine
from django.test import Client

from tests.callout.conftest import SYSTEM, Caller
from tests.personas import City
from trygghetscentral.accounts.audiences import key
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.callout.models import Delivery
from trygghetscentral.callout.services.reach import widen_due
from trygghetscentral.callout.states import Channel

Travel = Callable[[dt.datetime], time_machine.Traveller]
ClientOf = Callable[[User], Client]
ABOUT = "/larm/jour/for/alarms.alarm/12/"
STATE = "/larm/jour/laget/"


def text(client: Client, address: str) -> str:
    """What the page says."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_alarms_page_shows_the_state_of_each_message(
    roster: dict[str, User],
    alma: User,
    call: Caller,
    client_of: ClientOf,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    call()
    Delivery.objects.filter(channel=Channel.EMAIL).update(state="undeliverable", due_at=None)
    shown = text(client_of(alma), ABOUT)
    assert 'data-state="undeliverable">e-post: kom inte fram' in shown
    assert 'data-state="queued">sms: väntar' in shown
    assert 'href="tel:0701740605"' in shown


def test_what_one_may_not_see_is_empty_and_hidden(
    roster: dict[str, User],
    city: City,
    alma: User,
    call: Caller,
    client_of: ClientOf,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    made = call(audiences=["group:77"])
    browser = client_of(alma)
    assert text(browser, ABOUT).strip() == ""
    assert browser.get(f"/larm/jour/samtal/{made.public_id}/").status_code == 404
    assert (
        client_of(roster["primary"]).get(f"/larm/jour/samtal/{made.public_id}/").status_code == 200
    )


def test_nobody_reached_is_red_on_the_board_with_somebody_to_ring(
    alma: User, call: Caller, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    browser = client_of(alma)
    assert "nås inte" not in text(browser, STATE)
    made = call()
    assert "TiB nås inte" in text(browser, STATE)
    assert f"/larm/jour/samtal/{made.public_id}/" in text(browser, "/larm/")
    page = text(browser, f"/larm/jour/samtal/{made.public_id}/")
    assert "Ingen står på schemat" in page
    done = browser.post(
        f"/larm/jour/samtal/{made.public_id}/telefon/", {"user": "", "result": "answered"}
    )
    assert done.status_code == 302
    assert "nås inte" not in text(browser, STATE)


def test_a_flood_is_one_line_that_says_how_many(
    alma: User, call: Caller, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    for number in range(12):
        call(subject_id=str(number), reference=f"L-2026-{number:06d}")
    shown = text(client_of(alma), STATE)
    assert shown.count("nås inte") == 1
    assert "och 9 till" in shown
    assert "Ring TiB om L-2026-000000" in shown
    assert "L-2026-000003" not in shown


def test_the_result_of_ringing_is_shown_and_an_answer_ends_the_red(
    roster: dict[str, User],
    alma: User,
    call: Caller,
    client_of: ClientOf,
    travel: Travel,
    now: dt.datetime,
) -> None:
    travel(now)
    made = call()
    for step in (1, 2, 3):
        widen_due(actor=SYSTEM, now=now + step * dt.timedelta(seconds=120))
    browser = client_of(alma)
    address = f"/larm/jour/samtal/{made.public_id}/telefon/"
    disa, egil = roster["primary"], roster["backup"]
    htmx = {"HX-Request": "true"}
    shown = browser.post(address, {"user": disa.pk, "result": "no_answer"}, headers=htmx)
    assert "svarade inte" in shown.content.decode()
    assert "TiB nås inte" in text(browser, STATE)
    shown = browser.post(address, {"user": egil.pk, "result": "answered"}, headers=htmx)
    assert "TiB 2 svarade" in shown.content.decode()
    assert "TiB nås inte" not in text(browser, STATE)
    assert browser.post(address, {"user": "²", "result": "answered"}).status_code == 404
    assert browser.post(address, {"user": disa.pk, "result": "?"}).status_code == 400


def test_the_one_who_is_called_answers_signed_in(
    roster: dict[str, User], call: Caller, client_of: ClientOf, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    browser = client_of(roster["primary"])
    assert "väntar på dig" in text(browser, "/larm/jour/")
    assert "Jag tar det" in text(browser, ABOUT)
    assert "Jag tar det" not in text(client_of(roster["backup"]), ABOUT)
    browser.post(f"/larm/jour/samtal/{made.public_id}/svara/")
    assert "Jag tar det" not in text(browser, ABOUT)
    made.refresh_from_db()
    assert made.answered_by == roster["primary"]
    assert "väntar på dig" not in text(browser, "/larm/jour/")


def test_the_mark_of_a_controller_decides_who_sees_a_call(
    roster: dict[str, User], city: City, cia: User, call: Caller
) -> None:
    other = [key(Permission.ALARM_VIEW, city.service.pk)]
    made = call(audiences=other)
    hidden = call(subject_id="13")
    model = type(made)
    assert set(model.objects.visible_to(cia)) == {made}
    assert hidden not in model.objects.visible_to(cia)
