"""What people write about an alarm is unreadable at rest, and follows the field key."""

from __future__ import annotations

import importlib

import pytest
from django.apps import apps
from django.db import connection
from pytest_django import Settings

from alarms.models import AlarmNote
from alarms.services.desk import claim_alarm, note_alarm
from tests.alarms.intake.senders import Sender
from tests.ledger.support import ACTOR
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.shared import services

TEXT = "Greta ramlade i badrummet: hon ligger kvar"
MIGRATION = "alarms.migrations.0014_sealed_notes"


@pytest.fixture
def note(sender: Sender, alma: User) -> AlarmNote:
    """Of a trygghetslarm."""
    (stored,) = sender.send(sender.message("MA"))
    assert stored.alarm_public_id is not None
    given = {"actor": actor_for(alma), "now": sender.now, "public_id": stored.alarm_public_id}
    claim_alarm(**given)  # type: ignore[arg-type]  # as named
    return note_alarm(**given, text=TEXT)  # type: ignore[arg-type]  # as named


def at_rest() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM alarms_alarmnote")
        return str(cursor.fetchone()[0])


def test_a_note_is_read_by_the_program_only(note: AlarmNote) -> None:
    assert AlarmNote.objects.get().text == TEXT
    assert at_rest().startswith("t1:")
    assert "Greta" not in at_rest()


def test_it_follows_the_key(note: AlarmNote, settings: Settings) -> None:
    settings.FIELD_KEYS = {"t2": b"n" * 32, **settings.FIELD_KEYS}
    changed = services.rotate_field_keys(actor=ACTOR, now=note.at)
    assert changed["alarms.alarmnote.text"] == 1
    assert at_rest().startswith("t2:")
    assert AlarmNote.objects.get().text == TEXT


def test_what_was_written_before_is_sealed_and_can_be_brought_back(
    note: AlarmNote, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = importlib.import_module(MIGRATION)
    monkeypatch.setattr(migration, "PORTION", 2)
    for _ in range(4):
        AlarmNote.objects.create(alarm=note.alarm, author=note.author, at=note.at, text=TEXT)
    with connection.schema_editor() as editor:
        migration.unseal(apps, editor)
    assert at_rest() == TEXT
    with connection.schema_editor() as editor:
        migration.seal(apps, editor)
    assert "Greta" not in at_rest()
    assert {one.text for one in AlarmNote.objects.all()} == {TEXT}
