"""The page and its files: the same figures in all four, of nobody, and harmless to open."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import subprocess
import sys
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from openpyxl import load_workbook
from pytest_django import Settings

from alarms.documents.charts import charts_of
from alarms.documents.grids import Cell, Grid, GridRow, Pair
from alarms.documents.paper import paper_data, pdf_of
from alarms.documents.sheets import csv_of, harmless, xlsx_of
from alarms.documents.words import number_text, period_text, span_text
from alarms.models import Desk
from alarms.selectors.figures import Period, PeriodKind, Report, period_of, report_for
from alarms.views import figures as views
from tests.accounts.factories import person
from tests.alarms.figures.planting import plant
from tests.alarms.intake.senders import make_installation
from tests.personas import City
from trygghetscentral.accounts.models import User
from trygghetscentral.files.press import orders

ClientOf = Callable[[User], Client]
Travel = Callable[[dt.datetime], time_machine.Traveller]

PAGE = "/larm/statistik/"
DEMO = "DEMO – påhittade uppgifter"
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx")


def asked(kind: str = "dygn", date: str = "2026-03-12", till: str = "") -> str:
    """The address of a period, after the question mark."""
    return urlencode({"period": kind, "datum": date, **({"till": till} if till else {})})


def file_of(kind: str) -> str:
    """The address of a file."""
    return reverse("alarms:figures-file", args=[kind])


def report(user: User, now: dt.datetime) -> Report:
    """The day's report."""
    return report_for(user, period_of(PeriodKind.DAY, now.date()), now=now, most_late=50)


@pytest.fixture
def known(alma: User, city: City, now: dt.datetime, travel: Travel) -> User:
    """An operator with marks that can be looked for, and what the operator has answered."""
    travel(now + dt.timedelta(hours=1))
    operator = person(
        "OPERATOR", city.root, username="xq-konto", name="Xq Namnsson", signature="XQ 77"
    )
    here = make_installation(city.technical)
    plant(city.technical, now, [*[5.25] * 1_257, 36.8, 41.1], owner=operator, installation=here)
    plant(city.technical, now, [95.5], category="medical", owner=operator, installation=here)
    return operator


def test_nobody_is_found_in_the_figures(
    known: User, bo: User, now: dt.datetime, client_of: ClientOf
) -> None:
    client = client_of(bo)
    page = client.get(f"{PAGE}?{asked()}").content.decode()
    made = report(bo, now)
    sheets = load_workbook(io.BytesIO(xlsx_of(made)))
    cells = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    everything = [page, csv_of(made).decode(), " ".join(cells), str(paper_data(made))]
    for text in everything:
        assert "L-2026-" in text
        for mark in (known.username, known.name, known.signature):
            assert mark not in text
    assert str(known.pk) not in re.findall(r'data-(?:owner|user)[\w-]*="(\d+)"', page)[1:]


def test_the_same_numbers_stand_in_page_csv_xlsx_and_pdf(
    known: User, bo: User, now: dt.datetime, client_of: ClientOf
) -> None:
    client = client_of(bo)
    page = client.get(f"{PAGE}?{asked()}").content.decode()
    assert "1\xa0260 larm kom in" in page
    for text in ("5,3", "Inbrott och överfall", "larm kom in. Under hela perioden före kom 0."):
        assert text in page
    files = {kind: client.get(f"{file_of(kind)}?{asked()}") for kind in ("csv", "xlsx", "pdf")}
    assert all(answer.status_code == 200 for answer in files.values())
    assert (
        files["csv"]
        .headers["Content-Disposition"]
        .endswith('filename="larm-2026-03-12-2026-03-12.csv"')
    )
    text = files["csv"].content.decode("utf-8")
    assert text.startswith("\ufeff")
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))
    line = next(row for row in rows if row and row[0] == "Inbrott och överfall")
    assert line[1:8] == ["1259", "0", "1259", "0", "1259", "0", "2"]
    assert line[11:15:2] == ["5,3", "5,3"]
    book = load_workbook(io.BytesIO(files["xlsx"].content))
    row = next(row for row in book["Larmplatser"].values if row[0] == "Inbrott och överfall")
    assert row[1:8] == (1259, 0, 1259, 0, 1259, 0, 2)
    assert (row[11], row[12]) == (5.25, None)
    assert files["pdf"].content.startswith(b"%PDF-")
    assert "1\\xa0259" in str(paper_data(report(bo, now))["grids"][0]["rows"])


