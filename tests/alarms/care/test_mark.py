"""A marked person is found nowhere but behind the doors of domain.md 00.8.

The whole of a trygghetslarm is worked by its real parts. Then every page, row, message, log line,
metric, file, queue and table is searched for the person, and for what was written about her.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import structlog
from django.conf import settings as django_settings
from django.test import Client

from alarms.models import Alarm, CareRead, Signal
from alarms.services.care import enter_recipient
from tests.accounts.factories import person
from tests.alarms.care.conftest import sign_on
from tests.alarms.care.marks import (
    CORES,
    MARKED,
    WORK,
    every_field_is_marked,
    marks_in,
    marks_in_database,
    marks_in_files,
    redis_values,
    text_mark,
)
from tests.alarms.care.worked import (
    DOORS,
    OWN_PAGES,
    SYSTEM,
    Mailbox,
    Worked,
    all_logs,
    mail_server,
    opens,
)
from tests.alarms.intake.senders import Sender
from tests.callout.conftest import disa, egil, frid, roster, shift, tib  # noqa: F401  fixtures
from tests.personas import City
from trygghetscentral import celery_app
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.roles import ROLES
from trygghetscentral.accounts.services.tokens import create_api_token, tokenable
from trygghetscentral.callout.models import Call
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.live import registry, snapshots
from trygghetscentral.live.snapshots import newest_seq
from trygghetscentral.places.models import Site

# Where what was written about an alarm stands, and nothing else may.
WORK_TABLES = {
    "alarms_alarm": {"signal"},
    "alarms_signal": {"signal"},
    "alarms_alarmnote": {"note"},
}


@pytest.fixture
def worked(
    sender: Sender,
    alma: User,
    deliver_all: Callable[..., int],
    travel: Callable[[dt.datetime], Any],
    now: dt.datetime,
) -> Worked:
    """The person, entered; nothing has happened yet."""
    travel(now)
    assert sender.transmitter is not None
    recipient = enter_recipient(
        actor=SYSTEM, now=now, installation_id=sender.transmitter.installation_id, data=MARKED
    )
    return Worked(sender, recipient, alma, deliver_all, travel)


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    """Where TiB's mails arrive."""
    with mail_server(settings) as box:
        yield box


@pytest.fixture
def people(city: City, worked: Worked) -> dict[str, User]:
    """Somebody in each role for the whole city, the owner and a colleague at her desk."""
    found = {role: person(role, city.root) for role in sorted(ROLES)}
    colleague = person("OPERATOR", city.root)
    sign_on(colleague, worked.sender.now)
    return {**found, "owner": worked.owner, "colleague": colleague}


def role_of(who: str) -> str:
    return "OPERATOR" if who in {"owner", "colleague"} else who


def leaks_on_pages(
    worked: Worked, people: dict[str, User], rooms: tuple[str, ...] = ("",)
) -> tuple[list[str], int]:
    """Pages that say something about the person, and how many pages were shown."""
    leaks, shown = [], 0
    addresses = [(name, url) for name, url in worked.addresses() if name.startswith(rooms)]
    for who, user in people.items():
        client = Client(raise_request_exception=False)
        client.force_login(user)
        for name, url in addresses:
            if not opens(name, role_of(who)) or (who != "ADMIN" and name.startswith(OWN_PAGES)):
                continue
            answer = client.get(url)
            shown += answer.status_code == 200
            body = b"".join(answer) if answer.streaming else answer.content
            hits = marks_in(body + str(answer.headers).encode(), work=True, deep=False)
            if name in DOORS and who == "SITE_MANAGER":
                hits -= set(CORES)
            if name == "alarms:detail" and who == "owner":
                hits -= set(WORK)
            if hits:
                leaks.append(f"{who}: {name} {url} {sorted(hits)}")
    return leaks, shown


def leaks_on_boards(people: dict[str, User], since: int) -> list[str]:
    """The live rows of every stream, as page, as socket and as what was missed."""
    leaks = []
    for stream in registry.all_streams():
        for who, user in people.items():
            fresh = User.objects.get(pk=user.pk)
            if not any(fresh.may(permission) for permission in stream.permissions):
                continue
            whole = snapshots.snapshot(stream.name, fresh, limit=200)
            later = snapshots.missed(stream.name, fresh, since=since)
            if hits := marks_in(f"{whole} {later}", work=True):
                leaks.append(f"{who}: {stream.name} {sorted(hits)}")
    return leaks


