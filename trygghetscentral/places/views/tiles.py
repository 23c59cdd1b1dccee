"""Map tiles of an outside server, through this one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from trygghetscentral.accounts.access import signed_in
from trygghetscentral.places.gateways import tiles
from trygghetscentral.shared import clock

KEPT_BY_BROWSER = 24 * 60 * 60


@signed_in
@require_GET
def tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """One tile; 404 where there is no map, 502 when the tile server does not answer."""
    source = tiles.configured()
    if source is None or not tiles.covered(z, x, y):
        raise Http404
    try:
        image = tiles.cached(source, z, x, y, now=clock.now())
    except tiles.TileError:
        return HttpResponse(status=502)
    response = HttpResponse(image.body, content_type=image.content_type)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_BY_BROWSER}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
