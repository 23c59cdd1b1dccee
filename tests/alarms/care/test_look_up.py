"""The single look-up of a brukare: one, exactly, recorded and limited (domain.md 00.12)."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.models import CareRead, CareRecipient
from alarms.services.care import CareData, end_recipient, enter_recipient
from alarms.services.care_reading import (
    LOOKUPS_AN_HOUR,
    TooMany,
    look_up,
)
from tests.accounts.factories import person
from tests.alarms.care.conftest import SYSTEM, sign_on
from tests.alarms.intake.senders import Sender
from tests.ledger.support import in_threads
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.errors import Forbidden, Invalid


@pytest.mark.parametrize("wanted", ["040-628 04 55", "+46406280455", "0046 40 628 04 55"])
def test_the_desk_looks_up_one_by_the_whole_number(
    wanted: str, recipient: CareRecipient, alma: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    found = look_up(actor=actor_for(alma), now=now, user=alma, wanted=wanted)
    assert found == recipient
    assert CareRead.objects.get().ground == "lookup"


def test_by_the_record_s_own_number(recipient: CareRecipient, alma: User, now: dt.datetime) -> None:
    sign_on(alma, now)
    found = look_up(actor=actor_for(alma), now=now, user=alma, wanted=recipient.number.lower())
    assert found == recipient


@pytest.mark.parametrize("wanted", ["Brukare", "040", "Exempel 040-628 04 55", "%", "BR-2026"])
def test_names_and_parts_of_numbers_are_not_searched(
    wanted: str, recipient: CareRecipient, alma: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    with pytest.raises(Invalid):
        look_up(actor=actor_for(alma), now=now, user=alma, wanted=wanted)


def test_part_of_a_telephone_number_finds_nobody_and_is_recorded(
    recipient: CareRecipient, alma: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    assert look_up(actor=actor_for(alma), now=now, user=alma, wanted="040-628 04") is None
    assert CareRead.objects.get().recipient is None
    assert LedgerRow.objects.filter(name="care.lookup_missed").count() == 1


def test_two_with_one_telephone_are_not_shown_by_it(
    sender: Sender, alma: User, now: dt.datetime
) -> None:
    assert sender.transmitter is not None
    for zone in ("1", "2"):
        enter_recipient(
            actor=SYSTEM,
            now=now,
            installation_id=sender.transmitter.installation_id,
            data=CareData(name=zone, address="A", zone=zone, phone="040-628 04 55"),
        )
    sign_on(alma, now)
    assert look_up(actor=actor_for(alma), now=now, user=alma, wanted="040-628 04 55") is None


def test_an_operator_at_another_desk_looks_nobody_up(
    recipient: CareRecipient, alma: User, bo: User, dan: User, now: dt.datetime
) -> None:
    sign_on(bo, now, desk="brand")
    for user in (alma, bo, dan):
        with pytest.raises(Forbidden):
            look_up(actor=actor_for(user), now=now, user=user, wanted=recipient.number)


def test_the_data_protection_officer_gives_a_case_number(
    recipient: CareRecipient, officer: User, alma: User, now: dt.datetime
) -> None:
    def ask(case: str) -> CareRecipient | None:
        return look_up(
            actor=actor_for(officer),
            now=now,
            user=officer,
            wanted=recipient.number,
            case_number=case,
        )

    for case in ("", "  ", "x"):
        with pytest.raises(Invalid, match="ärende"):
            ask(case)
    assert ask("VON 2026/12") == recipient
    assert CareRead.objects.get().case_number == "VON 2026/12"
    row = LedgerRow.objects.get(name="care.read")
    assert "2026/12" not in str(LedgerPayload.objects.get(seq=row.seq).body)
    sign_on(alma, now)
    with pytest.raises(Invalid):
        look_up(
            actor=actor_for(alma), now=now, user=alma, wanted=recipient.number, case_number="VON 1"
        )


def test_an_ended_record_is_found_in_a_case_and_not_at_the_desk(
    recipient: CareRecipient, officer: User, alma: User, now: dt.datetime
) -> None:
    end_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk)
    sign_on(alma, now)
    assert look_up(actor=actor_for(alma), now=now, user=alma, wanted=recipient.number) is None
    found = look_up(
        actor=actor_for(officer),
        now=now,
        user=officer,
        wanted=recipient.number,
        case_number="VON 2026/13",
    )
    assert found == recipient


def test_another_namnd_s_registrator_finds_nobody(
    recipient: CareRecipient, city: City, now: dt.datetime
) -> None:
    clerk = person("RECORDS", city.service)
    found = look_up(
        actor=actor_for(clerk), now=now, user=clerk, wanted=recipient.number, case_number="SN 1"
    )
    assert found is None


def test_look_ups_are_limited_and_misses_count(
    recipient: CareRecipient, alma: User, ellen: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    sign_on(ellen, now)

    def ask(user: User, at: dt.datetime, wanted: str) -> None:
        look_up(actor=actor_for(user), now=at, user=user, wanted=wanted)

    for turn in range(LOOKUPS_AN_HOUR):
        ask(alma, now, recipient.number if turn % 2 else "040-000 00 00")
    with pytest.raises(TooMany):
        ask(alma, now, recipient.number)
    ask(ellen, now, recipient.number)
    ask(alma, now + dt.timedelta(hours=1), recipient.number)


@pytest.mark.django_db(transaction=True)
def test_two_look_ups_at_once_do_not_both_become_the_last(
    recipient: CareRecipient, alma: User, now: dt.datetime
) -> None:
    sign_on(alma, now)
    for _turn in range(LOOKUPS_AN_HOUR - 1):
        look_up(actor=actor_for(alma), now=now, user=alma, wanted=recipient.number)

    answers: list[str] = []

    def ask() -> None:
        user = User.objects.get(pk=alma.pk)
        try:
            look_up(actor=actor_for(user), now=now, user=user, wanted=recipient.number)
        except TooMany:
            answers.append("refused")
        else:
            answers.append("found")

    in_threads(*[ask] * 3)
    assert sorted(answers) == ["found", "refused", "refused"]
