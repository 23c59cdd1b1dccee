"""Pages for someone who has chosen English. Names and codes from the database stay as they are."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import translation

from alarms.models import Desk
from tests.structure.messages import SWEDISH
from trygghetscentral.accounts.models import User


def swedish_in(page: str) -> list[str]:
    """Lines of a page with a letter that English does not have."""
    return [line.strip() for line in page.splitlines() if SWEDISH.search(line)]


@pytest.fixture
def browser(alma: User, client_of: Callable[[User], Client]) -> Client:
    """Alma's, who reads English."""
    alma.language = User.Language.EN
    alma.save()
    return client_of(alma)


def test_the_sign_in_page_follows_the_visitors_choice(db: None, client: Client) -> None:
    assert swedish_in(client.get(reverse("account_login")).content.decode())

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("account_login")).content.decode()

    assert '<html lang="en"' in page
    assert "Sign in" in page
    assert swedish_in(page) == []


def test_the_board(browser: Client) -> None:
    response = browser.get(reverse("board:larm"))
    page = response.content.decode()

    assert response["Content-Language"] == "en"
    ours = page
    for name in Desk.objects.values_list("name", flat=True):
        ours = ours.replace(name, "")
    assert swedish_in(ours) == []
    for words in ("unanswered", "past target", "No open alarms.", "Take, or answer a social alarm"):
        assert words in page
    assert re.search(r'data-word="held_many">\{n\} new<', page)


@pytest.mark.parametrize(
    "name",
    ["accounts:role-list", "places:site-list", "places:map", "alarms:link-list", "mfa_index"],
)
def test_other_pages(browser: Client, name: str) -> None:
    response = browser.get(reverse(name))

    assert response.status_code == 200
    assert swedish_in(response.content.decode()) == []


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Till startsidan"), ("en", "To the start page")]
)
def test_the_last_page_of_all_needs_no_request(language: str, words: str) -> None:
    with translation.override(language):
        page = render_to_string("500.html")

    assert words in page
    assert f'<html lang="{language}"' in page
    assert bool(swedish_in(page)) is (language == "sv")
