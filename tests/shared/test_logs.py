"""One JSON object a line, with the correlation id, without what belongs to people."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.db import IntegrityError, connection, transaction

from trygghetscentral.shared.logs import configure, logging_config

NAME = "Anna Andersson"


class Lines:
    """What was logged."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def last(self) -> dict[str, Any]:
        """The newest line."""
        lines = self.stream.getvalue().splitlines()
        found: dict[str, Any] = json.loads(lines[-1])
        return found


@pytest.fixture
def lines() -> Iterator[Lines]:
    """The house's own formatter on a handler of the test's."""
    configure()
    found = Lines()
    spec = logging_config()["formatters"]["json"]
    handler = logging.StreamHandler(found.stream)
    maker = spec["()"]
    handler.setFormatter(maker(**{key: value for key, value in spec.items() if key != "()"}))
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield found
    logger.removeHandler(handler)
    logger.propagate = True


@pytest.fixture
def broken_row(db: None) -> IntegrityError:
    """A database error whose message quotes the row, as PostgreSQL's do."""
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("CREATE TEMP TABLE people (name text UNIQUE) ON COMMIT DROP")
        cursor.execute("INSERT INTO people VALUES (%s)", (NAME,))
    with (
        pytest.raises(IntegrityError) as raised,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("INSERT INTO people VALUES (%s)", (NAME,))
    assert NAME in str(raised.value)
    return raised.value


def test_a_line_is_one_json_object_with_the_correlation_id(lines: Lines) -> None:
    given = str(uuid4())
    with structlog.contextvars.bound_contextvars(correlation_id=given):
        structlog.get_logger("tests.logs").warning("wake_failed", error="TimeoutError")
    line = lines.last()
    assert line["event"] == "wake_failed"
    assert line["level"] == "warning"
    assert line["correlation_id"] == given
    assert line["error"] == "TimeoutError"
    assert line["timestamp"].endswith("Z")


def test_the_standard_library_logs_the_same_way(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(correlation_id="c"):
        logging.getLogger("tests.logs").error(
            "access_refused", extra={"view": "board:larm", "user_id": 7, "name_of": NAME}
        )
    line = lines.last()
    assert (line["event"], line["view"], line["user_id"]) == ("access_refused", "board:larm", 7)
    assert line["correlation_id"] == "c"
    assert NAME not in json.dumps(line)


@pytest.mark.parametrize("through", ["structlog", "logging"])
def test_an_exception_is_told_by_type_and_place_never_by_its_message(
    lines: Lines, broken_row: IntegrityError, through: str
) -> None:
    try:
        raise RuntimeError(NAME) from broken_row
    except RuntimeError:
        if through == "structlog":
            structlog.get_logger("tests.logs").exception("failed")
        else:
            logging.getLogger("tests.logs").exception("failed")
    line = lines.last()
    assert line["exception"] == [
        "builtins.RuntimeError",
        "django.db.utils.IntegrityError",
        "psycopg.errors.UniqueViolation",
    ]
    assert any("tests/shared/test_logs.py" in place for place in line["stack"])
    assert NAME not in lines.stream.getvalue()


def test_an_exception_given_as_such_is_told_too(lines: Lines) -> None:
    structlog.get_logger("tests.logs").error("failed", exc_info=ValueError(NAME))
    assert lines.last()["exception"] == ["builtins.ValueError"]
    structlog.get_logger("tests.logs").error("failed", exc_info=True)
    assert "exception" not in lines.last()
    assert NAME not in lines.stream.getvalue()
