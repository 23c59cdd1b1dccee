"""Two organisations: each sees its own and nothing of the other's, in every way the picture has."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import reverse

from incidents.live_rows import FUNCTIONS, INCIDENTS, ZONES
from incidents.models import FunctionSlot, PictureNote, Zone
from incidents.services.picture import zones
from incidents.services.picture.zones import ZoneData
from tests.alarms.routing.town import Town, message
from tests.incidents.conftest import HOUR, Make
from tests.live.page import Page, listed
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.live import registry, snapshots
from trygghetscentral.live.rights import rights_of
from trygghetscentral.live.rows import Row
from trygghetscentral.live.selection import EVERYTHING
from trygghetscentral.live.window import Window
from trygghetscentral.shared.actor import Actor

STREAMS = (INCIDENTS, ZONES, FUNCTIONS)
SECRETS = ("Hemlig", "Ängens", "H-20", "L-20")


def told(user: User, client: Client, now: dt.datetime) -> Iterator[str]:
    """All that the picture tells somebody."""
    city = {"bbox": "12.8,55.5,13.2,55.7"}
    yield client.get(reverse("picture:live")).content.decode()
    yield client.get(reverse("picture:wall")).content.decode()
    yield client.get(reverse("picture:live"), {"da": now.isoformat()}).content.decode()
    for zoom in ("9", "13", "18"):
        yield client.get(reverse("picture:objects"), {**city, "zoom": zoom}).content.decode()
    for stream in ("alarms", *STREAMS):
        yield client.get(reverse("picture:rows", args=(stream,)), {"since": "0"}).content.decode()
    yield client.get(reverse("incidents:list")).content.decode()


def socket_shows(user: User, stream: registry.Stream, objects: list[Any]) -> bool:
    """Whether the socket passes any of these on, as a reader's window judges it."""
    rights = rights_of(user, stream)
    assert rights is not None
    rows = [
        Row(stream.key(one), stream.sort(one), 1, "x", stream.audiences(one), stream.alive(one))
        for one in objects
    ]
    return bool(Window(200).apply(rows, rights.audiences).upsert)


def test_nothing_of_the_others_is_told_anywhere(
    town: Town,
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    note: Callable[..., PictureNote],
    group: NeedToKnowGroup,
    cia: User,
    tor: User,
    alma: User,
    client_of: Callable[[User], Client],
    now: dt.datetime,
) -> None:
    early = now - HOUR
    town.send(message(town.transmitter(), "BA", at=early, zone="3"), now=early)
    incident = make(at=early, title="Hemlig ruta")
    restricted = make(
        at=early, title="Hemligt hot", kind="OT-02", restricted_group_id=group.pk, site=None
    )
    zone = draw(at=early, name="Hemlig zon")
    only = draw(at=early, name="Hemlig för gruppen", restricted_group_id=group.pk)
    slot = say(at=early, sentence="Hemlig mening.")
    note(at=early, text="Hemlig notis.")
    everything = " ".join(told(tor, client_of(tor), now))
    assert [word for word in SECRETS if word in everything] == []
    own = " ".join(told(cia, client_of(cia), now))
    assert [word for word in SECRETS if word not in own] == []
    # An operator of the whole city reads the nämnd's, and not what only the group knows.
    operator = " ".join(told(alma, client_of(alma), now))
    assert "Hemlig zon" in operator
    assert "Hemligt hot" not in operator and "Hemlig för gruppen" not in operator
    for name, rows in (
        (INCIDENTS, [incident, restricted]),
        (ZONES, [zone, only]),
        (FUNCTIONS, [slot]),
    ):
        stream = registry.get(name)
        assert stream is not None
        assert [socket_shows(user, stream, rows) for user in (tor, cia)] == [False, True]
        mine = [rights_of(user, stream) for user in (tor, cia)]
        totals = [stream.counts(one.audiences, EVERYTHING)["total"] for one in mine if one]
        assert totals == [0, len(rows)]
    for one in (zone, only, slot):
        assert client_of(tor).get(one.get_absolute_url()).status_code == 404
    assert client_of(alma).get(only.get_absolute_url()).status_code == 404


def test_an_old_page_and_what_it_missed_is_the_page_of_now(
    make: Make,
    draw: Callable[..., Zone],
    say: Callable[..., FunctionSlot],
    zone_data: Callable[..., ZoneData],
    judge: Callable[..., Any],
    by_cia: Actor,
    tor: User,
    cia: User,
    now: dt.datetime,
) -> None:
    incident, zone = make(), draw(shared=True)
    say(shared=True)
    readers = [(user, name) for user in (cia, tor) for name in STREAMS]
    pages = {(user.pk, name): Page(snapshots.snapshot(name, user)) for user, name in readers}

    def catch_up() -> None:
        for user, name in readers:
            page = pages[user.pk, name]
            page.hear(snapshots.missed(name, User.objects.get(pk=user.pk), page.seq, now=now))
            fresh = snapshots.snapshot(name, User.objects.get(pk=user.pk))
            assert page.listed() == listed(fresh)
            assert (page.seq, page.counts) == (fresh.seq, fresh.counts)

    make(title="Ny")
    judge(incident, severity=3)
    draw(name="Till")
    say(level=1)
    say(function="4-it", shared=True)
    catch_up()
    zones.redraw(actor=by_cia, now=now, public_id=zone.public_id, seen="", data=zone_data())
    say(by=actor_for(cia), level=2, shared=False)
    catch_up()
    assert not pages[tor.pk, ZONES].rows
    zones.end(actor=by_cia, now=now, public_id=zone.public_id)
    catch_up()
    assert len(pages[cia.pk, ZONES].rows) == 1
