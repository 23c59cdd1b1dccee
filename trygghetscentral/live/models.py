"""How far the publisher has come, and who sits at a live page."""

from __future__ import annotations

import datetime as dt
from typing import ClassVar, Self

from django.conf import settings
from django.db import models

from trygghetscentral.accounts.models import UserSession
from trygghetscentral.shared.retention import Rule

HERE_FOR = dt.timedelta(seconds=60)


class Cursor(models.Model):
    """One row. Every change up to `seq` has been sent; `beat_at` is the leader's last sign of life.

    `behind_seconds` is the age of the oldest change that waited when the leader last looked.
    """

    retention: ClassVar = Rule.operational("live_cursor")

    name = models.TextField(primary_key=True)
    seq = models.BigIntegerField()
    beat_at = models.DateTimeField()
    leader = models.TextField()
    behind_seconds = models.FloatField(default=0)
    rows_rendered = models.BigIntegerField(default=0)
    messages_sent = models.BigIntegerField(default=0)

    class Meta:
        db_table = "live_cursor"

    def __str__(self) -> str:
        return f"{self.name}@{self.seq}"


class PresenceQuerySet(models.QuerySet["Presence"]):
    """Who is at a workstation."""

    def here(self, now: dt.datetime) -> Self:
        """Workstations whose live page was heard within a minute, signed in and not locked
        (domain.md 00.9)."""
        return self._heard(now).filter(locked_at__isnull=True)

    def around(self, now: dt.datetime) -> Self:
        """The same, with those locked, signed out or cut off for less than a minute: what they
        own is not yet taken from them (domain.md 00.9)."""
        away = models.Q(locked_at__isnull=True) | models.Q(locked_at__gt=now - HERE_FOR)
        return self.filter(away, seen_at__gt=now - HERE_FOR, user__is_active=True)

    def forgotten(self, before: dt.datetime) -> Self:
        """Workstations whose session has ended and that have not been heard since."""
        sessions = UserSession.objects.filter(session_key=models.OuterRef("session_key"))
        silent = models.Q(seen_at__lt=before) | models.Q(seen_at__isnull=True)
        # A lock counts after its session, against who signs in by the IdP's memory.
        locked = models.Q(locked_at__gte=before)
        return self.filter(~models.Exists(sessions), silent).exclude(locked)

    def is_locked(self, session_key: str | None) -> bool:
        """Whether the session may neither read nor act. One look-up by primary key."""
        return self.filter(session_key=session_key, locked_at__isnull=False).exists()

    def locked_since(self, user_id: int, session_key: str | None) -> dt.datetime | None:
        """The latest lock that stands: of the person's workstations, or of this session."""
        theirs = self.filter(models.Q(user_id=user_id) | models.Q(session_key=session_key))
        found: dt.datetime | None = theirs.aggregate(latest=models.Max("locked_at"))["latest"]
        return found

    def _heard(self, now: dt.datetime) -> Self:
        sessions = UserSession.objects.filter(
            session_key=models.OuterRef("session_key"),
            user_id=models.OuterRef("user_id"),
            expire_date__gt=now,
        )
        return self.filter(
            models.Exists(sessions), seen_at__gt=now - HERE_FOR, user__is_active=True
        )


class Presence(models.Model):
    """One workstation: a session with a live page, or a locked one.

    `seen_at` is when its page was last heard: it answers each heartbeat, and they come every 5 s.
    While `locked_at` is set the session may neither read nor act. Beside the session and not in
    it: two requests at once write the whole session, and the slower one would open the lock.
    """

    retention: ClassVar = Rule.operational("presence")

    session_key = models.CharField(max_length=40, primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    seen_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)

    objects = PresenceQuerySet.as_manager()

    def __str__(self) -> str:
        return f"presence of {self.user_id}"
