"""Receipts as JSON, straight from their rows: what the serializers say, without their cost."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

from alarms.codes import Category
from alarms.selectors.signals import ALARM_COLUMN

ALARM_FIELDS: Final = (
    "number",
    "state",
    "category",
    "priority",
    "account",
    "area",
    "zone",
    "code",
    "controller",
    "site",
    "received_at",
    "acknowledged_at",
    "closed_at",
    "owner",
    "signal_count",
    "text",
    "lead",
    "zones",
)
MASKED: Final[dict[str, Any]] = {"site": None, "area": "", "zone": "", "text": ""}


def _moment(value: dt.datetime | None) -> str | None:
    if value is None:
        return None
    return value.astimezone(dt.UTC).isoformat().removesuffix("+00:00") + "Z"


def signal_body(row: tuple[Any, ...]) -> dict[str, Any]:
    """As `SignalSerializer`."""
    scheme, qualifier, code = row[6:9]
    longitude, latitude = row[14:16]
    here = longitude is not None and latitude is not None
    return {
        "id": row[0],
        "received_at": _moment(row[1]),
        "outcome": row[2],
        "receiver": row[3],
        "line": row[4],
        "account": row[5],
        "code": f"{scheme}:{qualifier}{code}" if scheme else "",
        "category": row[9],
        "area": row[10],
        "zone": row[11],
        "text": row[12],
        "occurred_at": _moment(row[13]),
        "position": {"longitude": longitude, "latitude": latitude} if here else None,
        "flags": row[16],
    }


def alarm_body(row: tuple[Any, ...]) -> dict[str, Any] | None:
    """As `AlarmSerializer`; None when there is none that the caller may see."""
    if row[ALARM_COLUMN] is None:
        return None
    body = dict(zip(ALARM_FIELDS, row[ALARM_COLUMN:], strict=True))
    for name in ("received_at", "acknowledged_at", "closed_at"):
        body[name] = _moment(body[name])
    return body | MASKED if body["category"] == Category.MEDICAL else body
