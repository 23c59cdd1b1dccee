"""Swedish holidays, against a printed almanac."""

from __future__ import annotations

import datetime as dt

import pytest

from alarms.holidays import easter, swedish_holidays


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        (1961, 4, 2),
        (2000, 4, 23),
        (2008, 3, 23),
        (2024, 3, 31),
        (2025, 4, 20),
        (2026, 4, 5),
        (2027, 3, 28),
        (2038, 4, 25),
    ],
)
def test_easter(year: int, month: int, day: int) -> None:
    assert easter(year) == dt.date(year, month, day)


def test_2026() -> None:
    found = {f"{day:%m-%d}": name for day, name in swedish_holidays(2026).items()}
    assert found == {
        "01-01": "Nyårsdagen",
        "01-06": "Trettondedag jul",
        "04-03": "Långfredagen",
        "04-05": "Påskdagen",
        "04-06": "Annandag påsk",
        "05-01": "Första maj",
        "05-14": "Kristi himmelsfärdsdag",
        "05-24": "Pingstdagen",
        "06-06": "Sveriges nationaldag",
        "06-19": "Midsommarafton",
        "06-20": "Midsommardagen",
        "10-31": "Alla helgons dag",
        "12-24": "Julafton",
        "12-25": "Juldagen",
        "12-26": "Annandag jul",
        "12-31": "Nyårsafton",
    }


@pytest.mark.parametrize("year", range(1953, 2100))
def test_moving_days_fall_on_their_weekdays(year: int) -> None:
    by_name = {name: day for day, name in swedish_holidays(year).items()}
    assert by_name["Midsommardagen"].weekday() == 5
    assert 20 <= by_name["Midsommardagen"].day <= 26
    assert by_name["Alla helgons dag"].weekday() == 5
    assert by_name["Kristi himmelsfärdsdag"].weekday() == 3
    assert by_name["Påskdagen"].weekday() == 6


def test_years_that_cannot_be_computed() -> None:
    for year in (1900, 5000):
        with pytest.raises(ValueError, match=str(year)):
            swedish_holidays(year)
