"""Signals of accounts that nobody has said whose they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, Max, Min, QuerySet, Value
from django.db.models.functions import Concat

from alarms.codes import classify
from alarms.models import Alarm, Signal, SignalOutcome
from alarms.selectors.directory import centre_id
from alarms.services.correlation import UNKNOWN_ACCOUNT_KIND
from trygghetscentral.accounts.models import User
from trygghetscentral.accounts.permissions import Permission

LIST_LIMIT: Final = 200
LATEST: Final = 20


class Identity(NamedTuple):
    """A sender as it calls itself."""

    receiver: str
    line: str
    account: str

    @property
    def label(self) -> str:
        """The account, with receiver and line when they were sent."""
        lead = "/".join(part for part in (self.receiver, self.line) if part)
        return f"{lead} #{self.account}" if lead else self.account


@dataclass(frozen=True, slots=True)
class Group:
    """One sender's unknown signals."""

    identity: Identity
    signals: int
    first_at: dt.datetime
    last_at: dt.datetime
    codes: tuple[str, ...]
    alarm_number: str

    @property
    def meanings(self) -> list[str]:
        """What the codes mean, in words, each once."""
        labels = (_label(code) for code in self.codes if code.strip(":"))
        return sorted(set(labels))


def _label(text: str) -> str:
    scheme, qualifier, code = text.split(":", 2)
    return classify(scheme, code, qualifier).label_sv


def unmatched_of(identity: Identity) -> QuerySet[Signal]:
    """The unknown signals of one sender."""
    return Signal.objects.filter(
        outcome=SignalOutcome.UNMATCHED,
        account=identity.account,
        receiver=identity.receiver,
        line=identity.line,
    )


def unmatched_visible_to(user: User) -> QuerySet[Signal]:
    """The door: unknown signals are the centre's, until somebody there says whose they are."""
    if not user.may(Permission.SIGNAL_ADOPT, centre_id()):
        return Signal.objects.none()
    return Signal.objects.filter(outcome=SignalOutcome.UNMATCHED)


def groups(user: User) -> list[Group]:
    """By sender, the one heard last first, at most 200. Three queries whatever their number."""
    rows = list(
        unmatched_visible_to(user)
        .values("receiver", "line", "account")
        .annotate(
            signals=Count("pk"),
            first_at=Min("received_at"),
            last_at=Max("received_at"),
            codes=ArrayAgg(
                Concat("scheme", Value(":"), "qualifier", Value(":"), "code"), distinct=True
            ),
        )
        .order_by("-last_at", "account")[:LIST_LIMIT]
    )
    accounts = [row["account"] for row in rows]
    numbers = {
        Identity(receiver, line, account): number
        for receiver, line, account, number in Alarm.objects.visible_to(user)
        .open()
        .filter(kind=UNKNOWN_ACCOUNT_KIND, account__in=accounts)
        .values_list("receiver", "line", "account", "number")
    }
    return [_group(dict(row), numbers) for row in rows]


def _group(row: dict[str, object], numbers: dict[Identity, str]) -> Group:
    identity = Identity(str(row["receiver"]), str(row["line"]), str(row["account"]))
    values: dict[str, object] = {**row}
    for part in Identity._fields:
        values.pop(part)
    codes = values.pop("codes")
    return Group(
        identity=identity,
        codes=tuple(codes) if isinstance(codes, list) else (),
        alarm_number=numbers.get(identity, ""),
        **values,  # type: ignore[arg-type]  # the annotations of the query above
    )


def group_of(user: User, identity: Identity) -> tuple[Group | None, list[Signal]]:
    """One sender's signals together, and its newest twenty."""
    found = next((one for one in groups(user) if one.identity == identity), None)
    newest = unmatched_visible_to(user).filter(
        account=identity.account, receiver=identity.receiver, line=identity.line
    )
    return found, list(newest.defer("raw", "extended").order_by("-pk")[:LATEST])
