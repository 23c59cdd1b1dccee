"""Larmflod: declaring it, what becomes of its alarms, and what happens when it is over."""

from alarms.services.floods.closing import closable_codes, close_portion
from alarms.services.floods.declaring import FloodData, declare, end_flood, extend_flood
from alarms.services.floods.due import run_due, settle
from alarms.services.floods.proposing import propose
from alarms.services.floods.taking import absorb_portion, release_due

__all__ = [
    "FloodData",
    "absorb_portion",
    "closable_codes",
    "close_portion",
    "declare",
    "end_flood",
    "extend_flood",
    "propose",
    "release_due",
    "run_due",
    "settle",
]
