"""The session engine: Django's database sessions, with the owner in a column of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

if TYPE_CHECKING:
    from django.contrib.sessions.base_session import AbstractBaseSession


class SessionStore(DatabaseSessionStore):
    """Writes `user_id` beside the session's data. Named by the setting SESSION_ENGINE."""

    @classmethod
    def get_model_class(cls) -> type[AbstractBaseSession]:
        """The table of sessions, looked up late because the table names this engine."""
        table: type[AbstractBaseSession] = apps.get_model("accounts", "UserSession")
        return table

    def create_model_instance(self, data: dict[str, Any]) -> AbstractBaseSession:
        """The row to be written, with its owner once somebody has signed in."""
        row = super().create_model_instance(data)
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None  # type: ignore[attr-defined]  # our column
        return row
