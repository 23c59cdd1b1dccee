"""Where things are: sites, areas, geometry and maps."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """Registers nothing: the floors above look up what they need."""

    name = "trygghetscentral.places"
    label = "places"
