"""How long a row may live. Every model declares one `retention`; a test holds this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Rule:
    """A retention class.

    `months` is calendar months after the moment that `after` names; None means for ever.
    Nothing is removed without a gallring decision (arkivlagen 1990:782 10 §, domain.md E.3).
    """

    code: str
    months: int | None
    after: str
    source: str
    parent: str = ""

    @classmethod
    def forever(cls, code: str, source: str) -> Self:
        """Bevaras."""
        return cls(code, None, "", source)

    @classmethod
    def with_parent(cls, code: str, parent: str) -> Self:
        """Lives and dies with the row it belongs to, named as `app.Model`."""
        return cls(code, None, "parent", "follows its parent", parent)

    @classmethod
    def operational(cls, code: str) -> Self:
        """Settings and bookkeeping of the system itself; removed when no longer needed."""
        return cls(code, None, "replaced", "internal working data, not a public record")
