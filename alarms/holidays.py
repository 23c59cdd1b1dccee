"""Swedish holidays, computed. Pure; local dates."""

from __future__ import annotations

import datetime as dt
from typing import Final

DAY: Final = dt.timedelta(days=1)
SATURDAY: Final = 5
FIRST_YEAR: Final = 1953
LAST_YEAR: Final = 4099


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (Butcher's algorithm)."""
    century, rest = divmod(year, 100)
    leap, odd = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * (year % 19) + century - leap - moon + 15) % 30
    weekday = (32 + 2 * odd + 2 * (rest // 4) - epact - rest % 4) % 7
    correction = (year % 19 + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return dt.date(year, month, day + 1)


def _saturday_from(day: dt.date) -> dt.date:
    return day + (SATURDAY - day.weekday()) % 7 * DAY


def swedish_holidays(year: int) -> dict[dt.date, str]:
    """The holidays of lag (1989:253) that are no ordinary Sundays, and the three eves that count
    as Sundays (semesterlagen 1977:480 3 a §). Raises ValueError outside of 1953-4099."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(year)
    sunday = easter(year)
    midsummer = _saturday_from(dt.date(year, 6, 20))
    return {
        dt.date(year, 1, 1): "Nyårsdagen",
        dt.date(year, 1, 6): "Trettondedag jul",
        sunday - 2 * DAY: "Långfredagen",
        sunday: "Påskdagen",
        sunday + DAY: "Annandag påsk",
        dt.date(year, 5, 1): "Första maj",
        sunday + 39 * DAY: "Kristi himmelsfärdsdag",
        sunday + 49 * DAY: "Pingstdagen",
        dt.date(year, 6, 6): "Sveriges nationaldag",
        midsummer - DAY: "Midsommarafton",
        midsummer: "Midsommardagen",
        _saturday_from(dt.date(year, 10, 31)): "Alla helgons dag",
        dt.date(year, 12, 24): "Julafton",
        dt.date(year, 12, 25): "Juldagen",
        dt.date(year, 12, 26): "Annandag jul",
        dt.date(year, 12, 31): "Nyårsafton",
    }
