"""Sites in /api/v1/, read only."""

from __future__ import annotations

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, viewsets

from trygghetscentral.accounts.access import requires
from trygghetscentral.accounts.actors import signed_in_user
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.places import geometry, selectors
from trygghetscentral.places.models import Site, SiteKind, SiteQuerySet


class SiteSerializer(serializers.ModelSerializer[Site]):
    """A site, without contacts, instructions and codes. Position is a GeoJSON Point."""

    position = serializers.SerializerMethodField()
    controller = serializers.CharField(source="controller.slug")
    occupant = serializers.CharField(source="occupant.slug")
    area = serializers.CharField(source="area.slug", default=None, allow_null=True)

    class Meta:
        model = Site
        fields = (
            "public_id",
            "slug",
            "name",
            "address",
            "postal_code",
            "locality",
            "position",
            "kind",
            "place_type",
            "controller",
            "occupant",
            "area",
        )
        read_only_fields = fields

    def get_position(self, site: Site) -> dict[str, Any]:
        """WGS 84, longitude before latitude."""
        return geometry.point_geojson(site.position)


class SiteFilter(django_filters.FilterSet):
    """What the list may be narrowed to."""

    q = django_filters.CharFilter(method="search", label=_("Namn eller adress"))
    kind = django_filters.ChoiceFilter(choices=SiteKind.choices)
    area = django_filters.CharFilter(field_name="area__slug")
    controller = django_filters.CharFilter(field_name="controller__slug")

    class Meta:
        model = Site
        fields = ()

    def search(self, queryset: SiteQuerySet, _name: str, value: str) -> SiteQuerySet:
        """As in the list on screen."""
        return selectors.search_sites(queryset, value)


@requires(Permission.SITE_VIEW)
class SiteViewSet(viewsets.ReadOnlyModelViewSet[Site]):
    """Open sites that the caller may see, in Swedish order."""

    queryset = Site.objects.none()
    serializer_class = SiteSerializer
    filterset_class = SiteFilter
    lookup_field = "slug"
    lookup_value_regex = "[-a-zA-Z0-9_]+"

    def get_queryset(self) -> SiteQuerySet:
        """The same door as the pages."""
        found: SiteQuerySet = (
            Site.objects.visible_to(signed_in_user(self.request))
            .filter(closed_at=None)
            .select_related("controller", "occupant", "area")
        )
        return found
