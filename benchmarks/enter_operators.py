"""`manage.py shell -c "from benchmarks.enter_operators import enter; enter()"`."""

from __future__ import annotations

from benchmarks.accounts import OPERATORS
from trygghetscentral.accounts.models import Organisation, User
from trygghetscentral.accounts.roles import Operator
from trygghetscentral.accounts.services.grants import grant_role
from trygghetscentral.accounts.services.users import create_user
from trygghetscentral.shared import clock
from trygghetscentral.shared.actor import Actor


def enter() -> None:
    """Ten more operators of the whole city, who own alarms and do nothing; once."""
    actor, now = Actor.system("benchmark"), clock.now()
    if User.objects.filter(username__in=OPERATORS).exists():
        return
    root = Organisation.objects.get(slug="staden")
    for number, username in enumerate(OPERATORS, 1):
        user = create_user(
            actor=actor,
            now=now,
            username=username,
            name=f"Operatör {number} i mätningen",
            signature=f"B {number}",
            home_organisation=root,
        )
        grant_role(actor=actor, now=now, user=user, role=Operator.code, organisation=root)
