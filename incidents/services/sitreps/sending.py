"""Sending a lägesrapport: it is frozen, numbered and put in the queue of mails."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from alarms.services.holding import cleaned
from alarms.versions import refuse_if_changed
from incidents.models import (
    DiaryEntry,
    DistributionList,
    DistributionRecipient,
    Incident,
    Sitrep,
    SitrepMail,
    SitrepRelease,
    SitrepSeries,
    Version,
)
from incidents.services import diary
from incidents.services.holding import held, kept, tell
from incidents.services.sitreps.drafting import draft_seal, series_of
from incidents.sitrep_events import SitrepReleased, SitrepSent
from incidents.sitrep_sections import LAW, SECTIONS, lacking
from incidents.sitrep_tokens import LIFETIME, hash_of, token_for
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work
from trygghetscentral.shared.errors import Invalid

MOST_NAME: Final = 120
FARTHEST: Final = dt.timedelta(days=31)
CRISIS_SEVERITY: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOrder:
    """What the sender says. `seen` is the seal of the draft that was read; no `next_at` means
    that it is the last report. `tested_open` and `tested_marked`: the sender has tested what the
    open version holds, and that marked parts may go to others than the controller."""

    seen: str
    sender: str
    role: str
    next_at: dt.datetime | None
    lists: Sequence[int] = ()
    tested_open: bool = False
    tested_marked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """One address, which version it gets, and whether it is outside the controller."""

    name: str
    address: str
    version: Version
    outside: bool


def addressees(lists: Sequence[DistributionList], incident: Incident) -> list[Addressee]:
    """Everybody on the lists, each address once. Somebody who stands on two gets the version that
    tells less."""
    found: dict[str, Addressee] = {}
    recipients = DistributionRecipient.objects.filter(list__in=lists).order_by("name", "pk")
    for one in recipients:
        outside = one.organisation_id != incident.controller_id
        # OSL 8 kap. 1 §: marked parts stay within the authority unless the list says otherwise.
        full = one.version == Version.FULL and (not outside or one.marked_allowed)
        version = Version.FULL if full else Version.OPEN
        key = one.address.lower()
        if key not in found or version == Version.OPEN:
            found[key] = Addressee(
                name=one.name, address=one.address, version=version, outside=outside
            )
    return list(found.values())


def send(*, actor: Actor, now: dt.datetime, public_id: UUID, order: SendOrder) -> Sitrep:
    """Freeze the draft as the next number and queue its mails; nothing leaves in here.

    Raises Invalid when a part that LEH 2:9 asks for says nothing, without a named sender, for an
    impossible next time, and when a needed secrecy test is not confirmed; Conflict when the draft
    has changed since it was read.
    """
    sender = cleaned(order.sender, most=MOST_NAME, what=_("Avsändaren"))
    role = cleaned(order.role, most=MOST_NAME, what=_("Befattningen"))
    if not sender:
        raise Invalid(_("Skriv vem som är avsändare."), code="no_sender", kept=_kept())
    if order.next_at is not None and not now < order.next_at <= now + FARTHEST:
        raise Invalid(
            _("Nästa lägesrapport måste komma senare än nu och inom en månad."),
            code="next_impossible",
            kept=_kept(),
        )
    with unit_of_work(actor=actor, now=now):
        incident, user = held(actor=actor, public_id=public_id, permission=Permission.STAFF_WORK)
        series = series_of(incident, now=now)
        last = Sitrep.objects.filter(incident=incident).first()
        number = last.number + 1 if last else 1
        content = _content(series, incident, order, last=number - 1)
        lists = list(DistributionList.objects.visible_to(user).filter(pk__in=order.lists))
        people = addressees(lists, incident)
        _demand_tests(order, people, marked=bool(content["grounds"]))
        content["recipients"] = [{"name": one.name, "version": str(one.version)} for one in people]
        sitrep = Sitrep(
            incident=incident,
            number=number,
            content=content,
            next_at=order.next_at,
            sender=sender,
            role=role,
            sent_by=user,
            sent_at=now,
            exercise_id=incident.exercise_id,
        )
        sitrep.sha256 = seal_of(sitrep)
        sitrep.save(force_insert=True)
        series.next_at = series.remind_at = order.next_at
        series.reminded_at = None
        series.save(update_fields=("next_at", "remind_at", "reminded_at"))
        _queue(series, sitrep, people, now=now)
        _tell_sent(sitrep, people)
        _note_tests(sitrep, order, people, user=user, now=now)
        _owe(sitrep, actor=actor, now=now)
    return sitrep


def seal_of(sitrep: Sitrep) -> str:
    """The hash of everything that the report says."""
    whole = {
        "incident": sitrep.incident.number,
        "number": sitrep.number,
        "content": sitrep.content,
        "next_at": sitrep.next_at and sitrep.next_at.astimezone(dt.UTC).isoformat(),
        "sender": sitrep.sender,
        "role": sitrep.role,
        "sent_at": sitrep.sent_at.astimezone(dt.UTC).isoformat(),
    }
    plain = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _kept() -> str:
    return _("Inget skickades. Utkastet finns kvar.")


def _content(
    series: SitrepSeries, incident: Incident, order: SendOrder, *, last: int
) -> dict[str, Any]:
    sections = {one.code: one for one in series.sections.all()}
    refuse_if_changed(order.seen, draft_seal(sections, last=last))
    texts: dict[str, str] = {}
    grounds: dict[str, str] = {}
    for section in SECTIONS:
        row = sections.get(section.code)
        if row is None:
            continue
        texts |= row.texts
        if row.ground:
            grounds[section.code] = row.ground
    gaps = lacking(texts)
    if gaps:
        raise Invalid(
            _("Lägesrapporten saknar det som %(law)s kräver: %(parts)s.")
            % {"law": LAW, "parts": ", ".join(str(field.label) for field in gaps)},
            code="sitrep_incomplete",
            kept=_kept(),
            todo=_("Fyll i delarna. Skriv att uppgift saknas om ni inte vet."),
        )
    facts = {
        "incident": incident.number,
        "title": incident.title,
        "kind": incident.kind.label,
        "controller": incident.controller.name,
        "occurred_from": incident.occurred_from.astimezone(dt.UTC).isoformat(),
    }
    return {"texts": texts, "grounds": grounds, "facts": facts}


def _demand_tests(order: SendOrder, people: list[Addressee], *, marked: bool) -> None:
    # A marking is a warning, and no marking no promise: each release is tested anew (E.1).
    if not order.tested_open and any(one.version == Version.OPEN for one in people):
        raise Invalid(
            _("Ni har inte bekräftat att den öppna versionen är prövad mot sekretess."),
            code="open_untested",
            kept=_kept(),
            todo=_("Läs den öppna versionen och kryssa för prövningen."),
        )
    outside = any(one.version == Version.FULL and one.outside for one in people)
    if marked and outside and not order.tested_marked:
        raise Invalid(
            _("Markerade delar går till mottagare utanför den egna myndigheten."),
            code="marked_untested",
            kept=_kept(),
            todo=_("Pröva om de får lämnas ut och kryssa för prövningen."),
        )


def _queue(
    series: SitrepSeries, sitrep: Sitrep, people: list[Addressee], *, now: dt.datetime
) -> None:
    mails = []
    for one in people:
        dedupe_id = uuid4()
        mails.append(
            SitrepMail(
                series=series,
                sitrep=sitrep,
                name=one.name,
                address=one.address,
                version=one.version,
                due_at=now,
                dedupe_id=dedupe_id,
                token_hash=hash_of(token_for(dedupe_id)),
                token_expires_at=now + LIFETIME,
                created_at=now,
            )
        )
    SitrepMail.objects.bulk_create(mails)


def _tell_sent(sitrep: Sitrep, people: list[Addressee]) -> None:
    incident = sitrep.incident
    full = sum(one.version == Version.FULL for one in people)
    event = SitrepSent(
        public_id=incident.public_id,
        number=sitrep.number,
        sha256=Code(sitrep.sha256),
        next_at=sitrep.next_at,
        grounds=tuple(Code(ground) for ground in sorted(set(sitrep.grounds.values()))),
        full_count=full,
        open_count=len(people) - full,
    )
    tell(event, incident)


def _note_tests(
    sitrep: Sitrep, order: SendOrder, people: list[Addressee], *, user: User, now: dt.datetime
) -> None:
    outside = any(one.version == Version.FULL and one.outside for one in people)
    tested = {Version.OPEN: order.tested_open, Version.FULL: order.tested_marked and outside}
    for version, done in tested.items():
        if done:
            note_release(sitrep, version, note="", user=user, now=now)


def note_release(
    sitrep: Sitrep, version: Version, *, note: str, user: User, now: dt.datetime
) -> SitrepRelease:
    """Write down that a version was tested and let out. Inside the caller's unit."""
    made = SitrepRelease.objects.create(sitrep=sitrep, version=version, note=note, by=user, at=now)
    event = SitrepReleased(
        public_id=sitrep.incident.public_id,
        number=sitrep.number,
        version=Code(version.value),
        release_id=made.pk,
    )
    tell(event, sitrep.incident)
    return made


