"""Prov and ur drift: setting it, prolonging it, and what happens when it is over."""

from alarms.services.prov.checking import Verification
from alarms.services.prov.due import run_due
from alarms.services.prov.ending import end_period
from alarms.services.prov.setting import (
    PeriodData,
    extend_period,
    review_period,
    start_period,
)

__all__ = [
    "PeriodData",
    "Verification",
    "end_period",
    "extend_period",
    "review_period",
    "run_due",
    "start_period",
]
