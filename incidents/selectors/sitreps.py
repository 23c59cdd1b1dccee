"""Lägesrapporter as pages, papers and mails show them: one shape for all, made from what the
version may say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.models import (
    DistributionList,
    Incident,
    Sitrep,
    SitrepMail,
    SitrepRelease,
    SitrepSeries,
    Version,
)
from incidents.selectors.differences import Piece, differences
from incidents.services.sitreps.sending import Addressee, addressees
from incidents.sitrep_sections import SECTIONS, Field, Section
from trygghetscentral.accounts.audiences import GROUP_PREFIX
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.secrecy import SecrecyGround

GRACE: Final = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class FieldView:
    """One text, and what differs from the report before: None when there is none to compare
    with, empty when nothing does."""

    field: Field
    text: str
    changes: list[Piece] | None

    @property
    def is_changed(self) -> bool:
        """Whether it says something else than before."""
        return bool(self.changes)


@dataclass(frozen=True, slots=True)
class SectionView:
    """One heading as a version shows it. `removed` says under which provision it is left out;
    `ground` that it is marked, to those who read it all the same."""

    section: Section
    fields: list[FieldView]
    ground: str
    removed: str


@dataclass(frozen=True, slots=True)
class SitrepView:
    """A whole report in one version."""

    sitrep: Sitrep
    version: Version
    sections: list[SectionView]
    compared_with: int | None

    @property
    def is_open(self) -> bool:
        """Whether marked parts are left out."""
        return self.version == Version.OPEN

    @property
    def secrecy(self) -> str:
        """What heading 10 says of secrecy."""
        if any(section.removed for section in self.sections):
            return _("Delar som kan omfattas av sekretess är borttagna.")
        marks = sorted({section.ground for section in self.sections if section.ground})
        return "; ".join(marks) or _("Inget avsnitt är markerat.")

    @property
    def has_marks(self) -> bool:
        """Whether it shows something that is marked."""
        return any(section.ground for section in self.sections)


@dataclass(frozen=True, slots=True)
class Line:
    """A sent report in the list, with how its mails have fared."""

    sitrep: Sitrep
    mails: int
    received: int
    lost: int
    waiting: int


@dataclass(frozen=True, slots=True)
class SitrepState:
    """What the incident's page says of its reports."""

    last: Sitrep | None
    next_at: dt.datetime | None
    late: bool
    lost: int


def may_read_marked(user: User, incident: Incident) -> bool:
    """Whether marked parts are shown: at the controller, or in the group that alone may know of
    it. Others it also concerns read the open version (OSL 8 kap. 1 §)."""
    at_home = user.may(Permission.INCIDENT_VIEW, incident.controller_id)
    return at_home or is_restricted(incident)


def is_restricted(incident: Incident) -> bool:
    """Whether only a need-to-know group may know of it."""
    return any(audience.startswith(GROUP_PREFIX) for audience in incident.audiences)


def view_of(sitrep: Sitrep, version: Version, *, before: Sitrep | None = None) -> SitrepView:
    """The report as the version says it, compared with the one before when that is given. A
    section that is marked in either is compared with nothing in the open version."""
    sections = [
        _section(
            section,
            sitrep.texts,
            sitrep.grounds,
            version,
            before=(before.texts, before.grounds) if before else None,
        )
        for section in SECTIONS
    ]
    return SitrepView(sitrep, version, sections, before.number if before else None)


def _section(
    section: Section,
    texts: Mapping[str, str],
    grounds: Mapping[str, str],
    version: Version,
    *,
    before: tuple[Mapping[str, str], Mapping[str, str]] | None,
) -> SectionView:
    code = grounds.get(section.code, "")
    ground = str(SecrecyGround(code).label) if code else ""
    if code and version == Version.OPEN:
        words = _("Uppgift borttagen: %(ground)s") % {"ground": ground}
        return SectionView(section, [], "", words)
    comparable = before is not None and not (version == Version.OPEN and section.code in before[1])
    fields = [
        FieldView(
            field,
            texts.get(field.code, ""),
            changes(before[0].get(field.code, ""), texts.get(field.code, ""))
            if before is not None and comparable
            else None,
        )
        for field in section.fields
        if texts.get(field.code) or (comparable and before and before[0].get(field.code))
    ]
    return SectionView(section, fields, ground, "")


