"""A signal as another system sends it."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

URL = "/api/v1/signals/"


def signal(**values: Any) -> dict[str, Any]:
    return {"account": "A1B2", "code": "SIA:BA", "area": "1", "zone": "7", **values}


def post(caller: APIClient, body: Any) -> Any:
    return caller.post(URL, body, format="json")
