"""Secrets at rest: sealed, bound to their column, and moved from key to key."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from alarms.models import Transmitter
from tests.alarms.intake.senders import make_installation, make_transmitter
from tests.ledger.support import ACTOR
from tests.personas import City
from trygghetscentral.shared import crypto, services

OLD, NEW = b"o" * 32, b"n" * 32
CONTEXT = "alarms.transmitter.key"


@pytest.fixture
def transmitters(city: City, settings: Settings) -> list[Transmitter]:
    """Five transmitters with keys under the old key, and one without."""
    settings.FIELD_KEYS = {"k1": OLD}
    installation = make_installation(city.technical)
    made = [make_transmitter(installation, f"{number:04}") for number in range(6)]
    for number, transmitter in enumerate(made[:5]):
        transmitter.key, transmitter.key_format = f"secret {number}", Transmitter.KeyFormat.TEXT
        transmitter.save()
    return made


def at_rest(transmitter: Transmitter) -> str:
    """What stands in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM alarms_transmitter WHERE id = %s", (transmitter.pk,))
        return str(cursor.fetchone()[0])


@given(plain=st.text(st.characters(exclude_categories=["Cs"])))
def test_what_goes_in_comes_out_and_never_looks_the_same(plain: str) -> None:
    first, second = (crypto.encrypt(plain, context=CONTEXT) for _ in range(2))
    assert first != second
    assert first.startswith("t1:")
    assert crypto.decrypt(first, context=CONTEXT) == plain


@pytest.mark.parametrize(
    "spoil",
    [
        lambda stored: stored.replace("t1:", "t2:"),
        lambda stored: stored[:-8] + "AAAAAAA=",
        lambda stored: "t1:" + base64.b64encode(b"short").decode(),
        lambda stored: "t1:!",
        lambda stored: "",
    ],
)
def test_a_ciphertext_that_does_not_fit_its_key_is_refused(spoil: object) -> None:
    assert callable(spoil)
    stored = spoil(crypto.encrypt("kod 1234", context=CONTEXT))
    with pytest.raises(crypto.UnknownKey):
        crypto.decrypt(stored, context=CONTEXT)


def test_a_ciphertext_belongs_to_its_column() -> None:
    stored = crypto.encrypt("kod 1234", context=CONTEXT)
    with pytest.raises(crypto.UnknownKey):
        crypto.decrypt(stored, context="places.accesscode.code")


def test_the_error_does_not_carry_the_secret(settings: Settings) -> None:
    stored = crypto.encrypt("kod 1234", context=CONTEXT)
    settings.FIELD_KEYS = {"t1": NEW}
    with pytest.raises(crypto.UnknownKey) as raised:
        crypto.decrypt(stored, context=CONTEXT)
    assert str(raised.value) == "t1"


@pytest.mark.django_db
def test_the_database_holds_no_plain_text(transmitters: list[Transmitter]) -> None:
    first, last = transmitters[0], transmitters[5]
    assert at_rest(first).startswith("k1:")
    assert "secret" not in at_rest(first)
    first.refresh_from_db()
    assert first.key == "secret 0"
    assert at_rest(last) == last.key == ""


@pytest.mark.django_db
def test_every_value_moves_to_the_first_key(
    transmitters: list[Transmitter],
    settings: Settings,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "PORTION", 2)
    settings.FIELD_KEYS = {"k_2": NEW, "k1": OLD}
    changed = services.rotate_field_keys(actor=ACTOR, now=now)

    assert changed[CONTEXT] == 5
    settings.FIELD_KEYS = {"k_2": NEW}
    assert {crypto.key_id_of(at_rest(each)) for each in transmitters[:5]} == {"k_2"}
    assert Transmitter.objects.get(pk=transmitters[3].pk).key == "secret 3"
    assert at_rest(transmitters[5]) == ""
    assert services.rotate_field_keys(actor=ACTOR, now=now)[CONTEXT] == 0


@pytest.mark.django_db
def test_a_missing_old_key_stops_the_rotation_and_changes_nothing(
    transmitters: list[Transmitter], settings: Settings, now: dt.datetime
) -> None:
    before = [at_rest(each) for each in transmitters]
    for keys in ({"k2": NEW}, {"k2": NEW, "k1": NEW}):
        settings.FIELD_KEYS = keys
        with pytest.raises(crypto.UnknownKey):
            services.rotate_field_keys(actor=ACTOR, now=now)
    assert [at_rest(each) for each in transmitters] == before


@pytest.mark.django_db
def test_the_command_tells_what_it_did(
    transmitters: list[Transmitter], settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.FIELD_KEYS = {"k2": NEW, "k1": OLD}
    call_command("rotate_field_key")
    assert f"{CONTEXT}: 5 omkrypterade" in capsys.readouterr().out


def test_the_sealed_columns_are_known() -> None:
    found = {column.context for column in services.encrypted_columns()}
    assert CONTEXT in found
    assert len(found) >= 2
