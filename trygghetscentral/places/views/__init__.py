"""Pages of places, split by noun."""

from trygghetscentral.places.views.card import (
    contacts_edit,
    file_add,
    file_remove,
    instructions_edit,
    site_card,
    site_close,
    site_edit,
    site_map_fragment,
    site_new,
    warnings_edit,
)
from trygghetscentral.places.views.codes import (
    code_approve,
    code_ask,
    code_log,
    code_read,
    code_remove,
    code_request,
    code_seen,
    code_set,
)
from trygghetscentral.places.views.register import (
    area_detail,
    area_geojson,
    area_list,
    site_geojson,
    site_list,
    site_map,
)
from trygghetscentral.places.views.tiles import tile

__all__ = [
    "area_detail",
    "area_geojson",
    "area_list",
    "code_approve",
    "code_ask",
    "code_log",
    "code_read",
    "code_remove",
    "code_request",
    "code_seen",
    "code_set",
    "contacts_edit",
    "file_add",
    "file_remove",
    "instructions_edit",
    "site_card",
    "site_close",
    "site_edit",
    "site_geojson",
    "site_list",
    "site_map",
    "site_map_fragment",
    "site_new",
    "tile",
    "warnings_edit",
]
