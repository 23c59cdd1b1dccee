"""Deny by default: what is not declared is refused, what is declared is held."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import AsyncClient, Client, RequestFactory
from rest_framework.request import Request

from tests.accounts.urls_under_test import UndeclaredApi
from trygghetscentral.accounts.access import DeclaredAccess, any_of, requires
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.refusals import Refusals

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]


def test_undeclared_view_is_refused_also_for_the_anonymous_and_the_mighty(
    client: Client, client_of: ClientOf, bo: User, caplog: pytest.LogCaptureFixture
) -> None:
    for browser in (client, client_of(bo)):
        answer = browser.get("/undeclared/")
        assert answer.status_code == 403
        assert "säger inte vem som får se den" in answer.content.decode()
        assert b"open" not in answer.content
    assert "undeclared_view" in caplog.text


def test_undeclared_api_and_api_without_guard_are_refused(client_of: ClientOf, bo: User) -> None:
    browser = client_of(bo)
    assert browser.get("/api/undeclared/").json()["code"] == "undeclared_view"
    assert browser.get("/api/unguarded/").status_code == 403


def test_permission_opens_its_view_and_no_other(
    client_of: ClientOf, alma: User, cia: User, dan: User
) -> None:
    assert client_of(alma).get("/alarms/").content == b"alarms"
    assert client_of(cia).get("/either/").status_code == 403
    assert client_of(alma).get("/either/").status_code == 200
    refused = client_of(dan).get("/alarms/")
    assert refused.status_code == 403
    assert "Se larm" in refused.content.decode()


def test_class_open_to_readers_closed_to_writers(
    client_of: ClientOf, alma: User, cia: User
) -> None:
    assert client_of(alma).get("/site/").status_code == 200
    assert client_of(alma).head("/site/").status_code == 200
    assert client_of(alma).post("/site/").status_code == 403
    assert client_of(cia).post("/site/").content == b"saved"


def test_viewset_is_read_per_action(client_of: ClientOf, alma: User, cia: User) -> None:
    assert client_of(cia).get("/api/set/").status_code == 200
    assert client_of(cia).post("/api/set/").status_code == 403
    assert client_of(alma).post("/api/set/").status_code == 201
    assert client_of(alma).delete("/api/set/").status_code == 403


def test_anonymous_is_sent_to_sign_in_and_back(client: Client) -> None:
    answer = client.get("/alarms/?state=new")
    assert answer.status_code == 302
    assert answer["Location"] == "/konto/logga-in/?next=%2Falarms%2F%3Fstate%3Dnew"
    assert client.post("/site/")["Location"] == "/konto/logga-in/?next=%2F"


def test_anonymous_htmx_request_moves_the_whole_page(client: Client) -> None:
    answer = client.get(
        "/alarms/",
        headers={"HX-Request": "true", "HX-Current-URL": "https://tc.example/larm/?zon=1"},
    )
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/konto/logga-in/?next=%2Flarm%2F%3Fzon%3D1"


def test_anonymous_program_gets_401_as_json(client: Client) -> None:
    answer = client.get("/api/alarms/")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"
    assert client.get("/api/set/").status_code == 401
    plain = client.get("/api/plain/")
    assert (plain.status_code, plain["WWW-Authenticate"]) == (401, "Bearer")


def test_refused_htmx_request_gets_a_fragment(client_of: ClientOf, dan: User) -> None:
    answer = client_of(dan).get("/alarms/", headers={"HX-Request": "true"})
    assert answer.status_code == 403
    assert b"<html" not in answer.content
    assert b"data-error" in answer.content


def test_signed_in_door(client: Client, client_of: ClientOf, dan: User) -> None:
    assert client.get("/signed-in/").status_code == 302
    assert client_of(dan).get("/signed-in/").status_code == 200


@pytest.mark.django_db(transaction=True)
async def test_async_view_behind_the_same_door(alma: User, dan: User) -> None:
    allowed, refused = AsyncClient(), AsyncClient()
    await allowed.aforce_login(alma)
    await refused.aforce_login(dan)
    assert (await allowed.get("/alarms-async/")).status_code == 200
    assert (await refused.get("/alarms-async/")).status_code == 403
    assert (await AsyncClient().get("/alarms-async/")).status_code == 302
    # Signing in opened a connection in asgiref's thread that no request closes.
    await sync_to_async(lambda: connection.close())()


def test_unknown_address_is_404_for_everyone(client: Client) -> None:
    assert client.get("/finns-inte/").status_code == 404


def test_permission_class_itself_refuses_the_undeclared() -> None:
    request = Request(RequestFactory().get("/"))
    assert not DeclaredAccess().has_permission(request, UndeclaredApi())


def test_a_rules_no_becomes_a_page_with_its_status(client: Client) -> None:
    answer = client.get("/refusing/")
    assert answer.status_code == 409
    assert "Någon annan hann före." in answer.content.decode()
    assert "Inget ändrades." in answer.content.decode()


def test_a_fault_is_not_a_refusal() -> None:
    refusals = Refusals(lambda _request: HttpResponse())
    assert refusals.process_exception(RequestFactory().get("/"), ValueError("fel")) is None


def test_a_declaration_without_permissions_is_a_mistake() -> None:
    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    for decorator in (requires, any_of):
        with pytest.raises(ValueError, match="at least one permission"):
            decorator()(view)
