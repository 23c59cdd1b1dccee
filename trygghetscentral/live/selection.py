"""Which of the rows that one may see a screen wants to see. Pure.

A row carries tags such as "desk:brand" and "state:parked". A selection is tags too: a row is shown
when it has one of those chosen in each dimension, which is what stands before the colon.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

MOST_TAGS = 60

# A row with this tag is shown whatever has been selected.
ALWAYS = "always"

_TAG = re.compile(r"[a-z]{1,16}:[a-z0-9_-]{1,140}")


@dataclass(frozen=True, slots=True)
class Selection:
    """One set of tags for each dimension that is selected by; none selects everything."""

    choices: tuple[frozenset[str], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.choices)

    @property
    def tags(self) -> list[str]:
        """Every tag chosen, in order."""
        return sorted(tag for choice in self.choices for tag in choice)

    def matches(self, tags: frozenset[str]) -> bool:
        """Whether a row with these tags is what was asked for."""
        return all(not tags.isdisjoint(choice) for choice in self.choices)

    def shows(self, tags: frozenset[str]) -> bool:
        """Whether it is shown: what is asked for, and what can not be selected away."""
        return ALWAYS in tags or self.matches(tags)


EVERYTHING = Selection()


def selection_of(tags: Iterable[str]) -> Selection:
    """The selection of these tags; the same for the same tags in any order."""
    found: dict[str, set[str]] = defaultdict(set)
    for tag in tags:
        found[dimension_of(tag)].add(tag)
    return Selection(tuple(frozenset(found[name]) for name in sorted(found)))


def dimension_of(tag: str) -> str:
    """What stands before the colon."""
    return tag.partition(":")[0]


def value_of(tag: str) -> str:
    """What stands after it."""
    return tag.partition(":")[2]


def heard(content: Any, dimensions: Collection[str]) -> Selection | None:
    """The selection that a browser names as a list of tags; None for garbage.

    Nothing at all is everything. Garbage is not taken for that: the page would believe that it
    shows less than it does.
    """
    if content is None:
        return EVERYTHING
    if not isinstance(content, list) or len(content) > MOST_TAGS:
        return None
    for tag in content:
        if not isinstance(tag, str) or not _TAG.fullmatch(tag):
            return None
        if dimension_of(tag) not in dimensions:
            return None
    return selection_of(content)
