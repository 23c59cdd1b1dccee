"""The simulated day as a pure plan: how much, where, when, and nothing impossible."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from alarms.codes import classify
from trygghetscentral.board.demo.plants import site_rows
from trygghetscentral.board.simulation import blueprint, flood, habits, mix
from trygghetscentral.board.simulation.curves import DAY, HOUR, MEDICAL, NIGHT, Day, apportion
from trygghetscentral.board.simulation.events import Kind, Plan, Planned, Source
from trygghetscentral.board.simulation.places import City, Occupied
from trygghetscentral.board.simulation.plan import make_plan

AREAS = ("norr", "oster", "soder", "vaster", "innerstaden")
SEEDS = (1, 2, 3)


def city() -> list[Source]:
    """As `prepare` enters it, but for where each building stands."""
    rows = [*site_rows(), *blueprint.extra_sites()]
    found = [
        Source(
            account=f"{0x2001 + place:04X}",
            area=AREAS[place % len(AREAS)],
            system=row["system"],
            site_kind=row["kind"],
            zones=blueprint.zones("", row["slug"], row["system"]),
        )
        for place, row in enumerate(rows)
    ]
    found += [
        Source(account, site.rpartition("-")[2], "medical", "other", buttons)
        for account, site, buttons in blueprint.gateways()
    ]
    return found


@pytest.fixture(scope="module", params=SEEDS)
def plan(request: pytest.FixtureRequest) -> Plan:
    return make_plan(city(), day=Day(), seed=request.param, silent_account="5F01")


def of(plan: Plan, *kinds: Kind) -> list[Planned]:
    return [event for event in plan.events if event.kind in kinds]


def test_a_day_is_two_thousand_trygghetslarm_and_two_thousand_others(plan: Plan) -> None:
    assert len(of(plan, Kind.PRESS)) == 2_000
    assert len(of(plan, Kind.ALARM)) == 2_000


def test_the_same_seed_gives_the_same_day_and_another_another() -> None:
    first, again, other = (make_plan(city(), day=Day(), seed=seed) for seed in (7, 7, 8))
    assert first == again
    assert first != other


def test_events_come_in_order_and_within_the_day(plan: Plan) -> None:
    times = [event.at for event in plan.events]
    assert times == sorted(times)
    assert 0 <= times[0] <= times[-1] < DAY


def test_the_shares_are_those_of_the_table(plan: Plan) -> None:
    whole = sum(cause.share for cause in mix.CAUSES)
    sent = Counter(event.code for event in of(plan, Kind.ALARM))
    for cause in mix.CAUSES:
        assert abs(sent[cause.code] - 2_000 * cause.share / whole) <= 1, cause.name


def test_most_fire_alarms_are_unfounded(plan: Plan) -> None:
    fires = [event for event in of(plan, Kind.ALARM) if event.code == "FA"]
    assert sum(event.unfounded for event in fires) > 0.85 * len(fires)


def _at_hours(plan: Plan, events: list[Planned], first: float, last: float) -> int:
    return sum(first <= Day().hour(event.at) < last for event in events)


def test_people_press_most_in_the_morning_and_in_the_evening(plan: Plan) -> None:
    presses = of(plan, Kind.PRESS)
    morning, evening = _at_hours(plan, presses, 7, 10), _at_hours(plan, presses, 18, 21)
    assert min(morning, evening) > _at_hours(plan, presses, 13, 16)
    assert min(morning, evening) > 2 * _at_hours(plan, presses, 1, 4)


def test_intrusion_comes_at_night(plan: Plan) -> None:
    alarms = [event for event in of(plan, Kind.ALARM) if event.code == "BA"]
    assert _at_hours(plan, alarms, 0, 4) > 3 * _at_hours(plan, alarms, 10, 14)


def test_schools_open_between_six_and_eight_and_close_between_four_and_six(plan: Plan) -> None:
    kinds = {source.account: source.site_kind for source in city()}
    for kind, first, last in ((Kind.OPENING, 6, 8), (Kind.CLOSING, 16, 18)):
        hours = [
            Day().hour(event.at) for event in of(plan, kind) if kinds[event.account] == "school"
        ]
        assert len(hours) > 60
        assert all(first <= hour <= last for hour in hours)


def test_no_detector_alarms_in_a_building_that_is_open(plan: Plan) -> None:
    spans: dict[str, dict[Kind, float]] = defaultdict(dict)
    for event in of(plan, Kind.OPENING, Kind.CLOSING):
        spans[event.account][event.kind] = Day().hour(event.at)
    alarms = [event for event in of(plan, Kind.ALARM) if event.code in ("BA", "BM")]
    for event in alarms:
        span = spans.get(event.account)
        if span:
            hour = Day().hour(event.at)
            assert not span[Kind.OPENING] <= hour <= span[Kind.CLOSING]


def _ends(restore: Planned, alarm: Planned) -> bool:
    """As the house matches them, by what the codes mean."""
    back, lost = classify("SIA", restore.code, ""), classify("SIA", alarm.code, "")
    return (
        restore.place == alarm.place
        and back.condition == lost.condition
        and lost.nature in back.restores
    )


def test_nothing_is_restored_that_was_not_in_alarm(plan: Plan) -> None:
    """Each restore ends an earlier alarm of its own place, and no place alarms twice between,
    but for a trygghetslarm pressed again and a hold-up button, which is reset by hand."""
    open_ones: dict[tuple[str, str, str], list[Planned]] = defaultdict(list)
    for event in plan.events:
        meaning = classify("SIA", event.code, "") if event.code else None
        if meaning is None or event.code in ("TS", "TE"):
            continue
        here = open_ones[event.place]
        if meaning.is_restore:
            ended = [alarm for alarm in here if _ends(event, alarm)]
            assert ended, event
            open_ones[event.place] = [alarm for alarm in here if alarm not in ended]
        elif meaning.raises_alarm:
            if meaning.category.value not in ("medical", "unknown", "holdup"):
                assert not any(alarm.code == event.code for alarm in here), event
            here.append(event)


def test_whoever_presses_again_has_pressed_before(plan: Plan) -> None:
    pressed: set[tuple[str, str, str]] = set()
    again = 0
    for event in of(plan, Kind.PRESS, Kind.PRESS_AGAIN):
        if event.kind is Kind.PRESS_AGAIN:
            again += 1
            assert event.place in pressed
        pressed.add(event.place)
    assert 100 < again < 400


def test_the_power_cut_is_hundreds_of_troubles_in_exactly_three_areas(plan: Plan) -> None:
    where = {source.account: source.area for source in city()}
    cut, back = of(plan, Kind.POWER_CUT), of(plan, Kind.POWER_BACK)
    assert len({where[event.account] for event in cut}) == 3
    assert len(cut) == len(back) > 250
    assert {event.code for event in cut} == {"AT", "YT", "YC"}
    assert cut[-1].at - cut[0].at < 15 * 60
    start = Day().at(flood.CUT_HOUR)
    assert start + HOUR <= back[0].at <= back[-1].at < start + HOUR + 15 * 60


def test_one_hold_up_comes_in_the_middle_of_it_and_in_the_dark(plan: Plan) -> None:
    where = {source.account: source.area for source in city()}
    (press,) = of(plan, Kind.HOLDUP)
    cut = of(plan, Kind.POWER_CUT)
    before = sum(event.at < press.at for event in cut)
    assert press.code == "HA"
    assert where[press.account] in {where[event.account] for event in cut}
    assert 50 < before < len(cut) - 20


def test_the_dead_line_says_nothing_else(plan: Plan) -> None:
    assert plan.silence is not None
    assert plan.silence.account == "5F01"
    assert plan.silence.end - plan.silence.start == flood.SILENT_HOURS * HOUR
    assert not [event for event in plan.events if event.account == "5F01"]


def test_a_technician_tries_every_zone_between_start_and_end_of_the_test(plan: Plan) -> None:
    zones = {source.account: source.zones for source in city()}
    visits: dict[str, list[Planned]] = defaultdict(list)
    for event in of(plan, Kind.VISIT):
        visits[event.account].append(event)
    assert len(visits) == len(flood.VISIT_HOURS)
    for account, events in visits.items():
        assert (events[0].code, events[-1].code) == ("TS", "TE")
        tried = [event.number for event in events if event.code in ("BA", "FA")]
        assert tried == list(zones[account])


def test_some_messages_must_be_sent_again(plan: Plan) -> None:
    again = [event for event in plan.events if event.lost_acks or event.damaged]
    assert 0.015 < len(again) / len(plan.events) < 0.05


def test_each_transmitter_tests_itself_once_a_day(plan: Plan) -> None:
    tests = Counter(event.account for event in of(plan, Kind.TEST))
    assert set(tests) == {source.account for source in city()}
    assert set(tests.values()) == {1}


def test_an_hour_is_the_beginning_of_the_day() -> None:
    day = make_plan(city(), day=Day(), seed=4)
    hour = make_plan(city(), day=Day(hours=1), seed=4)
    assert hour.events == tuple(event for event in day.events if event.at < HOUR)


def test_another_start_moves_the_flood_to_the_same_time_of_day() -> None:
    noon = make_plan(city(), day=Day(start=12.0), seed=1)
    hour = Day(start=12.0).hour(of(noon, Kind.POWER_CUT)[0].at)
    assert flood.CUT_HOUR <= hour < flood.CUT_HOUR + 0.1


@pytest.mark.parametrize("hours", [10.0, 36.0])
def test_a_soak_is_an_even_mix_without_extremes(hours: float) -> None:
    even = make_plan(city(), day=Day(hours=hours, steady=True), seed=1, silent_account="5F01")
    assert even.silence is None
    assert not of(even, Kind.POWER_CUT, Kind.HOLDUP, Kind.VISIT, Kind.STRANGER)
    assert len(of(even, Kind.PRESS)) == round(2_000 * hours / 24)
    assert len(of(even, Kind.ALARM)) == round(2_000 * hours / 24)
    half = sum(event.at < hours / 2 * HOUR for event in of(even, Kind.PRESS, Kind.ALARM))
    assert abs(half / (4_000 * hours / 24) - 0.5) < 0.05


def test_a_small_city_has_no_room_for_a_day() -> None:
    small = [Source("2001", "norr", "burglary", "school", ("1",))]
    with pytest.raises(ValueError, match="no room"):
        make_plan(small, day=Day(), seed=1)


def test_nobody_to_speak_for_leaves_only_the_strangers() -> None:
    assert {event.kind for event in make_plan([], day=Day(), seed=1).events} == {Kind.STRANGER}


def test_a_place_is_taken_until_it_is_restored() -> None:
    places = Occupied()
    assert places.take(("A", "1", "1"), 10, 20)
    assert not places.take(("A", "1", "1"), 20, 30)
    assert not places.take(("A", "1", "1"), 5, 10)
    assert places.take(("A", "1", "2"), 15, 18)
    assert places.take(("A", "1", "1"), 21, 30)


def test_shares_always_sum_to_the_whole() -> None:
    assert apportion(10, {"a": 1, "b": 1, "c": 1}) in (
        {"a": 4, "b": 3, "c": 3},
        {"a": 3, "b": 4, "c": 3},
        {"a": 3, "b": 3, "c": 4},
    )
    assert sum(apportion(1_999, {"a": 0.7, "b": 11, "c": 3.3}).values()) == 1_999


def test_every_hour_has_its_weight() -> None:
    assert len(MEDICAL) == len(NIGHT) == 24
    assert all(weight > 0 for weight in (*MEDICAL, *NIGHT))


def test_the_gateways_carry_two_thousand_buttons_each_once_in_its_area() -> None:
    places = [(site, button) for _, site, buttons in blueprint.gateways() for button in buttons]
    assert len(places) == len(set(places)) == 2_000


def test_only_buildings_that_can_be_switched_on_have_hours() -> None:
    systems = {source.account: source.system for source in city()}
    sources = City(city())
    plan = make_plan(sources.sources, day=Day(), seed=1)
    for event in of(plan, Kind.OPENING, Kind.CLOSING):
        assert systems[event.account] in habits.ARMED_SYSTEMS
