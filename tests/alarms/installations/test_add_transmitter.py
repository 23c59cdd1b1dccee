"""`manage.py add_transmitter`, exactly as promised in design.md 10."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from alarms.models import Installation, LinkState, Transmitter
from alarms.selectors import directory
from tests.alarms.routing.town import Town
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared import clock


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("add_transmitter", *arguments, stdout=out)
    return out.getvalue().strip()


def test_at_a_site_without_installation(town: Town) -> None:
    Installation.objects.all().delete()
    said = run("--account", "00ab", "--receiver", "1", "--line", "f", "--site", town.school.slug)
    assert said == "Sändaren 00AB är upplagd på Ängens förskola."
    row = Transmitter.objects.get()
    assert (row.receiver, row.line, row.account) == ("1", "F", "00AB")
    assert row.installation.name == "Larmanläggning Ängens förskola"
    assert row.installation.controller == town.schools
    assert LinkState.objects.get().due_at is None
    assert directory.load(0).lookup("1", "F", "00AB") is not None
    assert LedgerRow.objects.filter(name="alarms.directory_changed").count() == 2


def test_an_existing_installation_is_used(town: Town) -> None:
    run("--account", "ABC", "--site", town.school.slug)
    assert Transmitter.objects.get().installation == town.school_alarm


@pytest.mark.parametrize(
    ("option", "text", "key"),
    [
        ("--key-hex", "aa" * 16, b"\xaa" * 16),
        ("--key-hex", "0" * 64, b"\x00" * 32),
        ("--key-text", "0123456789abcdef", b"0123456789abcdef"),
        ("--key-text", "a" * 32, b"a" * 32),
    ],
)
def test_keys_are_sealed_and_read_as_said(town: Town, option: str, text: str, key: bytes) -> None:
    said = run("--account", "ABC", option, text, "--site", town.school.slug)
    assert text not in said
    info = directory.load(0).lookup("", "", "ABC")
    assert info is not None
    assert info.keys == (key,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM alarms_transmitter")
        assert text.lower() not in cursor.fetchone()[0].lower()


@pytest.mark.parametrize(
    ("seconds", "category"),
    [(30, "90s"), (90, "90s"), (120, "180s"), (600, "30min"), (86_400, "25h"), (604_800, "32d")],
)
def test_an_interval_begins_the_watching(town: Town, seconds: int, category: str) -> None:
    run("--account", "ABC", "--interval", str(seconds), "--site", town.school.slug)
    row = Transmitter.objects.get()
    assert (row.supervision, row.interval_seconds) == (category, seconds)
    due = row.link.due_at
    assert due is not None
    assert due > clock.now()


def test_the_same_account_again_changes_it_and_says_so(town: Town) -> None:
    run("--account", "ABC", "--key-hex", "aa" * 16, "--site", town.school.slug)
    said = run("--account", "abc", "--interval", "60", "--site", town.depot.slug)
    assert said == "Sändaren ABC fanns redan och är ändrad, på Gatuförrådet."
    row = Transmitter.objects.get()
    assert row.installation == town.depot_alarm
    assert row.key == "AA" * 16
    assert row.interval_seconds == 60
    run("--account", "ABC", "--key-text", "0123456789abcdef", "--site", town.depot.slug)
    row.refresh_from_db()
    assert (row.key_format, row.supervision) == ("text", "90s")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--account", "AB"], "3–16 tecken"),
        (["--account", "ÅÄÖ"], "3–16 tecken"),
        (["--account", "ABC", "--receiver", "1234567"], "högst 6 tecken"),
        (["--account", "ABC", "--key-hex", "abc"], "32, 48 eller 64"),
        (["--account", "ABC", "--key-hex", "å" * 32], "32, 48 eller 64"),
        (["--account", "ABC", "--key-text", "åäö" + "x" * 13], "utan å, ä och ö"),
        (["--account", "ABC", "--key-text", ""], "tom"),
        (["--account", "ABC", "--interval", "0"], "minst 1 sekund"),
    ],
)
def test_bad_input_is_one_sentence(town: Town, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments, "--site", town.school.slug)
    assert not Transmitter.objects.exists()


def test_an_unknown_site(town: Town) -> None:
    with pytest.raises(CommandError, match="inget objekt med kortnamnet finns-inte"):
        run("--account", "ABC", "--site", "finns-inte")


def test_both_kinds_of_key_are_refused(town: Town) -> None:
    with pytest.raises(CommandError):
        run("--account", "ABC", "--key-hex", "a" * 32, "--key-text", "a" * 32, "--site", "x")
