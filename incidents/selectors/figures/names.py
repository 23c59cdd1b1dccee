"""What the keys of the cube are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from alarms.selectors.figures import Scope
from incidents.models import IncidentKind
from incidents.selectors.figures import cube
from incidents.selectors.figures.cube import Counted
from incidents.selectors.figures.tables import Key
from trygghetscentral.accounts.models import Organisation
from trygghetscentral.places.models import Area, Site

NOT_ASKED: Final = frozenset({Organisation.Kind.MUNICIPALITY, Organisation.Kind.PARTNER})
"""Neither nämnd, bolag nor kommunalförbund."""


@dataclass(frozen=True, slots=True)
class Names:
    """`yearly` are the kinds that are told by the year, those of OT apart; `asked` the nämnder
    whose figures the reader may see."""

    controllers: dict[Key, str]
    sites: dict[Key, str]
    areas: dict[Key, str]
    kinds: dict[Key, str]
    group_of: dict[int, str]
    yearly: dict[Key, str]
    asked: frozenset[int]


def names_for(scope: Scope, lines: Sequence[Counted]) -> Names:
    """Four queries. A reader of aggregates reads of no sites; another only of sites where
    something happened that the reader may open."""
    organisations = {
        one.pk: one for one in Organisation.objects.filter(is_controller=True).order_by("path")
    }
    kinds = list(IncidentKind.objects.order_by("code"))
    ids = {line.key for line in lines if line.dimension == cube.SITE} if scope.detailed else set()
    areas: dict[Key, str] = dict(Area.objects.filter(pk__in=_keys(lines)).values_list("pk", "name"))
    areas[cube.NONE] = _("Utanför stadsområdena")
    sites: dict[Key, str] = dict(Site.objects.filter(pk__in=ids).values_list("pk", "name"))
    sites[cube.NONE] = _("Utan objekt")
    return Names(
        controllers={pk: one.name for pk, one in organisations.items()},
        sites=sites,
        areas=areas,
        kinds={one.pk: str(one) for one in kinds},
        group_of={one.pk: one.group for one in kinds},
        yearly={one.pk: str(one) for one in kinds if one.restricted and one.group != "OT"},
        asked=frozenset(
            pk
            for pk, one in organisations.items()
            if pk in scope.controllers and one.kind not in NOT_ASKED
        ),
    )


def _keys(lines: Sequence[Counted]) -> set[int]:
    return {line.key for line in lines if line.dimension == cube.AREA}
