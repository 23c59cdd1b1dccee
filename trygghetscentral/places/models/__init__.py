"""Sites, areas and sealed codes."""

from trygghetscentral.places.models.areas import Area, AreaKind
from trygghetscentral.places.models.codes import (
    CodeRead,
    CodeRequest,
    ReadGround,
    SealedAccessCode,
)
from trygghetscentral.places.models.sites import (
    PlaceType,
    Severity,
    Site,
    SiteContact,
    SiteFile,
    SiteInstruction,
    SiteKind,
    SiteQuerySet,
    SiteWarning,
    WarningCategory,
)

__all__ = [
    "Area",
    "AreaKind",
    "CodeRead",
    "CodeRequest",
    "PlaceType",
    "ReadGround",
    "SealedAccessCode",
    "Severity",
    "Site",
    "SiteContact",
    "SiteFile",
    "SiteInstruction",
    "SiteKind",
    "SiteQuerySet",
    "SiteWarning",
    "WarningCategory",
]
