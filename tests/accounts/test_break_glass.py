"""Break-glass: with a reason, for a while, and reviewed by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.accounts.factories import NeedToKnowGroupFactory, person
from tests.personas import City
from trygghetscentral.accounts import services
from trygghetscentral.accounts.actors import actor_for
from trygghetscentral.accounts.audiences import group_key, key
from trygghetscentral.accounts.models import BreakGlass, NeedToKnowGroup, User
from trygghetscentral.accounts.permissions import Permission
from trygghetscentral.accounts.selectors import audiences_for
from trygghetscentral.ledger.models import LedgerRow
from trygghetscentral.shared.errors import Conflict, DomainError, Forbidden, Invalid, Missing

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.accounts.urls_under_test")]

ClientOf = Callable[[User], Client]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def tib(city: City) -> User:
    """Tjänsteman i beredskap for the whole city."""
    return person("DUTY_OFFICER", city.root, username="tib", signature="TIB 1")


@pytest.fixture
def manager(city: City) -> User:
    """Decides for tekniska nämnden."""
    return person("DECISION_MAKER", city.technical, username="chef", signature="CHEF TN")


@pytest.fixture
def group(city: City) -> NeedToKnowGroup:
    """Restricted matters of tekniska nämnden."""
    return NeedToKnowGroupFactory.create(organisation=city.technical, name="OT")


def open_it(user: User, audience: str, now: dt.datetime, **more: Any) -> BreakGlass:
    """Open with a reason."""
    given: dict[str, Any] = {"reason": "Brand i pumphuset, behöver kontaktlistan", **more}
    return services.open_break_glass(
        actor=actor_for(user), now=now, user=user, audience=audience, **given
    )


def test_opens_for_a_while_and_is_told(
    tib: User, group: NeedToKnowGroup, city: City, now: dt.datetime
) -> None:
    target = group_key(group.pk)
    opening = open_it(tib, target, now)
    assert str(opening) == f"{tib.pk}: {target}"
    assert opening.controller == city.technical
    assert target in audiences_for(tib, at=now)
    assert target not in audiences_for(tib, at=now + HOUR)
    row = LedgerRow.objects.get(name="account.break_glass_opened")
    assert key(Permission.BREAK_GLASS_READ, city.technical.pk) in row.audiences


def test_a_view_at_an_organisation_can_be_opened(tib: User, city: City, now: dt.datetime) -> None:
    target = key(Permission.FILE_VIEW, city.technical.pk)
    open_it(tib, target, now)
    assert target in audiences_for(tib, at=now)


@pytest.mark.parametrize(
    ("audience", "more", "code", "kind"),
    [
        ("group:{group}", {"reason": " "}, "break_glass_reason", Invalid),
        ("group:{group}", {"lasts": 5 * HOUR}, "break_glass_length", Invalid),
        ("group:{group}", {"lasts": 0 * HOUR}, "break_glass_length", Invalid),
        ("group:999999", {}, "break_glass_target", Missing),
        ("group:x", {}, "break_glass_target", Missing),
        ("site.view@999999", {}, "break_glass_target", Missing),
        ("alarm.close@1", {}, "break_glass_target", Invalid),
        ("whatever", {}, "break_glass_target", Invalid),
    ],
)
def test_opening_is_refused(
    tib: User,
    group: NeedToKnowGroup,
    now: dt.datetime,
    audience: str,
    more: dict[str, Any],
    code: str,
    kind: type[DomainError],
) -> None:
    with pytest.raises(kind) as caught:
        open_it(tib, audience.format(group=group.pk), now, **more)
    assert caught.value.code == code
    assert not BreakGlass.objects.exists()


def test_only_who_may_and_only_once(
    tib: User, alma: User, group: NeedToKnowGroup, now: dt.datetime
) -> None:
    with pytest.raises(Forbidden):
        open_it(alma, group_key(group.pk), now)
    open_it(tib, group_key(group.pk), now)
    with pytest.raises(Conflict):
        open_it(tib, group_key(group.pk), now)
    open_it(tib, group_key(group.pk), now + HOUR)


def test_review_by_the_controllers_manager(
    tib: User, manager: User, cia: User, group: NeedToKnowGroup, city: City, now: dt.datetime
) -> None:
    opening = open_it(tib, group_key(group.pk), now)

    def review(reviewer: User, verdict: str = "justified", note: str = "") -> None:
        services.review_break_glass(
            actor=actor_for(reviewer),
            now=now + HOUR,
            opening=opening,
            reviewer=reviewer,
            verdict=verdict,
            note=note,
        )

    other = person("DECISION_MAKER", city.service)
    for reviewer, verdict, kind in (
        (tib, "justified", Forbidden),
        (other, "justified", Forbidden),
        (cia, "justified", Forbidden),
        (manager, "perhaps", Invalid),
        (manager, "unjustified", Invalid),
    ):
        with pytest.raises(kind):
            review(reviewer, verdict)
    assert BreakGlass.objects.awaiting_review().count() == 1
    review(manager, "unjustified", "Kontaktlistan fanns i objektskortet.")
    opening.refresh_from_db()
    assert (opening.reviewed_by, opening.verdict) == (manager, "unjustified")
    with pytest.raises(Conflict):
        review(manager)


def test_pages(
    client_of: ClientOf,
    tib: User,
    manager: User,
    group: NeedToKnowGroup,
    city: City,
) -> None:
    browser = client_of(tib)
    assert "Inga nödåtkomster" in browser.get("/konto/nodatkomst/").content.decode()
    assert "OT" in browser.get("/konto/nodatkomst/oppna/").content.decode()
    data = {"target": group_key(group.pk), "reason": "Brand", "hours": "1"}
    assert browser.post("/konto/nodatkomst/oppna/", data).status_code == 302
    assert "redan öppen" in browser.post("/konto/nodatkomst/oppna/", data).content.decode()
    assert "öppen nu" in browser.get("/konto/nodatkomst/").content.decode()
    opening = BreakGlass.objects.get()
    review = f"/konto/nodatkomst/{opening.pk}/"
    assert browser.get(review).status_code == 403
    assert client_of(person("DECISION_MAKER", city.service)).get(review).status_code == 404
    dpo = client_of(person("DPO", city.technical))
    assert "Brand" in dpo.get("/konto/nodatkomst/").content.decode()
    chief = client_of(manager)
    assert "Granska" in chief.get("/konto/nodatkomst/").content.decode()
    assert "Brand" in chief.get(review).content.decode()
    assert "varför" in chief.post(review, {"verdict": "unjustified"}).content.decode()
    assert chief.post(review, {"verdict": "justified"}).status_code == 302
    assert "befogad" in chief.get("/konto/nodatkomst/").content.decode()
