"""The code word and the duress word: compared by the service, shown to nobody (domain.md 00.10)."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from alarms.models import Alarm, CodeWordCheck, CodeWords, Installation
from alarms.selectors.details import visible_alarms
from alarms.selectors.rows import row_of
from alarms.services.code_words import (
    check_code_word,
    normalised,
    remove_code_words,
    set_code_words,
)
from alarms.services.desk import close_alarm
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

Raise = Callable[..., Alarm]
WORD, DURESS = "Blå ängel", "Röd häst"
SAID = {"said_by": "Rektorn", "said": "Fel kod"}


@pytest.fixture
def words(installation: Installation, by_bo: Actor, now: dt.datetime) -> CodeWords:
    """Both words of the school."""
    return set_code_words(
        actor=by_bo, now=now, installation_id=installation.pk, word=WORD, duress=DURESS
    )


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("Blå ängel", "correct"),
        ("  BLÅ ÄNGEL ", "correct"),
        ("blåängel", "correct"),
        ("bla\u030a a\u0308ngel", "correct"),
        ("blå-ängel!", "correct"),
        ("bla angel", "wrong"),
        ("röd häst", "duress"),
        ("RÖDHÄST", "duress"),
        ("röd", "wrong"),
        ("", "not_given"),
        ("   ", "not_given"),
        ("'; DROP TABLE x; --", "wrong"),
        ("<script>alert(1)</script>", "wrong"),
        ("\x00\x00", "not_given"),
        ("!!!", "wrong"),
    ],
)
def test_what_was_said_is_compared_as_it_is_heard(
    words: CodeWords, taken: Raise, by_alma: Actor, now: dt.datetime, said: str, outcome: str
) -> None:
    alarm = taken("BA")
    assert check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=said) == outcome
    assert CodeWordCheck.objects.get().outcome == outcome


def test_duress_is_silent_graver_and_never_unfounded(
    words: CodeWords, taken: Raise, by_alma: Actor, alma: User, now: dt.datetime
) -> None:
    alarm = taken("BA")
    check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=DURESS)
    shown = visible_alarms(alma).get(pk=alarm.pk)
    row = row_of(shown)
    assert (row.duress, row.priority, row.again) == (True, 1, False)
    assert not shown.unanswered
    for code in ("unfounded_handling", "cancelled_code_word", "test", "unknown_cause"):
        with pytest.raises(Conflict, match="Hot"):
            close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code=code, **SAID)
    # The right word afterwards takes nothing back.
    check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    with pytest.raises(Conflict, match="Hot"):
        close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="test", **SAID)
    closed = close_alarm(actor=by_alma, now=now, public_id=alarm.public_id, code="real", **SAID)
    assert closed.state == "closed"


def test_recalled_with_code_word_needs_the_right_word_last(
    words: CodeWords, taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")

    def close() -> str:
        closed = close_alarm(
            actor=by_alma, now=now, public_id=alarm.public_id, code="cancelled_code_word", **SAID
        )
        return closed.state

    for said in (None, "fel", ""):
        if said is not None:
            check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=said)
        with pytest.raises(Conflict, match="Rätt kodord"):
            close()
    check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    assert close() == "closed"


def test_three_wrong_words_end_the_guessing(
    words: CodeWords, taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    for _ in range(3):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said="gissning")
    with pytest.raises(Conflict, match="Tre fel"):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    given = check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said="")
    assert given == "not_given"


def test_the_words_are_nowhere_in_clear(
    words: CodeWords,
    taken: Raise,
    installation: Installation,
    by_alma: Actor,
    alma: User,
    bo: User,
    now: dt.datetime,
    client_of: Callable[[User], Client],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    alarm = taken("BA")
    for said in ("Gul giraff", DURESS):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=said)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text, k::text FROM alarms_codewords AS c, alarms_codewordcheck AS k"
        )
        stored = str(cursor.fetchall())
    stored += json.dumps(list(LedgerPayload.objects.values_list("body", flat=True)))
    stored += client_of(alma).get(f"/larm/{alarm.public_id}/").content.decode()
    manage = f"/larm/anlaggningar/{installation.public_id}/"
    stored += client_of(bo).get(manage).content.decode()
    stored += client_of(bo).get(f"{manage}kodord/").content.decode()
    stored += caplog.text
    small = stored.casefold()
    assert not [word for word in ("ängel", "häst", "giraff") if word in small]
    rows = LedgerRow.objects.filter(name="alarm.code_word_checked").order_by("seq")
    bodies = dict(LedgerPayload.objects.values_list("seq", "body"))
    assert [(bodies[row.seq] or {})["outcome"] for row in rows] == ["wrong", "duress"]


def test_another_installation_at_the_site_lends_its_words_when_there_are_no_own(
    words: CodeWords, taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    other = Installation.objects.create(
        name="Det andra larmet", site=words.installation.site, controller=alarm.controller
    )
    Alarm.objects.update(installation=other)
    said = check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    assert said == "correct"


def test_without_words_only_nothing_given_can_be_said(
    taken: Raise, by_alma: Actor, now: dt.datetime
) -> None:
    alarm = taken("BA")
    with pytest.raises(Invalid, match="Inget kodord"):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    Alarm.objects.update(installation=None, site=None)
    with pytest.raises(Invalid, match="Inget kodord"):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said=WORD)
    check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said="")
    assert CodeWordCheck.objects.count() == 1


def test_only_the_owner_compares_and_only_where_words_are_used(
    words: CodeWords,
    taken: Raise,
    raised: Raise,
    by_alma: Actor,
    by_bo: Actor,
    now: dt.datetime,
) -> None:
    alarm = taken("BA")
    with pytest.raises(Conflict, match="taget av"):
        check_code_word(actor=by_bo, now=now, public_id=alarm.public_id, said=WORD)
    with pytest.raises(Forbidden):
        check_code_word(actor=by_bo, now=now, public_id=raised("PA").public_id, said=WORD)
    with pytest.raises(Invalid, match="används inte"):
        check_code_word(actor=by_alma, now=now, public_id=taken("WA").public_id, said=WORD)
    with pytest.raises(Invalid, match="för lång"):
        check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said="x" * 10_000)


@pytest.mark.parametrize(
    ("word", "duress", "why"),
    [
        ("ab", "Röd häst", "minst tre"),
        ("---", "", "minst tre"),
        ("Blå ängel", "BLÅÄNGEL!", "lika"),
        ("x" * 61, "", "för lång"),
    ],
)
def test_words_that_could_not_be_told_apart_are_refused(
    installation: Installation, by_bo: Actor, now: dt.datetime, word: str, duress: str, why: str
) -> None:
    with pytest.raises(Invalid, match=why):
        set_code_words(
            actor=by_bo, now=now, installation_id=installation.pk, word=word, duress=duress
        )
    assert not CodeWords.objects.exists()


def test_no_duress_word_never_matches_nothing(
    installation: Installation, taken: Raise, by_alma: Actor, by_bo: Actor, now: dt.datetime
) -> None:
    set_code_words(actor=by_bo, now=now, installation_id=installation.pk, word=WORD, duress="")
    alarm = taken("BA")
    said = check_code_word(actor=by_alma, now=now, public_id=alarm.public_id, said="?!")
    assert said == "wrong"


def test_words_are_taken_away_once(
    words: CodeWords, installation: Installation, by_bo: Actor, now: dt.datetime
) -> None:
    for _ in range(2):
        remove_code_words(actor=by_bo, now=now, installation_id=installation.pk)
    assert not CodeWords.objects.exists()
    assert LedgerRow.objects.filter(name="alarms.code_words_changed").count() == 2


def test_the_page_sets_them_and_only_for_who_manages_the_installation(
    city: City,
    installation: Installation,
    alma: User,
    bo: User,
    cia: User,
    client_of: Callable[[User], Client],
) -> None:
    url = f"/larm/anlaggningar/{installation.public_id}/kodord/"
    assert client_of(alma).get(url).status_code == 403
    assert client_of(cia).get(url).status_code == 404
    lead = client_of(bo)
    assert lead.post(url, {"word": "", "duress": ""}).status_code == 400
    refused = lead.post(url, {"word": WORD, "duress": WORD})
    assert refused.status_code == 400
    assert "ängel" not in refused.content.decode()
    assert lead.post(url, {"word": WORD, "duress": DURESS}).status_code == 302
    assert CodeWords.objects.get().set_by == bo
    assert lead.post(f"{url}ta-bort/").status_code == 302
    assert not CodeWords.objects.exists()


def test_normalising_keeps_swedish_letters_apart() -> None:
    assert normalised("ÅÄÖ") == "åäö"
    assert normalised("bål") != normalised("bal")
