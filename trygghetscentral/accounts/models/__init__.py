"""The tables of accounts, split by noun."""

from trygghetscentral.accounts.models.break_glass import BreakGlass
from trygghetscentral.accounts.models.grants import Grant, GroupMembership, NeedToKnowGroup
from trygghetscentral.accounts.models.organisations import Organisation
from trygghetscentral.accounts.models.sessions import UserSession
from trygghetscentral.accounts.models.tokens import ApiToken
from trygghetscentral.accounts.models.users import User

__all__ = [
    "ApiToken",
    "BreakGlass",
    "Grant",
    "GroupMembership",
    "NeedToKnowGroup",
    "Organisation",
    "User",
    "UserSession",
]