def test_the_exceptions_link_to_their_alarms_and_say_nothing_of_place_or_person(
    known: User, bo: User, client_of: ClientOf
) -> None:
    page = client_of(bo).get(f"{PAGE}?{asked()}").content.decode()
    part = page[page.index("figures-late") : page.index("figures-meaning")]
    assert part.count("<tr>") == 4
    assert "Trygghetslarm" in part
    assert "95,5" in part
    assert "Skolan" not in part
    assert len(re.findall(r'href="/larm/[0-9a-f-]{36}/"', part)) == 3


def test_readers_of_aggregates_get_whole_months_no_list_and_no_small_number_in_any_form(
    city: City, now: dt.datetime, client_of: ClientOf, travel: Travel
) -> None:
    travel(now)
    plant(city.technical, now, [5] * 23, category="fire")
    plant(city.technical, now, [5] * 3, category="burglary")
    plant(city.technical, now, [5] * 57, category="medical")
    reader = person("EXEC_READER", city.root)
    client = client_of(reader)
    page = client.get(PAGE).content.decode()
    assert "Larmcentralens siffror, mars 2026" in page
    assert "Över mål, ett för ett" not in page
    assert "Tal under 5 visas inte" in page
    assert client.get(f"{PAGE}?{asked()}").status_code == 400
    assert client.get(f"{file_of('csv')}?{asked()}").status_code == 404
    made = report_for(reader, period_of(PeriodKind.MONTH, now.date()), now=now, most_late=9)
    month = asked("manad")
    table = page[page.index("figures-desk") : page.index("figures-category")]
    assert table.count("döljs") > 10
    rows = csv.reader(
        io.StringIO(client.get(f"{file_of('csv')}?{month}").content.decode()), delimiter=";"
    )
    book = load_workbook(io.BytesIO(client.get(f"{file_of('xlsx')}?{month}").content))
    cells = [
        [str(v) for v in row] for name in ("Larmplatser", "Larmslag") for row in book[name].values
    ]
    for row in [*rows, *cells]:
        if row and row[0] in {"Brand", "Brandlarm", "Inbrott och överfall", "Inbrottslarm"}:
            assert set(row[1:]) - {"döljs", "None", ""} == set()
        if row and row[0] in {"Trygghetslarm", "Alla larm"}:
            assert row[1] in {"57", "83"}
    paper = paper_data(made)["grids"]
    hidden = [row for grid in paper for row in grid["rows"] if row["label"].startswith("In")]
    assert {pair["now"] for row in hidden for pair in row["pairs"]} == {"döljs"}


def test_everything_says_that_it_is_made_up_while_it_is(
    bo: User, city: City, now: dt.datetime, client_of: ClientOf, settings: Settings
) -> None:
    plant(city.technical, now, [5])
    for demo in (True, False):
        settings.DEMO = demo
        made = report(bo, now)
        assert (DEMO in client_of(bo).get(PAGE).content.decode()) is demo
        assert (DEMO in csv_of(made).decode()) is demo
        book = load_workbook(io.BytesIO(xlsx_of(made)))
        for sheet in book:
            assert (sheet["A1"].value == DEMO) is demo
            assert (sheet.oddHeader.center.text == DEMO) is demo
        assert orders.with_frame(paper_data(made), title="")["demo"] == (DEMO if demo else "")


def test_nothing_in_a_sheet_is_run_when_it_is_opened(
    bo: User, city: City, now: dt.datetime
) -> None:
    for formula in FORMULAS:
        assert harmless(formula) == f"'{formula}"
    assert harmless("Brand - öst") == "Brand - öst"
    Desk.objects.filter(code="inbrott").update(name='=HYPERLINK("http://x")')
    plant(city.technical, now, [5, 99])
    made = report(bo, now)
    assert "\n'=HYPERLINK" in csv_of(made).decode().replace('"', "").replace("\r", "")
    book = load_workbook(io.BytesIO(xlsx_of(made)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "@"))


def test_a_name_from_the_settings_is_text_in_chart_page_and_paper(
    bo: User, city: City, now: dt.datetime, client_of: ClientOf
) -> None:
    evil = "<script>x</script> #panic()"
    Desk.objects.filter(code="inbrott").update(name=evil)
    plant(city.technical, now, [5] * 9)
    page = client_of(bo).get(f"{PAGE}?{asked()}").content.decode()
    assert "<script>x" not in page
    assert escape(evil) in page
    assert pdf_of(report(bo, now)).startswith(b"%PDF-")


