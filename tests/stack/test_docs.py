"""What the operations page says about settings and commands is what there is."""

import re

from trygghetscentral.shared.env import PROJECT_ROOT, SETTINGS

OPERATIONS = PROJECT_ROOT / "docs" / "operations.md"


def test_the_settings_table_has_every_setting_with_its_default() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([A-Z0-9_]+)` \| ([^|]+) \| [^|]+ \|$", text, flags=re.MULTILINE)

    assert rows == [(setting.name, setting.default) for setting in SETTINGS]


def test_every_make_target_it_names_exists() -> None:
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`make (\w+)", OPERATIONS.read_text(encoding="utf-8")))

    assert {"run", "test", "check", "reset", "lock"} <= named
    for target in named:
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
