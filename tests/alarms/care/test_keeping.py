"""Keeping records up to date: who may, what is refused, and that no page lists persons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from alarms.models import CareRead, CareRecipient, Installation
from alarms.services.care import (
    CareData,
    KinData,
    change_recipient,
    end_recipient,
    enter_recipient,
    version_of,
)
from tests.accounts.factories import GrantFactory, person
from tests.alarms.care.conftest import DATA, SYSTEM
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.shared.errors import Conflict, Invalid

NASTY = '<script>alert("å")</script>'
EMPTY_KIN = {"kin-TOTAL_FORMS": "0", "kin-INITIAL_FORMS": "0"}


def list_url(recipient: CareRecipient) -> str:
    return f"/larm/anlaggningar/{recipient.installation.public_id}/brukare/"


def form_url(recipient: CareRecipient) -> str:
    return f"/larm/brukare/{recipient.public_id}/"


def test_a_change_says_what_and_where_and_nothing_about_the_person(
    recipient: CareRecipient,
) -> None:
    row = LedgerRow.objects.get(name="care.changed")
    body = LedgerPayload.objects.get(seq=row.seq).body
    assert body == {
        "recipient_id": str(recipient.public_id),
        "installation_id": recipient.installation_id,
        "change": "entered",
    }
    assert row.controller_id == recipient.controller_id


@pytest.mark.parametrize(
    ("first", "second"),
    [(("", ""), ("", "")), (("", ""), ("", "7")), (("", "7"), ("", "")), (("", "7"), ("", "7"))],
)
def test_two_persons_are_never_at_one_place(
    first: tuple[str, str], second: tuple[str, str], recipient: CareRecipient, now: dt.datetime
) -> None:
    end_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk)

    def enter(place: tuple[str, str]) -> CareRecipient:
        data = CareData(name="N", address="A", area=place[0], zone=place[1])
        return enter_recipient(
            actor=SYSTEM, now=now, installation_id=recipient.installation_id, data=data
        )

    enter(first)
    with pytest.raises(Conflict, match="redan en brukare"):
        enter(second)
    assert CareRecipient.objects.current().count() == 1


@pytest.mark.parametrize(
    "data",
    [
        CareData(name=" ", address="A"),
        CareData(name="N", address=""),
        CareData(name="N", address="A", area="1"),
        CareData(name="N", address="A", voice_address="javascript:x"),
        CareData(name="N", address="x" * 1001),
        CareData(name="N", address="A", next_of_kin=(KinData(name="K", phone=" "),)),
        CareData(name="N", address="A", next_of_kin=(KinData(name="K", phone="1"),) * 11),
    ],
)
def test_what_cannot_be_used_is_refused_whole(
    data: CareData, recipient: CareRecipient, now: dt.datetime
) -> None:
    with pytest.raises(Invalid):
        change_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk, data=data)
    assert CareRecipient.objects.get().name == DATA.name
    assert recipient.next_of_kin.count() == 2


def test_an_old_form_does_not_overwrite_a_newer_one(
    recipient: CareRecipient, now: dt.datetime
) -> None:
    seen = version_of(CareRecipient.objects.get())
    later = now + dt.timedelta(seconds=1)
    new = CareData(name="Ny", address="A")
    change_recipient(actor=SYSTEM, now=later, recipient_id=recipient.pk, data=new, seen=seen)
    with pytest.raises(Conflict, match="Någon annan"):
        change_recipient(actor=SYSTEM, now=later, recipient_id=recipient.pk, data=DATA, seen=seen)


def test_an_ended_record_is_neither_changed_nor_ended_again(
    recipient: CareRecipient, now: dt.datetime
) -> None:
    end_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk)
    with pytest.raises(Conflict):
        end_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk)
    with pytest.raises(Conflict):
        change_recipient(actor=SYSTEM, now=now, recipient_id=recipient.pk, data=DATA)
    assert CareRecipient.objects.get().name == DATA.name


def test_the_list_names_numbers_and_no_persons(
    recipient: CareRecipient, manager: User, client_of: Callable[[User], Client]
) -> None:
    shown = client_of(manager).get(list_url(recipient))
    assert shown["Cache-Control"] == "no-store"
    assert recipient.number in shown.content.decode()
    assert DATA.name not in shown.content.decode()
    assert not CareRead.objects.exists()


def test_opening_the_form_is_a_reading(
    recipient: CareRecipient, manager: User, client_of: Callable[[User], Client]
) -> None:
    shown = client_of(manager).get(form_url(recipient))
    assert shown["Cache-Control"] == "no-store"
    assert DATA.name in shown.content.decode()
    assert CareRead.objects.get().ground == "edit"


def test_what_is_written_is_shown_as_text(
    recipient: CareRecipient, manager: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(manager)
    answer = client.post(
        form_url(recipient),
        {
            "name": NASTY,
            "address": NASTY,
            "staff_risks": NASTY,
            "phone": "040-628 04 55",
            "kin-TOTAL_FORMS": "3",
            "kin-INITIAL_FORMS": "2",
            "kin-0-name": NASTY,
            "kin-0-phone": "0701740605",
            "kin-0-ORDER": "2",
            "kin-1-name": "Bort",
            "kin-1-phone": "0701740606",
            "kin-1-DELETE": "on",
            "kin-2-name": "Först",
            "kin-2-phone": "0701740607",
            "kin-2-ORDER": "1",
        },
    )
    assert answer.status_code == 302, answer.content.decode()
    assert [one.name for one in recipient.next_of_kin.all()] == ["Först", NASTY]
    shown = client.get(form_url(recipient)).content.decode()
    assert NASTY not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize("field", ["name", "phone", "voice_address"])
def test_a_faulty_form_saves_nothing_and_keeps_what_was_written(
    field: str, recipient: CareRecipient, manager: User, client_of: Callable[[User], Client]
) -> None:
    filled = {"name": "Nytt namn", "address": "Ny adress", **EMPTY_KIN}
    filled[field] = "" if field == "name" else "javascript:x"
    answer = client_of(manager).post(form_url(recipient), filled)
    assert answer.status_code == 400
    assert "Ny adress" in answer.content.decode()
    assert CareRecipient.objects.get().name == DATA.name


def test_a_new_one_is_entered_and_ended_on_the_pages(
    recipient: CareRecipient,
    manager: User,
    client_of: Callable[[User], Client],
    now: dt.datetime,
) -> None:
    client = client_of(manager)
    client.post(f"{form_url(recipient)}avsluta/")
    assert CareRecipient.objects.get().ended_at is not None
    assert client.get(f"{list_url(recipient)}ny/").status_code == 200
    filled = {"name": "Ny", "address": "Ny adress", "zone": "7", **EMPTY_KIN}
    assert client.post(f"{list_url(recipient)}ny/", filled).status_code == 302
    assert CareRecipient.objects.current().get().zone == "7"


def test_another_namnd_s_responsible_meets_nothing(
    recipient: CareRecipient, city: City, client_of: Callable[[User], Client]
) -> None:
    client = client_of(person("SITE_MANAGER", city.service))
    for url in (list_url(recipient), form_url(recipient), f"{list_url(recipient)}ny/"):
        assert client.get(url).status_code == 404
    assert client.post(f"{form_url(recipient)}avsluta/").status_code == 404
    assert not CareRead.objects.exists()


def test_who_only_sees_the_installation_keeps_no_records_there(
    recipient: CareRecipient, city: City, client_of: Callable[[User], Client]
) -> None:
    reader = person("OPERATOR", city.root)
    GrantFactory.create(user=reader, role="SITE_MANAGER", organisation=city.service)
    assert Installation.objects.visible_to(reader).exists()
    assert client_of(reader).get(list_url(recipient)).status_code == 403
    assert client_of(reader).get(form_url(recipient)).status_code == 404


def test_the_way_there_is_shown_to_those_who_may_go(
    recipient: CareRecipient, manager: User, alma: User, client_of: Callable[[User], Client]
) -> None:
    url = f"/larm/anlaggningar/{recipient.installation.public_id}/"
    assert list_url(recipient) in client_of(manager).get(url).content.decode()
    assert list_url(recipient) not in client_of(alma).get(url).content.decode()


def test_a_look_up_on_the_page(
    recipient: CareRecipient, officer: User, alma: User, client_of: Callable[[User], Client]
) -> None:
    client = client_of(officer)
    url = "/larm/brukare/"
    assert "case_number" in client.get(url).content.decode()
    refused = client.post(url, {"wanted": recipient.number})
    assert refused.status_code == 400
    shown = client.post(url, {"wanted": recipient.number, "case_number": "VON 2026-12"})
    assert shown["Cache-Control"] == "no-store"
    assert DATA.name in shown.content.decode()
    assert "VON 2026-12" in shown.content.decode()
    unclear = client.post(url, {"wanted": "Brukare", "case_number": "VON 2026-12"})
    assert unclear.status_code == 400
    missed = client.post(url, {"wanted": "BR-1999-000001", "case_number": "VON 2026-12"})
    assert "Ingen eller flera" in missed.content.decode()
    assert client_of(alma).post(url, {"wanted": recipient.number}).status_code == 403
