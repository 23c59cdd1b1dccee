"""The signals' own sequence, and the rows the city starts from (domain.md D.2, 00.8, R9)."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TYPES = (
    ("AL-BRA", "Brandlarm automatiskt", 1, 30),
    ("AL-BRM", "Brandlarm, larmknapp", 1, 30),
    ("AL-OVF", "Överfallslarm", 1, 30),
    ("AL-PER", "Personlarm", 1, 30),
    ("AL-AKU", "Akutlarm", 1, 30),
    ("AL-TRY", "Trygghetslarm", 1, 60),
    ("AL-DIG", "Digital tillsyn", 2, 90),
    ("AL-INB", "Inbrottslarm", 2, 90),
    ("AL-BRK", "Bråklarm", 2, 60),
    ("AL-KAM", "Kamerahändelse", 2, 90),
    ("AL-PAS", "Passerlarm", 3, 180),
    ("AL-HIS", "Hisslarm", 2, 60),
    ("AL-VAT", "Vattenlarm", 3, 180),
    ("AL-DRF", "Driftlarm", 3, 300),
    ("AL-SAB", "Sabotage eller överföringsfel", 2, 180),
    ("AL-TST", "Testlarm", 5, None),
    ("AL-TEL", "Telefonanmälan", 3, 60),
    ("AL-FEL", "Felanmälan", 4, None),
    ("AL-EXT", "Myndighetsvarning", 2, 60),
    ("AL-OKD", "Okänd händelse", 2, 90),
)

# code, label, unfounded, needs a note
GENERAL = (
    ("real", "Skarpt larm", False, True),
    ("unfounded_handling", "Obefogat: handhavande", True, False),
    ("unfounded_technical", "Obefogat: tekniskt fel", True, False),
    ("unknown_cause", "Okänd orsak", True, False),
    ("cancelled_code_word", "Återkallat med kodord", True, False),
    ("test", "Prov", True, False),
)
FIRE = (
    ("real_fire", "Brand", False, True),
    ("no_fire_cooking", "Ej brand: matlagning eller ånga", True, True),
    ("no_fire_work", "Ej brand: arbete på platsen", True, True),
    ("no_fire_technical", "Ej brand: tekniskt fel", True, True),
    ("no_fire_button", "Ej brand: larmknapp tryckt", True, True),
    ("no_fire_unknown", "Ej brand: okänd orsak", True, True),
    ("test", "Prov", True, False),
)
MEDICAL = (
    ("talk_enough", "Samtal räckte", False, False),
    ("home_care_sent", "Hemtjänst skickad", False, False),
    ("called_112", "112 larmat", False, False),
    ("relative_contacted", "Anhörig kontaktad", False, False),
    ("no_answer_visit", "Inget svar – besök skickat", False, False),
    ("unintended", "Oavsiktlig tryckning", True, False),
    ("test", "Prov", True, False),
    ("technical", "Tekniskt fel", True, False),
)
TECHNICAL = (
    ("fixed", "Åtgärdat", False, False),
    ("handed_over", "Överlämnat till driften", False, True),
    ("restored_itself", "Återställt av sig självt", False, False),
    ("unfounded_technical", "Obefogat: tekniskt fel", True, False),
    ("test", "Prov", True, False),
)
SUPERVISION = (
    ("line_back", "Förbindelsen är tillbaka", False, False),
    ("technician_told", "Larmtekniker underrättad", False, True),
    ("unfounded_technical", "Obefogat: tekniskt fel", True, False),
    ("test", "Prov", True, False),
)
UNKNOWN = (
    ("adopted", "Kopplat till anläggning", False, False),
    ("real", "Skarpt larm", False, True),
    ("not_ours", "Inte vår sändare", True, True),
    ("unknown_cause", "Okänd orsak", True, False),
    ("test", "Prov", True, False),
)
CODES = {
    "": GENERAL,
    "fire": FIRE,
    "medical": MEDICAL,
    "technical": TECHNICAL,
    "supervision": SUPERVISION,
    "unknown": UNKNOWN,
}
DESKS = (
    ("trygghetslarm", "Trygghetslarm"),
    ("brand", "Brand"),
    ("inbrott", "Inbrott och överfall"),
    ("teknik", "Teknik"),
    ("felanmalan", "Felanmälan"),
    ("vaxel", "Växelnotiser"),
)


def fill(apps: Any, _schema_editor: Any) -> None:
    """Insert what is not there."""
    for code, label, priority, target in TYPES:
        apps.get_model("alarms", "AlarmType").objects.get_or_create(
            code=code, defaults={"label": label, "priority": priority, "target_seconds": target}
        )
    for category, rows in CODES.items():
        for position, (code, label, unfounded, needs_note) in enumerate(rows):
            apps.get_model("alarms", "CloseCode").objects.get_or_create(
                category=category,
                code=code,
                defaults={
                    "label": label,
                    "unfounded": unfounded,
                    "needs_note": needs_note,
                    "position": position,
                },
            )
    for position, (code, name) in enumerate(DESKS):
        apps.get_model("alarms", "Desk").objects.get_or_create(
            code=code, defaults={"name": name, "position": position}
        )


def keep(_apps: Any, _schema_editor: Any) -> None:
    """Going back leaves the rows: alarms may point at them."""


class Migration(migrations.Migration):
    """Sequence and reference rows."""

    dependencies = (("alarms", "0001_alarms"),)
    operations = (
        migrations.RunSQL(
            "CREATE SEQUENCE alarms_signal_seq OWNED BY alarms_signal.id",
            "DROP SEQUENCE alarms_signal_seq",
        ),
        migrations.RunPython(fill, keep),
    )
