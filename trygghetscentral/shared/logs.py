"""Structured logs: one JSON object a line, with a correlation id and without personal data.

Only codes, ids and counts are logged. Account numbers, names, texts and raw frames are not: they
stand in the database behind doors, and the correlation id finds them (design.md 11, GDPR art. 5).
An exception is logged by type and place, never by message: PostgreSQL puts the row's values there.
"""

from __future__ import annotations

import os
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))

LINK = "/kvittera/"
TOKEN = re.compile(rf"{LINK}[^/\s\"'?]+")

# What the standard library's callers may add to a line by `extra=`.
EXTRA = ("view", "user_id")


def exception_without_message(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace `exc_info` by the types of the exception and its causes, and where it arose."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else given
    if error is True:
        error = sys.exc_info()[1]
    if not isinstance(error, BaseException):
        return event
    types: list[str] = []
    frames = traceback.extract_tb(error.__traceback__)
    cause: BaseException | None = error
    while cause is not None and len(types) < 10:
        types.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        cause = cause.__cause__ or cause.__context__
    event["exception"] = types
    event["stack"] = [
        f"{os.path.relpath(frame.filename, ROOT)}:{frame.lineno} {frame.name}" for frame in frames
    ]
    return event


def without_links(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Leave the token out of an acknowledgement link's address: whoever has it may answer."""
    for name, value in event.items():
        if isinstance(value, str) and LINK in value:
            event[name] = TOKEN.sub(rf"{LINK}…", value)
    return event


SHARED = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    exception_without_message,
    without_links,
)


def configure() -> None:
    """Set up structlog once per process."""
    structlog.configure(
        processors=[
            *SHARED,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def logging_config() -> dict[str, Any]:
    """The standard library's logging, rendered the same way."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(ensure_ascii=False),
                ],
                "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder(allow=EXTRA)],
            },
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            "django.request": {"level": "ERROR"},
            # Its warning quotes the address, and an acknowledgement link's address is a secret.
            "django.security.csrf": {"level": "ERROR"},
            "celery": {"level": "WARNING"},
            "celery.app.trace": {"level": "ERROR"},
            "daphne": {"level": "WARNING"},
        },
    }
