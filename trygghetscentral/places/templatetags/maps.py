"""`{% load maps %}{% map_assets %}` in the head, `{% map id=... %}` where a map stands.

Wraps django-leaflet: its options and its Leaflet, without its inline script, so that a map may
also arrive inside an htmx fragment, where a nonce of another response would be refused.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import gettext as _
from leaflet.templatetags.leaflet_tags import leaflet_map

register = template.Library()

BASE_LAYER = "geo/malmo.geojson"
TILES = "/kartor/{z}/{x}/{y}"


@register.inclusion_tag("places/_map_assets.html", takes_context=True)
def map_assets(context: template.Context) -> dict[str, Any]:
    """Styles and the module that wakes every map on the page, now and after each swap."""
    request = context.get("request")
    return {"nonce": getattr(request, "csp_nonce", "")}


@register.inclusion_tag("places/_map.html")
def map(
    *,
    id: str,
    label: str,
    geojson_url: str = "",
    features: dict[str, Any] | None = None,
    text: str = "",
    size: str = "",
    pick: bool = False,
    refresh: int = 0,
) -> dict[str, Any]:
    """A map named `label` of what stands at `geojson_url` or in `features`.

    `text` says the same in words, or where the table is: no map stands alone. `size` is "",
    "small", "large" or "whole" (all the room there is). What stands at `geojson_url` is asked for
    again every `refresh` seconds. With `pick`, a click puts the position in the fields
    `id_longitude` and `id_latitude` of the page.
    """
    options = leaflet_map(name=id, creatediv=False)["djoptions"]
    return {
        "id": id,
        "label": label,
        "geojson_url": geojson_url,
        "features": features,
        "features_id": f"{id}-features",
        "text": text,
        "size": size,
        "pick": pick,
        "refresh": refresh,
        "options": options,
        "base": static(BASE_LAYER),
        "tiles": TILES if settings.MAP_TILES_URL else "",
        "words": {
            "zoom_in": _("Närmare"),
            "zoom_out": _("Längre bort"),
            "fit": _("Visa allt"),
            "open": _("Öppna"),
            "close": _("Stäng"),
            "many": _("{n} objekt"),
            "warning": _("Varning på platsen"),
            "failed": _("Kartan kunde inte hämtas. Uppgifterna finns i texten."),
            "credit": _("Karta: egen förenklad teckning. Kommungräns: SCB."),
            "credit_tiles": _("Karta: stadens kartserver."),
        },
    }