def test_the_pdf_is_tagged_for_everyone_to_read(bo: User, city: City, now: dt.datetime) -> None:
    plant(city.technical, now, [5, 99])
    made = pdf_of(report(bo, now))
    assert b"<pdfuaid:part>1</pdfuaid:part>" in made
    assert b"/MarkInfo" in made
    assert b"/Lang" in made


def test_bars_begin_at_zero_and_a_hidden_number_is_no_bar() -> None:
    nothing = Pair(Cell(None, "döljs", hidden=True), Cell(None, "döljs", hidden=True))

    def row(label: str, now: float, before: float) -> GridRow:
        shown = Pair(Cell(now, number_text(now)), Cell(before, number_text(before)))
        return GridRow(label, (shown,) * 7)

    grid = Grid(
        "desk",
        "Larmplatser",
        ("x",) * 7,
        (row("A", 100, 50), row("B", 25, 0), GridRow("C", (nothing,) * 7)),
    )
    (chart,) = charts_of([grid])
    assert chart is not None
    assert ">C<" not in chart.svg
    bars = re.findall(r'd="M0,[\d.]+h([\d.]+)v[\d.]+h-[\d.]+Z" fill="(#\w+)"', chart.svg)
    long, half, quarter = (float(width) for width, _colour in bars[:3])
    assert [colour for _width, colour in bars[:3]] == ["#174684", "#8d999d", "#174684"]
    assert half == pytest.approx(long / 2, abs=0.5)
    assert quarter == pytest.approx(long / 4, abs=0.5)
    assert "50 före" in chart.svg
    assert "style=" not in chart.svg
    empty = Grid("desk", "x", ("x",) * 7, (GridRow("C", (nothing,) * 7),))
    assert charts_of([empty, grid]) == [None, chart]


def undrawn(page: str) -> list[str]:
    """Where a page asks for the charts that it was shown without."""
    found = re.findall(r'hx-get="(/larm/statistik/diagram/\?[^"]+)"', page)
    return [unescape(one) for one in found]


