"""A lägesrapport: what the law asks of it, how it is frozen, what came to be another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from incidents.models import DiaryEntry, Incident, Sitrep, SitrepRelease, Version
from incidents.selectors.differences import differences
from incidents.selectors.sitrep_drafts import draft_of
from incidents.selectors.sitreps import view_of
from incidents.services.sitreps import drafting
from incidents.services.sitreps.sending import seal_of
from incidents.sitrep_sections import STATUTORY
from tests.incidents.conftest import DAY, HOUR
from tests.incidents.sitreps.conftest import SECRET, WHOLE, Send, Write, seals, sections
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid, Missing


def insert(sitrep: Sitrep, **changed: Any) -> None:
    values = {
        name: getattr(sitrep, name)
        for name in ("number", "content", "next_at", "sender", "role", "sent_at", "sha256")
    }
    Sitrep.objects.create(incident=sitrep.incident, sent_by=sitrep.sent_by, **{**values, **changed})


@pytest.mark.parametrize("part", STATUTORY)
def test_without_a_part_that_the_law_names_it_is_not_sent(
    part: str, outage: Incident, write: Write, send: Send
) -> None:
    """LEH 2 kap. 9 §, both ways: each of the five is needed, and the five are enough."""
    write(outage, {part: "  "})
    with pytest.raises(Invalid, match=r"2 kap\. 9 § LEH"):
        send(outage)
    assert not Sitrep.objects.exists()
    write(outage)
    assert send(outage).number == 1


@pytest.mark.parametrize("part", STATUTORY)
def test_the_database_asks_for_the_same(
    part: str, outage: Incident, write: Write, send: Send
) -> None:
    write(outage)
    sent = send(outage)
    content = {**sent.content, "texts": {**sent.texts, part: " "}}
    with pytest.raises(IntegrityError, match="sitrep_leh_2_9"), transaction.atomic():
        insert(sent, number=2, content=content)
    insert(sent, number=2)


def test_what_is_sent_is_never_changed(
    outage: Incident, write: Write, send: Send, cia: User, client_of: Callable[[User], Client]
) -> None:
    write(outage)
    sent = send(outage)
    for statement in (
        "UPDATE incidents_sitrep SET sender = 'x'",
        "DELETE FROM incidents_sitrep",
        "TRUNCATE incidents_sitrep CASCADE",
        "UPDATE incidents_sitreprelease SET note = 'x'",
        "DELETE FROM incidents_sitreprelease",
    ):
        with (
            pytest.raises(IntegrityError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(statement)
    write(outage, {"course": "Ändrat."})
    stored = Sitrep.objects.get()
    assert stored.texts["course"] == WHOLE["course"]
    assert stored.sha256 == sent.sha256 == seal_of(stored)
    assert SitrepRelease.objects.get().by.signature == "SAM SN"
    page = reverse("incidents:sitrep", args=(outage.public_id, 1))
    assert "är som den skickades" in client_of(cia).get(page).content.decode()
    # Whoever owns the database can turn the triggers off, and is found out.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE incidents_sitrep DISABLE TRIGGER USER")
        cursor.execute("UPDATE incidents_sitrep SET role = 'x'")
        cursor.execute("ALTER TABLE incidents_sitrep ENABLE TRIGGER USER")
    assert "är inte som den skickades" in client_of(cia).get(page).content.decode()


def test_numbers_have_no_gap(outage: Incident, write: Write, send: Send, make: Any) -> None:
    write(outage)
    first = send(outage)
    for number in (1, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            insert(first, number=number)
    assert [send(outage).number, send(outage).number] == [2, 3]
    other = make()
    write(other)
    assert send(other).number == 1


def test_three_versions_tell_what_came_and_went(outage: Incident, write: Write, send: Send) -> None:
    states = ("Skolan är mörk.", "Skolan och badet är mörka.", "Bara badet är mörkt.")
    reports = []
    for state in states:
        write(outage, {"state": state})
        reports.append(send(outage))
    first, second, third = reports

    def changes(after: Sitrep, before: Sitrep) -> dict[str, str]:
        view = view_of(after, Version.FULL, before=before)
        return {
            field.field.code: "".join(
                {"same": "", "added": "+", "removed": "-"}[piece.kind] + piece.text
                for piece in field.changes
            )
            for section in view.sections
            for field in section.fields
            if field.changes
        }

    assert changes(second, first) == {"state": "Skolan +och badet är -mörk.+mörka."}
    assert set(changes(third, second)) == {"state"}
    assert changes(third, third) == {}
    # The draft goes on from what was sent last, and says so field by field.
    draft = draft_of(outage)
    assert draft.last == third
    assert {field.text for one in draft.sections for field in one.fields if field.changes} == set()


def test_the_pieces_join_to_both_texts() -> None:
    before, after = "a b  c\nd", "a x c\nd e"
    pieces = differences(before, after)
    assert "".join(one.text for one in pieces if one.kind != "added") == before
    assert "".join(one.text for one in pieces if one.kind != "removed") == after


def test_of_two_authors_in_one_section_the_second_is_told(
    outage: Incident, write: Write, by_cia: Actor, tib: User, now: dt.datetime
) -> None:
    write(outage)
    seen = seals(outage)

    def save(actor: Actor, **texts: str) -> drafting.Saved:
        given = sections({**WHOLE, **texts}, {}, seen)
        return drafting.save_draft(actor=actor, now=now, public_id=outage.public_id, sections=given)

    assert save(by_cia, needs="Elverk").sections == ("needs",)
    saved = save(actor_for(tib), needs="Filtar", communication="Ring inte")
    assert (saved.sections, saved.conflicts) == (("communication",), ("needs",))
    texts = {
        field.field.code: field.text for one in draft_of(outage).sections for field in one.fields
    }
    assert (texts["needs"], texts["communication"]) == ("Elverk", "Ring inte")


def test_a_draft_that_changed_after_the_review_is_not_sent(
    outage: Incident, write: Write, send: Send
) -> None:
    write(outage)
    seen = draft_of(outage).seal
    write(outage, {"state": "Något annat."})
    with pytest.raises(Conflict, match="Någon annan"):
        send(outage, seen=seen)


def test_a_button_that_is_pressed_twice_sends_once(
    outage: Incident, write: Write, send: Send
) -> None:
    write(outage)
    seen = draft_of(outage).seal
    send(outage, seen=seen)
    with pytest.raises(Conflict):
        send(outage, seen=seen)
    assert Sitrep.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"sender": " "}, {"hours": -1}, {"hours": 24 * 40}, {"role": "x" * 121}]
)
def test_what_the_sender_says_must_be_possible(
    wrong: dict[str, Any], outage: Incident, write: Write, send: Send, now: dt.datetime
) -> None:
    write(outage)
    if "hours" in wrong:
        wrong = {"next_at": now + wrong["hours"] * HOUR}
    with pytest.raises(Invalid):
        send(outage, **wrong)


def test_another_namnd_neither_writes_nor_sees(
    outage: Incident, write: Write, send: Send, tor: User, alma: User, now: dt.datetime
) -> None:
    write(outage)
    send(outage)
    who: dict[str, Any] = {"now": now, "public_id": outage.public_id, "sections": {}}
    with pytest.raises(Missing):
        drafting.save_draft(actor=actor_for(tor), **who)
    with pytest.raises(Forbidden):
        drafting.save_draft(actor=actor_for(alma), **who)
    assert not Sitrep.objects.visible_to(tor).exists()
    assert Sitrep.objects.visible_to(alma).exists()


def test_what_is_sent_is_told_and_owed_to_the_diary(
    outage: Incident, write: Write, send: Send, now: dt.datetime
) -> None:
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    Incident.objects.filter(pk=outage.pk).update(severity=5, urgency=1, stage="assessed")
    sent = send(outage)
    assert sent.grounds == {"needs": "OSL18_13"}
    row = LedgerRow.objects.get(name="sitrep.sent")
    assert sorted(row.audiences) == sorted(outage.audiences)
    entry = DiaryEntry.objects.get()
    assert (entry.kind, entry.subject_id, entry.due_at) == ("sitrep", sent.pk, now + DAY)
