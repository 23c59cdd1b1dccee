"""The names of the channel layer's groups."""

from __future__ import annotations

from trygghetscentral.live.registry import Stream


def group_name(stream: Stream, language: str, level: str) -> str:
    """The group of those who read a stream in a language at a level of detail."""
    return f"live.{stream.name}.{language}.{level}"
