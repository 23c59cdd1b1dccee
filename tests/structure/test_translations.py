"""Everything said to people exists in English, and nothing else does."""

from __future__ import annotations

import shutil

import pytest
from django.template import Context, Template
from django.utils import translation

from tests.structure.messages import (
    asked,
    asked_by,
    asked_in,
    english,
    key,
    placeholders,
    swedish_without_gettext,
)
from tests.structure.tree import code, parse
from trygghetscentral.stack import check

MEND = (
    "manage.py makemessages -l en --no-obsolete --no-wrap --add-location file "
    "-i .venv -i tests -i benchmarks; translate what is new; manage.py compilemessages -i .venv"
)


def test_every_message_has_its_english() -> None:
    assert sorted(asked().keys() - english().keys()) == [], MEND


def test_the_catalogue_holds_nothing_that_is_no_longer_said() -> None:
    assert sorted(english().keys() - asked().keys()) == [], MEND


def test_both_languages_have_the_same_placeholders() -> None:
    different = {
        said: forms
        for said, forms in english().items()
        for form, source in zip(forms, (said, asked().get(said, "")), strict=False)
        if placeholders(source) != placeholders(form)
    }

    assert different == {}


def test_the_source_has_no_gap_and_the_compiled_file_is_fresh() -> None:
    if shutil.which("msgfmt") is None:
        pytest.skip("needs gettext, as make check does")

    assert check.translations_are_complete() == []


def test_no_swedish_sentence_passes_gettext_by() -> None:
    assert [str(one) for source in code() for one in swedish_without_gettext(source)] == []


@pytest.mark.parametrize("language", ["sv", "en"])
def test_plural_forms(language: str) -> None:
    template = Template(
        "{% load i18n %}{% blocktranslate count counter=number %}{{ counter }} anläggning"
        "{% plural %}{{ counter }} anläggningar{% endblocktranslate %}"
    )
    wanted = {
        "sv": ["0 anläggningar", "1 anläggning", "2 anläggningar"],
        "en": ["0 installations", "1 installation", "2 installations"],
    }
    with translation.override(language):
        said = [template.render(Context({"number": number})) for number in range(3)]

    assert said == wanted[language]


def test_one_word_may_have_one_english_alone_and_another_among_several() -> None:
    with translation.override("en"):
        assert translation.gettext("Objekt") == "Site"
        assert translation.pgettext("flera", "Objekt") == "Sites"
    with translation.override("sv"):
        assert translation.pgettext("flera", "Objekt") == "Objekt"


def test_what_is_asked_for_is_found() -> None:
    source = parse(
        "_('Ta')\ngettext_lazy('Svara' ' nu')\npgettext('flera', 'Objekt')\n"
        "ngettext('en', 'två', n)\nprint('x')\n_(name)\n",
        "alarms/views.py",
    )
    template = (
        "{% load i18n %}{% translate 'Ta' %}{% translate word %}"
        "{% if x %}{% translate 'Objekt' context 'flera' as y %}{% endif %}"
        "{% blocktranslate trimmed with at=x %}\n kom {{ at }} \n{% endblocktranslate %}"
    )

    assert set(asked_in(source)) == {
        ("Ta", ""),
        ("Svara nu", ""),
        (key("Objekt", "flera"), ""),
        ("en", "två"),
    }
    assert set(asked_by(template)) == {
        ("Ta", ""),
        (key("Objekt", "flera"), ""),
        ("kom %(at)s", ""),
    }


def test_swedish_beside_gettext_is_found() -> None:
    text = '"""Får stå här."""\n_("Får stå här.")\nx = "Får inte stå här."\n'

    assert [one.line for one in swedish_without_gettext(parse(text, "alarms/views.py"))] == [3]
    assert not list(swedish_without_gettext(parse(text, "trygghetscentral/stack/run.py")))
