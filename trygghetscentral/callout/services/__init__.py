"""The only writes of this app, split by noun."""

from trygghetscentral.callout.services.answers import answer_by_link, answer_signed_in
from trygghetscentral.callout.services.bundles import Member
from trygghetscentral.callout.services.calls import (
    change_audiences,
    leave_bundles,
    start_call,
    stop_calls,
    stop_duty,
    take_turns,
)

__all__ = [
    "Member",
    "answer_by_link",
    "answer_signed_in",
    "change_audiences",
    "leave_bundles",
    "start_call",
    "stop_calls",
    "stop_duty",
    "take_turns",
]
