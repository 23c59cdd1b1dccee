"""Event codes: tables, fall-back rules and how codes are written."""

from __future__ import annotations

import csv

import pytest

from alarms.codes import CATEGORY_LABELS_SV, DATA, Category, Nature, classify, parse_code

ALARM, TROUBLE = Nature.ALARM, Nature.TROUBLE


def test_every_listed_code_follows_the_table() -> None:
    with (DATA / "event_codes.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 627
    for row in rows:
        meaning = classify(row["scheme"], row["code"], "1" if row["scheme"] == "CID" else "")
        assert meaning.known
        assert meaning.category == row["category"]
        assert meaning.priority == int(row["default_priority"])
        assert meaning.is_restore == (row["is_restore"] == "1")
        assert meaning.label_sv
        if meaning.is_restore:
            assert meaning.nature in meaning.restores
            assert not meaning.raises_alarm


def test_every_labelled_code_is_listed() -> None:
    with (DATA / "event_labels_sv.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            assert classify(row["scheme"], row["code"], row["qualifier"] or "1").known, row


@pytest.mark.parametrize(
    ("code", "restores", "ends"),
    [
        ("BR", {ALARM, TROUBLE}, ["BA", "BT"]),
        ("BH", {ALARM}, ["BA", "BV", "BM"]),
        ("BJ", {TROUBLE}, ["BT"]),
        ("BU", {Nature.BYPASS}, ["BB"]),
        ("FR", {ALARM, TROUBLE}, ["FA", "FT"]),
        ("FV", {Nature.SUPERVISORY}, ["FS"]),
        ("AR", {ALARM, TROUBLE}, ["AT"]),
        ("YR", {ALARM, TROUBLE}, ["YT", "YM"]),
        ("YK", {ALARM, TROUBLE}, ["YC", "YS"]),
        ("XJ", {ALARM, TROUBLE}, ["XS"]),
        ("NS", {ALARM}, ["NA"]),
        ("DR", {ALARM, TROUBLE}, ["DF", "DJ"]),
        ("DH", {ALARM, TROUBLE}, ["DL", "DM"]),
        ("LR", {ALARM, TROUBLE}, ["LT"]),
        ("TJ", {TROUBLE}, ["TT"]),
        ("EJ", {ALARM, TROUBLE}, ["ES"]),
    ],
)
def test_a_restore_ends_its_own_condition(
    code: str, restores: set[Nature], ends: list[str]
) -> None:
    restore = classify("SIA", code, "")
    assert restore.restores == restores
    for other in ends:
        begun = classify("SIA", other, "")
        assert begun.nature in restore.restores
        assert begun.condition == restore.condition
        assert begun.raises_alarm


def test_mains_back_does_not_end_a_battery_fault() -> None:
    assert classify("SIA", "AR", "").condition != classify("SIA", "YT", "").condition


def test_every_restore_of_the_table_has_something_to_end() -> None:
    with (DATA / "event_codes.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["scheme"] == "SIA"]
    meanings = [classify("SIA", row["code"]) for row in rows]
    begun = {(m.condition, m.nature) for m in meanings if not m.is_restore}
    lonely = [
        m.code
        for m in meanings
        if m.is_restore and not any((m.condition, nature) in begun for nature in m.restores)
    ]
    assert lonely == []


@pytest.mark.parametrize(
    ("code", "category", "nature", "priority", "restore"),
    [
        ("KX", Category.TEST, Nature.INFO, 5, False),
        ("FH", Category.FIRE, ALARM, 5, True),
        ("IT", Category.SUPERVISION, TROUBLE, 3, False),
        ("DA", Category.ACCESS, Nature.INFO, 5, False),
        ("TS", Category.TEST, Nature.INFO, 5, False),
        ("KG", Category.UNKNOWN, ALARM, 2, False),
        ("QQ", Category.UNKNOWN, ALARM, 2, False),
        ("LA", Category.SUPERVISION, ALARM, 2, False),
        ("DB", Category.ACCESS, Nature.INFO, 5, False),
        ("LH", Category.SUPERVISION, ALARM, 5, True),
        ("IB", Category.SUPERVISION, Nature.BYPASS, 4, False),
        ("", Category.UNKNOWN, ALARM, 2, False),
        ("B", Category.UNKNOWN, ALARM, 2, False),
        ("B1", Category.UNKNOWN, ALARM, 2, False),
    ],
)
def test_sia_fall_back(
    code: str, category: Category, nature: Nature, priority: int, restore: bool
) -> None:
    meaning = classify("SIA", code)
    assert (meaning.category, meaning.nature) == (category, nature)
    assert (meaning.priority, meaning.is_restore) == (priority, restore)


def test_contact_id_qualifiers() -> None:
    new, restore, status = (classify("CID", "130", mark) for mark in "136")
    assert new.raises_alarm
    assert restore.restores == {ALARM}
    assert restore.priority == 5
    assert restore.condition == new.condition
    assert status.status_only
    assert not status.raises_alarm
    assert not status.is_restore


@pytest.mark.parametrize("code", ["400", "401", "409", "441", "454", "456"])
def test_closing_restores_nothing(code: str) -> None:
    assert classify("CID", code, "3").restores == frozenset()


def test_opening_and_closing_are_named() -> None:
    assert classify("CID", "401", "1").label_sv == "Frånkopplat av användare"
    assert classify("CID", "401", "3").label_sv == "Tillkopplat av användare"
    assert not classify("CID", "401", "1").raises_alarm
    assert classify("CID", "454", "1").raises_alarm


@pytest.mark.parametrize(
    ("code", "category", "priority"),
    [
        ("104", Category.MEDICAL, 1),
        ("119", Category.FIRE, 1),
        ("127", Category.HOLDUP, 1),
        ("148", Category.BURGLARY, 2),
        ("165", Category.TECHNICAL, 3),
        ("349", Category.TECHNICAL, 3),
        ("369", Category.SUPERVISION, 3),
        ("399", Category.SUPERVISION, 4),
        ("438", Category.ACCESS, 5),
        ("419", Category.OPEN_CLOSE, 5),
        ("560", Category.SUPERVISION, 4),
        ("610", Category.TEST, 5),
        ("999", Category.UNKNOWN, 2),
        ("1B0", Category.UNKNOWN, 2),
        ("", Category.UNKNOWN, 2),
    ],
)
def test_contact_id_fall_back(code: str, category: Category, priority: int) -> None:
    meaning = classify("CID", code, "1")
    assert (meaning.category, meaning.priority, meaning.known) == (category, priority, False)


@pytest.mark.parametrize("category", list(Category))
def test_own_codes(category: Category) -> None:
    meaning = classify("TC", category.value)
    restore = classify("TC", f"{category.value}.restore")
    assert meaning.category is category
    assert not meaning.is_restore
    assert restore.category is category
    assert restore.is_restore
    assert restore.condition == meaning.condition
    assert meaning.nature in restore.restores or category in (
        Category.TEST,
        Category.OPEN_CLOSE,
    )
    assert meaning.raises_alarm == (category not in (Category.TEST, Category.OPEN_CLOSE))


@pytest.mark.parametrize("code", ["nonsense", "fire.what", "fire.restore.twice", ""])
def test_unknown_own_code_raises_an_unknown_alarm(code: str) -> None:
    meaning = classify("TC", code)
    assert (meaning.category, meaning.known) == (Category.UNKNOWN, False)
    assert meaning.raises_alarm
    assert classify("MQTT", "x").category is Category.UNKNOWN


@pytest.mark.parametrize(
    ("scheme", "code", "qualifier", "label"),
    [
        ("SIA", "BA", "", "Inbrottslarm"),
        ("SIA", "FA", "", "Brandlarm"),
        ("SIA", "AT", "", "Nätspänning borta"),
        ("SIA", "FW", "", CATEGORY_LABELS_SV[Category.FIRE]),
        ("SIA", "FQ", "", "Brand – återställt"),
        ("CID", "130", "3", "Inbrottslarm – återställt"),
        ("TC", "holdup", "", "Överfallslarm"),
        ("TC", "holdup.restore", "", "Överfallslarm – återställt"),
        ("SIA", "QQ", "", "Okänd händelse"),
    ],
)
def test_swedish_labels(scheme: str, code: str, qualifier: str, label: str) -> None:
    assert classify(scheme, code, qualifier).label_sv == label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SIA:BA", ("SIA", "BA", "")),
        ("sia:ba", ("SIA", "BA", "")),
        ("BA", ("SIA", "BA", "")),
        ("CID:1130", ("CID", "130", "1")),
        ("CID:E130", ("CID", "130", "1")),
        ("CID:130", ("CID", "130", "1")),
        ("E130", ("CID", "130", "1")),
        ("r130", ("CID", "130", "3")),
        ("S130", ("CID", "130", "6")),
        ("3401", ("CID", "401", "3")),
        ("130", ("CID", "130", "1")),
        (" holdup ", ("TC", "holdup", "")),
        ("Fire.Restore", ("TC", "fire.restore", "")),
        ("TC:test", ("TC", "test", "")),
        ("SIA:whatever", ("SIA", "WHATEVER", "")),
        ("CID:x", ("CID", "X", "")),
        ("what is this", ("TC", "what is this", "")),
        ("http://x", ("TC", "http://x", "")),
    ],
)
def test_codes_as_clients_write_them(text: str, expected: tuple[str, str, str]) -> None:
    assert parse_code(text) == expected


def test_empty_code_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        parse_code("  ")
