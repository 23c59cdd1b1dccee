"""The simulated operators: they fill in the real forms, and close what they took."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping

import pytest
from django.contrib.auth.hashers import make_password
from pytest_django.live_server_helper import LiveServer
from typing_extensions import override

from alarms.models import Alarm
from alarms.states import AlarmState
from tests.accounts.factories import OrganisationFactory, person
from tests.live.alarm_rows import raised
from trygghetscentral.board.simulation.forms import Form, form_to, forms
from trygghetscentral.board.simulation.operators import Operator, Work, closing
from trygghetscentral.board.simulation.web import Browser

PASSWORD = "ett-ord-i-provet-1"
PAGE = """
<form method="post" action="/larm/1/ta/"><input type="hidden" name="csrf" value="a"></form>
<form action="/larm/1/avsluta/"><input type="radio" name="code" value="x">
<input type="radio" name="code" value="cancelled_code_word"><textarea name="note"></textarea>
<input type="radio" name="voice_contact" value="yes"><input type="radio" name="voice_contact"
value="no"><input name="said_by"><textarea name="said"></textarea><button name="b"></form>
<input name="outside">
"""


class AlarmsAgain(Browser):
    """The alarm's source activates once more just before the operator closes it."""

    def __init__(self, base_url: str, alarm: Alarm) -> None:
        super().__init__(base_url)
        self._alarm, self._times = alarm, 1

    @override
    def post(self, path: str, fields: Mapping[str, str | list[str]], *, page: str) -> int:
        if path.endswith("/avsluta/") and self._times:
            self._times -= 1
            Alarm.objects.filter(pk=self._alarm.pk).update(unanswered=True)
        return super().post(path, fields, page=page)


def test_a_pages_forms_are_read_with_fields_and_choices() -> None:
    first, second = forms(PAGE)
    assert (first.action, first.fields) == ("/larm/1/ta/", {"csrf": "a"})
    assert second.choices["code"] == ["x", "cancelled_code_word"]
    assert second.fields == {"note": "", "said_by": "", "said": ""}
    assert form_to(PAGE, "/avsluta/") == second
    assert form_to(PAGE, "/parkera/") is None


def test_a_close_form_is_filled_in_whole_and_never_with_a_code_word() -> None:
    form = form_to(PAGE, "/avsluta/")
    assert form is not None
    for seed in range(20):
        filled = closing(form, random.Random(seed))
        assert filled["code"] == "x"
        assert filled["voice_contact"] in ("yes", "no")
        assert all(filled[name] for name in ("note", "said_by", "said"))


def test_only_what_the_form_asks_for_is_filled_in() -> None:
    assert closing(Form("/avsluta/"), random.Random(1)) == {}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("category", ["medical", "burglary", "technical", "fire"])
def test_an_operator_takes_an_alarm_and_closes_it(live_server: LiveServer, category: str) -> None:
    city = OrganisationFactory.create(name="Kommunen", slug="kommunen")
    operator = person("OPERATOR", city, password=make_password(PASSWORD))
    alarm = raised(city, category=category, kind=f"{category}.alarm")
    work = Work()
    worker = Operator(
        Browser(live_server.url),
        port=1,
        speed=100_000,
        work=work,
        chance=random.Random(1),
    )
    assert worker._browser.sign_in(operator.username, PASSWORD)

    assert asyncio.run(worker.handle_one())

    alarm = Alarm.objects.get(pk=alarm.pk)
    assert alarm.state == AlarmState.CLOSED, work.line()
    assert work.done["avslutade"] == 1
    assert not asyncio.run(worker.handle_one())


@pytest.mark.django_db(transaction=True)
def test_what_alarms_again_while_it_is_handled_is_taken_again(live_server: LiveServer) -> None:
    city = OrganisationFactory.create(name="Kommunen", slug="kommunen")
    operator = person("OPERATOR", city, password=make_password(PASSWORD))
    alarm = raised(city, category="technical", kind="technical.alarm")
    work = Work()
    worker = Operator(
        AlarmsAgain(live_server.url, alarm),
        port=1,
        speed=100_000,
        work=work,
        chance=random.Random(1),
    )
    assert worker._browser.sign_in(operator.username, PASSWORD)

    assert asyncio.run(worker.handle_one())

    alarm.refresh_from_db()
    assert alarm.state == AlarmState.CLOSED, work.line()
    assert (work.done["tagna igen"], work.done["avslutade"]) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_whoever_is_not_let_in_says_so(live_server: LiveServer) -> None:
    worker = Operator(
        Browser(live_server.url),
        port=1,
        speed=1,
        work=Work(),
        chance=random.Random(1),
    )
    with pytest.raises(PermissionError):
        asyncio.run(worker.run("ingen", "fel-lösenord"))
