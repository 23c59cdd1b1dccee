"""The common picture: as it is and as it was, and what is drawn in it."""

from incidents.views.picture.drawing import zone, zone_edit, zone_end, zone_new
from incidents.views.picture.looking import live, missed_rows, objects, wall
from incidents.views.picture.saying import function, note_new, note_withdraw, status_new

__all__ = [
    "function",
    "live",
    "missed_rows",
    "note_new",
    "note_withdraw",
    "objects",
    "status_new",
    "wall",
    "zone",
    "zone_edit",
    "zone_end",
    "zone_new",
]
