"""What pages do not reach of setting up installations."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms import identities
from alarms.models import Transmitter
from alarms.services import installations as services
from alarms.services.installations import TransmitterData
from tests.alarms.routing.town import SYSTEM, Town
from trygghetscentral.shared.errors import Conflict, Invalid


def test_a_closed_site_gets_no_installation(town: Town, now: dt.datetime) -> None:
    town.school.closed_at = now
    with pytest.raises(Conflict, match="avslutat"):
        services.create_installation(actor=SYSTEM, now=now, site=town.school, name="Ny")


@pytest.mark.parametrize("name", ["", "   ", "å" * 121])
def test_a_name_is_needed(town: Town, now: dt.datetime, name: str) -> None:
    with pytest.raises(Invalid, match="namn"):
        services.create_installation(actor=SYSTEM, now=now, site=town.school, name=name)


def test_a_removed_transmitter_is_not_changed(town: Town, now: dt.datetime) -> None:
    row = town.transmitter()
    services.remove_transmitter(actor=SYSTEM, now=now, transmitter_id=row.pk)
    data = TransmitterData(account="ABC")
    with pytest.raises(Conflict, match="redan borttagen"):
        services.change_transmitter(actor=SYSTEM, now=now, transmitter_id=row.pk, data=data)


def test_a_key_is_never_guessed() -> None:
    with pytest.raises(Invalid, match="hexadecimal eller text") as caught:
        identities.key("0" * 32, "")
    assert "0000" not in caught.value.sentence()


@pytest.mark.parametrize(("seconds", "category"), [(1, "90s"), (91, "180s"), (10**8, "32d")])
def test_the_tightest_category(seconds: int, category: str) -> None:
    assert identities.category_for(seconds) == category


def test_a_change_that_is_none_leaves_the_line_alone(town: Town, now: dt.datetime) -> None:
    row = town.transmitter("00AB", supervision="90s")
    before = row.link.due_at
    later = now + dt.timedelta(hours=1)
    services.change_transmitter(
        actor=SYSTEM,
        now=later,
        transmitter_id=row.pk,
        data=TransmitterData(account="00ab", supervision="90s", strict_length=True),
    )
    fresh = Transmitter.objects.get()
    assert fresh.strict_length
    assert fresh.link.due_at == before
