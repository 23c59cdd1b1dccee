"""Creating and changing sites and what stands on their objektskort."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files.models import StoredFile
from trygghetscentral.files.services import restrict_file
from trygghetscentral.ledger.events import Code
from trygghetscentral.ledger.services import record
from trygghetscentral.places import geometry
from trygghetscentral.places.events import Part, SiteChanged, SiteClosed, SiteCreated
from trygghetscentral.places.geometry import Position
from trygghetscentral.places.models import (
    PlaceType,
    Severity,
    Site,
    SiteContact,
    SiteFile,
    SiteInstruction,
    SiteKind,
    SiteWarning,
    WarningCategory,
)
from trygghetscentral.places.selectors import city_area_at
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Conflict

SLUG_LETTERS = str.maketrans("åäöÅÄÖé", "aaoAAOe")
SLUG_LENGTH = 120
RESERVED_SLUGS = frozenset({"geojson", "karta", "koder", "nytt", "omraden"})
"""Words that are pages of their own under /objekt/."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteData:
    """Everything about a site itself. Organisations are primary keys; position is WGS 84."""

    name: str
    address: str
    postal_code: str = ""
    locality: str = "Malmö"
    position: Position
    kind: SiteKind
    place_type: PlaceType
    controller_id: int
    occupant_id: int
    payer_id: int | None = None
    protection: str = ""
    notes: str = ""
    restricted_group_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactData:
    """One row of the contact list."""

    name: str
    phone: str
    role_title: str = ""
    when: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionData:
    """One step; an empty category means every kind of alarm."""

    text: str
    required: bool = False
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningData:
    """One warning; without an end it lasts until it is taken away."""

    category: WarningCategory
    severity: Severity
    text: str
    valid_until: datetime | None = None


def site_audiences(
    *,
    controller_id: int,
    occupant_id: int,
    payer_id: int | None = None,
    restricted_group_id: int | None = None,
) -> list[str]:
    """Who sees a site: readers at its organisations, or only the group when it is restricted."""
    if restricted_group_id is not None:
        return [group_key(restricted_group_id)]
    organisations = {controller_id, occupant_id} | ({payer_id} if payer_id is not None else set())
    return sorted(key(Permission.SITE_VIEW, organisation) for organisation in organisations)


