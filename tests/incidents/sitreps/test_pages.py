"""The pages of lägesrapporter: written together, sent, read in the version one may read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from incidents.models import DistributionList, Incident, Sitrep, SitrepDraftSection
from incidents.selectors.sitrep_drafts import draft_of
from incidents.services import parts
from incidents.services.parts import Protection
from tests.accounts.factories import person
from tests.alarms.routing.town import Town
from tests.incidents.conftest import HOUR
from tests.incidents.sitreps.conftest import SECRET, WHOLE, Send, Write, seals
from tests.incidents.sitreps.papers import words_of
from tests.personas import City
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.files.press import orders
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.actor import Actor

ClientOf = Callable[[User], Client]


def url(name: str, incident: Incident, *more: Any) -> str:
    return reverse(f"incidents:{name}", args=(incident.public_id, *more))


def all_urls(incident: Incident) -> list[str]:
    return [
        url("sitreps", incident),
        url("sitrep", incident, 1),
        url("sitrep-pdf", incident, 1, "oppen"),
        url("sitrep-pdf", incident, 1, "fullstandig"),
        url("sitrep-draft", incident),
        url("sitrep-send", incident),
        url("sitrep-open", incident, 1),
    ]


def form_of(incident: Incident, **texts: str) -> dict[str, str]:
    """What the draft's form sends in."""
    given = {f"{code}-seen": seal for code, seal in seals(incident).items()}
    for one in draft_of(incident).sections:
        given[f"{one.section.code}-ground"] = one.ground
        given |= {field.name: field.text for field in one.fields}
    return given | {name.replace("__", "-"): text for name, text in texts.items()}


def test_from_draft_to_sent_in_the_browser(
    outage: Incident,
    mailing_list: DistributionList,
    cia: User,
    client_of: ClientOf,
    now: dt.datetime,
) -> None:
    client = client_of(cia)
    draft = url("sitrep-draft", outage)
    assert "Återstår enligt 2 kap. 9 § LEH" in client.get(draft).content.decode()
    refused = client.get(url("sitrep-send", outage)).content.decode()
    assert "kan inte skickas" in refused
    texts = {
        "course__course": WHOLE["course"],
        "state__state": WHOLE["state"],
        "actions__taken": WHOLE["taken"],
        "actions__planned": WHOLE["planned"],
        "outlook__outlook": WHOLE["outlook"],
        "outlook__worst_24": "Hela helgen.",
        "needs__needs": SECRET,
        "needs__ground": "OSL18_13",
        "next": "send",
    }
    answer = client.post(draft, form_of(outage, **texts))
    assert answer["Location"] == url("sitrep-send", outage)
    page = client.get(answer["Location"])
    content = page.content.decode()
    assert "Uppgift borttagen" in content
    assert SECRET not in content
    order = {
        "seen": page.context["form"].initial["seen"],
        "sender": "Cia Andersson",
        "follows": "next",
        "next_at": "",
        "lists": [mailing_list.pk],
        "tested_open": "on",
    }
    assert client.post(url("sitrep-send", outage), order).status_code == 400
    order["next_at"] = f"{(now + 3 * HOUR):%Y-%m-%dT%H:%M}"
    sent = client.post(url("sitrep-send", outage), order)
    assert sent["Location"] == url("sitrep", outage, 1)
    read = client.get(sent["Location"]).content.decode()
    assert SECRET in read
    assert "Hela helgen." in read
    assert "Länsstyrelsen" in read
    assert LedgerRow.objects.filter(name="incident.read").count() == 1
    assert "0 av 3 har bekräftat" in client.get(url("sitreps", outage)).content.decode()


