"""The pages of the staff room, who sees what there, and what leaves it."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from incidents.models import Incident, Staff, StaffAttachment, StaffRow
from incidents.selectors.staff_verify import verify_logs
from incidents.services import parts
from incidents.services.parts import Protection
from tests.files.test_files import fetched
from tests.incidents.staff.conftest import Write
from tests.incidents.staff.pictures import exif, jpeg
from trygghetscentral.accounts.models import NeedToKnowGroup, User
from trygghetscentral.files import storage
from trygghetscentral.files.models import StoredFile
from trygghetscentral.files.storage import MAX_BYTES
from trygghetscentral.ledger.models import LedgerPayload, LedgerRow
from trygghetscentral.live.fragments import fragments
from trygghetscentral.places.models import Site
from trygghetscentral.shared.actor import Actor

ClientOf = Callable[[User], Client]
SCRIPT = {"Accept": "application/json"}


def url(staff: Staff, name: str = "staff-room", *more: Any) -> str:
    return reverse(f"incidents:{name}", args=(staff.incident.public_id, staff.public_id, *more))


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def share(incident: Incident, by: Actor, now: dt.datetime, *organisations: int) -> None:
    seen = parts.seal_of(incident, "affected")
    parts.change_affected(
        actor=by, now=now, public_id=incident.public_id, seen=seen, organisations=organisations
    )


def posted(**fields: Any) -> dict[str, Any]:
    return {"public_id": str(uuid.uuid4()), "kind": "event", "text": "En rad.", **fields}


def body_of(told: LedgerRow) -> dict[str, Any]:
    body = LedgerPayload.objects.get(seq=told.seq).body
    assert body
    return dict(body)


def upload(client: Client, staff: Staff, name: str, data: bytes) -> Any:
    return client.post(url(staff, "staff-upload"), {"fil": SimpleUploadedFile(name, data)})


def token_of(answer: Any) -> str:
    found = re.search(r'name="fil" value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


def test_a_staff_is_opened_written_in_raised_and_closed(
    incident: Incident, tib: User, alma: User, client_of: ClientOf
) -> None:
    tibs, almas = client_of(tib), client_of(alma)
    start = reverse("incidents:staff", args=(incident.public_id,))
    assert "Öppna en stab" in text_of(tibs, start)
    assert "Öppna en stab" not in text_of(almas, start)
    assert almas.post(start, {"level": 1, "reason": "X"}).status_code == 403
    assert tibs.post(start, {"level": 2, "reason": ""}).status_code == 400
    answer = tibs.post(start, {"level": 2, "reason": "Mörkt."})
    staff = Staff.objects.get()
    assert answer["Location"] == url(staff)
    assert tibs.get(start)["Location"] == url(staff)
    listed = text_of(almas, reverse("incidents:list"))
    assert "Öppna staber" in listed
    assert url(staff) in listed
    assert "Till stabsrummet" in text_of(almas, incident.get_absolute_url())
    assert "Ny rad" in text_of(tibs, url(staff))
    assert 'id="ny-rad"' not in text_of(almas, url(staff))
    assert tibs.post(url(staff, "staff-level"), {"level": 3, "reason": "Fler."}).status_code == 302
    assert tibs.post(url(staff, "staff-close"), {"reason": ""}).status_code == 400
    assert tibs.post(url(staff, "staff-close"), {"reason": "Slut."}).status_code == 302
    closed = text_of(tibs, url(staff))
    assert "Staben är avslutad" in closed
    assert 'id="ny-rad"' not in closed
    assert "Avslutade staber" in text_of(tibs, start)
    assert "Öppna staber" not in text_of(almas, reverse("incidents:list"))


def test_a_row_is_written_with_an_earlier_time_and_refused_in_words(
    staff: Staff, tib: User, alma: User, client_of: ClientOf, now: dt.datetime
) -> None:
    client = client_of(tib)
    script: Any = {"headers": SCRIPT}
    answer = client.post(url(staff, "staff-write"), posted(happened="14:05"), **script)
    assert (answer.status_code, answer.json()["number"]) == (201, 2)
    # It is 14.37 in Malmö.
    assert StaffRow.objects.get(number=2).happened_at == now - dt.timedelta(minutes=32)
    client.post(url(staff, "staff-write"), posted(happened="23.50"), **script)
    assert StaffRow.objects.get(number=3).happened_at.date() == now.date() - dt.timedelta(days=1)
    wrong = posted(kind="decision", text="", happened="i går", valid_until="25:00")
    refused = client.post(url(staff, "staff-write"), wrong, **script)
    assert refused.status_code == 400
    assert set(refused.json()["fields"]) == {"id_text", "id_happened", "id_valid_until"}
    undecided = client.post(url(staff, "staff-write"), posted(kind="decision"), **script)
    assert "vem som fattade beslutet" in undecided.json()["errors"][0]
    plain = client.post(url(staff, "staff-write"), posted(text=""))
    assert plain.status_code == 400
    assert "Skriv vad raden ska säga." in plain.content.decode()
    kept = client.post(url(staff, "staff-write"), posted())
    assert "#row-" in kept["Location"]
    assert client_of(alma).post(url(staff, "staff-write"), posted()).status_code == 403
    assert StaffRow.objects.count() == 4


@pytest.mark.parametrize(
    ("written", "kind"),
    [("18:00", 0), ("03:00", 1), ("14/3 08:00", 2), ("2026-03-14 08:00", 2), ("11/3 10:00", 364)],
)
def test_a_decision_holds_until_the_next_such_time(
    staff: Staff, tib: User, client_of: ClientOf, now: dt.datetime, written: str, kind: int
) -> None:
    given = posted(kind="decision", decider="Chef", reasons="Kallt", valid_until=written)
    client_of(tib).post(url(staff, "staff-write"), given)
    until = StaffRow.objects.get(number=2).valid_until
    assert until is not None
    assert until.astimezone(now.tzinfo).date() == now.date() + kind * dt.timedelta(days=1)


def test_what_is_corrected_stands_struck_through_and_leads_on(
    staff: Staff, write: Write, tib: User, client_of: ClientOf
) -> None:
    write("Två skadade.")
    right = write("Ingen skadad.", kind="correction", corrects=2)
    page = text_of(client_of(tib), url(staff))
    assert re.search(r"<s[^>]*>Två skadade\.</s>", page)
    assert f'href="#row-{right.public_id}"' in page
    chosen = text_of(client_of(tib), f"{url(staff)}?rattar=2")
    assert re.search(r'value="correction"[^>]*checked', chosen)


def test_the_marked_row_of_one_nämnd_is_a_ground_to_the_other(
    staff: Staff,
    write: Write,
    incident: Incident,
    by_cia: Actor,
    tor: User,
    cia: User,
    client_of: ClientOf,
    now: dt.datetime,
    city: Any,
) -> None:
    row = write("Larmkoden är bytt.", ground="OSL18_8", sender="Vakten")
    assert client_of(tor).get(url(staff)).status_code == 404
    share(incident, by_cia, now, city.technical.pk)
    marked = f"{url(staff, 'staff-marked')}?rad={row.public_id}&rad=garbage"
    for user in (tor, cia):
        page = text_of(client_of(user), url(staff))
        assert "18 kap. 8 § OSL" in page
        assert "Larmkoden" not in page
        assert "Vakten" not in page
    assert "Larmkoden" not in text_of(client_of(tor), marked)
    assert not LedgerRow.objects.filter(name="staff.marked_read").exists()
    assert "Larmkoden är bytt." in text_of(client_of(cia), marked)
    told = LedgerRow.objects.get(name="staff.marked_read")
    assert told.actor_id == str(cia.pk)
    assert body_of(told)["numbers"] == [2]
    assert "markta" not in text_of(client_of(tor), url(staff))


def test_to_everybody_outside_it_a_restricted_staff_does_not_exist(
    make: Any,
    group: NeedToKnowGroup,
    cia: User,
    tib: User,
    alma: User,
    client_of: ClientOf,
    by_cia: Actor,
    now: dt.datetime,
) -> None:
    hidden = make(kind="OT-02", restricted_group_id=group.pk)
    start = reverse("incidents:staff", args=(hidden.public_id,))
    assert client_of(cia).post(start, {"level": 1, "reason": "Hot."}).status_code == 302
    staff = Staff.objects.get()
    assert client_of(cia).get(url(staff)).status_code == 200
    for user in (tib, alma):
        client = client_of(user)
        assert "Öppna staber" not in text_of(client, reverse("incidents:list"))
        for name in ("staff-room", "staff-rows", "staff-marked", "staff-presence"):
            assert client.get(url(staff, name)).status_code == 404
        assert client.post(url(staff, "staff-paper")).status_code == 404
    assert client_of(tib).post(url(staff, "staff-write"), posted()).status_code == 404
    told = LedgerRow.objects.filter(name__startswith="staff")
    assert {key for row in told for key in row.audiences} == {f"group:{group.pk}"}


def test_another_incidents_address_does_not_open_the_room(
    staff: Staff, make: Any, tib: User, client_of: ClientOf
) -> None:
    other = make()
    address = reverse("incidents:staff-room", args=(other.public_id, staff.public_id))
    assert client_of(tib).get(address).status_code == 404


def test_a_position_is_offered_and_stripped_and_the_file_follows_the_row(
    staff: Staff, tib: User, alma: User, client_of: ClientOf
) -> None:
    client = client_of(tib)
    answer = upload(client, staff, "bild.jpg", jpeg(2400, 1200, exif=exif()))
    assert answer.status_code == 201
    assert "Bilden bär en position" in answer.content.decode()
    stored = StoredFile.objects.get()
    assert b"Exif" not in storage.path_of(stored.sha256).read_bytes()
    script: Any = {"headers": SCRIPT}
    given = posted(fil=token_of(answer))
    unchosen = client.post(url(staff, "staff-write"), given, **script)
    assert "Välj om den ska användas" in unchosen.json()["errors"][0]
    choice = {f"position-{stored.public_id}": "anvand"}
    assert client.post(url(staff, "staff-write"), given | choice, **script).status_code == 201
    attached = StaffAttachment.objects.get()
    assert attached.position == pytest.approx((13.003, 55.605))
    page = text_of(client_of(alma), url(staff))
    assert "55,60500" in page
    shown, data = fetched(client_of(alma), url(staff, "staff-file", stored.public_id))
    assert (shown["Content-Type"], data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert verify_logs().faults == ()
    again = client.post(url(staff, "staff-write"), posted(fil=token_of(answer)) | choice, **script)
    assert "finns inte längre" in again.json()["errors"][0]


def test_a_position_may_be_dropped_and_a_token_is_its_makers_only(
    staff: Staff, tib: User, cia: User, client_of: ClientOf
) -> None:
    answer = upload(client_of(tib), staff, "bild.jpg", jpeg(exif=exif()))
    stored = StoredFile.objects.get()
    given = posted(fil=token_of(answer), **{f"position-{stored.public_id}": "ta-bort"})
    for wrong in (given, {**given, "fil": "x"}):
        refused = client_of(cia).post(url(staff, "staff-write"), wrong, headers=SCRIPT)
        assert refused.status_code == 400
    client_of(tib).post(url(staff, "staff-write"), given)
    assert StaffAttachment.objects.get().position is None


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("stor.txt", b"a" * (MAX_BYTES + 1), "större än 20 MB"),
        ("program.pdf", b"MZ\x90\x00\x03\x00", "inte av ett slag"),
        ("tom.txt", b"", "är tom"),
        ("bild.jpg", b"\xff\xd8\xff\xe0 nothing", "går inte att läsa"),
    ],
)
def test_what_is_not_taken_in_is_said_in_words(
    staff: Staff, tib: User, client_of: ClientOf, name: str, data: bytes, words: str
) -> None:
    answer = upload(client_of(tib), staff, name, data)
    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]
    assert not StoredFile.objects.exists()


def test_a_position_abroad_is_not_offered_and_no_file_is_said_so(
    staff: Staff, tib: User, client_of: ClientOf
) -> None:
    answer = upload(client_of(tib), staff, "bild.jpg", jpeg(exif=exif(south=True)))
    assert "Bilden bär en position" not in answer.content.decode()
    assert client_of(tib).post(url(staff, "staff-upload")).status_code == 400


def test_a_browser_without_its_socket_reads_what_it_missed(
    staff: Staff, write: Write, tib: User, client_of: ClientOf
) -> None:
    row = write("Medan det var tyst.")
    told = client_of(tib).get(url(staff, "staff-rows"), {"since": 1}).json()
    shown = [one["html"] for one in told["upsert"] if one["key"] == f"row:{row.public_id}"]
    assert "Medan det var tyst." in shown[0]


def test_the_file_of_a_marked_row_is_marked_and_hidden_with_it(
    staff: Staff,
    tib: User,
    tor: User,
    incident: Incident,
    by_cia: Actor,
    city: Any,
    client_of: ClientOf,
    now: dt.datetime,
    group: NeedToKnowGroup,
) -> None:
    share(incident, by_cia, now, city.technical.pk)
    token = token_of(upload(client_of(tib), staff, "ritning.txt", b"larmet sitter i taket"))
    client_of(tib).post(url(staff, "staff-write"), posted(fil=token, ground="OSL18_8"))
    stored = StoredFile.objects.get()
    assert stored.secrecy_grounds == ["OSL18_8"]
    address = url(staff, "staff-file", stored.public_id)
    assert client_of(tor).get(address).status_code == 404
    assert fetched(client_of(tib), address)[0].status_code == 200
    assert LedgerRow.objects.filter(name="file.read").count() == 1
    Site.objects.filter(pk=incident.site_id or 0).update(restricted_group=group)
    parts.follow_sites(actor=Actor.system("test"), now=now, site_ids=[incident.site_id or 0])
    assert StoredFile.objects.get().restricted_group == group
    assert client_of(tib).get(address).status_code == 404


def test_who_is_in_the_room_is_shown(
    staff: Staff, tib: User, cia: User, client_of: ClientOf, now: dt.datetime, travel: Any
) -> None:
    address = url(staff, "staff-presence")
    text_of(client_of(tib), address)
    assert [tib.signature in text_of(client_of(cia), address)] == [True]
    travel(now + dt.timedelta(minutes=2))
    assert tib.signature not in text_of(client_of(cia), address)


def test_a_long_log_costs_no_more_questions_than_a_short_one(
    staff: Staff, write: Write, decide: Write, tib: User, client_of: ClientOf
) -> None:
    client = client_of(tib)

    def asked() -> int:
        fragments.clear()
        with CaptureQueriesContext(connection) as questions:
            text_of(client, url(staff))
        return len(questions)

    decide()
    write(kind="correction", corrects=2)
    asked()
    few = asked()
    for number in range(10):
        write(f"Rad {number}", about=1)
        decide()
    assert asked() == few


def test_older_rows_are_a_page_away(
    staff: Staff, write: Write, tib: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("incidents.selectors.staff.PAGE", 2)
    for number in range(2, 5):
        write(f"Rad nummer {number}")
    page = text_of(client_of(tib), url(staff))
    assert "Rad nummer 3" in page
    assert "Rad nummer 2" not in page
    assert "?fore=3" in page
    older = text_of(client_of(tib), f"{url(staff)}?fore=3")
    assert "Rad nummer 2" in older
    assert "Staben är öppnad" in older
    assert 'id="ny-rad"' not in older


def test_protection_that_comes_later_hides_the_room(
    staff: Staff,
    incident: Incident,
    group: NeedToKnowGroup,
    by_cia: Actor,
    tib: User,
    client_of: ClientOf,
    now: dt.datetime,
) -> None:
    seen = parts.seal_of(incident, "protection")
    protection = Protection(restricted_group_id=group.pk, grounds={})
    parts.protect(
        actor=by_cia, now=now, public_id=incident.public_id, seen=seen, protection=protection
    )
    assert client_of(tib).get(url(staff)).status_code == 404
