"""The taxonomy as the pages show it."""

from __future__ import annotations

from itertools import groupby

from django.utils.translation import gettext as _

from incidents.models import IncidentKind, KindGroup
from trygghetscentral.shared.errors import Missing


def by_group() -> list[tuple[str, list[IncidentKind]]]:
    """Every kind, used or not, by the name of its group."""
    kinds = IncidentKind.objects.order_by("code")
    return [
        (str(KindGroup(group).label), list(members))
        for group, members in groupby(kinds, key=lambda kind: kind.group)
    ]


def known(code: str) -> IncidentKind:
    """The kind with that code. Raises Missing."""
    kind = IncidentKind.objects.filter(code=code.replace("\x00", "")).first()
    if kind is None:
        raise Missing(_("Slaget finns inte."), code="kind_missing")
    return kind
