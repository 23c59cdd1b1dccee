"""What is another in a text than it was before, word by word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

WORDS: Final = re.compile(r"\S+\s*|\s+")
SAME, ADDED, REMOVED = "same", "added", "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that stayed, came or went."""

    kind: str
    text: str


def differences(before: str, after: str) -> list[Piece]:
    """The text as runs of what stayed, what went and what came, in reading order. Joined, what
    stayed and came is `after`, and what stayed and went is `before`."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    pieces: list[Piece] = []
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece(SAME, "".join(old[old_from:old_to])))
            continue
        if old_to > old_from:
            pieces.append(Piece(REMOVED, "".join(old[old_from:old_to])))
        if new_to > new_from:
            pieces.append(Piece(ADDED, "".join(new[new_from:new_to])))
    return pieces
