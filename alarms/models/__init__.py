"""The tables of the room, split by noun."""

from alarms.models.alarms import Alarm, AlarmNote
from alarms.models.calls import (
    SENT_OUT,
    AlarmCall,
    AlarmStatement,
    CallChannel,
    CallKind,
    CallResult,
    CodeWordCheck,
    CodeWordOutcome,
    CodeWords,
    Direction,
    Party,
)
from alarms.models.care import (
    CareRead,
    CareReadGround,
    CareRecipient,
    NextOfKin,
    VoiceContact,
)
from alarms.models.config import AlarmType, CloseCode, Desk, Holiday, RoutingRule
from alarms.models.floods import Flood, FloodProposal
from alarms.models.installations import (
    Installation,
    InstallationArea,
    LinkState,
    SupervisionCategory,
    Transmitter,
    Zone,
)
from alarms.models.prov import PeriodNote, TestPeriod
from alarms.models.shift import DeskSignOn, Handover
from alarms.models.signals import ApiSource, IntakePulse, Signal, SignalKey, SignalOutcome

__all__ = [
    "SENT_OUT",
    "Alarm",
    "AlarmCall",
    "AlarmNote",
    "AlarmStatement",
    "AlarmType",
    "ApiSource",
    "CallChannel",
    "CallKind",
    "CallResult",
    "CareRead",
    "CareReadGround",
    "CareRecipient",
    "CloseCode",
    "CodeWordCheck",
    "CodeWordOutcome",
    "CodeWords",
    "Desk",
    "DeskSignOn",
    "Direction",
    "Flood",
    "FloodProposal",
    "Handover",
    "Holiday",
    "Installation",
    "InstallationArea",
    "IntakePulse",
    "LinkState",
    "NextOfKin",
    "Party",
    "PeriodNote",
    "RoutingRule",
    "Signal",
    "SignalKey",
    "SignalOutcome",
    "SupervisionCategory",
    "TestPeriod",
    "Transmitter",
    "VoiceContact",
    "Zone",
]
