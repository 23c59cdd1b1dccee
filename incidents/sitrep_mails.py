"""The words of the mails about lägesrapporter.

About an incident that only a need-to-know group may know of, a mail tells nothing but a number:
whoever may read more signs in.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils import formats, translation
from django.utils.translation import gettext as _

from incidents.models import Sitrep, SitrepMail, Version
from incidents.selectors.sitreps import SitrepView, is_restricted, view_of
from incidents.sitrep_tokens import token_for
from trygghetscentral.callout.gateways.base import Attachment, Message
from trygghetscentral.shared.clock import local

PDF: Final = "application/pdf"


def compose(mail: SitrepMail, *, paper: bytes | None) -> Message:
    """The mail as it is to leave now, with the report as PDF when there is one to send."""
    incident = mail.series.incident
    language = mail.user.language if mail.user else settings.LANGUAGE_CODE
    with translation.override(language):
        if mail.sitrep is None:
            subject, text = _reminder(mail)
            files: tuple[Attachment, ...] = ()
        else:
            shut = is_restricted(incident)
            subject, text = _report(mail, mail.sitrep, shut=shut)
            files = () if shut or paper is None else (_attached(mail.sitrep, mail, paper),)
        if settings.DEMO:
            text = _("DEMO – påhittade uppgifter") + "\n\n" + text
    return Message(
        address=mail.address,
        subject=subject,
        text=text,
        dedupe_id=mail.dedupe_id,
        exercise_id=incident.exercise_id,
        attachments=files,
    )


def receipt_link(mail: SitrepMail) -> str:
    """The link by which a recipient confirms, whole."""
    return settings.PUBLIC_URL + reverse("receipt:page", args=(token_for(mail.dedupe_id),))


def file_name(sitrep: Sitrep, version: str) -> str:
    """What the paper is called as a file."""
    return f"lagesrapport-{sitrep.incident.number}-{sitrep.number}-{version}.pdf"


def _attached(sitrep: Sitrep, mail: SitrepMail, paper: bytes) -> Attachment:
    return Attachment(name=file_name(sitrep, mail.version), content=paper, content_type=PDF)


def _report(mail: SitrepMail, sitrep: Sitrep, *, shut: bool) -> tuple[str, str]:
    words = {"number": sitrep.number, "incident": sitrep.incident.number}
    subject = _("Lägesrapport %(number)s, %(incident)s") % words
    confirm = "\n".join((_("Bekräfta att ni har fått den:"), receipt_link(mail)))
    if shut:
        link = settings.PUBLIC_URL + sitrep.get_absolute_url()
        body = "\n".join((_("Läs den genom att logga in:"), link))
    else:
        body = plain_text(view_of(sitrep, Version(mail.version)))
    return subject, "\n\n".join((subject, confirm, body)) + "\n"


def plain_text(view: SitrepView) -> str:
    """The report as text, in the version's words."""
    sitrep = view.sitrep
    facts = sitrep.content["facts"]
    blocks = [
        f"{facts['title']}\n{facts['controller']}",
        _("Version: %(version)s") % {"version": view.version.label},
    ]
    for section in view.sections:
        lines = [f"{section.section.number}. {section.section.title}"]
        if section.removed:
            lines.append(section.removed)
        elif not section.fields:
            lines.append(_("Inget att rapportera."))
        if section.ground:
            lines.append(_("Kan omfattas av sekretess: %(ground)s") % {"ground": section.ground})
        lines += [f"{one.field.label}:\n{one.text}" for one in section.fields if one.text]
        blocks.append("\n".join(lines))
    blocks += [f"9. {_('Nästa uppdatering')}\n{next_words(sitrep)}", closing(view)]
    return "\n\n".join(blocks)


def next_words(sitrep: Sitrep) -> str:
    """When the next one comes, by the city's clock."""
    if sitrep.next_at is None:
        return _("Det här är den sista lägesrapporten.")
    return moment_words(sitrep.next_at)


def moment_words(moment: dt.datetime) -> str:
    """A day and a time by the city's clock."""
    return formats.date_format(local(moment), "j F Y H:i")


def closing(view: SitrepView) -> str:
    """Heading 10: who sent it, its number, time and secrecy, and who else has got it."""
    sitrep = view.sitrep
    who = f"{sitrep.sender}, {sitrep.role}" if sitrep.role else sitrep.sender
    others = ", ".join(one["name"] for one in sitrep.content["recipients"])
    return "\n".join(
        (
            f"10. {_('Avsändare')}",
            who,
            _("Nummer %(number)s, skickad %(at)s")
            % {"number": sitrep.number, "at": moment_words(sitrep.sent_at)},
            _("Sekretess: %(words)s") % {"words": view.secrecy},
            _("Mottagare: %(names)s") % {"names": others},
        )
    )


def _reminder(mail: SitrepMail) -> tuple[str, str]:
    incident = mail.series.incident
    subject = _("Lägesrapport är försenad, %(incident)s") % {"incident": incident.number}
    link = settings.PUBLIC_URL + reverse("incidents:sitreps", args=(incident.public_id,))
    due = mail.series.next_at
    said = (
        _("Nästa lägesrapport skulle ha kommit %(at)s.") % {"at": moment_words(due)} if due else ""
    )
    return subject, "\n\n".join((said, _("Skriv den här:") + "\n" + link)) + "\n"
