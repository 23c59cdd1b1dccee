"""A program of its own: `program.py charts` or `program.py paper`, JSON in, the result out.

Nothing imports it. vl-convert and typst keep what they have made (120 and 420 MB after twenty
papers, measured), so they live for one piece of work and leave the web processes as they were.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

import typst
import vl_convert

FRAME: Final = Path(__file__).with_name("frame.typ")
# For people to read: tagged, with a title, a language and words for every picture.
STANDARD: Final = "ua-1"
# For those who come after us: the same, and nothing that needs anything from outside.
ARCHIVED: Final = ("a-2a", STANDARD)


def charts(specifications: list[str]) -> bytes:
    """Each Vega-Lite specification as SVG, in a JSON list. Fetches nothing."""
    drawn = [vl_convert.vegalite_to_svg(one, allowed_base_urls=[]) for one in specifications]
    return json.dumps(drawn).encode()


def paper(order: dict[str, Any]) -> bytes:
    """A PDF of `data` in the `template`'s shape, dated `at`.

    The template may import "frame.typ" and nothing else. Fonts are typst's own: the same on every
    machine.
    """
    files = {"main.typ": Path(order["template"]).read_bytes(), "frame.typ": FRAME.read_bytes()}
    # The stubs do not know that several files may be given by name.
    made: bytes = typst.compile(  # type: ignore[call-overload]
        files,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"data": order["data"]},
        pdf_standards=list(ARCHIVED) if order.get("archive") else STANDARD,
        timestamp=dt.datetime.fromisoformat(order["at"]),
    )
    return made


if __name__ == "__main__":
    # A paper gives way to alarms.
    os.nice(10)
    order = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(charts(order) if sys.argv[1] == "charts" else paper(order))
