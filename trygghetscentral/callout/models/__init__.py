"""The app's tables."""

from trygghetscentral.callout.models.calls import Call, CallMember, Delivery, Episode
from trygghetscentral.callout.models.duties import Duty, DutyContact, DutyShift

__all__ = ["Call", "CallMember", "Delivery", "Duty", "DutyContact", "DutyShift", "Episode"]
