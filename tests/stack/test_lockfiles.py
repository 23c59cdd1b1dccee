"""The lock files: complete, hashed, and tied to no machine."""

import itertools
import re
import tomllib

import pytest

from trygghetscentral.shared.env import PROJECT_ROOT
from trygghetscentral.stack.check import ADDRESS, lock_files_hold_no_address

ORDER = ("base", "embedded", "test", "tools")


def pins(name: str) -> dict[str, str]:
    text = (PROJECT_ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith((" ", "#"))]
    return dict(line.split("==", 1) for line in lines)


@pytest.mark.parametrize("name", ORDER)
def test_every_pin_has_hashes(name: str) -> None:
    text = (PROJECT_ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=\S)", text.strip())

    assert len(blocks) > 50
    for block in blocks:
        assert re.match(r"[a-z0-9._-]+==\S+", block)
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block)


def test_each_file_holds_all_of_the_one_before_with_the_same_versions() -> None:
    for smaller, larger in itertools.pairwise(ORDER):
        assert set(pins(smaller)) <= set(pins(larger))
        for package in set(pins(smaller)) & set(pins(larger)):
            version = pins(smaller)[package].split()[0]
            assert version == pins(larger)[package].split()[0]


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=~!;]", one)[0].strip().lower().replace("_", "-") for one in wanted}

    assert names <= set(pins("tools"))


def test_no_lock_file_holds_an_address() -> None:
    assert lock_files_hold_no_address() == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://exempel.se/simple",
        "--find-links ./hjul",
        "-e .",
        "paket @ file:///hjul/paket.whl",
        "./hjul/paket.whl",
        "/hjul/paket.whl",
        "# via https://exempel.se",
    ],
)
def test_an_address_would_be_found(line: str) -> None:
    assert ADDRESS.search(f"paket==1.0 \\\n    --hash=sha256:{'0' * 64}\n{line}\n")
