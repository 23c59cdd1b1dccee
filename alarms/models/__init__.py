"""The tables of the room, split by noun."""

from alarms.models.alarms import Alarm, AlarmNote
from alarms.models.config import AlarmType, CloseCode, Desk, Holiday, RoutingRule
from alarms.models.installations import (
    Installation,
    InstallationArea,
    LinkState,
    SupervisionCategory,
    Transmitter,
    Zone,
)
from alarms.models.shift import DeskSignOn, Handover
from alarms.models.signals import ApiSource, IntakePulse, Signal, SignalKey, SignalOutcome

__all__ = [
    "Alarm",
    "AlarmNote",
    "AlarmType",
    "ApiSource",
    "CloseCode",
    "Desk",
    "DeskSignOn",
    "Handover",
    "Holiday",
    "Installation",
    "InstallationArea",
    "IntakePulse",
    "LinkState",
    "RoutingRule",
    "Signal",
    "SignalKey",
    "SignalOutcome",
    "SupervisionCategory",
    "Transmitter",
    "Zone",
]
