"""The two thousand others: intrusion, fire, doors, water, mains and lines. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator

from trygghetscentral.board.simulation import mix
from trygghetscentral.board.simulation.curves import Day, apportion
from trygghetscentral.board.simulation.events import Kind, Planned, Source
from trygghetscentral.board.simulation.habits import Hours
from trygghetscentral.board.simulation.mix import Cause
from trygghetscentral.board.simulation.places import City, Occupied, until_free

# What an armed detector reports; silent while the building is open.
ARMED_CODES = frozenset({"BA", "BM"})
# A hold-up button sends no restore; the next press on the same one comes hours later.
HELD_SECONDS = 4 * 3600.0


class Troubles:
    """Draws alarms that can happen: armed where it must be, restored before the next."""

    def __init__(
        self,
        city: City,
        day: Day,
        chance: random.Random,
        *,
        hours: dict[str, Hours],
        occupied: Occupied,
    ) -> None:
        self._city, self._day, self._chance = city, day, chance
        self._hours, self._occupied = hours, occupied

    def all(self) -> Iterator[Planned]:
        """Every alarm of the span with its restore, in no order."""
        day = self._day
        total = round(mix.OTHERS_A_DAY * (day.share if day.steady else 1.0))
        possible = [cause for cause in mix.CAUSES if self._city.of(cause.systems)]
        if not possible:
            return
        counts = apportion(total, {cause: cause.share for cause in possible})
        for cause, count in counts.items():
            sources = self._city.of(cause.systems)
            for _ in range(count):
                yield from self._one(cause, sources)

    def _one(self, cause: Cause, sources: list[Source]) -> list[Planned]:
        return until_free(lambda: self._drawn(cause, self._chance.choice(sources)), cause.name)

    def _drawn(self, cause: Cause, source: Source) -> list[Planned]:
        chance = self._chance
        at = self._day.draw(cause.curve, chance)
        lasts = chance.uniform(*cause.lasts)
        zone = chance.choice(source.zones) if cause.zoned and source.zones else ""
        if not self._possible(cause, source, at):
            return []
        alarm = Planned(
            at=at,
            account=source.account,
            kind=Kind.ALARM,
            code=cause.code,
            area="1" if cause.zoned else "",
            number=zone,
            text=f"{cause.text} {zone}" if cause.text else "",
            unfounded=chance.random() < cause.unfounded,
        )
        ends = at + (lasts if cause.restore else HELD_SECONDS)
        place = alarm.place if cause.zoned else (source.account, cause.code, "")
        if not self._occupied.take(place, at, ends):
            return []
        return (
            [alarm, alarm.later(lasts, Kind.RESTORE, cause.restore)] if cause.restore else [alarm]
        )

    def _possible(self, cause: Cause, source: Source, at: float) -> bool:
        hours = self._hours.get(source.account)
        if self._day.steady or hours is None or cause.code not in ARMED_CODES:
            return True
        return not hours.is_open(self._day.hour(at))
