"""Reads of this app, split by noun."""

from trygghetscentral.callout.selectors.people import OnDuty, on_duty

__all__ = ["OnDuty", "on_duty"]
