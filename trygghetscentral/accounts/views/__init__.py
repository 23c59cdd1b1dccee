"""The pages of accounts: door, form, one service, answer."""

from trygghetscentral.accounts.views.break_glass import (
    break_glass_list,
    break_glass_open,
    break_glass_review,
)
from trygghetscentral.accounts.views.groups import (
    group_detail,
    group_list,
    group_member_remove,
)
from trygghetscentral.accounts.views.profile import (
    change_language,
    forgotten_password,
    profile,
    role_list,
)
from trygghetscentral.accounts.views.tokens import token_create, token_list, token_revoke
from trygghetscentral.accounts.views.users import (
    grant_create,
    grant_withdraw,
    user_create,
    user_deactivate,
    user_detail,
    user_edit,
    user_list,
    user_password_link,
    user_reactivate,
)

__all__ = [
    "break_glass_list",
    "break_glass_open",
    "break_glass_review",
    "change_language",
    "forgotten_password",
    "grant_create",
    "grant_withdraw",
    "group_detail",
    "group_list",
    "group_member_remove",
    "profile",
    "role_list",
    "token_create",
    "token_list",
    "token_revoke",
    "user_create",
    "user_deactivate",
    "user_detail",
    "user_edit",
    "user_list",
    "user_password_link",
    "user_reactivate",
]