def leaks_over_tokens(worked: Worked, people: dict[str, User]) -> tuple[list[str], int]:
    """What programs are told, with tokens of every scope their owner may give away."""
    leaks, shown = [], 0
    for who in ("CONNECTED_SYSTEM", "SEC_COORD", "ADMIN", "SHIFT_LEAD"):
        user = User.objects.get(pk=people[who].pk)
        scopes = [permission.value for permission in tokenable(user)]
        assert not any(scope.startswith("care.") for scope in scopes)
        _token, secret = create_api_token(
            actor=SYSTEM, now=worked.sender.now, user=user, name="prov", scopes=scopes
        )
        for name, url in worked.addresses():
            if not name.startswith("api"):
                continue
            client = Client(raise_request_exception=False)
            answer = client.get(url, headers={"Authorization": f"Bearer {secret}"})
            shown += answer.status_code == 200
            if hits := marks_in(answer.content, work=True):
                leaks.append(f"{who}: {url} {sorted(hits)}")
    return leaks, shown


def leaks_at_rest() -> list[str]:
    """Tables, queues and files."""
    leaks = []
    for table, hits in marks_in_database(work=True).items():
        if extra := hits - WORK_TABLES.get(table, set()):
            leaks.append(f"{table}: {sorted(extra)}")
    for key, value in redis_values().items():
        if hits := marks_in(value, work=True):
            leaks.append(f"redis {key}: {sorted(hits)}")
    for file, hits in marks_in_files(django_settings.TC_DATA_DIR, work=True).items():
        leaks.append(f"{file}: {sorted(hits)}")
    return leaks


def test_every_field_of_the_record_carries_a_mark() -> None:
    assert every_field_is_marked()
    assert set(CORES) <= marks_in(f"{MARKED}")


@pytest.mark.django_db(transaction=True)
def test_no_page_says_who_it_is(worked: Worked, people: dict[str, User]) -> None:
    worked.press()
    few = {who: people[who] for who in ("owner", "SEC_COORD", "SITE_MANAGER")}
    before_answer, _shown = leaks_on_pages(worked, few, ("alarms:", "api:", "board:"))
    assert before_answer == []
    client = Client()
    client.force_login(worked.owner)
    worked.work(client)
    assert set(CORES) <= marks_in(worked.answers[0]), "the door itself shows the record"
    while_open, shown = leaks_on_pages(worked, people)
    assert while_open == []
    assert shown > 200
    worked.close()
    few["SHIFT_LEAD"] = people["SHIFT_LEAD"]
    after, _shown = leaks_on_pages(worked, few, ("alarms:", "api:", "board:"))
    assert after == []


@pytest.mark.django_db(transaction=True)
def test_no_row_message_log_metric_queue_file_or_table_says_who_it_is(
    worked: Worked,
    people: dict[str, User],
    roster: dict[str, User],  # noqa: F811  the fixture
    mailbox: Mailbox,
    ledger_wake: None,
) -> None:
    since = newest_seq()
    client = Client()
    client.force_login(worked.owner)
    with all_logs() as logs:
        structlog.get_logger("tests").info("begun")
        worked.press()
        boards = leaks_on_boards(people, since)
        worked.call_out()
        worked.work(client)
        boards += leaks_on_boards(people, since)
        queues = leaks_at_rest()
        tokens, told = leaks_over_tokens(worked, people)
        worked.close()
        boards += leaks_on_boards(people, since)
        reader = Client()
        reader.force_login(people["ADMIN"])
        metrics = reader.get("/metrics")
    assert boards == []
    assert tokens == []
    assert told > 5
    assert queues + leaks_at_rest() == []
    assert any("critical" in key for key in redis_values()), "tasks were queued and looked at"
    assert Call.objects.exists()
    assert mailbox.mails
    assert [mail for mail in mailbox.mails if marks_in(mail, work=True)] == []
    assert worked.alarm.number in mailbox.mails[0]
    assert '"begun"' in logs.getvalue()
    assert marks_in(logs.getvalue(), work=True) == set()
    assert metrics.status_code == 200
    assert marks_in(metrics.content, work=True) == set()
    assert CareRead.objects.count() == 1
    assert LedgerRow.objects.filter(name="care.read").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", ["name", "phone", "address", "kin_name"])
