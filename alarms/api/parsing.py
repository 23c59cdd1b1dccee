"""What comes in over HTTP: read whole, with a limit, before anything is understood of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import IO, Any, Final

from django.utils.translation import gettext_lazy as _
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

MAX_BODY: Final = 1_000_000


class TooLarge(APIException):
    """More than one megabyte."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("Meddelandet är större än 1 MB. Inget togs emot. Dela upp det.")
    default_code = "too_large"


class NotReceived(APIException):
    """Nothing was stored: the sender must keep its signal and send it again."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = _("Signalen är inte mottagen, skicka igen.")
    default_code = "not_received"
    wait = 5


class LimitedJSONParser(JSONParser):
    """JSON of at most one megabyte, without NaN, and not nested without end."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Raise TooLarge (413) or ParseError (400)."""
        body = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise TooLarge
        try:
            return super().parse(io.BytesIO(body), media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("Meddelandet är nästlat för djupt.")) from error