def test_who_is_second_sees_both_texts_and_saves_again(
    outage: Incident, write: Write, cia: User, tib: User, client_of: ClientOf
) -> None:
    write(outage)
    mine = form_of(outage, needs__needs="Filtar", sources__confirmed="Elbolaget")
    client_of(tib).post(url("sitrep-draft", outage), form_of(outage, needs__needs="Elverk"))
    answer = client_of(cia).post(url("sitrep-draft", outage), mine)
    content = answer.content.decode()
    assert answer.status_code == 409
    assert "Någon annan har skrivit i samma avsnitt" in content
    assert "Filtar" in content
    assert "Elverk" in content
    rows = {row.code: row.texts for row in SitrepDraftSection.objects.all()}
    assert rows["needs"] == {"needs": "Elverk"}
    assert rows["sources"] == {"confirmed": "Elbolaget"}
    again = form_of(outage, needs__needs="Elverk och filtar")
    assert client_of(cia).post(url("sitrep-draft", outage), again).status_code == 302


def test_it_is_saved_while_one_writes(
    outage: Incident, write: Write, cia: User, tib: User, client_of: ClientOf
) -> None:
    write(outage)
    form = form_of(outage, needs__needs="Elverk")
    saved = client_of(cia).post(url("sitrep-draft", outage), form, headers={"HX-Request": "true"})
    content = saved.content.decode()
    assert "Sparat 14:37" in content
    assert f'value="{seals(outage)["needs"]}" hx-swap-oob="true"' in content
    assert "seen-course" not in content
    late = client_of(tib).post(
        url("sitrep-draft", outage),
        form | {"needs-needs": "Filtar"},
        headers={"HX-Request": "true"},
    )
    assert "Tryck Spara för att se båda" in late.content.decode()


def test_what_is_too_long_is_kept_in_the_form(
    outage: Incident, cia: User, client_of: ClientOf
) -> None:
    form = form_of(outage, needs__needs="x" * 9000, course__course="Kvar")
    answer = client_of(cia).post(url("sitrep-draft", outage), form)
    assert answer.status_code == 400
    assert "Kvar" in answer.content.decode()
    assert not SitrepDraftSection.objects.exists()


def test_the_open_version_is_tested_before_it_is_let_out(
    outage: Incident, write: Write, send: Send, cia: User, client_of: ClientOf
) -> None:
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    send(outage, tested_open=False)
    client = client_of(cia)
    paper = url("sitrep-pdf", outage, 1, "oppen")
    assert client.get(paper).status_code == 409
    page = url("sitrep-open", outage, 1)
    content = client.get(page).content.decode()
    assert "Uppgift borttagen: 18 kap. 13 § OSL" in content
    assert SECRET not in content
    assert client.post(page, {"note": "x"}).status_code == 400
    client.post(page, {"tested": "on", "note": "Begärd av en tidning"})
    made = client.get(paper)
    words = words_of(made.content)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made.content
    assert "Strömmen" in words
    assert "SAM SN" in words
    assert "Reservkraften" not in words
    # The hash covers the marked parts, and a short one could be guessed by it.
    assert Sitrep.objects.get().sha256[:20] not in words
    assert LedgerRow.objects.filter(name="sitrep.released").count() == 1
    whole = client.get(url("sitrep-pdf", outage, 1, "fullstandig")).content
    assert "Reservkraften" in words_of(whole)
    assert Sitrep.objects.get().sha256[:20] in words_of(whole)
    assert client.get(url("sitrep-pdf", outage, 1, "annan")).status_code == 404


def test_a_namnd_that_it_also_concerns_reads_what_is_open(
    outage: Incident,
    write: Write,
    send: Send,
    town: Town,
    by_cia: Actor,
    tor: User,
    client_of: ClientOf,
    now: dt.datetime,
) -> None:
    parts.change_affected(
        actor=by_cia,
        now=now,
        public_id=outage.public_id,
        seen="",
        organisations=[town.streets.pk],
    )
    write(outage, {"needs": SECRET}, needs="OSL18_13")
    send(outage)
    write(outage, {"needs": "Nu öppet"})
    send(outage)
    client = client_of(tor)
    first, second = (client.get(url("sitrep", outage, n)).content.decode() for n in (1, 2))
    assert "Uppgift borttagen" in first
    # What is open now is not compared with what was marked before.
    assert "Nu öppet" in second
    for content in (first, second, client.get(url("sitreps", outage)).content.decode()):
        assert SECRET not in content
        assert Sitrep.objects.get(number=1).sha256 not in content
        assert "bekräftat" not in content
    assert client.get(url("sitrep-pdf", outage, 1, "fullstandig")).status_code == 404
    assert "Reservkraften" not in words_of(
        client.get(url("sitrep-pdf", outage, 1, "oppen")).content
    )
    assert client.get(url("sitrep-draft", outage)).status_code == 403


