"""Who may open which address: one row for each URL name, read by tests/accounts.

A new URL needs a row here, or test_url_role_table fails. A row says who passes and what they
get; everyone else gets 403, and someone not signed in is sent to sign in (401 from the API).
Objects in the addresses do not exist, so that whoever passes the door of one gets 404.

    "alarms:detail": row(ALARM_READERS, 404),
    "places:site-new": row("SEC_COORD SITE_MANAGER"),
    "alarms:claim": row(OPERATORS, 404, method="post"),
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANYONE = "*"
SIGNED_IN = "+"


@dataclass(frozen=True, slots=True)
class Row:
    """What one address answers. `kwargs` only where the test cannot make them up."""

    who: str
    passes: int
    method: str
    anonymous: int | None = None
    kwargs: dict[str, Any] = field(default_factory=dict)

    def lets_in(self, role: str | None) -> bool:
        """Whether someone signed in with this role, or with none, passes."""
        return self.who in {ANYONE, SIGNED_IN} or role in self.who.split()


def row(
    who: str, passes: int = 200, method: str = "get", *, anonymous: int | None = None, **kwargs: Any
) -> Row:
    """`who` is ANYONE, SIGNED_IN or role codes with spaces between them.

    `anonymous` is what someone not signed in gets, where it differs from what the rule says.
    """
    return Row(who, passes, method, anonymous, kwargs)


OPERATORS = "OPERATOR SHIFT_LEAD"
BOARD_READERS = f"{OPERATORS} DUTY_OFFICER"
ALARM_READERS = f"{OPERATORS} DUTY_OFFICER SEC_COORD CONNECTED_SYSTEM"
SENDERS = f"{OPERATORS} ADMIN CONNECTED_SYSTEM"
SITE_READERS = f"{BOARD_READERS} STAFF_MEMBER SEC_COORD SITE_MANAGER PREP_COORD"
PICTURE_READERS = f"{BOARD_READERS} SEC_COORD STAFF_MEMBER"
PICTURE_ARTISTS = "DUTY_OFFICER SEC_COORD STAFF_MEMBER"
SITE_EDITORS = "SEC_COORD SITE_MANAGER"
INSTALLATION_READERS = f"{OPERATORS} DUTY_OFFICER SEC_COORD SITE_MANAGER ADMIN"
ROUTERS = "SHIFT_LEAD ADMIN"
DUTY_READERS = f"{OPERATORS} DUTY_OFFICER STAFF_MEMBER"
DUTY_PLANNERS = "SHIFT_LEAD DUTY_OFFICER"
INSTALLERS = "SHIFT_LEAD SEC_COORD ADMIN"
FILE_READERS = f"{OPERATORS} DUTY_OFFICER SEC_COORD SITE_MANAGER PREP_COORD RECORDS"
TOKEN_MAKERS = "SEC_COORD ADMIN"
FIGURE_READERS = "SHIFT_LEAD DUTY_OFFICER SEC_COORD DECISION_MAKER EXEC_READER PREP_COORD AUDITOR"

URLS: dict[str, Row] = {
    # accounts
    "accounts:profile": row(SIGNED_IN),
    "accounts:language": row(SIGNED_IN, 302, "post"),
    "accounts:role-list": row(SIGNED_IN),
    "accounts:token-list": row(TOKEN_MAKERS),
    "accounts:token-create": row(TOKEN_MAKERS),
    "accounts:token-revoke": row(TOKEN_MAKERS, 404, "post"),
    "accounts:user-list": row("ADMIN"),
    "accounts:user-create": row("ADMIN"),
    "accounts:user": row("ADMIN", 404),
    "accounts:user-edit": row("ADMIN", 404),
    "accounts:user-deactivate": row("ADMIN", 404, "post"),
    "accounts:user-reactivate": row("ADMIN", 404, "post"),
    "accounts:user-password": row("ADMIN", 404, "post"),
    "accounts:grant-create": row("ADMIN", 404, "post"),
    "accounts:grant-withdraw": row("ADMIN", 404, "post"),
    "accounts:group-list": row("ADMIN"),
    "accounts:group": row("ADMIN", 404),
    "accounts:group-member-remove": row("ADMIN", 404, "post"),
    "accounts:break-glass": row("DUTY_OFFICER DECISION_MAKER DPO"),
    "accounts:break-glass-open": row("DUTY_OFFICER"),
    "accounts:break-glass-review": row("DECISION_MAKER", 404),
    # allauth
    "account_login": row(ANYONE, 302, anonymous=200),
    "account_logout": row(ANYONE, anonymous=302),
    "account_inactive": row(ANYONE),
    "account_reauthenticate": row(SIGNED_IN),
    "account_reset_password": row(ANYONE),
    "account_reset_password_from_key": row(ANYONE, uidb36="1", key="x-y"),
    "account_reset_password_from_key_done": row(ANYONE),
    "account_change_password": row(SIGNED_IN),
    "account_set_password": row(ANYONE),
    "mfa_index": row(SIGNED_IN),
    "mfa_authenticate": row(ANYONE, 302),
    "mfa_reauthenticate": row(SIGNED_IN, 302),
    "mfa_activate_totp": row(SIGNED_IN, 302),
    "mfa_deactivate_totp": row(SIGNED_IN, 404),
    "mfa_view_recovery_codes": row(SIGNED_IN, 404),
    "mfa_generate_recovery_codes": row(SIGNED_IN, 302),
    "mfa_download_recovery_codes": row(SIGNED_IN, 404),
    "mfa_list_webauthn": row(SIGNED_IN),
    "mfa_add_webauthn": row(SIGNED_IN, 302),
    "mfa_edit_webauthn": row(SIGNED_IN, 302),
    "mfa_remove_webauthn": row(SIGNED_IN, 302),
    "mfa_reauthenticate_webauthn": row(SIGNED_IN, 302),
    "openid_connect_login": row(ANYONE, 404),
    "openid_connect_callback": row(ANYONE, 404),
    "socialaccount_login_cancelled": row(ANYONE),
    "socialaccount_login_error": row(ANYONE, 401),
}

INCIDENT_MAKERS = f"{BOARD_READERS} SEC_COORD"
INCIDENT_READERS = f"{INCIDENT_MAKERS} STAFF_MEMBER"
STAFF_WORKERS = "DUTY_OFFICER SEC_COORD STAFF_MEMBER"
INCIDENT_WORKERS = "DUTY_OFFICER SEC_COORD"
REPORTERS = "EMPLOYEE SITE_MANAGER"

URLS |= {
    # incidents
    "incidents:list": row(INCIDENT_READERS),
    "incidents:new": row(INCIDENT_WORKERS),
    "incidents:sites": row(INCIDENT_WORKERS),
    "incidents:figures": row(FIGURE_READERS),
    "incidents:figures-file": row(FIGURE_READERS, 404, kind="txt"),
    "incidents:kinds": row("SEC_COORD"),
    "incidents:kind": row("SEC_COORD", 404),
    "incidents:from-alarm": row(INCIDENT_MAKERS, 404, "post"),
    "incidents:from-flood": row(INCIDENT_MAKERS, 404, "post"),
    "incidents:detail": row(INCIDENT_READERS, 404),
    "incidents:move": row(INCIDENT_WORKERS, 404, "post"),
    "incidents:persons": row("SEC_COORD", 404),
    "incidents:damage-new": row(INCIDENT_WORKERS, 404),
    "incidents:damage": row(INCIDENT_WORKERS, 404),
    "incidents:task-done": row(INCIDENT_WORKERS, 404, "post"),
    "incidents:split": row(INCIDENT_WORKERS, 404),
    "incidents:distribution-lists": row(INCIDENT_WORKERS),
    "incidents:distribution-list": row(INCIDENT_WORKERS, 404),
    "incidents:distribution-remove": row(INCIDENT_WORKERS, 404, "post"),
    "incidents:sitreps": row(INCIDENT_READERS, 404),
    "incidents:sitrep-draft": row(STAFF_WORKERS, 404),
    "incidents:sitrep-send": row(STAFF_WORKERS, 404),
    "incidents:sitrep": row(INCIDENT_READERS, 404),
    "incidents:sitrep-open": row(STAFF_WORKERS, 404),
    "incidents:sitrep-retry": row(STAFF_WORKERS, 404, "post"),
    "incidents:sitrep-pdf": row(INCIDENT_READERS, 404),
    "receipt:page": row(ANYONE, 404),
    "picture:live": row(PICTURE_READERS),
    "picture:wall": row(PICTURE_READERS),
    "picture:objects": row(PICTURE_READERS, 400),
    "picture:rows": row(PICTURE_READERS, 404),
    "picture:zone-new": row(PICTURE_ARTISTS),
    "picture:zone": row(PICTURE_READERS, 404),
    "picture:zone-edit": row(PICTURE_ARTISTS, 404),
    "picture:zone-end": row(PICTURE_ARTISTS, 404, "post"),
    "picture:status-new": row(PICTURE_ARTISTS),
    "picture:function": row(PICTURE_READERS, 404),
    "picture:note-new": row(PICTURE_ARTISTS),
    "picture:note-withdraw": row(PICTURE_ARTISTS, 404, "post"),
    "incidents:part": row(INCIDENT_MAKERS, 404),
    "incidents:staff": row(INCIDENT_READERS, 404),
    "incidents:staff-room": row(INCIDENT_READERS, 404),
    "incidents:staff-rows": row(INCIDENT_READERS, 404),
    "incidents:staff-marked": row(INCIDENT_READERS, 404),
    "incidents:staff-presence": row(INCIDENT_READERS, 404),
    "incidents:staff-paper": row(INCIDENT_READERS, 404, "post"),
    "incidents:staff-file": row(INCIDENT_READERS, 404),
    "incidents:staff-level": row(STAFF_WORKERS, 404),
    "incidents:staff-close": row(STAFF_WORKERS, 404),
    "incidents:staff-write": row(STAFF_WORKERS, 404, "post"),
    "incidents:staff-upload": row(STAFF_WORKERS, 404, "post"),
    "incidents:disclosures": row("SEC_COORD PREP_COORD DPO RECORDS"),
    "incidents:disclosure-new": row("SEC_COORD PREP_COORD RECORDS"),
    "incidents:disclosure": row("SEC_COORD PREP_COORD DPO RECORDS", 404),
    "incidents:disclosure-pdf": row("SEC_COORD PREP_COORD DPO RECORDS", 404),
    "incidents:diary": row("RECORDS"),
    "incidents:diary-take": row("RECORDS", 302, "post"),
    "incidents:diary-enter": row("RECORDS", 302, "post"),
    "report:new": row(REPORTERS),
    "report:own": row(REPORTERS),
    "report:sites": row(REPORTERS),
    "report:whistleblowing": row(REPORTERS),
    "report:receipt": row(REPORTERS, 404),
}

URLS |= {
    # places
    "places:site-list": row(SITE_READERS),
    "places:site-new": row(SITE_EDITORS),
    "places:map": row(SITE_READERS),
    "places:geojson": row(SITE_READERS),
    "places:area-list": row(SITE_READERS),
    "places:area-geojson": row(SITE_READERS),
    "places:area": row(SITE_READERS, 404),
    "places:code-log": row("SHIFT_LEAD"),
    "places:code-request": row(OPERATORS, 404),
    "places:code-read": row(OPERATORS, 404, "post"),
    "places:code-approve": row("SHIFT_LEAD", 404, "post"),
    "places:code-seen": row("SHIFT_LEAD", 404, "post"),
    "places:site": row(SITE_READERS, 404),
    "places:site-map": row(SITE_READERS, 404),
    "places:site-edit": row(SITE_EDITORS, 404),
    "places:site-close": row(SITE_EDITORS, 404, "post"),
    "places:contacts": row(SITE_EDITORS, 404),
    "places:instructions": row(SITE_EDITORS, 404),
    "places:warnings": row(SITE_EDITORS, 404),
    "places:file-add": row("SEC_COORD", 404),
    "places:file-remove": row(SITE_EDITORS, 404, "post"),
    "maps:tile": row(SIGNED_IN, 404),
    "places:code-new": row(SITE_EDITORS, 404),
    "places:code-change": row(SITE_EDITORS, 404),
    "places:code-remove": row(SITE_EDITORS, 404, "post"),
    "places:code-ask": row(OPERATORS, 404),
    # files
    "files:read": row(FILE_READERS, 404),
    # callout
    "callout:roster": row(DUTY_READERS),
    "callout:shift-plan": row(DUTY_PLANNERS, 400, "post"),
    "callout:shift-remove": row(DUTY_PLANNERS, 404, "post"),
    "callout:shift-accept": row(DUTY_READERS, 404, "post"),
    "callout:shift-hand-over": row(DUTY_READERS, 404),
    "callout:contact": row(DUTY_READERS, 302, "post"),
    "callout:duty-wait": row(DUTY_PLANNERS, 400, "post"),
    "callout:state": row(DUTY_READERS),
    "callout:about": row(DUTY_READERS),
    "callout:call": row(DUTY_READERS, 404),
    "callout:call-answer": row(DUTY_READERS, 404, "post"),
    "callout:call-phone": row(OPERATORS, 404, "post"),
    "answer:page": row(ANYONE, 404),
    # alarms
    "alarms:park": row(OPERATORS, 404, method="post"),
    "alarms:unpark": row(OPERATORS, 404, method="post"),
    "alarms:move": row("SHIFT_LEAD", 404, method="post"),
    "alarms:reprioritise": row("SHIFT_LEAD", 404, method="post"),
    "alarms:care": row(OPERATORS, 404, "post"),
    "alarms:care-lookup": row(f"{OPERATORS} DPO RECORDS"),
    "alarms:care-recipients": row("SITE_MANAGER", 404),
    "alarms:care-new": row("SITE_MANAGER", 404),
    "alarms:care-change": row("SITE_MANAGER", 404),
    "alarms:care-end": row("SITE_MANAGER", 404, "post"),
    "alarms:rule-list": row(ROUTERS),
    "alarms:installation-list": row(INSTALLATION_READERS),
    "alarms:link-list": row(INSTALLATION_READERS),
    "alarms:flood-list": row(BOARD_READERS),
    "alarms:flood-bar": row(BOARD_READERS),
    "alarms:flood-new": row("SHIFT_LEAD"),
    "alarms:flood": row(BOARD_READERS, 404),
    "alarms:flood-extend": row("SHIFT_LEAD", 404, "post"),
    "alarms:flood-end": row("SHIFT_LEAD", 404, "post"),
    "alarms:flood-close": row("SHIFT_LEAD", 404, "post"),
    "alarms:prov-list": row(INSTALLATION_READERS),
    "alarms:prov-count": row(INSTALLATION_READERS),
    "alarms:prov": row(INSTALLATION_READERS, 404),
    "alarms:prov-history": row(INSTALLATION_READERS, 404),
    "alarms:prov-new": row(OPERATORS, 404),
    "alarms:prov-extend": row(OPERATORS, 404, "post"),
    "alarms:prov-review": row(OPERATORS, 404, "post"),
    "alarms:prov-end": row(OPERATORS, 404, "post"),
    "alarms:unmatched-list": row("SHIFT_LEAD"),
    "alarms:unmatched-adopt": row("SHIFT_LEAD", 404),
    "alarms:rule-new": row(ROUTERS),
    "alarms:rule-change": row(ROUTERS, 404),
    "alarms:rule-move": row(ROUTERS, 400, "post"),
    "alarms:rule-activate": row(ROUTERS, 302, "post"),
    "alarms:type-list": row(ROUTERS),
    "alarms:type-change": row(ROUTERS, 404, "post"),
    "alarms:holiday-list": row(ROUTERS),
    "alarms:holiday-year": row(ROUTERS, 400, "post"),
    "alarms:holiday-add": row(ROUTERS, 400, "post"),
    "alarms:holiday-remove": row(ROUTERS, 302, "post"),
    "alarms:installation-new": row(INSTALLERS),
    "alarms:installation": row(INSTALLATION_READERS, 404),
    "alarms:installation-change": row(INSTALLERS, 404),
    "alarms:area-save": row(INSTALLERS, 404, "post"),
    "alarms:area-remove": row(INSTALLERS, 404, "post"),
    "alarms:zone-save": row(INSTALLERS, 404, "post"),
    "alarms:zone-remove": row(INSTALLERS, 404, "post"),
    "alarms:transmitter-new": row(INSTALLERS, 404),
    "alarms:transmitter-change": row(INSTALLERS, 404),
    "alarms:transmitter-remove": row(INSTALLERS, 404, "post"),
    "alarms:site-installations": row(INSTALLATION_READERS, 404),
    "alarms:load": row("SHIFT_LEAD"),
    "alarms:figures": row(FIGURE_READERS),
    "alarms:figures-charts": row(FIGURE_READERS),
    "alarms:figures-file": row(FIGURE_READERS, 404, kind="txt"),
    "alarms:as-of": row(BOARD_READERS),
    "alarms:detail": row(ALARM_READERS, 404),
    "alarms:claim": row(OPERATORS, 404, "post"),
    "alarms:release": row(OPERATORS, 404, "post"),
    "alarms:progress": row(OPERATORS, 404, "post"),
    "alarms:note": row(OPERATORS, 404, "post"),
    "alarms:close": row(OPERATORS, 404, "post"),
    "alarms:code": row(OPERATORS, 404, "post"),
    "alarms:manual": row(OPERATORS),
    "alarms:manual-places": row(OPERATORS, 200, "post"),
    "alarms:manual-open": row(OPERATORS, 200, "post"),
    "alarms:call": row(OPERATORS, 404, "post"),
    "alarms:rescue": row(OPERATORS, 404, "post"),
    "alarms:dispatch": row(OPERATORS, 404, "post"),
    "alarms:dispatch-step": row(OPERATORS, 404, "post"),
    "alarms:code-word": row(OPERATORS, 404, "post"),
    "alarms:code-words": row(INSTALLERS, 404),
    "alarms:code-words-remove": row(INSTALLERS, 404, "post"),
    "alarms:shift": row(f"{BOARD_READERS} STAFF_MEMBER"),
    "alarms:shift-bar": row(BOARD_READERS),
    "alarms:shift-on": row(OPERATORS, 302, "post"),
    "alarms:shift-away": row(OPERATORS, 302, "post"),
    "alarms:shift-off": row(OPERATORS, 302, "post"),
    "alarms:handover": row(OPERATORS),
    "alarms:handover-write": row(OPERATORS, 302, "post"),
    "alarms:handover-accept": row(OPERATORS, 302, "post"),
    "alarms:lock": row(BOARD_READERS, 302),
    "alarms:lock-rows": row(BOARD_READERS, 302),
    "alarms:unlock": row(BOARD_READERS, 302, "post"),
    "alarms:lock-switch": row(BOARD_READERS, 302, "post"),
    "alarms:desk-list": row(ROUTERS),
    "alarms:desk-change": row(ROUTERS, 404, "post"),
    # board
    "board:start": row(SIGNED_IN, 302),
    "board:larm": row(BOARD_READERS),
    "board:rows": row(BOARD_READERS),
    "board:wall": row(BOARD_READERS),
    "board:map": row(BOARD_READERS),
    "board:map-data": row(BOARD_READERS),
    "board:health-live": row(ANYONE),
    "board:health-ready": row("ADMIN CONNECTED_SYSTEM", 503),
    "board:metrics": row("ADMIN CONNECTED_SYSTEM"),
    # the programming interface
    "api-schema": row(SIGNED_IN),
    "api:signal-list": row(SENDERS, 400, "post"),
    "api:signal-detail": row(f"{ALARM_READERS} ADMIN", 404, pk="1"),
    "api:alarm-list": row(ALARM_READERS),
    "api:alarm-detail": row(ALARM_READERS, 404, key="L-1999-000001"),
    "api:site-list": row(SITE_READERS),
    "api:site-detail": row(SITE_READERS, 404, slug="finns-inte"),
}

EST_WRITERS = "SEC_COORD SITE_MANAGER"
EST_COMPILERS = "DUTY_OFFICER PREP_COORD"
EST_READERS = f"{EST_COMPILERS} SEC_COORD EXEC_READER DECISION_MAKER"

URLS |= {
    # EST
    "est:week": row(f"{EST_READERS} SITE_MANAGER"),
    "est:new": row(EST_WRITERS),
    "est:sites": row(EST_WRITERS),
    "est:release": row("SEC_COORD", 302, "post"),
    "est:nothing": row("SEC_COORD", 404, "post"),
    "est:observation": row(f"{EST_WRITERS} {EST_COMPILERS}", 404),
    "est:withdraw": row(EST_WRITERS, 404, "post"),
    "est:open": row(EST_COMPILERS, 302, "post"),
    "est:report": row(EST_READERS, 404),
    "est:draft": row(EST_COMPILERS, 404, "post"),
    "est:move": row(EST_COMPILERS, 404, "post"),
    "est:read": row(EST_READERS, 404, kind="open"),
    "est:paper": row(EST_READERS, 404, kind="open"),
    "est:disclose": row("PREP_COORD", 404),
    "est:disclosed": row(EST_COMPILERS, 404),
    "est_public:list": row(ANYONE),
    "est_public:report": row(ANYONE, 404, year=2026, week=1),
    "est_public:paper": row(ANYONE, 404, year=2026, week=1),
}
