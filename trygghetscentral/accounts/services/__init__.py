"""The only writes of accounts, split by noun."""

from trygghetscentral.accounts.services.break_glass import open_break_glass, review_break_glass
from trygghetscentral.accounts.services.grants import (
    add_to_group,
    create_group,
    grant_role,
    remove_from_group,
    withdraw_grant,
)
from trygghetscentral.accounts.services.organisations import create_organisation
from trygghetscentral.accounts.services.sign_in import (
    note_factor_change,
    note_failed_sign_in,
    note_sign_in,
    note_sign_out,
)
from trygghetscentral.accounts.services.tokens import (
    NEVER_IN_TOKENS,
    TOKEN_PREFIX,
    create_api_token,
    note_token_use,
    revoke_api_token,
    tokenable,
)
from trygghetscentral.accounts.services.users import (
    change_language,
    change_user,
    create_user,
    deactivate_user,
    make_password_link,
    reactivate_user,
    set_password,
)

__all__ = [
    "NEVER_IN_TOKENS",
    "TOKEN_PREFIX",
    "add_to_group",
    "change_language",
    "change_user",
    "create_api_token",
    "create_group",
    "create_organisation",
    "create_user",
    "deactivate_user",
    "grant_role",
    "make_password_link",
    "note_factor_change",
    "note_failed_sign_in",
    "note_sign_in",
    "note_sign_out",
    "note_token_use",
    "open_break_glass",
    "reactivate_user",
    "remove_from_group",
    "review_break_glass",
    "revoke_api_token",
    "set_password",
    "tokenable",
    "withdraw_grant",
]
