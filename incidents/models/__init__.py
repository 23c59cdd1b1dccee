"""Incidents, what happens to them, and what follows."""

from incidents.models.course import (
    IncidentAlarm,
    IncidentAssessment,
    IncidentMove,
    IncidentReport,
    Part,
    PartSecrecy,
)
from incidents.models.diary import DiaryEntry
from incidents.models.disclosures import Disclosure
from incidents.models.follow_up import MOST_KRONOR, MOST_WHYS, CauseAnalysis, Damage, IncidentTask
from incidents.models.incidents import ANALYSED_FROM, SEVERITIES, URGENCIES, Incident, Origin
from incidents.models.kinds import IncidentKind, KindGroup
from incidents.models.persons import IncidentPerson, PersonPurpose, PersonRole
from incidents.models.sitreps import (
    DistributionList,
    DistributionRecipient,
    Sitrep,
    SitrepDraftSection,
    SitrepMail,
    SitrepRelease,
    SitrepSeries,
    Version,
)

__all__ = [
    "ANALYSED_FROM",
    "MOST_KRONOR",
    "MOST_WHYS",
    "SEVERITIES",
    "URGENCIES",
    "CauseAnalysis",
    "Damage",
    "DiaryEntry",
    "Disclosure",
    "DistributionList",
    "DistributionRecipient",
    "Incident",
    "IncidentAlarm",
    "IncidentAssessment",
    "IncidentKind",
    "IncidentMove",
    "IncidentPerson",
    "IncidentReport",
    "IncidentTask",
    "KindGroup",
    "Origin",
    "Part",
    "PartSecrecy",
    "PersonPurpose",
    "PersonRole",
    "Sitrep",
    "SitrepDraftSection",
    "SitrepMail",
    "SitrepRelease",
    "SitrepSeries",
    "Version",
]
