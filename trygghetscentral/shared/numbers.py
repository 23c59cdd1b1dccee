"""Running numbers such as L-2026-004812."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from trygghetscentral.shared.db import current_unit
from trygghetscentral.shared.statements import ask

TAKE = """
INSERT INTO shared_numberseries AS n (series, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series, year) DO UPDATE SET last = n.last + excluded.last
RETURNING last
"""


def allocate_many(*, series: str, year: int, count: int) -> list[str]:
    """Take `count` consecutive numbers of a series and year, inside the open unit of work.

    The row stays locked until the commit: that is what makes the series free of gaps.
    """
    return reserve(series=series, year=year, count=count)()


def reserve(*, series: str, year: int, count: int) -> Callable[[], list[str]]:
    """The same without waiting for the answer, for who has more to ask meanwhile.

    What turns out not to be needed must go back with `give_back` in the same unit.
    """
    current_unit()
    rows = ask(TAKE, (series, year, count), keep_plan=True)

    def numbers() -> list[str]:
        ((last,),) = rows()
        return [f"{series}-{year}-{number:06d}" for number in range(last - count + 1, last + 1)]

    return numbers


def give_back(*, series: str, year: int, count: int) -> None:
    """Return the last `count` numbers reserved in this unit; nobody else has taken any since."""
    current_unit()
    ask(
        "UPDATE shared_numberseries SET last = last - %s WHERE series = %s AND year = %s",
        (count, series, year),
    )


def lock_series(*, series: str, year: int) -> None:
    """Hold the series until the commit, so that one may look before taking a number."""
    current_unit()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO shared_numberseries AS n (series, year, last) VALUES (%s, %s, 0)"
            " ON CONFLICT (series, year) DO UPDATE SET last = n.last",
            (series, year),
        )


def allocate(*, series: str, year: int) -> str:
    """Take the next number of a series and year, inside the open unit of work."""
    return allocate_many(series=series, year=year, count=1)[0]