def test_nothing_is_found_by_searching_for_the_person(
    name: str, worked: Worked, people: dict[str, User]
) -> None:
    worked.press()
    sought = MARKED.phone if name == "phone" else text_mark(name)
    for who, address in (("SHIFT_LEAD", "/larm/anlaggningar/"), ("SEC_COORD", "/objekt/")):
        client = Client()
        client.force_login(people[who])
        everything = client.get(address).content.decode()
        found = client.get(address, {"q": sought}).content.decode()
        assert "Larmet" in everything or "Skolan Väst" in everything
        assert "Larmet<" not in found
        assert "Skolan Väst" not in found


@pytest.mark.django_db(transaction=True)
def test_a_leak_into_a_page_is_found(worked: Worked, people: dict[str, User]) -> None:
    """The search must be able to fail."""
    worked.press()
    few, rooms = {"SEC_COORD": people["SEC_COORD"]}, ("alarms:installation", "api:signal")
    assert leaks_on_pages(worked, few, rooms)[0] == []
    Site.objects.update(name=MARKED.name)
    assert leaks_on_pages(worked, few, rooms)[0]
    Site.objects.update(name="Skolan Väst")
    Signal.objects.update(category="burglary", text=MARKED.phone)
    leaks, _shown = leaks_on_pages(worked, few, rooms)
    assert {leak.split()[1] for leak in leaks} == {"alarms:installation", "api:signal-detail"}


@pytest.mark.django_db(transaction=True)
def test_a_leak_into_a_row_is_found(worked: Worked, people: dict[str, User]) -> None:
    since = newest_seq()
    worked.press()
    # Before it is rendered for the first time: a row is rendered once for all.
    Alarm.objects.update(number="QZMARKNAME-1")
    assert leaks_on_boards(people, since)


@pytest.mark.django_db(transaction=True)
def test_a_leak_at_rest_is_found(worked: Worked, settings: Any) -> None:
    worked.press()
    assert leaks_at_rest() == []
    Site.objects.update(notes=MARKED.care_group)
    assert any(leak.startswith("places_site") for leak in leaks_at_rest())
    Site.objects.update(notes="")
    celery_app.send_task("alarms.sweep_keys", kwargs={"about": MARKED.name})
    assert any(leak.startswith("redis") for leak in leaks_at_rest())
    client: Any = redis.Redis.from_url(settings.REDIS_URL)
    client.flushdb()
    client.close()
    file = settings.TC_DATA_DIR / "utdrag.txt"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(MARKED.staff_risks)
    try:
        assert any("utdrag.txt" in leak for leak in leaks_at_rest())
    finally:
        file.unlink()


@pytest.mark.parametrize(
    "text",
    [
        MARKED.name,
        MARKED.name.upper(),
        MARKED.name.encode(),
        "070-174 99 00",
        "+46701749900",
        "tel:+4670 174 9900",
        "&#113;zmarkname",
        "%71zmarkname",
        "cXptYXJrbmFtZSBpIGJhc2U2NA==",
        "qzmark=\nname",
        MARKED.voice_address,
    ],
)
def test_a_mark_is_known_in_other_clothes(text: object) -> None:
    assert marks_in(text)


@pytest.mark.parametrize("text", ["", "Skolan Väst", "040-628 04 10", b"\x00\xff", 7017499])
def test_what_is_no_mark_is_not_taken_for_one(text: object) -> None:
    assert marks_in(text) == set()


def test_a_log_line_with_a_name_is_found() -> None:
    with all_logs() as logs:
        structlog.get_logger("tests").warning("leak", who=MARKED.name)
    assert marks_in(logs.getvalue())


def test_reading_is_in_no_token() -> None:
    assert {Permission.CARE_READ, Permission.CARE_EDIT, Permission.CARE_LOOKUP} <= set(Permission)
