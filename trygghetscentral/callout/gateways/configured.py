"""The gateways that the settings name."""

from __future__ import annotations

from django.conf import settings

from trygghetscentral.callout.gateways.base import Gateway
from trygghetscentral.callout.gateways.mail import MailGateway
from trygghetscentral.callout.gateways.web import SmsGateway
from trygghetscentral.callout.states import Channel


def gateway_for(channel: Channel) -> Gateway:
    """The way out for a channel, made anew; one that is not set up refuses for good."""
    if channel == Channel.EMAIL:
        return MailGateway(settings.EMAIL_URL)
    return SmsGateway(settings.SMS_GATEWAY_URL)
