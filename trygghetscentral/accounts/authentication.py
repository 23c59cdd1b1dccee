"""API tokens as `Authorization: Bearer tc_<public id>_<secret>`."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from trygghetscentral.accounts import services
from trygghetscentral.accounts.models import ApiToken, User
from trygghetscentral.shared import clock

USED_STEP = timedelta(hours=1)


class BearerAuthentication(BaseAuthentication):
    """The token's user, narrowed to the token's scopes. `request.auth` is the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None without a bearer header; AuthenticationFailed (401) for one that does not hold."""
        scheme, _space, presented = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = self.find(presented.strip())
        if token is None:
            raise AuthenticationFailed(_("API-nyckeln gäller inte."), code="token_invalid")
        now = clock.now()
        if token.last_used_at is None or now - token.last_used_at >= USED_STEP:
            services.note_token_use(token_id=token.pk, now=now)
        token.user.narrow_to(token.scopes)
        return token.user, token

    def find(self, presented: str) -> ApiToken | None:
        """The token in force with this public id and secret: one query, constant-time."""
        prefix, _underscore, rest = presented.partition("_")
        public_id, _underscore, secret = rest.partition("_")
        if prefix != services.TOKEN_PREFIX or not secret:
            return None
        token = (
            ApiToken.objects.live(clock.now())
            .filter(public_id=public_id)
            .select_related("user")
            .first()
        )
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if token is None or not hmac.compare_digest(digest, token.secret_sha256):
            return None
        return token

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 and not 403 to callers it does not know."""
        return "Bearer"
