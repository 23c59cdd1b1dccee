"""What the alarm board and an alarm's page show of duties and calls."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from trygghetscentral.accounts.models import User
from trygghetscentral.callout.models import Call, CallMember, Delivery, Duty, DutyContact, Episode
from trygghetscentral.callout.selectors.people import OnDuty, on_duty
from trygghetscentral.callout.selectors.promises import open_episodes, silent_parts
from trygghetscentral.callout.states import NO_ADDRESS, NOT_ALLOWED, Channel, DeliveryState

SHOWN_CALLS = 3


@dataclass(frozen=True, slots=True)
class Unreached:
    """A duty that does not answer: the calls that have waited longest, and how many more."""

    duty: Duty
    calls: list[Call]
    more: int


@dataclass(frozen=True, slots=True)
class BoardState:
    """The bar and what stands in red below it."""

    duties: list[OnDuty]
    unreached: list[Unreached]
    silent: dict[str, dt.datetime | None]
    late: list[Episode]


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a call: the messages, and the number to ring."""

    user: User | None
    deliveries: list[Delivery]
    phone: str
    rung: Delivery | None

    @property
    def tel(self) -> str:
        """The number as a `tel:` address wants it."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")


@dataclass(frozen=True, slots=True)
class ShownCall:
    """One call with everyone it concerns, in the order they were called."""

    call: Call
    people: list[Person]

    @property
    def is_red(self) -> bool:
        """Whether nobody is reached, so that somebody must ring."""
        return self.call.is_waiting and self.call.unreached_at is not None


def board_state(user: User, *, now: dt.datetime) -> BoardState:
    """Who is on duty, which calls reach nobody, and whether the machinery keeps its promises."""
    # Only duties that somebody holds, or that are called, concern the board; TiB always does.
    shown = [one for one in on_duty(now) if one.shifts or one.duty.position == 0]
    return BoardState(shown, _unreached(user), silent_parts(now), open_episodes())


def _unreached(user: User) -> list[Unreached]:
    # One line for each duty: a flood must not push the alarms off the screen.
    waiting: dict[int, list[Call]] = {}
    for call in (
        Call.objects.visible_to(user)
        .waiting()
        .filter(unreached_at__isnull=False)
        .select_related("duty")
        .order_by("unreached_at", "pk")
    ):
        waiting.setdefault(call.duty_id, []).append(call)
    return [
        Unreached(calls[0].duty, calls[:SHOWN_CALLS], max(0, len(calls) - SHOWN_CALLS))
        for calls in waiting.values()
    ]


def calls_about(user: User, *, subject_type: str, subject_id: str) -> list[ShownCall]:
    """The calls about one thing that the user may see, newest first; bundles it is or was in
    too."""
    thing = Q(subject_type=subject_type, subject_id=subject_id)
    bundles = CallMember.objects.filter(thing).values("call")
    calls = Call.objects.visible_to(user).filter(thing | Q(pk__in=bundles))
    return [shown(call) for call in calls.select_related("duty", "answered_by")]


def shown(call: Call) -> ShownCall:
    """One call with its people, and what was sent in its present round."""
    by_person: dict[int | None, list[Delivery]] = {}
    present = Q(round=call.round) | Q(channel=Channel.PHONE) | Q(state=DeliveryState.ACKNOWLEDGED)
    made = call.deliveries.filter(present | Q(error__in=(NO_ADDRESS, NOT_ALLOWED)))
    for delivery in made.select_related("user").order_by("pk"):
        by_person.setdefault(delivery.user_id, []).append(delivery)
    contacts = {
        contact.user_id: contact
        for contact in DutyContact.objects.filter(user__in=[pk for pk in by_person if pk])
    }
    people = []
    for pk, deliveries in by_person.items():
        contact = contacts.get(pk) if pk else None
        rung = next((one for one in deliveries if one.channel == Channel.PHONE), None)
        people.append(
            Person(
                deliveries[0].user,
                [one for one in deliveries if one.channel != Channel.PHONE],
                contact.phone if contact else "",
                rung,
            )
        )
    return ShownCall(call, people)


def own_calls(user: User) -> list[Call]:
    """Open calls in which the user was called and nobody has answered."""
    return list(
        Call.objects.visible_to(user)
        .waiting()
        .filter(deliveries__user=user)
        .exclude(deliveries__user=user, deliveries__state=DeliveryState.ACKNOWLEDGED)
        .select_related("duty")
        .distinct()
    )
