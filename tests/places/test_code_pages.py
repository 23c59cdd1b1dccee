"""Sealed codes by page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from tests.accounts.factories import GrantFactory
from tests.personas import City
from tests.places.conftest import TEST
from trygghetscentral.accounts.models import User
from trygghetscentral.places import services
from trygghetscentral.places.models import (
    CodeRead,
    CodeRequest,
    SealedAccessCode,
    Site,
)

MakeSite = Callable[..., Site]


ClientOf = Callable[[User], Any]


@pytest.fixture(autouse=True)
def _at_the_moment(travel: Callable[[dt.datetime], Any], now: dt.datetime) -> None:
    travel(now)


def test_code_is_set_replaced_and_erased_by_form(
    full_site: Site, client_of: ClientOf, disa: User
) -> None:
    client, base = client_of(disa), f"/objekt/{full_site.slug}/koder"
    answer = client.post(f"{base}/ny/", {"label": "Port", "secret": "1234"})
    assert answer.status_code == 302
    code = SealedAccessCode.objects.get(label="Port")
    url = f"{base}/{code.public_id}"
    page = client.get(f"{url}/byt/").content.decode()
    assert "1234" not in page
    client.post(f"{url}/byt/", {"label": "Port", "secret": "9876"})
    code.refresh_from_db()
    assert code.secret == "9876"
    assert client.post(f"{url}/radera/").status_code == 302
    assert "Port" not in client.get(full_site.get_absolute_url()).content.decode()
    assert client.get(f"{base}/{uuid4()}/byt/").status_code == 404


def test_two_persons_by_page(full_site: Site, client_of: ClientOf, alma: User, bo: User) -> None:
    code = full_site.codes.get()
    operator, lead = client_of(alma), client_of(bo)
    ask = f"/objekt/{full_site.slug}/koder/{code.public_id}/begar/"
    assert operator.get(ask).status_code == 200
    assert "obligatoriskt" in operator.post(ask, {"reason": ""}).content.decode()
    mine = operator.post(ask, {"reason": "Vattenläcka"}).url
    assert "Väntar på godkännande" in operator.get(mine).content.decode()
    waiting = operator.get(mine, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in waiting
    early = operator.post(f"{mine}visa/")
    assert early.status_code == 409
    log = lead.get("/objekt/koder/").content.decode()
    assert "Vattenläcka" in log
    assert lead.post(f"{mine}godkann/").url == "/objekt/koder/"
    assert "Godkänd av SL 1" in operator.get(mine).content.decode()
    shown = operator.post(f"{mine}visa/")
    assert "4711" in shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert "Koden visades" in operator.get(mine).content.decode()
    assert "4711" not in operator.get(mine).content.decode()
    log = lead.get("/objekt/koder/").content.decode()
    assert "godkänd av" in log
    assert "4711" not in log
    read = CodeRead.objects.get()
    assert lead.post(f"/objekt/koder/visningar/{read.pk}/granska/").status_code == 302
    read.refresh_from_db()
    assert read.seen_by == bo


def test_requests_run_out_on_the_page(
    full_site: Site,
    client_of: ClientOf,
    alma: User,
    bo: User,
    now: dt.datetime,
    travel: Callable[[dt.datetime], Any],
) -> None:
    code = full_site.codes.get()
    operator = client_of(alma)
    mine = operator.post(
        f"/objekt/{full_site.slug}/koder/{code.public_id}/begar/", {"reason": "Läcka"}
    ).url
    travel(now + dt.timedelta(minutes=15))
    assert "Tiden gick ut" in operator.get(mine).content.decode()
    assert client_of(bo).post(f"{mine}godkann/").status_code == 404


def test_code_doors(
    full_site: Site, client_of: ClientOf, alma: User, bo: User, cia: User, disa: User
) -> None:
    code = full_site.codes.get()
    ask = f"/objekt/{full_site.slug}/koder/{code.public_id}/begar/"
    assert client_of(disa).get(ask).status_code == 403
    assert client_of(alma).get("/objekt/koder/").status_code == 403
    mine = client_of(alma).post(ask, {"reason": "Läcka"}).url
    asked = CodeRequest.objects.get()
    assert client_of(bo).get(mine).status_code == 404
    assert client_of(alma).post(f"{mine}godkann/").status_code == 403
    assert client_of(cia).post(f"{mine}godkann/").status_code == 403
    asked.refresh_from_db()
    assert asked.approved_by is None


def test_who_may_ask_at_one_controller_may_not_at_another(
    make_site: MakeSite, city: City, client_of: ClientOf, now: dt.datetime
) -> None:
    operator = GrantFactory.create(role="OPERATOR", organisation=city.service).user
    site = make_site(occupant_id=city.service.pk)
    code = services.seal_code(actor=TEST, now=now, site_id=site.pk, label="Port", secret="1")
    client = client_of(operator)
    assert client.get(site.get_absolute_url()).status_code == 200
    ask = f"/objekt/{site.slug}/koder/{code.public_id}/begar/"
    assert client.post(ask, {"reason": "Läcka"}).status_code == 403
    assert not CodeRequest.objects.exists()
