"""The roles of domain.md E.4 as readable classes. A user holds a role at an organisation.

A grant covers the organisation and everything below it. Roles without permissions are real:
their rooms are built later, and until then they open nothing.
"""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from trygghetscentral.accounts.permissions import Permission as Perm


class Role:
    """A named set of permissions. `time_boxed` roles are only granted with an end."""

    code: ClassVar[str]
    label: ClassVar[Promise]
    description: ClassVar[Promise]
    permissions: ClassVar[frozenset[Perm]] = frozenset()
    time_boxed: ClassVar[bool] = False
    for_service_accounts: ClassVar[bool] = False


class Operator(Role):
    """Works the alarm board."""

    code = "OPERATOR"
    label = _("Larmoperatör")
    description = _("Tar emot, handlägger och avslutar larm åt anslutna nämnder.")
    permissions = frozenset(
        {
            Perm.INCIDENT_VIEW,
            Perm.INCIDENT_CREATE,
            Perm.PICTURE_VIEW,
            Perm.ALARM_VIEW,
            Perm.ALARM_CLAIM,
            Perm.ALARM_CLOSE,
            Perm.INSTALLATION_VIEW,
            Perm.INSTALLATION_TEST,
            Perm.INTAKE_SEND,
            Perm.CARE_READ,
            Perm.CARE_LOOKUP,
            Perm.SITE_VIEW,
            Perm.SITE_ACCESS_CODE,
            Perm.FILE_VIEW,
            Perm.BOARD_LIVE,
            Perm.BOARD_WALL,
            Perm.DESK_SIGN_ON,
            Perm.DUTY_VIEW,
            Perm.SESSION_SHIFT,
        }
    )


class ShiftLead(Role):
    """Leads the shift: everything an operator may, and moves work between operators."""

    code = "SHIFT_LEAD"
    label = _("Skiftledare")
    description = _(
        "Leder passet: flyttar larm, ändrar prioritet och dirigering, godkänner att koder visas."
    )
    permissions = Operator.permissions | {
        Perm.DUTY_EDIT,
        Perm.ALARM_REASSIGN,
        Perm.ALARM_ROUTE,
        Perm.SIGNAL_ADOPT,
        Perm.INSTALLATION_MANAGE,
        Perm.INSTALLATION_OUT_OF_SERVICE,
        Perm.SITE_ACCESS_CODE_APPROVE,
        Perm.STATISTICS_VIEW,
    }


class DutyOfficer(Role):
    """Tjänsteman i beredskap."""

    code = "DUTY_OFFICER"
    label = _("Tjänsteman i beredskap (TiB)")
    description = _("Ser det operativa läget i hela staden och kan öppna nödåtkomst med skäl.")
    permissions = frozenset(
        {
            Perm.EST_COMPILE,
            Perm.EST_READ,
            Perm.INCIDENT_VIEW,
            Perm.INCIDENT_CREATE,
            Perm.INCIDENT_EDIT,
            Perm.PICTURE_VIEW,
            Perm.PICTURE_EDIT,
            Perm.STAFF_WORK,
            Perm.ALARM_VIEW,
            Perm.INSTALLATION_VIEW,
            Perm.SITE_VIEW,
            Perm.FILE_VIEW,
            Perm.BOARD_LIVE,
            Perm.BOARD_WALL,
            Perm.DUTY_VIEW,
            Perm.DUTY_EDIT,
            Perm.SESSION_SHIFT,
            Perm.STATISTICS_VIEW,
            Perm.BREAK_GLASS_OPEN,
        }
    )


