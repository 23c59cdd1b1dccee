"""What stands on the pages and papers of EST, and what never does."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from django.test import Client
from django.urls import reverse

from incidents.documents.weekly import archived, weekly_pdf
from incidents.documents.weekly_map import map_svg
from incidents.models import EstExport, EstPaper, EstReport, EstVersion
from incidents.services.est.drafting import PriorityData
from tests.incidents.est.conftest import TORGET, Observe
from tests.incidents.sitreps.papers import words_of
from trygghetscentral.accounts.models import User
from trygghetscentral.ledger.models import LedgerRow

Go = Callable[..., EstReport]
ClientOf = Callable[[User], Client]
SECRET = ("Göteborgsknuten", "Trasig grind i skymundan", "Väktarnas rutt", "Bakgården", "Ankdammen")


def secrets_in(observe: Observe, publish: Go) -> EstReport:
    """A published report that holds each kind of thing the open version may not."""
    observe(released=True, ground="OSL18_8", text=SECRET[0])
    observe(released=True, text=SECRET[1])
    report: EstReport = publish(
        texts={"happened": "Åtta rutor på ön.", "doing_closed": SECRET[2]},
        closed_ground="OSL18_8",
        priorities=[
            PriorityData(place="Torget", why="Flera.", responsible="Gatan", position=TORGET),
            PriorityData(
                place=SECRET[3], why=SECRET[4], responsible="Vakt", open=False, position=TORGET
            ),
        ],
    )
    return report


def test_the_open_version_gives_nothing_away_on_page_or_paper(
    observe: Observe, publish: Go, cia: User, client_of: ClientOf
) -> None:
    report = secrets_in(observe, publish)
    everybody = Client()
    where = {"year": report.year, "week": report.week}
    page = everybody.get(reverse("est_public:report", kwargs=where))
    pdf = everybody.get(reverse("est_public:paper", kwargs=where))
    assert page.status_code == pdf.status_code == 200
    words = words_of(pdf.content)
    for text in (page.content.decode(), words):
        assert "Åtta rutor" in text
        assert "Torget" in text
        assert [secret for secret in SECRET if secret in text] == []
    # The restricted one has it, but for what its nämnd has marked.
    inside = client_of(cia).get(reverse("est:read", args=(report.public_id, "restricted")))
    shown = [secret for secret in SECRET if secret in inside.content.decode()]
    assert shown == list(SECRET[1:])
    assert LedgerRow.objects.filter(name="est.restricted_read").count() == 1


def test_the_paper_is_tagged_and_the_same_for_ever(
    observe: Observe, publish: Go, bea: User, client_of: ClientOf
) -> None:
    report = secrets_in(observe, publish)
    here = reverse("est:paper", args=(report.public_id, "restricted"))
    first = client_of(bea).get(here)
    assert first["Content-Type"] == "application/pdf"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in first.content
    assert b"/StructTreeRoot" in first.content
    words = words_of(first.content)
    for said in ("Hänt", "Görs", "Prognos", "Gul: ökad uppmärksamhet", "Satt av BER 1", SECRET[2]):
        assert said in words
    assert client_of(bea).get(here).content == first.content
    paper = EstPaper.objects.get()
    assert bytes(paper.pdf) == first.content
    assert b"pdfaid:part" in archived(paper.version_id)


def test_nobody_reads_what_is_not_published(
    draft: Go, step: Go, bea: User, tib: User, cia: User, client_of: ClientOf
) -> None:
    report = step(draft(), "submit", by=bea)
    where = {"year": report.year, "week": report.week}

    def open_to() -> list[int]:
        return [
            Client().get(reverse("est_public:report", kwargs=where)).status_code,
            client_of(cia).get(reverse("est:read", args=(report.public_id, "open"))).status_code,
            client_of(cia).get(report.get_absolute_url()).status_code,
        ]

    assert open_to() == [404, 404, 404]
    step(report, "approve", by=tib)
    step(report, "publish", by=tib)
    assert open_to() == [200, 200, 302]
    step(report, "withdraw", by=tib, remark="Fel.")
    assert open_to() == [404, 404, 404]
    assert Client().get(reverse("est_public:list")).status_code == 200


def test_the_author_is_not_offered_to_approve(
    draft: Go, step: Go, bea: User, tib: User, client_of: ClientOf
) -> None:
    report = step(draft(), "submit", by=bea)
    pages = [client_of(user).get(report.get_absolute_url()).content.decode() for user in (bea, tib)]
    assert ['value="approve"' in page for page in pages] == [False, True]
    move = reverse("est:move", args=(report.public_id,))
    client_of(bea).post(move, {"step": "approve"})
    report.refresh_from_db()
    assert report.state == "in_review"
    assert client_of(tib).post(move, {"step": "draft"}).status_code == 404
    client_of(tib).post(move, {"step": "return"})
    report.refresh_from_db()
    assert report.state == "in_review"
    client_of(tib).post(move, {"step": "return", "remark": "Kortare."})
    report.refresh_from_db()
    assert report.state == "draft"
    assert "Kortare." in client_of(bea).get(report.get_absolute_url()).content.decode()


def test_what_was_written_stays_in_the_form_when_it_is_refused(
    draft: Go, bea: User, client_of: ClientOf
) -> None:
    report = draft()
    given = {
        "revision": report.revision,
        "happened": "Ring 070-123 45 67",
        "p1-place": "Parken",
        "p1-why": "Mörkt",
        "p1-responsible": "Gatan",
    }
    answer = client_of(bea).post(report.get_absolute_url(), given)
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "ett telefonnummer" in text
    assert "Ring 070" in text
    assert "Parken" in text
    report.refresh_from_db()
    assert "070" not in report.happened


def test_the_municipal_part_leaves_with_a_decision_only(
    observe: Observe, publish: Go, bea: User, tib: User, client_of: ClientOf, now: dt.datetime
) -> None:
    report = secrets_in(observe, publish)
    here = reverse("est:disclose", args=(report.public_id,))
    day = now.date().isoformat()
    given: dict[str, Any] = {
        "version": "restricted",
        "request": "Underlag till veckans möte, områdespolisen.",
        "asked_on": day,
        "ground": "2025:170:4",
        "tested": "",
        "decided_by": "Säkerhetschef, punkt 4.2",
        "decided_on": day,
    }
    client = client_of(bea)
    assert client.get(here).status_code == 200
    assert client.post(here, given).status_code == 400
    assert not EstExport.objects.exists()
    assert client.post(here, given | {"tested": "Inget hinder."}).status_code == 302
    row = EstExport.objects.get()
    where = reverse("est:disclosed", args=(row.public_id,))
    assert "Säkerhetschef" in client.get(where).content.decode()
    file = client.get(where, {"fil": "json"})
    assert json.loads(file.content) == row.version.content
    assert SECRET[0] not in file.content.decode()
    assert client.get(where, {"fil": "pdf"}).content.startswith(b"%PDF-")
    assert where in client_of(tib).get(report.get_absolute_url()).content.decode()


def test_the_map_is_drawn_where_the_places_are() -> None:
    place = {"order": 1, "place": "x", "longitude": 13.0007, "latitude": 55.6090}
    svg = map_svg([place])
    assert svg.count("<circle") == 1
    assert 'cx="500"' in svg
    assert len(svg) < 200_000
    assert map_svg([place | {"longitude": None}]) == ""


def test_a_report_without_anything_is_still_a_paper(publish: Go) -> None:
    report = publish(priorities=[])
    version = EstVersion.objects.get(report=report, kind="open")
    words = words_of(weekly_pdf(version.content, at=version.at))
    assert "Inga platser är prioriterade" in words
    assert "För få för att visas" in words