def slug_for(name: str) -> str:
    """A free slug: å and ä become a, ö becomes o, and a number is added when it is taken."""
    base = slugify(name.translate(SLUG_LETTERS))[:SLUG_LENGTH] or "objekt"
    taken = set(Site.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    taken |= RESERVED_SLUGS
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def create_site(
    *,
    actor: Actor,
    now: datetime,
    data: SiteData,
    slug: str = "",
    exercise_id: int | None = None,
) -> Site:
    """Enter a site. Raises Invalid for a position outside Sweden, Conflict for a taken slug."""
    with unit_of_work(actor=actor, now=now):
        if slug in RESERVED_SLUGS or Site.objects.filter(slug=slug).exists():
            raise Conflict(_("Det finns redan ett objekt med den adressen."), code="slug_taken")
        site = Site(slug=slug or slug_for(data.name), exercise_id=exercise_id)
        _fill(site, data, now=now)
        site.save(force_insert=True)
        record(
            SiteCreated(
                public_id=site.public_id,
                slug=Code(site.slug[:64]),
                owner_id=site.controller_id,
                occupant_id=site.occupant_id,
                area_id=site.area_id,
                longitude=site.position.longitude,
                latitude=site.position.latitude,
            ),
            subject=site,
            controller_id=site.controller_id,
            audiences=site.audiences,
            exercise_id=site.exercise_id,
        )
    return site


def update_site(*, actor: Actor, now: datetime, site_id: int, data: SiteData) -> Site:
    """Replace everything about the site itself; its slug and public id stay.

    Its files follow it into a need-to-know group and out of it.
    """
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        before, group = set(site.audiences), site.restricted_group_id
        _fill(site, data, now=now)
        site.save()
        if site.restricted_group_id != group:
            # A plan of a place that only some know of tells of the place.
            for file_id in site.files.values_list("file_id", flat=True):
                restrict_file(
                    actor=actor,
                    now=now,
                    file_id=file_id,
                    restricted_group_id=site.restricted_group_id,
                )
        _changed(site, Part.BASICS, also=before)
    return site


def close_site(*, actor: Actor, now: datetime, site_id: int) -> Site:
    """Say that the site is no longer watched over. Raises Conflict when it already is closed."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        if site.closed_at is not None:
            raise Conflict(_("Objektet är redan avslutat."), code="site_closed")
        site.closed_at = now
        site.save(update_fields=("closed_at",))
        record(
            SiteClosed(public_id=site.public_id),
            subject=site,
            controller_id=site.controller_id,
            audiences=site.audiences,
            exercise_id=site.exercise_id,
        )
    return site


def set_contacts(
    *, actor: Actor, now: datetime, site_id: int, contacts: Sequence[ContactData]
) -> None:
    """Replace the contact list, in the order given."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        site.contacts.all().delete()
        SiteContact.objects.bulk_create(
            SiteContact(
                site=site,
                order=order,
                name=row.name,
                phone=row.phone,
                role_title=row.role_title,
                when=row.when,
                note=row.note,
            )
            for order, row in enumerate(contacts, start=1)
        )
        _changed(site, Part.CONTACTS)


def set_instructions(
    *, actor: Actor, now: datetime, site_id: int, steps: Sequence[InstructionData]
) -> None:
    """Replace the åtgärdsinstruktion, in the order given."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        site.instructions.all().delete()
        SiteInstruction.objects.bulk_create(
            SiteInstruction(
                site=site,
                order=order,
                text=row.text,
                required=row.required,
                category=row.category,
            )
            for order, row in enumerate(steps, start=1)
        )
        _changed(site, Part.INSTRUCTIONS)


def set_warnings(
    *, actor: Actor, now: datetime, site_id: int, warnings: Iterable[WarningData]
) -> None:
    """Replace the warnings."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        site.warnings.all().delete()
        SiteWarning.objects.bulk_create(
            SiteWarning(
                site=site,
                category=row.category,
                severity=row.severity,
                text=row.text,
                valid_until=row.valid_until,
            )
            for row in warnings
        )
        _changed(site, Part.WARNINGS)


def attach_file(
    *, actor: Actor, now: datetime, site_id: int, stored: StoredFile, title: str
) -> SiteFile:
    """Link a stored file to the site. Raises Conflict when it is linked already."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        if site.files.filter(file=stored).exists():
            raise Conflict(_("Filen finns redan på objektet."), code="file_attached")
        link = SiteFile.objects.create(site=site, file=stored, title=title or str(stored)[:120])
        _changed(site, Part.FILES)
    return link


def detach_file(*, actor: Actor, now: datetime, site_id: int, site_file_id: int) -> None:
    """Take the link away; the file itself stays until it is disposed of under a decision."""
    with unit_of_work(actor=actor, now=now):
        site = _locked(site_id)
        site.files.filter(pk=site_file_id).delete()
        _changed(site, Part.FILES)


def _locked(site_id: int) -> Site:
    site: Site = Site.objects.select_for_update().get(pk=site_id)
    return site


def _fill(site: Site, data: SiteData, *, now: datetime) -> None:
    site.name = data.name
    site.address = data.address
    site.postal_code = data.postal_code
    site.locality = data.locality
    site.position = geometry.position(*data.position)
    site.kind = data.kind
    site.place_type = data.place_type
    site.controller_id = data.controller_id
    site.occupant_id = data.occupant_id
    site.payer_id = data.payer_id
    site.protection = data.protection
    site.notes = data.notes
    site.restricted_group_id = data.restricted_group_id
    site.area = city_area_at(site.position, now)
    site.audiences = site_audiences(
        controller_id=data.controller_id,
        occupant_id=data.occupant_id,
        payer_id=data.payer_id,
        restricted_group_id=data.restricted_group_id,
    )


def _changed(site: Site, part: Part, *, also: Iterable[str] = ()) -> None:
    """Those who could see it before are told too, so that live pages can take it away."""
    record(
        SiteChanged(
            public_id=site.public_id,
            part=part,
            owner_id=site.controller_id,
            occupant_id=site.occupant_id,
            area_id=site.area_id,
            longitude=site.position.longitude,
            latitude=site.position.latitude,
        ),
        subject=site,
        controller_id=site.controller_id,
        audiences={*site.audiences, *also},
        exercise_id=site.exercise_id,
    )
