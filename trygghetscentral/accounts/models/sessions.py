"""Sessions that know whose they are, so that closing an account ends them at once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from trygghetscentral.accounts import session_store
from trygghetscentral.shared.retention import Rule


class UserSession(AbstractBaseSession):
    """A browser's session. `user_id` is null before sign-in.

    No foreign key: a session row is written on every sign-in and must not lock the user's.
    """

    retention: ClassVar = Rule.operational("session")

    user_id = models.BigIntegerField(null=True, db_index=True)

    class Meta(AbstractBaseSession.Meta):
        abstract = False

    @classmethod
    def get_session_store_class(cls) -> type[SessionBase]:
        """The engine that reads and writes these rows."""
        return session_store.SessionStore
