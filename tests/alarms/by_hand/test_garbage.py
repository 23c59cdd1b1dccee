"""What no person writes is answered, and does nothing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from alarms.models import Alarm
from trygghetscentral.accounts.models import User
from trygghetscentral.places.models import Site

GARBAGE = ("\x00", "a\x00b", "9" * 40, "-1", "٣", "ß" * 3000, "%", "_", "{}", " ")


@pytest.mark.parametrize("text", GARBAGE)
def test_places_and_open_alarms_are_asked_for_with_garbage(
    alma: User, site: Site, client_of: Callable[[User], Client], text: str
) -> None:
    client = client_of(alma)
    for path in ("/larm/nytt/platser/", "/larm/nytt/oppna/", "/larm/nytt/"):
        sent = {
            "q": text,
            "site": text,
            "address": text,
            "search": text,
            "attach": text,
            "seen": text,
        }
        assert client.post(path, sent).status_code in {200, 400}, path


@pytest.mark.parametrize("path", ["/objekt/", "/larm/anlaggningar/", "/larm/", "/larm/da/"])
def test_a_search_with_a_nul(alma: User, client_of: Callable[[User], Client], path: str) -> None:
    names = ("q", "sida", "tid", "larmplats", "konto")
    for name in names:
        answer = client_of(alma).get(path, {name: "sko\x00lan"})
        assert answer.status_code in {200, 302, 400}, name


@pytest.mark.parametrize("text", GARBAGE)
def test_the_form_is_sent_with_garbage(
    alma: User, site: Site, client_of: Callable[[User], Client], text: str
) -> None:
    client = client_of(alma)
    names = ("type", "site", "address", "text", "caller", "phone", "city_area", "how", "attach")
    for field in (*names, "seen", "form_id", "q"):
        given = {"form_id": str(uuid4()), "type": "AL-BRK", "site": site.slug, "how": "queue"}
        answer = client.post("/larm/nytt/", {**given, "attach": "new", field: text})
        assert answer.status_code in {200, 302, 400, 403}, field
    assert not Alarm.objects.filter(text__contains="\ufffd").exists()
