"""The pages of incidents: what is shown to whom, and that each form does what it says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alarms.models import Alarm
from incidents.models import Damage, Incident, IncidentPerson, IncidentTask, Part
from incidents.services import parts
from incidents.services.parts import Protection
from incidents.states import Stage
from tests.alarms.routing.town import Town
from tests.incidents.conftest import DAY, HOUR, Make, put_in
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

LIST = "/handelser/"
As = Callable[[User], Client]


def part(incident: Incident, name: str) -> str:
    return reverse("incidents:part", args=(incident.public_id, name))


def text(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_is_empty_with_words_and_then_shows_what_happened(
    make: Make, cia: User, client_of: As
) -> None:
    as_cia = client_of(cia)
    assert "Inga öppna händelser" in text(as_cia, LIST)
    make(title="<b>Ruta å ä ö</b>")
    page = text(as_cia, LIST)
    assert "&lt;b&gt;Ruta å ä ö&lt;/b&gt;" in page
    assert "1 händelse." in page


def test_the_list_is_narrowed_and_garbage_narrows_nothing(
    make: Make,
    judge: Callable[..., Incident],
    town: Town,
    cia: User,
    now: dt.datetime,
    client_of: As,
) -> None:
    as_cia = client_of(cia)
    judge(make(kind="VA-01", title="Bråket"), severity=4)
    old = make(title="Rutan", occurred_from=now - 40 * DAY)
    put_in(old, Stage.CLOSED, cia, now)

    def shown(query: str) -> set[str]:
        page = text(as_cia, f"{LIST}?{query}")
        return {title for title in ("Bråket", "Rutan") if title in page}

    for query, wanted in (
        ("", {"Bråket"}),
        ("lage=alla", {"Bråket", "Rutan"}),
        ("lage=closed", {"Rutan"}),
        ("lage=alla&grupp=BR", {"Rutan"}),
        ("lage=alla&niva=3", {"Bråket"}),
        ("lage=alla&mina=on", {"Rutan"}),
        (f"lage=alla&till={(now - 39 * DAY):%Y-%m-%d}", {"Rutan"}),
        (f"lage=alla&fran={(now - DAY):%Y-%m-%d}", {"Bråket"}),
        (f"lage=alla&namnd={town.schools.pk}", {"Bråket", "Rutan"}),
        ("lage=xx&grupp=xx&niva=99&namnd=9&fran=x&till=9999-12-31&omrade=x", {"Bråket"}),
        ("lage=%00&fore=1-1-1&fran=9999-99-99", {"Bråket"}),
        (f"fore={'9' * 40}-{'9' * 40}", {"Bråket"}),
    ):
        assert shown(query) == wanted, query


def test_pages_follow_each_other_without_gap_and_cost_the_same(
    make: Make, cia: User, client_of: As
) -> None:
    first = make()
    as_cia = client_of(cia)
    text(as_cia, LIST)
    with CaptureQueriesContext(
        connection,
    ) as few:
        text(as_cia, LIST)
    fields = {
        field.attname: getattr(first, field.attname)
        for field in Incident._meta.concrete_fields
        if field.attname not in {"id", "public_id", "number"} and not field.generated
    }
    # All at the same moment, so that only the key tells them apart.
    Incident.objects.bulk_create(Incident(**fields, number=f"H-2026-9{n:05d}") for n in range(119))
    with CaptureQueriesContext(connection) as many:
        page = text(as_cia, LIST)
    assert len(many) == len(few)
    seen: list[str] = []
    for _page in range(3):
        seen += [
            number
            for number in Incident.objects.values_list("number", flat=True)
            if f">{number}<" in page
        ]
        after = page.partition("fore=")[2].partition('"')[0]
        page = text(as_cia, f"{LIST}?fore={after}")
    assert sorted(seen) == sorted(Incident.objects.values_list("number", flat=True))


def test_a_restricted_one_is_nowhere_for_anybody_else(
    make: Make,
    alarm: Alarm,
    group: NeedToKnowGroup,
    cia: User,
    tor: User,
    alma: User,
    bo: User,
    client_of: As,
) -> None:
    incident = make(kind="OT-01", title="Hotet", restricted_group_id=group.pk)
    open_one = make(title="Rutan", kind="OS-01")
    addresses = [
        reverse("incidents:detail", args=(incident.public_id,)),
        reverse("incidents:persons", args=(incident.public_id,)),
        reverse("incidents:damage-new", args=(incident.public_id,)),
        part(incident, "beskrivning"),
        part(incident, "sammanfoga"),
    ]
    as_cia = client_of(cia)
    assert "Hotet" in text(as_cia, f"{LIST}?lage=alla")
    assert all(as_cia.get(address).status_code == 200 for address in addresses)
    assert LedgerRow.objects.filter(name="incident.read", actor_id=str(cia.pk)).count() == 1
    for stranger in (tor, alma, bo):
        browser = client_of(stranger)
        page = text(browser, f"{LIST}?lage=alla")
        assert "Hotet" not in page
        assert ("1 händelse." in page) is (stranger != tor)
        assert {browser.get(address).status_code for address in addresses} <= {403, 404}
        assert browser.get(addresses[0]).status_code == 404
    answer = as_cia.post(part(open_one, "sammanfoga"), {"number": incident.number, "reason": "x"})
    assert "samma krets" in answer.content.decode()


def test_two_namnder_see_nothing_of_each_other_over_every_address(
    make: Make, town: Town, by_cia: Actor, cia: User, tor: User, now: dt.datetime, client_of: As
) -> None:
    mine = make(title="Skolans")
    theirs = make(by=actor_for(tor), title="Depåns", site=town.depot, controller_id=town.streets.pk)
    for user, own, other in ((cia, mine, theirs), (tor, theirs, mine)):
        browser = client_of(user)
        page = text(browser, LIST)
        assert (own.title in page, other.title in page) == (True, False)
        for name in ("detail", "persons", "damage-new"):
            url = reverse(f"incidents:{name}", args=(other.public_id,))
            assert browser.get(url).status_code == 404, name
        for name in ("beskrivning", "plats", "skydd", "bedom", "larm", "orsak", "sammanfoga"):
            assert browser.get(part(other, name)).status_code == 404
            assert browser.post(part(other, name), {"title": "x"}).status_code == 404
        for name in ("move", "task-done", "damage", "split"):
            args = (other.public_id,) if name == "move" else (other.public_id, 1)
            url = reverse(f"incidents:{name}", args=args)
            assert browser.post(url, {"move": "reject", "reason": "x"}).status_code == 404
        found = text(browser, f"{reverse('incidents:sites')}?q=storgatan")
        assert (("Ängen" in found), ("Gatuför" in found)) == (user == cia, user == tor)
    assert set(Incident.objects.values_list("stage", flat=True)) == {Stage.REPORTED}


def test_those_affected_read_all_but_what_is_marked(
    make: Make,
    judge: Callable[..., Incident],
    town: Town,
    by_cia: Actor,
    cia: User,
    tor: User,
    now: dt.datetime,
    client_of: As,
) -> None:
    incident = judge(make(description="Larmets kod är hemlig"))
    who: dict[str, Any] = {"actor": by_cia, "now": now, "public_id": incident.public_id, "seen": ""}
    parts.change_affected(**who, organisations=[town.streets.pk])
    url = incident.get_absolute_url()
    as_tor = client_of(tor)
    page = text(as_tor, url)
    assert "Larmets kod" in page
    assert ("Sett på plats." in page, "Bedöm om" in page) == (True, False)
    parts.protect(
        **who,
        protection=Protection(restricted_group_id=None, grounds={Part.DESCRIPTION: "OSL18_8"}),
    )
    page = text(as_tor, url)
    assert ("Larmets kod" in page, "18 kap. 8 §" in page) == (False, True)
    assert "Sett på plats." not in page
    assert as_tor.get(reverse("incidents:persons", args=(incident.public_id,))).status_code == 403
    assert "Larmets kod" in text(client_of(cia), url)


def test_a_new_one_is_entered_and_worked_to_its_end(
    town: Town, cia: User, now: dt.datetime, client_of: As
) -> None:
    as_cia = client_of(cia)
    given = {
        "kind": "BR-01",
        "title": "Inbrott i köket",
        "description": "Fönstret mot gården.",
        "occurred_from": "2026-03-12T10:15",
        "site": str(town.school.public_id),
        "controller": str(town.schools.pk),
    }
    assert as_cia.post(reverse("incidents:new"), {**given, "site": "x"}).status_code == 400
    answer = as_cia.post(reverse("incidents:new"), given)
    incident = Incident.objects.get()
    assert answer["Location"] == incident.get_absolute_url()
    assert incident.occurred_from == dt.datetime(2026, 3, 12, 9, 15, tzinfo=dt.UTC)
    url = incident.get_absolute_url()
    assert "saknas:" in text(as_cia, url)

    def send(name: str, **fields: object) -> int:
        return as_cia.post(part(incident, name), fields).status_code

    assert send("bedom", severity=3, urgency=2, reason="Stor skada", seen=",") == 302
    assert send("tilldela", owner=cia.pk) == 302
    assert send("atgard", what="Nytt lås", responsible=cia.pk, due_on="2026-03-20") == 302
    assert "Nytt lås" in text(as_cia, LIST)
    assert send("orsak", causes=["human"], why_1="Olåst", lessons="Lås", seen="") == 302
    damage = reverse("incidents:damage-new", args=(incident.public_id,))
    money = {"what": "Fönster", "material": "12000", "work": "3000", "insurance": "reported"}
    assert as_cia.post(damage, {**money, "material": "9" * 30}).status_code == 400
    assert as_cia.post(damage, {**money, "reimbursed": "10000"}).status_code == 302
    task = IncidentTask.objects.get()
    done = reverse("incidents:task-done", args=(incident.public_id, task.pk))
    assert as_cia.post(done).status_code == 302
    step = reverse("incidents:move", args=(incident.public_id,))
    for move in ("start", "end", "close"):
        as_cia.post(step, {"move": move, "reason": "Klart och bytt."})
    incident.refresh_from_db()
    assert incident.stage == Stage.CLOSED
    page = text(as_cia, url)
    assert "Klart och bytt." in page
    assert "Netto 5" in page.replace("\xa0", " ")
    assert Damage.objects.get().net == 5000


def test_two_editors_of_one_part_and_the_second_is_told(
    make: Make, cia: User, tib: User, client_of: As
) -> None:
    incident = make()
    forms = []
    for user in (cia, tib):
        browser = client_of(user)
        answer = browser.get(part(incident, "beskrivning"))
        forms.append((browser, answer.context["form"].initial["seen"]))
    (first, seal), (second, same) = forms
    assert seal == same
    given = {"kind": "BR-01", "title": "Först", "description": "x", "seen": seal}
    assert first.post(part(incident, "beskrivning"), given).status_code == 302
    refused = second.post(part(incident, "beskrivning"), {**given, "title": "Sedan"})
    assert (refused.status_code, "Någon annan har ändrat" in refused.content.decode()) == (
        400,
        True,
    )
    assert "Sedan" in refused.content.decode()
    assert Incident.objects.get().title == "Först"


def test_a_form_without_its_seal_or_an_unknown_part_changes_nothing(
    make: Make, cia: User, client_of: As
) -> None:
    incident = make()
    as_cia = client_of(cia)
    for name, fields in (
        ("tid", {"occurred_from": "2026-13-45T99:99"}),
        ("tid", {"occurred_from": "9999-12-31T23:59"}),
        ("tid", {"occurred_from": "0001-01-01T00:00"}),
        ("plats", {"longitude": "13", "latitude": ""}),
        ("plats", {"longitude": "1e400", "latitude": "nan"}),
        ("beskrivning", {"kind": "XX-01", "title": "x"}),
        ("beskrivning", {"kind": "BR-01", "title": "a\x00b"}),
        ("bedom", {"severity": "9", "urgency": "1", "reason": "x"}),
        ("tilldela", {"owner": "9" * 40}),
        ("larm", {"number": "L-9999-1"}),
        ("sammanfoga", {"number": incident.number, "reason": "x"}),
    ):
        assert as_cia.post(part(incident, name), fields).status_code == 400, (name, fields)
    assert as_cia.get(part(incident, "finns-inte")).status_code == 404
    kept = Incident.objects.get()
    assert (kept.title, kept.stage, kept.occurred_from) == (
        incident.title,
        Stage.REPORTED,
        incident.occurred_from,
    )


def test_gor_handelse_on_an_alarm_makes_one_and_then_goes_to_it(
    alarm: Alarm, alma: User, client_of: As
) -> None:
    as_alma = client_of(alma)
    url = f"/handelser/fran-larm/{alarm.public_id}/"
    page = text(as_alma, f"/larm/{alarm.public_id}/")
    assert f'action="{url}"' in page
    first = as_alma.post(url, headers={"HX-Request": "true"})
    incident = Incident.objects.get()
    assert incident.number in first.content.decode()
    again = as_alma.post(url, headers={"HX-Request": "true"})
    assert again["HX-Redirect"] == incident.get_absolute_url()
    assert as_alma.post(url)["Location"] == incident.get_absolute_url()
    assert alarm.number in text(as_alma, incident.get_absolute_url())


def test_persons_are_behind_their_own_door(
    make: Make, cia: User, alma: User, client_of: As
) -> None:
    incident = make()
    url = reverse("incidents:persons", args=(incident.public_id,))
    as_cia = client_of(cia)
    given = {"role": "victim", "purpose": "support", "name": "Ylva Åkesson"}
    assert as_cia.post(url, {**given, "role": "suspect"}).status_code == 400
    assert as_cia.post(url, given).status_code == 302
    assert IncidentPerson.objects.count() == 1
    assert "Ylva Åkesson" in text(as_cia, url)
    assert "Ylva" not in text(as_cia, incident.get_absolute_url())
    assert "Ylva" not in text(as_cia, f"{LIST}?lage=alla")
    assert client_of(alma).get(url).status_code == 403


def test_one_page_costs_the_same_however_much_it_holds(
    make: Make, judge: Callable[..., Incident], cia: User, now: dt.datetime, client_of: As
) -> None:
    incident = judge(make(), severity=2)
    as_cia = client_of(cia)
    url = incident.get_absolute_url()

    def fill(count: int) -> None:
        for n in range(count):
            Damage.objects.create(incident=incident, what=f"D{n}", added_by=cia, added_at=now)
            IncidentTask.objects.create(
                incident=incident,
                what=f"T{n}",
                responsible=cia,
                due_on=now.date(),
                added_by=cia,
                added_at=now,
            )
            make(occurred_from=incident.occurred_from + HOUR)

    fill(1)
    text(as_cia, url)
    with CaptureQueriesContext(connection) as few:
        text(as_cia, url)
    fill(4)
    with CaptureQueriesContext(connection) as many:
        text(as_cia, url)
    assert len(many) == len(few)


@pytest.mark.parametrize("name", ["kinds", "kind"])
def test_the_taxonomy_is_edited_on_its_page(
    town: Town, cia: User, client_of: As, name: str
) -> None:
    as_cia = client_of(cia)
    if name == "kinds":
        url = reverse("incidents:kinds")
        assert as_cia.post(url, {"code": "BR-8", "label": "x"}).status_code == 400
        assert as_cia.post(url, {"code": "BR-08", "label": "Sabotage"}).status_code == 302
        assert "BR-08 Sabotage" in text(as_cia, url)
    else:
        url = reverse("incidents:kind", args=("BR-01",))
        assert as_cia.post(url, {"label": "Inbrott, fullbordat"}).status_code == 302
        assert "Inbrott, fullbordat" in text(as_cia, reverse("incidents:kinds"))
        assert "BR-01" not in text(as_cia, reverse("incidents:new"))
