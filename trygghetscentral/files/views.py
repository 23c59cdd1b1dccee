"""The door to stored files."""

from __future__ import annotations

from uuid import UUID

from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import actor_for, signed_in_user
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.files import services, storage
from trygghetscentral.files.content import ContentType
from trygghetscentral.files.models import StoredFile
from trygghetscentral.shared import clock

SHOWN_IN_PAGE = frozenset({ContentType.PDF, ContentType.PNG, ContentType.JPEG, ContentType.WEBP})


@requires(Permission.FILE_VIEW)
@require_GET
def read(request: HttpRequest, public_id: UUID) -> HttpResponseBase:
    """Stream a file, shown in the browser for pictures and PDF unless `?spara` is asked for."""
    user = signed_in_user(request)
    stored: StoredFile = get_object_or_404(StoredFile.objects.visible_to(user), public_id=public_id)
    return sent(
        stored, user, save="spara" in request.GET, is_async=isinstance(request, ASGIRequest)
    )


def sent(stored: StoredFile, user: User, *, save: bool, is_async: bool) -> HttpResponseBase:
    """The bytes of a file that came through a door, with the reading recorded; 404 when gone."""
    try:
        pieces = storage.read(stored.sha256)
    except FileNotFoundError as error:
        raise Http404 from error
    services.note_read(actor=actor_for(user), now=clock.now(), stored=stored)
    response = StreamingHttpResponse(
        storage.PiecesForAsync(pieces) if is_async else pieces,
        content_type=_content_type(stored),
    )
    save = save or stored.content_type not in SHOWN_IN_PAGE
    disposition = content_disposition_header(save, stored.download_name)
    response.headers["Content-Disposition"] = disposition or "attachment"
    response.headers["Content-Length"] = str(stored.size)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content_type(stored: StoredFile) -> str:
    if stored.content_type == ContentType.TEXT:
        return f"{stored.content_type}; charset=utf-8"
    return stored.content_type
