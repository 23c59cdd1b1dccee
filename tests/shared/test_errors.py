"""An error says what happened, what was kept and what to do, and which answer it is."""

from __future__ import annotations

import pytest
from django.utils.translation import gettext_lazy, override

from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing


@pytest.mark.parametrize(
    ("kind", "status"),
    [(DomainError, 409), (Invalid, 400), (Forbidden, 403), (Missing, 404), (Conflict, 409)],
)
def test_each_kind_has_its_answer(kind: type[DomainError], status: int) -> None:
    error = kind("Larmet är redan taget.", code="taken")
    assert (error.status, error.code, str(error)) == (status, "taken", "Larmet är redan taget.")
    assert isinstance(error, DomainError)


def test_the_three_texts_make_one() -> None:
    assert DomainError(
        "Nej.", code="x", kept="Texten finns kvar.", todo="Försök igen."
    ).sentence() == ("Nej. Texten finns kvar. Försök igen.")
    assert DomainError("Nej.", code="x").sentence() == "Nej."


def test_a_lazy_text_follows_the_reader() -> None:
    error = Missing(gettext_lazy("Sök"), code="x")
    with override("sv"):
        assert error.sentence() == "Sök"
