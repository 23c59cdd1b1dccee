"""A payload is ids, codes, numbers and times; free text cannot get in."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import FrozenInstanceError, dataclass
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ledger.support import Everything, Mood, Noted, Point
from trygghetscentral.ledger.events import EVENTS, Code, Event, published

STOCKHOLM = dt.timezone(dt.timedelta(hours=1))


@dataclass(frozen=True)
class Talkative:
    """A nested class that could carry prose."""

    text: str


@pytest.mark.parametrize(
    "hint", [str, str | None, tuple[str, ...], dict[str, int], list[int], bytes, Any, Talkative]
)
def test_a_field_that_may_carry_free_text_is_refused_at_import(hint: Any) -> None:
    loose = type("Loose", (Event,), {"name": "test.loose", "__annotations__": {"field": hint}})

    with pytest.raises(TypeError, match="may carry free text"):
        published(loose)

    assert "test.loose" not in EVENTS


def test_a_name_is_given_once() -> None:
    for name in ("", "test.noted"):
        with pytest.raises(TypeError, match="name missing or taken"):
            published(type("Again", (Event,), {"name": name, "__annotations__": {}}))


def test_a_payload_knows_its_fields_and_does_not_change() -> None:
    with pytest.raises(TypeError):
        Noted(number=1, text="x")  # type: ignore[call-arg]  # that is the point
    with pytest.raises(FrozenInstanceError):
        Noted(number=1).number = 2  # type: ignore[misc]  # that is the point


@pytest.mark.parametrize("text", ["hej hopp", "a" * 65, "rad\n", "x'y", "tab\t", "é"])
def test_a_code_is_not_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="not a code"):
        Code(text)


@pytest.mark.parametrize("text", ["", "KS-2026-114", "alarm.view@12", "BA", "#1234", "Åby|2/3"])
def test_a_code_keeps_its_spelling(text: str) -> None:
    assert Code(text) == text


@pytest.mark.parametrize("value", ["prosa", b"x", ["a"], {"a": 1}, Talkative("prosa")])
def test_free_text_in_spite_of_the_annotation_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="may carry free text"):
        Noted(number=value).payload()


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = dt.datetime(2026, 3, 12, 14, 37)  # noqa: DTZ001  that is the point
    with pytest.raises(ValueError, match="time zone"):
        Noted(number=naive).payload()  # type: ignore[arg-type]  # any field


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_number_that_json_does_not_know_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        Noted(number=value).payload()  # type: ignore[arg-type]  # that is the point


def test_every_permitted_kind_has_one_json_form() -> None:
    event = Everything(
        flag=True,
        number=7,
        share=0.25,
        code=Code("BA"),
        mood=Mood.CALM,
        at=dt.datetime(2026, 3, 12, 14, 37, tzinfo=STOCKHOLM),
        day=dt.date(2026, 3, 12),
        ident=UUID(int=1),
        missing=None,
        many=(Code("a"), Code("b")),
        point=Point(1.5, 2.0),
    )

    assert event.payload() == {
        "flag": True,
        "number": 7,
        "share": 0.25,
        "code": "BA",
        "mood": "calm",
        "at": "2026-03-12T13:37:00.000000+00:00",
        "day": "2026-03-12",
        "ident": "00000000-0000-0000-0000-000000000001",
        "missing": None,
        "many": ["a", "b"],
        "point": {"x": 1.5, "y": 2},
    }


@given(share=st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_keeps_its_value_through_json(share: float) -> None:
    plain = Noted(number=share).payload()["number"]  # type: ignore[arg-type]  # any number
    assert json.loads(json.dumps(plain)) == share