def changes(before: str, after: str) -> list[Piece]:
    """How a text came to be another; nothing when it did not."""
    return [] if before == after else differences(before, after)


def sent_of(incident: Incident) -> QuerySet[Sitrep]:
    """The incident's reports, newest first."""
    found: QuerySet[Sitrep] = Sitrep.objects.filter(incident=incident).select_related(
        "sent_by", "incident"
    )
    return found


def one_of(incident: Incident, number: int) -> Sitrep | None:
    """A report by its number."""
    return sent_of(incident).filter(number=number).first()


def lines_of(incident: Incident) -> list[Line]:
    """The reports with their mails counted; two queries."""
    mails: dict[int, list[SitrepMail]] = {}
    for mail in SitrepMail.objects.filter(series__incident=incident, sitrep__isnull=False):
        mails.setdefault(mail.sitrep_id or 0, []).append(mail)
    return [_line(sitrep, mails.get(sitrep.pk, [])) for sitrep in sent_of(incident)]


def _line(sitrep: Sitrep, mails: Sequence[SitrepMail]) -> Line:
    return Line(
        sitrep,
        len(mails),
        sum(mail.receipt_at is not None for mail in mails),
        sum(mail.is_lost for mail in mails),
        sum(mail.due_at is not None for mail in mails),
    )


def mails_of(sitrep: Sitrep) -> list[SitrepMail]:
    """To whom it went, those it did not reach first."""
    found = SitrepMail.objects.filter(sitrep=sitrep).order_by("name", "pk")
    return sorted(found, key=lambda mail: not mail.is_lost)


def mail_behind(token_hash: str, *, now: dt.datetime) -> SitrepMail | None:
    """What a receipt link leads to; None for one that is unknown or too old."""
    return (
        SitrepMail.objects.select_related("sitrep", "series__incident")
        .filter(token_hash=token_hash, token_expires_at__gt=now, sitrep__isnull=False)
        .first()
    )


def sitrep_of_mail(mail: SitrepMail) -> Sitrep | None:
    """The report a mail carries: none for a reminder, nor while a group alone may know of it."""
    if mail.sitrep_id is None:
        return None
    sitrep = Sitrep.objects.select_related("incident").get(pk=mail.sitrep_id)
    return None if is_restricted(sitrep.incident) else sitrep


def overdue_promises(now: dt.datetime) -> int:
    """Mails and reminders that should have been taken up a minute ago, for the auditor."""
    late = now - GRACE
    mails = SitrepMail.objects.filter(due_at__lt=late).count()
    return mails + SitrepSeries.objects.filter(remind_at__lt=late).count()


def releases_of(sitrep: Sitrep) -> list[SitrepRelease]:
    """Who has tested its open version, and when."""
    return list(sitrep.releases.filter(version=Version.OPEN).select_related("by"))


def state_of(incident: Incident, *, now: dt.datetime) -> SitrepState:
    """The newest report, when the next is promised, and whether mails were lost."""
    series = SitrepSeries.objects.filter(incident=incident).first()
    last = sent_of(incident).first()
    next_at = series.next_at if series else None
    late = bool(series and series.is_late(now) and incident.is_open)
    lost = sum(mail.is_lost for mail in mails_of(last)) if last else 0
    return SitrepState(last, next_at, late, lost)


def lists_for(user: User, incident: Incident) -> QuerySet[DistributionList]:
    """The distribution lists that may be chosen for it."""
    return DistributionList.objects.visible_to(user).filter(
        controller=incident.controller_id, active=True
    )


def people_on(user: User, incident: Incident) -> list[tuple[DistributionList, list[Addressee]]]:
    """Each list with who would get which version of this incident's report."""
    return [(one, addressees([one], incident)) for one in lists_for(user, incident)]