class SecurityCoordinator(Role):
    """Säkerhetssamordnare of one nämnd."""

    code = "SEC_COORD"
    label = _("Säkerhetssamordnare")
    description = _("Håller ordning på den egna nämndens objekt, larmanläggningar och underlag.")
    permissions = frozenset(
        {
            Perm.EST_REPORT,
            Perm.EST_RELEASE,
            Perm.EST_READ,
            Perm.INCIDENT_VIEW,
            Perm.INCIDENT_CREATE,
            Perm.INCIDENT_EDIT,
            Perm.STAFF_WORK,
            Perm.INCIDENT_PERSONS,
            Perm.INCIDENT_KINDS,
            Perm.DISCLOSURE_VIEW,
            Perm.DISCLOSURE_DECIDE,
            Perm.PICTURE_VIEW,
            Perm.PICTURE_EDIT,
            Perm.ALARM_VIEW,
            Perm.INSTALLATION_VIEW,
            Perm.INSTALLATION_MANAGE,
            Perm.SITE_VIEW,
            Perm.SITE_EDIT,
            Perm.FILE_VIEW,
            Perm.FILE_ADD,
            Perm.STATISTICS_VIEW,
            Perm.ACCOUNT_TOKENS,
        }
    )


class SiteManager(Role):
    """Verksamhetsansvarig or lokalnyttjare."""

    code = "SITE_MANAGER"
    label = _("Objektsansvarig")
    description = _("Ansvarar för verksamheten på egna objekt och håller kontakterna aktuella.")
    permissions = frozenset(
        {
            Perm.EST_REPORT,
            Perm.INCIDENT_REPORT,
            Perm.SITE_VIEW,
            Perm.SITE_EDIT,
            Perm.FILE_VIEW,
            Perm.INSTALLATION_VIEW,
            Perm.CARE_EDIT,
        }
    )


class Employee(Role):
    """Anyone employed by the municipality."""

    code = "EMPLOYEE"
    label = _("Anställd")
    description = _("Anmäler det som hänt på den egna arbetsplatsen.")
    permissions = frozenset({Perm.INCIDENT_REPORT})


class DecisionMaker(Role):
    """Nämnd or delegat; also the manager who reviews break-glass."""

    code = "DECISION_MAKER"
    label = _("Beslutsfattare")
    description = _("Beslutar för nämnden eller på delegation och granskar nämndens nödåtkomster.")
    permissions = frozenset(
        {Perm.EST_READ, Perm.BREAK_GLASS_REVIEW, Perm.BREAK_GLASS_READ, Perm.STATISTICS_VIEW}
    )


class CameraCouncil(Role):
    """Kamerabevakningsrådet."""

    code = "CAMERA_COUNCIL"
    label = _("Kamerabevakningsrådet")
    description = _("Yttrar sig över bedömningar om kamerabevakning. Ser aldrig inspelat material.")


class DataProtectionOfficer(Role):
    """Dataskyddsombud of one or more controllers."""

    code = "DPO"
    label = _("Dataskyddsombud")
    description = _("Ger råd och läser loggar och nödåtkomster hos den personuppgiftsansvarige.")
    permissions = frozenset(
        {Perm.LEDGER_READ, Perm.BREAK_GLASS_READ, Perm.CARE_LOOKUP, Perm.DISCLOSURE_VIEW}
    )


class ExecutiveReader(Role):
    """Kommunstyrelsen and its staff."""

    code = "EXEC_READER"
    label = _("Läsare i kommunstyrelsen")
    description = _("Läser sammanställningar utan personuppgifter.")
    permissions = frozenset({Perm.EST_READ, Perm.STATISTICS_VIEW})


class PreparednessCoordinator(Role):
    """Beredskapssamordnare."""

    code = "PREP_COORD"
    label = _("Beredskapssamordnare")
    description = _("Upprättar planer, analyser och övningar för beredskapen.")
    permissions = frozenset(
        {
            Perm.EST_COMPILE,
            Perm.EST_READ,
            Perm.DISCLOSURE_VIEW,
            Perm.DISCLOSURE_DECIDE,
            Perm.SITE_VIEW,
            Perm.FILE_VIEW,
            Perm.FILE_ADD,
            Perm.STATISTICS_VIEW,
        }
    )