def test_nobody_else_knows_of_a_restricted_one(
    outage: Incident,
    write: Write,
    send: Send,
    group: NeedToKnowGroup,
    by_cia: Actor,
    now: dt.datetime,
    alma: User,
    bo: User,
    tor: User,
    tib: User,
    cia: User,
    client_of: ClientOf,
) -> None:
    write(outage)
    send(outage)
    parts.protect(
        actor=by_cia,
        now=now,
        public_id=outage.public_id,
        seen="",
        protection=Protection(restricted_group_id=group.pk, grounds={}),
    )
    for user, hidden in ((alma, 404), (bo, 404), (tor, 404), (tib, 404)):
        client = client_of(user)
        for address in all_urls(outage):
            # Somebody without the task at all is stopped at the door, incident or not.
            assert client.get(address).status_code in {hidden, 403}, address
        for address in all_urls(outage)[:4]:
            assert client.get(address).status_code == hidden, address
    client = client_of(cia)
    assert client.get(url("sitrep", outage, 1)).status_code == 200
    assert LedgerRow.objects.filter(name="incident.read").count() == 1


def test_another_namnd_finds_nothing(
    outage: Incident,
    write: Write,
    send: Send,
    mailing_list: DistributionList,
    tor: User,
    client_of: ClientOf,
) -> None:
    write(outage)
    send(outage)
    client = client_of(tor)
    assert {client.get(address).status_code for address in all_urls(outage)} == {404}
    assert client.get(mailing_list.get_absolute_url()).status_code == 404
    assert "Elavbrott" not in client.get(reverse("incidents:distribution-lists")).content.decode()


def test_the_staff_writes_and_sends_and_leaves_the_lists_alone(
    outage: Incident,
    write: Write,
    mailing_list: DistributionList,
    city: City,
    client_of: ClientOf,
) -> None:
    stab = person("STAFF_MEMBER", city.service, username="stab", name="Stab", signature="S1")
    client = client_of(stab)
    write(outage)
    changed = client.post(url("sitrep-draft", outage), form_of(outage, needs__needs="Elverk"))
    assert changed.status_code == 302
    order = {
        "seen": draft_of(outage).seal,
        "sender": "Stabschefen",
        "follows": "last",
        "lists": [mailing_list.pk],
        "tested_open": "on",
    }
    sent = client.post(url("sitrep-send", outage), order)
    assert sent["Location"] == url("sitrep", outage, 1)
    assert Sitrep.objects.get().content["recipients"] != []
    assert client.get(mailing_list.get_absolute_url()).status_code == 403


def test_lists_are_made_in_the_browser(town: Town, cia: User, client_of: ClientOf) -> None:
    client = client_of(cia)
    lists = reverse("incidents:distribution-lists")
    made = client.post(lists, {"controller": town.schools.pk, "name": "Press"})
    page = made["Location"]
    given = {"name": "Redaktionen", "address": "red@stad.example", "version": "open"}
    assert client.post(page, given).status_code == 302
    assert client.post(page, given).status_code == 400
    one = DistributionList.objects.get().recipients.get()
    client.post(
        reverse("incidents:distribution-remove", args=(DistributionList.objects.get().pk, one.pk))
    )
    assert not DistributionList.objects.get().recipients.exists()


def test_a_press_that_fails_is_said(
    outage: Incident,
    write: Write,
    send: Send,
    cia: User,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(outage)
    send(outage)
    monkeypatch.setattr(orders, "PRESS", orders.PRESS.with_name("finns_inte.py"))
    answer = client_of(cia).get(url("sitrep-pdf", outage, 1, "fullstandig"), follow=True)
    assert "gick inte att göra just nu" in answer.content.decode()
    assert Sitrep.objects.exists()
