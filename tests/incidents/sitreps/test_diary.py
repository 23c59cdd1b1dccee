"""Att diarieföra: what is owed, out with metadata and checksums, back with a number."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.models import DiaryEntry, Incident
from incidents.services import diary, parts
from incidents.services.parts import Protection
from tests.accounts.factories import GroupMembershipFactory, person
from tests.alarms.routing.town import Town
from tests.incidents.conftest import DAY, HOUR
from tests.incidents.sitreps.conftest import Send, Write
from tests.incidents.sitreps.papers import words_of
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Invalid, Missing

ClientOf = Callable[[User], Client]


@pytest.fixture
def entry(outage: Incident, write: Write, send: Send) -> DiaryEntry:
    """A report that was sent."""
    write(outage)
    send(outage)
    return DiaryEntry.objects.get()


def test_out_with_metadata_and_checksums(entry: DiaryEntry, ark: User, client_of: ClientOf) -> None:
    client = client_of(ark)
    assert entry.title in client.get(reverse("incidents:diary")).content.decode()
    answer = client.post(reverse("incidents:diary-take"), {"entry": [entry.public_id, "x"]})
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    (row,) = json.loads(files.read("metadata.json"))
    paper = files.read(row["fil"])
    assert row["rubrik"] == entry.title
    assert hashlib.sha256(paper).hexdigest() == row["sha256"]
    assert files.read("SHA256SUMS").decode() == f"{row['sha256']}  {row['fil']}\n"
    lines = list(csv.reader(io.StringIO(files.read("metadata.csv").decode()), delimiter=";"))
    assert lines[1] == list(row.values())
    assert b"<pdfaid:part>2</pdfaid:part>" in paper
    assert b"<pdfuaid:part>1</pdfuaid:part>" in paper
    assert "Strömmen" in words_of(paper)
    assert LedgerRow.objects.filter(name="diary.taken_out").count() == 1
    # The same record gives the same file, so that a checksum means something.
    again = client.post(reverse("incidents:diary-take"), {"entry": [entry.public_id]})
    assert zipfile.ZipFile(io.BytesIO(again.content)).read(row["fil"]) == paper


def test_nothing_chosen_is_said(entry: DiaryEntry, ark: User, client_of: ClientOf) -> None:
    answer = client_of(ark).post(reverse("incidents:diary-take"), follow=True)
    assert "Välj mellan en och" in answer.content.decode()


def test_back_with_a_number_once(
    entry: DiaryEntry, ark: User, client_of: ClientOf, now: dt.datetime
) -> None:
    client = client_of(ark)
    address = reverse("incidents:diary-enter", args=(entry.public_id,))
    client.post(address, {"number": "SN-2026-114"})
    page = client.get(reverse("incidents:diary")).content.decode()
    assert "SN-2026-114" in page
    assert "Inget att diarieföra" in page
    who: dict[str, Any] = {"actor": actor_for(ark), "now": now, "public_id": entry.public_id}
    with pytest.raises(Conflict, match="SN-2026-114"):
        diary.enter_number(**who, diary_number="SN-2026-115")
    for statement in (
        "UPDATE incidents_diaryentry SET diary_number = 'x'",
        "DELETE FROM incidents_diaryentry",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert LedgerRow.objects.filter(name="diary.registered").count() == 1


def test_before_it_has_a_number_nothing_else_of_it_changes(entry: DiaryEntry) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DiaryEntry.objects.update(due_at=entry.due_at + DAY)


def test_it_turns_red_when_its_time_has_passed(
    entry: DiaryEntry, ark: User, client_of: ClientOf, travel: Callable[..., Any]
) -> None:
    page = reverse("incidents:diary")
    assert "försenad" not in client_of(ark).get(page).content.decode()
    travel(entry.due_at + HOUR)
    assert "1 handling är försenad" in client_of(ark).get(page).content.decode()


def test_krisledning_gives_a_day(
    by_cia: Actor, town: Town, now: dt.datetime, outage: Incident
) -> None:
    given: dict[str, Any] = {
        "actor": by_cia,
        "now": now,
        "kind": DiaryEntry.Kind.WEEKLY,
        "title": "Veckorapport",
        "controller_id": town.schools.pk,
    }
    made = diary.register(**given, subject_id=1, crisis=True)
    assert made.due_at == now + DAY
    assert diary.register(**given, subject_id=1).pk == made.pk
    assert diary.register(**given, subject_id=2).due_at > now + DAY
    assert LedgerRow.objects.filter(name="diary.owed").count() == 2


def test_who_keeps_which_diary(
    entry: DiaryEntry,
    outage: Incident,
    ark: User,
    city: City,
    group: NeedToKnowGroup,
    by_cia: Actor,
    now: dt.datetime,
    client_of: ClientOf,
) -> None:
    other = person("RECORDS", city.technical, username="arkt", name="Arkt", signature="ARK 2")
    who: dict[str, Any] = {"now": now, "public_id": entry.public_id}
    with pytest.raises(Missing):
        diary.enter_number(actor=actor_for(other), **who, diary_number="TN-1")
    with pytest.raises(Invalid):
        diary.enter_number(actor=actor_for(ark), **who, diary_number=" ")
    parts.protect(
        actor=by_cia,
        now=now,
        public_id=outage.public_id,
        seen="",
        protection=Protection(restricted_group_id=group.pk, grounds={}),
    )
    assert not DiaryEntry.objects.visible_to(ark).exists()
    taken = client_of(ark).post(
        reverse("incidents:diary-take"), {"entry": [entry.public_id]}, follow=True
    )
    assert "Välj mellan" in taken.content.decode()
    member = person("RECORDS", city.service, username="arkg", name="Arkg", signature="ARK 3")
    GroupMembershipFactory.create(group=group, user=member)
    assert DiaryEntry.objects.visible_to(member).get() == entry
