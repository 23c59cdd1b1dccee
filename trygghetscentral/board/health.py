"""Is the house well? For monitoring, not for people: `/health/live`, `/health/ready`, `/metrics`.

`live` says that this process answers and is open to anyone. The other two show how the house is
built, so they are for whoever holds SYSTEM_WATCH (session or token), and for programs on the same
machine as long as no proxy stands in front and makes everyone look like one.
"""

from __future__ import annotations

import datetime as dt
import shutil
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from alarms.selectors.health import intake_state
from trygghetscentral.accounts.access import DeclaredAccess, public, requires
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.board.measures import exposition
from trygghetscentral.callout import auditor
from trygghetscentral.ledger.selectors import ledger_state
from trygghetscentral.live.selectors import publisher_state
from trygghetscentral.shared import clock
from trygghetscentral.shared.selectors import heartbeat_age

ANSWER_SECONDS = 2
WORKER_SILENT = 15.0
BEAT_SILENT = 30.0
UNSEALED_LATE = 300.0
DISK_FULL = 0.98
QUEUES = ("critical", "default", "bulk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the house. A critical part that is down makes the whole answer 503.

    `lag` is how far it is behind and `age` how long ago it was heard, both in seconds.
    """

    ok: bool
    critical: bool
    lag: float | None = None
    age: float | None = None
    detail: dict[str, Any] = field(default_factory=dict)


@public
def live(_request: HttpRequest) -> HttpResponse:
    """200 as long as this process answers; touches neither database nor Redis."""
    return HttpResponse("ok\n", content_type="text/plain")


class AnyFormat(BaseContentNegotiation):
    """Monitoring asks for formats of its own; there is only one."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first."""
        return parsers[0]

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, whatever the caller accepts."""
        return renderers[0], renderers[0].media_type


class WatchAccess(DeclaredAccess):
    """The declared permission, or a caller on this very machine."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """True for loopback without a proxy, else what is declared."""
        return is_local(request) or super().has_permission(request, view)


def is_local(request: Request | HttpRequest) -> bool:
    """Whether the caller is a program on this machine. Behind a proxy everyone looks like it."""
    proxied = getattr(settings, "USE_X_FORWARDED_HOST", False) or any(
        name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via")
    )
    return not proxied and request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"}


@requires(Permission.SYSTEM_WATCH)
class Ready(APIView):
    """Every part of the house, its lag and its age."""

    schema = None
    permission_classes = (WatchAccess,)
    content_negotiation_class = AnyFormat

    def get(self, _request: Request) -> HttpResponse:
        """200, or 503 when a critical part is down. Both carry the same JSON."""
        now = clock.now()
        parts = examine(now)
        ok = all(part.ok for part in parts.values() if part.critical)
        body = {
            "ok": ok,
            "at": now.isoformat(),
            "parts": {name: asdict(part) for name, part in parts.items()},
        }
        return JsonResponse(body, status=200 if ok else 503)


@requires(Permission.SYSTEM_WATCH)
class Metrics(APIView):
    """Everything measured, as Prometheus reads it."""

    schema = None
    permission_classes = (WatchAccess,)
    content_negotiation_class = AnyFormat

    def get(self, _request: Request) -> HttpResponse:
        """All processes of this machine, and what the database knows."""
        text, content_type = exposition(now=clock.now())
        return HttpResponse(text, content_type=content_type)


ready = Ready.as_view()
metrics = Metrics.as_view()


def examine(now: dt.datetime) -> dict[str, Part]:
    """Look at every part. What only the database knows is unknown while it does not answer."""
    found = {"database": _database(), "redis": _redis(), "disk": _disk()}
    if not found["database"].ok:
        return found
    try:
        for check in (_intake, _workers, _ledger, _publisher, _promises):
            found |= check(now)
    except DatabaseError as error:
        found["database"] = Part(ok=False, critical=True, detail={"error": type(error).__name__})
    return found


def _database() -> Part:
    # A connection of its own: the pool would wait ten seconds, and a new screen needs a new one.
    options = connection.get_connection_params()
    options.pop("pool", None)
    options |= {"connect_timeout": ANSWER_SECONDS}
    for name in ("cursor_factory", "context", "prepare_threshold"):
        options.pop(name, None)
    begun = time.perf_counter()
    try:
        with psycopg.connect(**options) as fresh:
            fresh.execute("SELECT 1")
    except psycopg.Error as error:
        return Part(ok=False, critical=True, detail={"error": type(error).__name__})
    return Part(ok=True, critical=True, lag=_seconds(begun))


def _redis() -> Part:
    begun = time.perf_counter()
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
        ) as client:
            client.ping()
            lag = _seconds(begun)
            waiting = {name: client.llen(name) for name in QUEUES}
    except (redis.RedisError, OSError) as error:
        # Its loss costs latency, not data: the house goes on without it.
        return Part(ok=False, critical=False, detail={"error": type(error).__name__})
    return Part(ok=True, critical=False, lag=lag, detail={"waiting": waiting})


def _disk() -> Part:
    usage = shutil.disk_usage(_existing(Path(settings.TC_DATA_DIR)))
    used = 1 - usage.free / usage.total
    return Part(
        ok=used < DISK_FULL,
        critical=True,
        detail={"used": round(used, 3), "free_bytes": usage.free},
    )


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _intake(now: dt.datetime) -> dict[str, Part]:
    state = intake_state(now=now)
    return {
        "receivers": Part(
            ok=state.receivers > 0,
            critical=True,
            age=state.receiver_age_seconds,
            detail={"listening": state.receivers, "links_lost": state.links_lost},
        ),
        "routing": Part(
            ok=state.unrouted == 0,
            critical=True,
            lag=state.unrouted_seconds,
            detail={"unrouted": state.unrouted},
        ),
    }


def _workers(now: dt.datetime) -> dict[str, Part]:
    return {
        name: Part(ok=age is not None and age < limit, critical=True, age=age)
        for name, age, limit in (
            ("workers", heartbeat_age(part="worker", now=now), WORKER_SILENT),
            ("beat", heartbeat_age(part="beat", now=now), BEAT_SILENT),
        )
    }


def _ledger(now: dt.datetime) -> dict[str, Part]:
    state = ledger_state(now=now)
    return {
        "deliveries": Part(
            ok=state.overdue == 0,
            critical=True,
            lag=state.overdue_seconds,
            detail={"overdue": state.overdue, "failed": state.failed},
        ),
        "seals": Part(
            ok=(state.unsealed_seconds or 0.0) < UNSEALED_LATE,
            critical=False,
            lag=state.unsealed_seconds,
            detail={"seq": state.seq, "sealed_to": state.sealed_to, "unsealed": state.unsealed},
        ),
    }


def _publisher(now: dt.datetime) -> dict[str, Part]:
    state = publisher_state(now=now)
    return {
        "publisher": Part(
            ok=state.alive,
            critical=True,
            lag=state.lag_seconds,
            age=state.age_seconds,
            detail={"seq": state.seq, "lag_rows": state.lag_rows},
        )
    }


def _promises(now: dt.datetime) -> dict[str, Part]:
    # Asked here and now: an auditor that is dead would go on saying that all is well.
    late = auditor.examine(now)
    return {"promises": Part(ok=not any(late.values()), critical=True, detail=dict(late))}


def _seconds(begun: float) -> float:
    return round(time.perf_counter() - begun, 4)
