"""The acknowledgement link: looking answers nothing, pressing does, and guessing is stopped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
import structlog
import time_machine
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from tests.alarms.care.worked import all_logs
from tests.callout.conftest import SUBJECTS, SYSTEM, Caller
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.callout import tasks
from trygghetscentral.callout.models import Call, Delivery
from trygghetscentral.callout.services import stop_calls
from trygghetscentral.callout.services.answers import answer_signed_in
from trygghetscentral.callout.states import Channel
from trygghetscentral.callout.tokens import LIFETIME, hash_of, token_for
from trygghetscentral.callout.views import answer
from trygghetscentral.shared.env_outside import MailServer

Travel = Callable[[dt.datetime], time_machine.Traveller]


@pytest.fixture(autouse=True)
def _no_earlier_guesses() -> None:
    cache.clear()


def link(call: Call, user: User) -> str:
    """The address in the mail to the user."""
    return (
        f"/kvittera/{token_for(call.deliveries.get(user=user, channel=Channel.EMAIL).dedupe_id)}/"
    )


def test_looking_answers_nothing_and_pressing_does(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    address = link(made, roster["primary"])
    for _ in range(3):
        looked = client.get(address)
        client.head(address)
    assert looked.status_code == 200
    assert "Jag tar det" in looked.content.decode()
    made.refresh_from_db()
    assert made.is_waiting
    pressed = client.post(address)
    assert "Du har tagit det." in pressed.content.decode()
    made.refresh_from_db()
    assert (made.answered_by, made.answered_through) == (roster["primary"], "link")
    assert client.post(address).status_code == 200


def test_the_page_tells_a_stranger_no_place_person_or_kind(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    shown = client.get(link(call(), roster["primary"])).content.decode()
    assert "L-2026-000123" in shown
    for secret in ("Disa", "TiB 1", "Tekniska", "alarms.alarm"):
        assert secret not in shown


def test_who_comes_second_is_told(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    answer_signed_in(actor=actor_for(roster["primary"]), now=now, public_id=made.public_id)
    made.deliveries.update(user=roster["backup"])
    address = link(made, roster["backup"])
    assert "Någon annan har redan svarat." in client.get(address).content.decode()
    assert client.post(address).status_code == 409


def test_a_stopped_call_needs_no_answer(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    stop_calls(actor=SYSTEM, now=now, **SUBJECTS, reason="acknowledged")
    address = link(made, roster["primary"])
    assert "Inget svar behövs längre." in client.get(address).content.decode()
    assert client.post(address).status_code == 409
    made.refresh_from_db()
    assert made.answered_at is None


@pytest.mark.parametrize(
    "token", ["x", "0" * 64, "å" * 64, "a" * 5000, "%00", "..", "' OR 1=1 --", "\u2603"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_garbage_is_not_found(
    roster: dict[str, User], call: Caller, client: Client, token: str, method: str
) -> None:
    made = call()
    assert getattr(client, method)(f"/kvittera/{token}/").status_code == 404
    made.refresh_from_db()
    assert made.is_waiting


def test_an_old_link_is_not_found(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    clock = travel(now)
    made = call()
    address = link(made, roster["primary"])
    clock.move_to(now + LIFETIME)
    assert client.get(address).status_code == 404
    assert client.post(address).status_code == 404
    made.refresh_from_db()
    assert made.is_waiting


def test_a_closed_account_answers_no_longer(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    User.objects.filter(pk=roster["primary"].pk).update(is_active=False, deactivated_at=now)
    assert client.post(link(made, roster["primary"])).status_code == 404


def test_the_link_of_one_call_answers_no_other(
    roster: dict[str, User], call: Caller, client: Client, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    first, second = call(), call(subject_id="13")
    client.post(link(first, roster["primary"]))
    second.refresh_from_db()
    assert second.is_waiting


def test_the_database_never_holds_the_token(roster: dict[str, User], call: Caller) -> None:
    for delivery in call().deliveries.all():
        token = token_for(delivery.dedupe_id)
        assert delivery.token_hash == hash_of(token)
        assert token not in str(Delivery.objects.filter(pk=delivery.pk).values())


def test_guessing_is_stopped(db: None, client: Client) -> None:
    statuses = [client.get(f"/kvittera/{number:064d}/").status_code for number in range(61)]
    assert statuses == [404] * 60 + [429]


def test_a_form_from_another_page_answers_nothing(
    roster: dict[str, User], call: Caller, travel: Travel, now: dt.datetime
) -> None:
    travel(now)
    made = call()
    strict = Client(enforce_csrf_checks=True)
    with all_logs() as logged:
        assert strict.post(link(made, roster["primary"])).status_code == 403
    made.refresh_from_db()
    assert made.is_waiting
    # Whoever reads the logs could answer with the link.
    assert link(made, roster["primary"]).split("/")[2] not in logged.getvalue()


def test_a_page_that_breaks_logs_where_and_not_the_token(
    roster: dict[str, User],
    call: Caller,
    client: Client,
    travel: Travel,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    travel(now)
    address = link(call(), roster["primary"])
    token = address.strip("/").rsplit("/", 1)[1]

    def breaks(asked: str, **_: object) -> None:
        raise RuntimeError(asked)

    monkeypatch.setattr(answer, "call_behind", breaks)
    client.raise_request_exception = False
    with all_logs() as said:
        assert client.get(address).status_code == 500
        assert client.post(f"{address}?fran=sms").status_code == 500
        structlog.get_logger().warning("slow_page", path=address)
    written = said.getvalue()
    assert written.count("/kvittera/…/") == 3
    assert "RuntimeError" in written
    assert token not in written


def test_a_demo_s_link_can_be_followed_out_of_its_folder_of_mails(
    roster: dict[str, User],
    call: Caller,
    client: Client,
    travel: Travel,
    now: dt.datetime,
    settings: Settings,
    tmp_path: Path,
) -> None:
    travel(now)
    settings.EMAIL_URL = MailServer(folder=tmp_path / "mail")
    made = call()
    assert tasks.send_mail() == 1
    assert made.deliveries.get(channel=Channel.EMAIL).state == "sent"
    (letter,) = (tmp_path / "mail").iterdir()
    text = message_from_bytes(letter.read_bytes().rsplit(b"-" * 79)[0], policy=default)
    found = re.search(r"/kvittera/[0-9a-f]{64}/", text.get_content())
    assert found is not None
    assert "Du har tagit det." in client.post(found[0]).content.decode()
