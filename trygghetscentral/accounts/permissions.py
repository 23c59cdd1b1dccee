"""What may be done. A permission is held at an organisation through a role (design.md 7)."""

from __future__ import annotations

import enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(enum.StrEnum):
    """Each member stands in at least one role and guards at least one view or service."""

    ALARM_VIEW = "alarm.view"
    ALARM_CLAIM = "alarm.claim"
    ALARM_CLOSE = "alarm.close"
    ALARM_REASSIGN = "alarm.reassign"
    ALARM_ROUTE = "alarm.route"
    INSTALLATION_VIEW = "installation.view"
    INSTALLATION_MANAGE = "installation.manage"
    INSTALLATION_TEST = "installation.test"
    INSTALLATION_OUT_OF_SERVICE = "installation.out_of_service"
    SIGNAL_ADOPT = "signal.adopt"
    INTAKE_SEND = "intake.send"

    CARE_READ = "care.read"
    CARE_LOOKUP = "care.lookup"
    CARE_EDIT = "care.edit"

    INCIDENT_VIEW = "incident.view"
    INCIDENT_CREATE = "incident.create"
    INCIDENT_EDIT = "incident.edit"
    INCIDENT_PERSONS = "incident.persons"
    INCIDENT_KINDS = "incident.kinds"
    INCIDENT_REPORT = "incident.report"
    DISCLOSURE_VIEW = "disclosure.view"
    DISCLOSURE_DECIDE = "disclosure.decide"
    DIARY_KEEP = "diary.keep"
    PICTURE_VIEW = "picture.view"
    PICTURE_EDIT = "picture.edit"
    STAFF_WORK = "staff.work"

    EST_REPORT = "est.report"
    EST_RELEASE = "est.release"
    EST_COMPILE = "est.compile"
    EST_READ = "est.read"

    SITE_VIEW = "site.view"
    SITE_EDIT = "site.edit"
    SITE_ACCESS_CODE = "site.access_code"
    SITE_ACCESS_CODE_APPROVE = "site.access_code_approve"
    FILE_VIEW = "file.view"
    FILE_ADD = "file.add"

    BOARD_LIVE = "board.live"
    BOARD_WALL = "board.wall"
    DESK_SIGN_ON = "desk.sign_on"
    DUTY_VIEW = "duty.view"
    DUTY_EDIT = "duty.edit"
    SESSION_SHIFT = "session.shift"
    STATISTICS_VIEW = "statistics.view"

    SYSTEM_WATCH = "system.watch"
    LEDGER_READ = "ledger.read"
    LEDGER_VERIFY = "ledger.verify"

    ACCOUNT_USERS = "account.users"
    ACCOUNT_GRANTS = "account.grants"
    ACCOUNT_GROUPS = "account.groups"
    ACCOUNT_TOKENS = "account.tokens"
    BREAK_GLASS_OPEN = "break_glass.open"
    BREAK_GLASS_REVIEW = "break_glass.review"
    BREAK_GLASS_READ = "break_glass.read"


LABELS: dict[Permission, Promise] = {
    Permission.ALARM_VIEW: _("Se larm"),
    Permission.ALARM_CLAIM: _("Ta och handlägga larm"),
    Permission.ALARM_CLOSE: _("Avsluta larm"),
    Permission.ALARM_REASSIGN: _("Flytta larm och ändra prioritet"),
    Permission.ALARM_ROUTE: _("Ändra dirigering, svarstider och larmplatser"),
    Permission.INSTALLATION_VIEW: _("Se larmanläggningar och sändare"),
    Permission.INSTALLATION_MANAGE: _("Lägga upp och ändra larmanläggningar och sändare"),
    Permission.INSTALLATION_TEST: _("Sätta en zon i prov"),
    Permission.INSTALLATION_OUT_OF_SERVICE: _("Ha något ur drift längre än ett dygn"),
    Permission.SIGNAL_ADOPT: _("Säga vilken anläggning okända signaler hör till"),
    Permission.INTAKE_SEND: _("Skicka signaler genom gränssnittet"),
    Permission.CARE_READ: _("Läsa brukarens uppgifter när ett trygghetslarm är besvarat"),
    Permission.CARE_LOOKUP: _("Slå upp en brukare på nummer"),
    Permission.CARE_EDIT: _("Hålla brukares uppgifter aktuella"),
    Permission.INCIDENT_VIEW: _("Se händelser"),
    Permission.INCIDENT_CREATE: _("Göra larm till händelser"),
    Permission.INCIDENT_EDIT: _("Lägga upp och arbeta med händelser"),
    Permission.INCIDENT_PERSONS: _("Läsa och skriva in personer i en händelse"),
    Permission.INCIDENT_KINDS: _("Ändra slagen av händelser"),
    Permission.INCIDENT_REPORT: _("Anmäla tillbud och skador"),
    Permission.DISCLOSURE_VIEW: _("Läsa loggen över utlämnanden"),
    Permission.DISCLOSURE_DECIDE: _("Skriva in beslut om utlämnande"),
    Permission.DIARY_KEEP: _("Diarieföra"),
    Permission.PICTURE_VIEW: _("Se lägesbilden"),
    Permission.PICTURE_EDIT: _("Rita i lägesbilden och bedöma samhällsfunktioner"),
    Permission.EST_REPORT: _("Skriva in veckans observationer"),
    Permission.EST_RELEASE: _("Läsa och släppa nämndens observationer"),
    Permission.EST_COMPILE: _("Sammanställa, granska och publicera veckorapporten"),
    Permission.EST_READ: _("Läsa veckorapportens begränsade version"),
    Permission.STAFF_WORK: _("Öppna en stab, skriva i dess dagbok och skicka lägesrapporter"),
    Permission.SITE_VIEW: _("Se objekt"),
    Permission.SITE_EDIT: _("Ändra objekt"),
    Permission.SITE_ACCESS_CODE: _("Se ett objekts kod när ett eget larm är öppet"),
    Permission.SITE_ACCESS_CODE_APPROVE: _("Godkänna att en kod visas utan öppet larm"),
    Permission.FILE_VIEW: _("Läsa filer"),
    Permission.FILE_ADD: _("Lägga till filer"),
    Permission.BOARD_LIVE: _("Följa larmlistan direkt"),
    Permission.BOARD_WALL: _("Visa väggvyn"),
    Permission.DESK_SIGN_ON: _("Logga på en larmplats"),
    Permission.DUTY_VIEW: _("Se bemanningen"),
    Permission.DUTY_EDIT: _("Lägga upp och ändra jourschemat"),
    Permission.SESSION_SHIFT: _("Vara inloggad ett helt pass"),
    Permission.STATISTICS_VIEW: _("Se statistik utan personuppgifter"),
    Permission.SYSTEM_WATCH: _("Se systemets hälsa och mätvärden"),
    Permission.LEDGER_READ: _("Läsa händelseloggen"),
    Permission.LEDGER_VERIFY: _("Kontrollera händelseloggens sigill"),
    Permission.ACCOUNT_USERS: _("Lägga upp och stänga av användare"),
    Permission.ACCOUNT_GRANTS: _("Ge och ta tillbaka roller"),
    Permission.ACCOUNT_GROUPS: _("Ändra vilka som ingår i behovsgrupper"),
    Permission.ACCOUNT_TOKENS: _("Skapa egna API-nycklar"),
    Permission.BREAK_GLASS_OPEN: _("Öppna nödåtkomst"),
    Permission.BREAK_GLASS_REVIEW: _("Granska nödåtkomst"),
    Permission.BREAK_GLASS_READ: _("Läsa om nödåtkomster"),
}
