"""HTTP and sockets in one application."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trygghetscentral.settings")

http = get_asgi_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402  models must be ready

from alarms.api.short_way import ShortWay  # noqa: E402
from trygghetscentral.live.routing import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter(
    {
        "http": ShortWay(http),
        "websocket": AllowedHostsOriginValidator(
            AuthMiddlewareStack(URLRouter(websocket_urlpatterns))
        ),
    }
)
