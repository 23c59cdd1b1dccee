"""The code word is compared with the installation's own; the duress word raises a hold-up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from alarms.models import Installation
from alarms.models import TestPeriod as Period
from alarms.services import prov
from alarms.services.code_words import set_code_words
from alarms.services.prov import Verification
from tests.alarms.intake.senders import Sender
from tests.alarms.prov.conftest import open_alarms
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.errors import Conflict, Forbidden, Invalid

FIRE = {"area": "1", "zone": "12", "category": "fire"}


@pytest.fixture(autouse=True)
def words(installation: Installation, by_bo: Actor, sender: Sender) -> None:
    """Blåsippa, and under threat Kastanj."""
    set_code_words(
        actor=by_bo,
        now=sender.now,
        installation_id=installation.pk,
        word="Blåsippa",
        duress="Kastanj",
    )


def _said(word: str) -> Verification:
    return Verification("code_word", word=word)


def test_the_right_word_opens(set_prov: Callable[..., Period]) -> None:
    period = set_prov(**FIRE, verification=_said(" blå sippa"))
    assert (period.verified_how, period.technician) == ("code_word", "")


@pytest.mark.parametrize("word", ["", "Vitsippa"])
def test_a_wrong_word_or_none_opens_nothing_and_is_kept_by_its_outcome(
    set_prov: Callable[..., Period], word: str
) -> None:
    with pytest.raises(Invalid) as error:
        set_prov(**FIRE, verification=_said(word))
    assert error.value.code == "prov_wrong_word"
    assert not Period.objects.exists()
    row = LedgerRow.objects.get(name="prov.refused")
    assert (LedgerPayload.objects.get(seq=row.seq).body or {})["outcome"] == "wrong"
    assert open_alarms() == []


def test_guessing_is_stopped_for_an_hour_and_the_duress_word_is_heard_all_the_same(
    set_prov: Callable[..., Period], sender: Sender
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            set_prov(**FIRE, verification=_said("Vitsippa"))
    for word in ("Vitsippa", "Blåsippa"):
        with pytest.raises(Conflict) as error:
            set_prov(**FIRE, verification=_said(word))
        assert error.value.code == "prov_too_many_words"
    assert not Period.objects.exists()
    with pytest.raises(Conflict, match="HOTORD"):
        set_prov(**FIRE, verification=_said("Kastanj"))
    assert [alarm.category for alarm in open_alarms()] == ["holdup"]
    sender.later(hours=1)
    assert set_prov(**FIRE, verification=_said("Blåsippa")).is_critical


def test_the_duress_word_sets_nothing_and_is_a_hold_up_at_once(
    set_prov: Callable[..., Period],
) -> None:
    with pytest.raises(Conflict, match="HOTORD"):
        set_prov(verification=_said("kastanj"))
    assert not Period.objects.exists()
    [alarm] = open_alarms()
    assert (alarm.category, alarm.priority, alarm.unanswered) == ("holdup", 1, True)
    assert alarm.escalates_at is not None
    said = "".join(str(body) for body in LedgerPayload.objects.values_list("body", flat=True))
    assert "astanj" not in said


def test_a_duress_word_while_extending_is_a_hold_up_and_extends_nothing(
    set_prov: Callable[..., Period], by_alma: Actor, sender: Sender
) -> None:
    period = set_prov(**FIRE, verification=_said("Blåsippa"))
    with pytest.raises(Conflict, match="HOTORD"):
        prov.extend_period(
            actor=by_alma,
            now=sender.now + dt.timedelta(minutes=30),
            public_id=period.public_id,
            lasts=dt.timedelta(hours=1),
            reason="Mer kvar",
            verification=_said("Kastanj"),
        )
    period.refresh_from_db()
    assert (period.extended, len(open_alarms())) == (0, 1)


def test_who_may_not_set_it_learns_nothing_of_the_word(
    installation: Installation, dan: User, sender: Sender
) -> None:
    data: Any = prov.PeriodData(
        kind="test", lasts=dt.timedelta(hours=1), reason="Prov", verification=_said("Kastanj")
    )
    with pytest.raises(Forbidden):
        prov.start_period(
            actor=Actor.system("x"), now=sender.now, installation_id=installation.pk, data=data
        )
    assert open_alarms() == []
    assert not LedgerRow.objects.filter(name="prov.refused").exists()


def test_the_page_never_shows_the_word_again(
    client_of: Callable[[User], Client], alma: User, installation: Installation
) -> None:
    address = f"/larm/anlaggningar/{installation.public_id}/prov/nytt/"
    given = {"kind": "test", "place": "whole/", "minutes": "60", "reason": "Prov"}
    answer = client_of(alma).post(address, {**given, "verified_how": "code_word", "word": "Åska1"})
    assert answer.status_code == 400
    assert "inte anläggningens kodord" in answer.content.decode()
    assert "Åska1" not in answer.content.decode()
    assert "Åska1" not in repr(_said("Åska1"))
