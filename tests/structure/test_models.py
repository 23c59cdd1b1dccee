"""What every table of the house declares."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db.models import CheckConstraint, ForeignKey, Model, Q

from tests.structure.tree import ROOMS
from trygghetscentral.shared.retention import Rule

MODELS = sorted(
    (model for model in apps.get_models() if model.__module__.split(".")[0] in ROOMS),
    key=lambda model: model._meta.label,
)

# Who may be missing while when is known, or the reverse, each with its reason.
UNPAIRED: dict[str, str] = {
    "alarms.Alarm.closed_by": "the system may close; alarm_closed_with_code ties the time to state",
}


def names(node: Q) -> set[str]:
    """The fields a condition speaks of."""
    found: set[str] = set()
    for child in node.children:
        if isinstance(child, Q):
            found |= names(child)
        elif isinstance(child, tuple):
            found.add(str(child[0]).split("__")[0])
    return found


def pairs(model: type[Model]) -> list[tuple[str, str]]:
    """Fields that say who and when of the same thing."""
    fields = {field.name: field for field in model._meta.concrete_fields}
    return [
        (by, at)
        for by in fields
        if by.endswith("_by") and (at := f"{by.removesuffix('_by')}_at") in fields
        # With a time that is always there, nobody means that the system did it.
        if fields[at].null
    ]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_every_table_says_how_long_its_rows_live(model: type[Model]) -> None:
    rule = vars(model).get("retention")
    assert isinstance(rule, Rule), "deklarera retention i klassen själv"
    assert rule.code
    assert rule.source
    assert rule.months is None or rule.months > 0
    if rule.after == "parent":
        assert rule.parent in {each._meta.label for each in MODELS}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_who_and_when_come_together(model: type[Model]) -> None:
    held = [
        names(constraint.condition)
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and isinstance(constraint.condition, Q)
    ]
    loose = [
        f"{model._meta.label}.{by}"
        for by, at in pairs(model)
        if not any({by, at} <= fields for fields in held)
    ]
    assert [name for name in loose if name not in UNPAIRED] == []


def test_no_exception_is_left_over() -> None:
    known = {f"{model._meta.label}.{by}" for model in MODELS for by, _at in pairs(model)}
    assert set(UNPAIRED) <= known


def test_retention_codes_mean_one_thing() -> None:
    seen: dict[str, tuple[int | None, str]] = {}
    for model in MODELS:
        rule: Rule = vars(model)["retention"]
        meaning = (rule.months, rule.after)
        assert seen.setdefault(rule.code, meaning) == meaning, rule.code


def test_nothing_points_into_signals_or_the_ledger() -> None:
    closed = {"alarms.Signal", "ledger.LedgerRow", "ledger.LedgerPayload"}
    found = [
        f"{model._meta.label}.{field.name}"
        for model in MODELS
        for field in model._meta.concrete_fields
        if isinstance(field, ForeignKey) and field.related_model._meta.label in closed
    ]
    assert found == []


def test_the_apps_have_short_labels() -> None:
    assert all("." not in model._meta.app_label for model in MODELS)
    assert len(MODELS) > 20
