"""Errors a person can act on: what happened, what was kept, what to do now (ui.md, Words)."""

from __future__ import annotations

from typing import ClassVar

from django.utils.functional import Promise

Text = str | Promise


class DomainError(Exception):
    """A rule said no. `code` is stable for programs; the three texts are for people."""

    status: ClassVar[int] = 409

    def __init__(self, message: Text, *, code: str, kept: Text = "", todo: Text = "") -> None:
        super().__init__(str(message))
        self.message = message
        self.code = code
        self.kept = kept
        self.todo = todo

    def sentence(self) -> str:
        """All three parts as one text."""
        return " ".join(str(part) for part in (self.message, self.kept, self.todo) if part)


class Invalid(DomainError):
    """The input cannot be understood or breaks a rule of form."""

    status = 400


class Forbidden(DomainError):
    """The actor may see the thing but not do this to it."""

    status = 403


class Missing(DomainError):
    """There is no such thing for this actor."""

    status = 404


class Conflict(DomainError):
    """Somebody else was first, or the state has moved on."""
