"""The PDF of a published version: pressed when first asked for, and from then on the same."""

from __future__ import annotations

import datetime as dt
import hashlib

from incidents.documents.weekly import weekly_pdf
from incidents.est_events import EstPaperKept, EstRestrictedRead
from incidents.models import EstPaper, EstReport, EstVersion
from incidents.services.est.holding import tell_report
from trygghetscentral.ledger.events import Code
from trygghetscentral.shared.actor import Actor
from trygghetscentral.shared.db import unit_of_work


def paper_of(*, actor: Actor, now: dt.datetime, version: EstVersion) -> bytes:
    """The kept PDF, pressed now if nobody has asked for it before. Raises PressFailed."""
    kept = EstPaper.objects.filter(version=version).first()
    if kept is not None:
        return bytes(kept.pdf)
    # Outside the unit of work: the press takes a second, and of two at once one paper is kept.
    pdf = weekly_pdf(version.content, at=version.at)
    with unit_of_work(actor=actor, now=now):
        EstVersion.objects.select_for_update().get(pk=version.pk)
        kept = EstPaper.objects.filter(version=version).first()
        if kept is None:
            digest = hashlib.sha256(pdf).hexdigest()
            kept = EstPaper.objects.create(version=version, pdf=pdf, sha256=digest, at=now)
            event = EstPaperKept(version_id=version.pk, sha256=Code(digest))
            tell_report(event, version.report)
    return bytes(kept.pdf)


def note_read(*, actor: Actor, now: dt.datetime, report: EstReport) -> None:
    """Record that somebody read what may be secret (design.md 3)."""
    with unit_of_work(actor=actor, now=now):
        tell_report(EstRestrictedRead(public_id=report.public_id), report)
