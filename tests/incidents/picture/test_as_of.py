"""The picture as of a past moment is what was seen then, row for row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alarms.models import Alarm
from alarms.selectors.rows import row_of
from alarms.services.desk import claim_alarm
from incidents.forms.picture import MomentForm
from incidents.models import FunctionSlot, Incident, PictureNote, Zone
from incidents.selectors.picture import now as picture
from incidents.selectors.picture.as_of import picture_at
from incidents.selectors.picture.rows import function_row, incident_row, zone_row
from incidents.services import parts, way
from incidents.services.picture import notes, zones
from incidents.services.picture.functions import mark_stale
from incidents.services.picture.zones import ZoneData, end_due
from incidents.states import Move
from tests.accounts.factories import NeedToKnowGroupFactory
from tests.alarms.routing.town import SYSTEM, Town, message
from tests.incidents.conftest import HOUR, Make
from tests.personas import City
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.ledger.services import dispose_payload, register_disposal_decision
from trygghetscentral.live.selection import EVERYTHING
from trygghetscentral.shared.actor import Actor

MINUTE = dt.timedelta(minutes=1)


def seen_now(user: User) -> dict[str, list[Any]]:
    """The rows that the lists show at this moment."""
    mine = user.audiences(Permission.PICTURE_VIEW)
    incidents = picture.open_incidents(user.audiences(Permission.INCIDENT_VIEW), 200, EVERYTHING)
    return {
        "alarms": [row_of(one) for one in _board(user)],
        "incidents": [incident_row(one) for one in incidents],
        "zones": [
            zone_row(one, one, at=one.changed_at, by=one.changed_by)
            for one in picture.zones(mine, 200, EVERYTHING)
        ],
        "functions": [
            function_row(
                one, one, at=one.changed_at, by=one.changed_by, stale=one.stale_at is not None
            )
            for one in picture.functions(mine, 200, EVERYTHING)
        ],
        "notes": picture.notes(user),
    }


def _board(user: User) -> list[Alarm]:
    from_db = Alarm.objects.visible_to(user).on_board().worst_first()
    return list(
        from_db.select_related(
            "type", "site", "city_area", "owner", "controller", "desk", "installation"
        )
    )


def seen_then(user: User, at: dt.datetime) -> dict[str, list[Any]]:
    past = picture_at(user, at=at)
    assert past.alarms is not None and past.incidents is not None
    assert past.incidents.total == len(past.incidents.rows)
    return {
        "alarms": past.alarms.rows,
        "incidents": past.incidents.rows,
        "zones": past.zones,
        "functions": past.functions,
        "notes": past.notes,
    }


def test_three_moments_while_things_change_are_what_they_were(
    town: Town,
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    note: Callable[..., PictureNote],
    zone_data: Callable[..., ZoneData],
    judge: Callable[..., Incident],
    by_cia: Actor,
    cia: User,
    alma: User,
    now: dt.datetime,
) -> None:
    moments = [now + n * HOUR for n in (1, 2, 3)]
    seen: list[dict[str, list[Any]]] = []
    early = now + MINUTE
    town.send(message(town.transmitter(), "BA", at=early, zone="3"), now=early)
    first, second = make(at=now), make(at=now, title="Klotter", place="Gaveln")
    outage = draw(valid_until=now + 2 * HOUR - MINUTE)
    cordon = draw(kind="cordon", name="Avspärrat")
    say(hours=2)
    say(function="2-water", level=1, trend="same")
    kept = note()
    seen.append(seen_now(cia))

    later = now + HOUR + MINUTE
    who: dict[str, Any] = {"actor": by_cia, "now": later}
    claim_alarm(actor=actor_for(alma), now=later, public_id=Alarm.objects.get().public_id)
    parts.change_basics(
        **who,
        public_id=first.public_id,
        seen="",
        kind=second.kind,
        title="Krossad ruta och klotter",
        description="",
    )
    parts.change_place(
        **who, public_id=second.public_id, seen="", site=None, place="Muren", position=None
    )
    way.assess(**who, public_id=first.public_id, severity=4, urgency=1, reason="Fler rutor.")
    zones.redraw(**who, public_id=cordon.public_id, seen="", data=zone_data(name="Större"))
    end_due(actor=SYSTEM, now=now + 2 * HOUR - MINUTE)
    say(at=later, level=4, sentence="Hela staden saknar el.", forecast="Tolv timmar.", hours=1)
    make(at=later, title="Hiss")
    note(at=later, text="Stormen har kommit.")
    seen.append(seen_now(cia))

    last = now + 2 * HOUR + MINUTE
    notes.withdraw_note(actor=by_cia, now=last, public_id=kept.public_id)
    way.move(
        actor=by_cia, now=last, public_id=second.public_id, step=Move.REJECT, reason="Dubblett."
    )
    mark_stale(actor=SYSTEM, now=last)
    seen.append(seen_now(cia))
    draw(at=now + 4 * HOUR, name="Efteråt")
    zones.end(actor=by_cia, now=now + 4 * HOUR, public_id=cordon.public_id)

    assert outage.name not in [row.name for row in seen[1]["zones"]]
    assert seen[0] != seen[1] != seen[2]
    for at, then in zip(moments, seen, strict=True):
        again = seen_then(cia, at)
        for name, rows in then.items():
            assert again[name] == rows, (name, at)


def test_it_is_shown_with_the_rights_of_today(
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    city: City,
    cia: User,
    tor: User,
    now: dt.datetime,
) -> None:
    incident = make(at=now)
    draw()
    say()
    past = seen_then(cia, now + MINUTE)
    assert [len(past[name]) for name in ("incidents", "zones", "functions")] == [1, 1, 1]
    assert not any(seen_then(tor, now + MINUTE).values())
    group = NeedToKnowGroupFactory.create(organisation=city.service)
    Incident.objects.filter(pk=incident.pk).update(audiences=[f"group:{group.pk}"])
    assert seen_then(cia, now + MINUTE)["incidents"] == []
    assert not any(seen_then(cia, now - 5 * HOUR).values())


def test_what_has_been_erased_says_so(
    make: Make, cia: User, client_of: Callable[[User], Client], now: dt.datetime
) -> None:
    incident = make(at=now)
    decision = register_disposal_decision(
        actor=SYSTEM,
        now=now + 2 * HOUR,
        number="KS-2026-114",
        decided_at=now + 2 * HOUR,
        controller_id=None,
    )
    seq = LedgerRow.objects.get(name="incident.registered").seq
    dispose_payload(actor=SYSTEM, now=now + 2 * HOUR, seq=seq, decision=decision)
    past = picture_at(cia, at=now + HOUR)
    assert past.incidents is not None
    assert (past.incidents.rows, past.incidents.disposed) == ([], [incident.number])
    assert past.decisions == ["KS-2026-114"]


@pytest.mark.parametrize(
    ("written", "turn", "moment"),
    [
        ("2026-10-25T02:30", "", "2026-10-25T00:30+00:00"),
        ("2026-10-25T02:30", "andra", "2026-10-25T01:30+00:00"),
        ("2026-10-25T02:30+01:00", "", "2026-10-25T01:30+00:00"),
        ("2026-10-25T02:30 01:00", "forsta", "2026-10-25T01:30+00:00"),
        ("2026-10-25T03:30", "andra", "2026-10-25T02:30+00:00"),
        ("2026-11-20T14:05", "", "2026-11-20T13:05+00:00"),
    ],
)
def test_the_hour_that_comes_twice_is_told_apart(written: str, turn: str, moment: str) -> None:
    form = MomentForm({"da": written, "tur": turn}, now=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert form.is_valid()
    assert form.cleaned_data["at"] == dt.datetime.fromisoformat(moment)
    assert form.twice == (written == "2026-10-25T02:30")


@pytest.mark.parametrize("written", ["2026-03-29T02:30", "2027-02-01T10:00", "i går", "", "9" * 40])
def test_a_moment_that_was_not_is_refused(written: str) -> None:
    form = MomentForm({"da": written}, now=dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
    assert not form.is_valid()


def test_the_page_steps_through_time(
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    note: Callable[..., PictureNote],
    cia: User,
    client_of: Callable[[User], Client],
    now: dt.datetime,
) -> None:
    make(at=now - HOUR)
    for do in (draw, say, note):
        do(at=now - HOUR)
    url = reverse("picture:live")
    client = client_of(cia)
    page = client.get(url, {"da": (now - MINUTE).isoformat()})
    text = page.content.decode()
    for words in ("Krossad ruta", "Elavbrott norr", "Tre stadsområden saknar el.", "Storm väntas."):
        assert words in text
    assert "Dra tillbaka" not in text
    assert client.get(url, {"da": "nonsens"}).status_code == 400
    assert "Krossad ruta" not in client.get(url, {"da": "2020-01-01T00:00"}).content.decode()