def _owe(sitrep: Sitrep, *, actor: Actor, now: dt.datetime) -> None:
    incident = sitrep.incident
    title = _("Lägesrapport %(number)s, %(incident)s") % {
        "number": sitrep.number,
        "incident": incident.number,
    }
    diary.register(
        actor=actor,
        now=now,
        kind=DiaryEntry.Kind.SITREP,
        subject_id=sitrep.pk,
        title=title,
        controller_id=incident.controller_id,
        incident=incident,
        # Until krisledning is a thing of its own, an extraordinary event stands for it.
        crisis=incident.severity == CRISIS_SEVERITY,
    )


def release(
    *, actor: Actor, now: dt.datetime, public_id: UUID, number: int, note: str = ""
) -> SitrepRelease:
    """Say that the open version has been tested for secrecy anew and may be given out. Raises
    Invalid for a note that is too long, Missing and Forbidden as for the incident."""
    text = cleaned(note, most=300, what=_("Anteckningen"))
    with unit_of_work(actor=actor, now=now):
        incident, user = held(
            actor=actor, public_id=public_id, permission=Permission.STAFF_WORK, closed=True
        )
        sitrep = Sitrep.objects.filter(incident=incident, number=number).first()
        if sitrep is None:
            raise Invalid(_("Lägesrapporten finns inte."), code="no_sitrep", kept=kept())
        return note_release(sitrep, Version.OPEN, note=text, user=user, now=now)