def test_a_page_of_figures_does_not_wait_for_its_charts(
    bo: User, city: City, now: dt.datetime, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(city.technical, now, [4.4] * 88)
    client = client_of(bo)
    pressed: list[str] = []
    run = subprocess.run

    def counted(command: list[str], **more: Any) -> Any:
        pressed.append(command[-1])
        return run(command, **more)

    monkeypatch.setattr(subprocess, "run", counted)
    page = client.get(f"{PAGE}?{asked()}").content.decode()
    assert pressed == []
    (address,) = undrawn(page)
    drawn = client.get(address).content.decode()
    assert drawn.count("<svg ") == len(parse_qs(urlsplit(address).query)["diagram"]) > 1
    for key in re.findall(r'id="(drawing-\w+)" hx-swap-oob="true"><svg', drawn):
        assert f'id="{key}"></div>' in page
    # Whoever comes next has them at once, and nobody draws the same twice.
    again = client.get(f"{PAGE}?{asked()}").content.decode()
    assert undrawn(again) == []
    assert again.count('aria-hidden="true" id="drawing-') == again.count('"><svg ')
    assert client.get(address).content.decode() == drawn
    assert pressed == ["charts"]


def test_a_chart_that_nobody_was_shown_figures_of_is_not_there(
    bo: User, client_of: ClientOf
) -> None:
    key = "0" * 64
    answer = client_of(bo).get("/larm/statistik/diagram/", {"diagram": [key, "<b>"]})
    assert answer.content.decode().strip() == f'<div id="chart-{key}" hx-swap-oob="delete"></div>'


def test_figures_are_shown_without_charts_when_they_cannot_be_drawn(
    bo: User,
    city: City,
    now: dt.datetime,
    client_of: ClientOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plant(city.technical, now, [7.3] * 77)
    monkeypatch.setattr(orders, "PRESS", orders.PRESS.with_name("missing.py"))
    page = client_of(bo).get(f"{PAGE}?{asked()}").content.decode()
    assert "77 larm kom in" in page
    (address,) = undrawn(page)
    left = client_of(bo).get(address).content.decode()
    assert "<svg" not in left
    assert left.count('hx-swap-oob="delete"') == page.count('<figure class="chart" id="chart-')
    with pytest.raises(orders.PressFailed):
        pdf_of(report(bo, now))
    answer = client_of(bo).get(f"{file_of('pdf')}?{asked()}", follow=True)
    assert answer.redirect_chain == [(f"{PAGE}?{asked()}", 302)]
    assert "Filen gick inte att göra just nu" in answer.content.decode()


def test_the_worst_places_stand_on_the_page_and_all_of_them_in_the_files(
    bo: User, city: City, now: dt.datetime, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_PLACES", 2)
    for number, waits in enumerate(([5], [5, 99, 99], [5, 99], [5, 5])):
        here = make_installation(city.technical, f"skola-{number}")
        here.name = f"Skola-{number}"
        here.save()
        plant(city.technical, now, waits, installation=here)
    plant(city.technical, now, [5], category="medical")
    client = client_of(bo)
    page = client.get(f"{PAGE}?{asked()}").content.decode()
    part = page[page.index("figures-installation") : page.index("figures-late")]
    rows = re.findall(r'<th scope="row">([^<]+)</th>', part)
    places = [row for row in rows if "Skola-" in row]
    assert [place.split()[-1] for place in places] == ["Skola-1", "Skola-2"]
    assert "Trygghetslarm, alla platser" in rows
    assert "2 anläggningar till finns i filerna" in part
    sheet = client.get(f"{file_of('csv')}?{asked()}").content.decode()
    assert all(f"Skola-{number}" in sheet for number in range(4))
    assert "anläggningar till" not in sheet


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(12593, 0, "12\xa0593"), (36.8, 1, "36,8"), (-1559, 0, "−1\xa0559"), (0.25, 1, "0,3")],
)
def test_numbers_are_written_as_in_swedish(value: float, decimals: int, text: str) -> None:
    assert number_text(value, decimals) == text


def test_lengths_of_time_and_periods_are_written_in_words() -> None:
    assert [span_text(seconds) for seconds in (45, 119, 3600, 11_100)] == [
        "45\xa0s",
        "2\xa0min",
        "1\xa0h 0\xa0min",
        "3\xa0h 5\xa0min",
    ]

    def said(kind: PeriodKind, first: str, last: str) -> str:
        return period_text(Period(kind, dt.date.fromisoformat(first), dt.date.fromisoformat(last)))

    assert said(PeriodKind.DAY, "2026-10-25", "2026-10-25") == "söndag 25 oktober 2026"
    assert said(PeriodKind.WEEK, "2026-11-16", "2026-11-22") == "vecka 47, 16–22 november 2026"
    assert said(PeriodKind.WEEK, "2026-03-30", "2026-04-05") == "vecka 14, 30 mars–5 april 2026"
    assert said(PeriodKind.MONTH, "2026-11-01", "2026-11-30") == "november 2026"
    assert said(PeriodKind.RANGE, "2026-11-01", "2026-11-03").startswith("1 november 2026 – 3")


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        (asked("fran-till", "2026-03-01", "2026-03-12"), 200, "1 mars 2026 – 12 mars 2026"),
        (asked("fran-till", "2026-03-12", "2026-03-01"), 400, "före startdatumet"),
        (asked("fran-till", "2024-03-01", "2026-03-01"), 400, "högst 366 dygn"),
        (asked("sekel"), 400, "sekel"),
        (asked(date="x"), 400, "datum"),
        (asked(date="0001-01-01"), 400, "från och med 2020"),
        (asked("fran-till", "2026-03-12", "9999-12-31"), 400, "från och med 2020"),
        (asked("dygn", "2199-12-31"), 200, "2199"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_words(
    bo: User, client_of: ClientOf, query: str, status: int, said: str
) -> None:
    answer = client_of(bo).get(f"{PAGE}?{query}")
    assert answer.status_code == status
    assert said in answer.content.decode()
    file = client_of(bo).get(f"{file_of('csv')}?{query}")
    assert file.status_code == (200 if status == 200 else 404)


def test_an_empty_period_says_so(bo: User, client_of: ClientOf) -> None:
    page = client_of(bo).get(PAGE).content.decode()
    assert "0 larm kom in." in page
    assert "Ingen väntan blev längre än målet" in page
    for kind in ("csv", "xlsx", "pdf"):
        assert client_of(bo).get(file_of(kind)).status_code == 200


def test_what_draws_and_sets_is_never_loaded_by_the_house_itself() -> None:
    code = (
        "import django, sys; django.setup(); import alarms.urls, alarms.views.figures;"
        "print([name for name in ('vl_convert', 'typst', 'openpyxl') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
