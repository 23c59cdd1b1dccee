"""Where sockets are."""

from __future__ import annotations

from django.urls import path

from trygghetscentral.live.consumer import LiveConsumer

websocket_urlpatterns = [path("ws/live/", LiveConsumer.as_asgi())]
