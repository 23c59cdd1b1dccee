"""What `make check` finds by itself, shown to be able to fail."""

import shutil
import subprocess
from pathlib import Path

import pytest

from trygghetscentral.stack import check

HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
WHOLE = f'{HEADER}msgid "Ta"\nmsgstr "Take"\n'
GAP = f'{WHOLE}\nmsgid "Stäng"\nmsgstr ""\n'


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    if shutil.which("msgfmt") is None:
        pytest.skip("needs gettext, as make check does")
    monkeypatch.setattr(check, "PROJECT_ROOT", tmp_path)
    folder = tmp_path / "locale" / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    return folder / "django.po"


def compiled(source: Path, text: str) -> None:
    source.write_text(text, encoding="utf-8")
    target = str(source.with_suffix(".mo"))
    subprocess.run(["msgfmt", "--output-file", target, str(source)], check=True)


def test_a_whole_translation_passes(catalogue: Path) -> None:
    compiled(catalogue, WHOLE)

    assert check.translations_are_complete() == []


def test_a_gap_is_found(catalogue: Path) -> None:
    compiled(catalogue, GAP)

    assert "untranslated" in check.translations_are_complete()[0]


@pytest.mark.parametrize("stale", [True, False])
def test_a_stale_or_missing_compiled_file_is_found(catalogue: Path, stale: bool) -> None:
    if stale:
        compiled(catalogue, WHOLE.replace("Take", "Grab"))
    catalogue.write_text(WHOLE, encoding="utf-8")

    assert "compilemessages" in check.translations_are_complete()[0]


def test_a_lock_file_with_an_address_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "PROJECT_ROOT", tmp_path)
    assert check.lock_files_hold_no_address() == ["inga låsfiler"]

    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "base.lock").write_text("--index-url https://exempel.se\n")
    assert check.lock_files_hold_no_address() != []
