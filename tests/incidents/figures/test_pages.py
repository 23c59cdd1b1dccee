"""The page and its files: the same figures in all four, and of nobody."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client
from openpyxl import load_workbook

from incidents import tasks
from incidents.documents.figures import grids, pdf_of
from incidents.selectors.figures import FIGURES, MORE
from tests.accounts.factories import person
from tests.alarms.routing.town import Town
from tests.incidents.figures.planting import begin, cost, plant
from tests.incidents.figures.test_counting import report
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.files.press import orders

ClientOf = Callable[[User], Client]
PAGE = "/handelser/statistik/"
ASKED = "period=manad&datum=2026-03-12"


@pytest.fixture
def known(city: City, town: Town, cia: User, now: dt.datetime) -> User:
    """Incidents with marks that can be looked for: who owns them and who entered them."""
    who = person(
        "SEC_COORD", city.technical, username="xq-konto", name="Xq Namnsson", signature="XQ 77"
    )
    rows = plant(city.service, now, 60, site=town.school, owner=who, registered_by=who)
    cost(rows[0], who, material=1_234_567, reimbursed=4_567)
    begin(rows[0], who, 7)
    return who


def file_of(kind: str) -> str:
    return f"{PAGE}fil/{kind}/?{ASKED}"


def test_the_same_numbers_stand_in_page_and_files_and_nobody_is_in_them(
    known: User, town: Town, cia: User, now: dt.datetime, client_of: ClientOf
) -> None:
    client = client_of(cia)
    page = client.get(f"{PAGE}?{ASKED}").content.decode()
    files = {kind: client.get(file_of(kind)) for kind in ("csv", "xlsx", "pdf")}
    sheet = files["csv"].content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet), delimiter=";"))
    book = load_workbook(io.BytesIO(files["xlsx"].content))
    cells = [row for one in book for row in one.values]
    printed = [
        [row.label, *(pair.now.text for pair in row.pairs)]
        for grid in grids(report(cia, now))
        for row in grid.rows
    ]
    assert [town.school.name, "60", "0", "0", "0", "1\xa0234\xa0567", "1\xa0230\xa0000"] in (
        printed
    )
    for line in printed:
        assert all(text in page for text in line)
    assert next(row for row in rows if row and row[0] == town.school.name)[1::2] == [
        *("60", "0", "0", "0", "1234567", "1230000")
    ]
    assert next(row for row in cells if row[0] == town.school.name)[1:12:2] == (
        *(60, 0, 0, 0, 1_234_567, 1_230_000),
    )
    assert files["pdf"].content.startswith(b"%PDF-")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in files["pdf"].content
    assert "handelser-2026-03-01-2026-03-31.pdf" in files["pdf"].headers["Content-Disposition"]
    for mark in (known.username, known.name, known.signature):
        assert mark not in page
        assert mark not in sheet
        assert mark not in str(cells)
    for one in (*FIGURES, *MORE):
        assert str(one.text) in page
        assert str(one.text) in sheet


def test_weekday_and_hour_are_a_heat_chart_with_its_table_beside(
    known: User, cia: User, client_of: ClientOf
) -> None:
    page = client_of(cia).get(f"{PAGE}?{ASKED}").content.decode()
    part = page[page.index('id="figures-hours"') :]
    part = part[: part.index("</section>")]
    assert part.count("<tr>") == 25
    assert 'class="chart"' in part
    assert "perioden före" not in part


def test_readers_of_aggregates_choose_whole_months_and_read_why(
    city: City, client_of: ClientOf
) -> None:
    client = client_of(person("EXEC_READER", city.root, username="ks", name="Ks", signature="KS"))
    page = client.get(PAGE)
    assert page.status_code == 200
    text = page.content.decode()
    assert "Tal under 5 visas inte" in text
    assert 'id="figures-site"' not in text
    assert client.get(f"{PAGE}?period=vecka&datum=2026-03-12").status_code == 400
    assert client.get(f"{PAGE}fil/csv/?period=vecka&datum=2026-03-12").status_code == 404
    assert "Tal under 5 visas inte" in client.get(file_of("csv")).content.decode()


def test_an_operator_who_reads_incidents_reads_no_figures(alma: User, client_of: ClientOf) -> None:
    assert client_of(alma).get(PAGE).status_code == 403


def test_a_paper_that_cannot_be_set_leads_back_to_the_figures(
    known: User, cia: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "PRESS", orders.PRESS.with_name("missing.py"))
    answer = client_of(cia).get(file_of("pdf"), follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?{ASKED[:-2]}01", 302)]
    assert "Filen gick inte att göra just nu" in answer.content.decode()


def test_an_empty_month_makes_a_page_and_a_paper(cia: User, now: dt.datetime) -> None:
    assert pdf_of(report(cia, now)).startswith(b"%PDF-")


@pytest.mark.django_db(transaction=True)
def test_the_worker_counts_what_has_changed_and_the_second_time_nothing(
    city: City, now: dt.datetime
) -> None:
    plant(city.service, now, 2)
    plant(city.service, now - dt.timedelta(days=70))
    assert tasks.count_months() == 2
    assert tasks.count_months() == 0
