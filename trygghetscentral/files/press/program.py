"""A program of its own: `program.py charts`, `paper` or `picture`, JSON in, the result out.

Nothing imports it. vl-convert and typst keep what they have made (120 and 420 MB after twenty
papers, measured), so they live for one piece of work and leave the web processes as they were.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import typst
import vl_convert

FRAME: Final = Path(__file__).with_name("frame.typ")
# For people to read: tagged, with a title, a language and words for every picture.
STANDARD: Final = "ua-1"
# For those who come after us: the same, and nothing that needs anything from outside.
ARCHIVED: Final = ("a-2a", STANDARD)
_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="{box}"'
    ' preserveAspectRatio="none">{inside}</svg>'
)
_IMAGE: Final = (
    '<g transform="{turned}"><image width="{w}" height="{h}" preserveAspectRatio="none"'
    ' href="data:{kind};base64,{data}"/></g>'
)


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


def picture(order: dict[str, Any]) -> bytes:
    """One picture drawn anew, turned and of another size, as "png" or "jpeg". Fetches nothing.

    A picture that can not be read is drawn as nothing, without a word. So it is drawn small on a
    ground that shows whether anything came. Raises ValueError when not.
    """
    image = _IMAGE.format(**order)
    ground = '<rect width="100%" height="100%" fill="#f0f"/>'
    box = f"0 0 {order['wide']} {order['high']}"
    probe = vl_convert.svg_to_png(_SVG.format(inside=ground + image, wide=32, high=32, box=box))
    if probe == vl_convert.svg_to_png(_SVG.format(inside=ground, wide=32, high=32, box=box)):
        raise ValueError("no picture")
    svg = _SVG.format(inside=image, wide=order["wide"], high=order["high"], box=box)
    if order["form"] == "png":
        return bytes(vl_convert.svg_to_png(svg))
    return bytes(vl_convert.svg_to_jpeg(svg, quality=85))


Work = Callable[[Any], bytes]
WORKS: Final[dict[str, Work]] = {"charts": charts, "paper": paper, "picture": picture}

if __name__ == "__main__":
    # A paper gives way to alarms.
    os.nice(10)
    order = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(WORKS[sys.argv[1]](order))
