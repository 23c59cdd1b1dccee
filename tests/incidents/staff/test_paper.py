"""The log on paper: every hash, both times, and that it was taken out."""

from __future__ import annotations

import datetime as dt

import pytest

from incidents.documents import staff_log
from incidents.models import Staff
from incidents.selectors.staff import whole_log
from tests.incidents.conftest import HOUR
from tests.incidents.staff.conftest import Write
from tests.incidents.staff.test_pages import ClientOf, body_of, url
from trygghetscentral.accounts.models import User
from trygghetscentral.files.press.orders import PressFailed
from trygghetscentral.ledger import services as ledger
from trygghetscentral.ledger.models import LedgerRow


def test_the_paper_carries_every_hash_and_the_ledgers_seal_and_is_recorded(
    staff: Staff, write: Write, decide: Write, tib: User, client_of: ClientOf, now: dt.datetime
) -> None:
    write("Fel.", happened_at=now - HOUR, sender="A", recipient="B", channel="phone")
    write("Rätt.", kind="correction", corrects=2)
    decide(valid_until=now + HOUR)
    secret = write("Koden är 4711.", ground="OSL18_9")
    seal = ledger.seal(now=now)
    assert seal is not None
    lines = whole_log(staff, clear=False)
    about = staff_log.data_of(staff, lines, at=now, clear=False, by="TiB")
    assert [row[1] for row in about["seals"]["rows"]] == [
        bytes(row.sha256).hex() for row in staff.rows.order_by("number")
    ]
    sealed = " ".join(about["seals"]["lines"])
    assert bytes(secret.sha256).hex() in sealed
    assert bytes(seal.sha256).hex() in sealed
    assert about["rows"][1]["happened"] == ["2026-03-12 13:37:00", "2026-03-12 12:37:00 UTC"]
    assert about["rows"][1]["written"][0] == "2026-03-12 14:37:00"
    assert about["rows"][1]["corrected"]
    assert "4711" not in str(about)
    whole = staff_log.data_of(staff, whole_log(staff, clear=True), at=now, clear=True, by="TiB")
    assert "4711" in str(whole)
    answer = client_of(tib).post(url(staff, "staff-paper"), {"oppen": "1"})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"pdfuaid"):
        assert mark in answer.content
    told = LedgerRow.objects.get(name="staff.exported")
    body = body_of(told)
    assert (body["rows"], body["open_version"]) == (5, True)
    assert body["last_sha256"] == bytes(secret.sha256).hex()
    assert not LedgerRow.objects.filter(name="staff.marked_read").exists()


def test_a_press_that_fails_is_said_and_the_log_stands_there(
    staff: Staff, tib: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> bytes:
        raise PressFailed("busy")

    monkeypatch.setattr(staff_log, "pdf_of", fails)
    client = client_of(tib)
    answer = client.post(url(staff, "staff-paper"), {"oppen": "1"}, follow=True)
    assert "gick inte att göra till PDF just nu" in answer.content.decode()
