"""The only writes of this app, split by noun."""

from trygghetscentral.callout.services.answers import answer_by_link, answer_signed_in
from trygghetscentral.callout.services.calls import start_call, stop_calls

__all__ = ["answer_by_link", "answer_signed_in", "start_call", "stop_calls"]