class StaffMember(Role):
    """Krisledning or stab, for as long as it is activated."""

    code = "STAFF_MEMBER"
    label = _("Krisledning eller stab")
    description = _("Arbetar i staben så länge den är aktiverad.")
    permissions = frozenset(
        {
            Perm.PICTURE_VIEW,
            Perm.PICTURE_EDIT,
            Perm.INCIDENT_VIEW,
            Perm.STAFF_WORK,
            Perm.SITE_VIEW,
            Perm.DUTY_VIEW,
            Perm.SESSION_SHIFT,
        }
    )
    time_boxed = True


class GuardPartner(Role):
    """Väktarbolag or ordningsvaktsbolag."""

    code = "GUARD_PARTNER"
    label = _("Väktare eller ordningsvakt")
    description = _("Får egna uppdrag och rapporterar dem. Ser ingen historik.")


class PolicePartner(Role):
    """Polisens kontaktperson."""

    code = "POLICE_PARTNER"
    label = _("Polisens kontaktperson")
    description = _("Läser delade lägesbilder och gemensamma områden.")


class EmergencyPartner(Role):
    """Räddningstjänst or region."""

    code = "EMERGENCY_PARTNER"
    label = _("Räddningstjänst eller region")
    description = _("Läser delade händelser och lämnar status.")


class PeerMunicipality(Role):
    """Another municipality."""

    code = "PEER_MUNICIPALITY"
    label = _("Annan kommun")
    description = _("Läser delade resurser.")


class Records(Role):
    """Registrator or arkivarie."""

    code = "RECORDS"
    label = _("Registrator eller arkivarie")
    description = _("Diarieför, prövar sekretess och verkställer gallring.")
    permissions = frozenset(
        {
            Perm.FILE_VIEW,
            Perm.CARE_LOOKUP,
            Perm.DISCLOSURE_VIEW,
            Perm.DISCLOSURE_DECIDE,
            Perm.DIARY_KEEP,
        }
    )


class Admin(Role):
    """Configures, and reads no content."""

    code = "ADMIN"
    label = _("Systemadministratör")
    description = _("Lägger upp användare, roller och inställningar. Ser inte innehållet.")
    permissions = frozenset(
        {
            Perm.ACCOUNT_USERS,
            Perm.ACCOUNT_GRANTS,
            Perm.ACCOUNT_GROUPS,
            Perm.ACCOUNT_TOKENS,
            Perm.ALARM_ROUTE,
            Perm.INSTALLATION_VIEW,
            Perm.INSTALLATION_MANAGE,
            Perm.INTAKE_SEND,
            Perm.LEDGER_VERIFY,
            Perm.SYSTEM_WATCH,
        }
    )


class Auditor(Role):
    """Revisor or tillsyn, for a bounded time."""

    code = "AUDITOR"
    label = _("Revisor eller tillsyn")
    description = _("Läser och kontrollerar händelseloggen under en begränsad tid.")
    permissions = frozenset({Perm.LEDGER_READ, Perm.LEDGER_VERIFY, Perm.STATISTICS_VIEW})
    time_boxed = True


class ConnectedSystem(Role):
    """A receiver or another system that sends signals; held by service accounts only."""

    code = "CONNECTED_SYSTEM"
    label = _("Anslutet system")
    description = _("Skickar signaler och läser sina larm genom gränssnittet. Ingen person.")
    permissions = frozenset({Perm.INTAKE_SEND, Perm.ALARM_VIEW, Perm.SYSTEM_WATCH})
    for_service_accounts = True


ROLES: dict[str, type[Role]] = {
    role.code: role
    for role in (
        Operator,
        ShiftLead,
        DutyOfficer,
        SecurityCoordinator,
        SiteManager,
        Employee,
        DecisionMaker,
        CameraCouncil,
        DataProtectionOfficer,
        ExecutiveReader,
        PreparednessCoordinator,
        StaffMember,
        GuardPartner,
        PolicePartner,
        EmergencyPartner,
        PeerMunicipality,
        Records,
        Admin,
        Auditor,
        ConnectedSystem,
    )
}


def permissions_of(role_code: str) -> frozenset[Perm]:
    """The permissions of a role; none for a code that no longer exists."""
    role = ROLES.get(role_code)
    return role.permissions if role else frozenset()
