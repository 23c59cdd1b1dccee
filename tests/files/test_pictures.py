"""Pictures are drawn anew: smaller, upright, and without what they told of themselves."""

from __future__ import annotations

import struct
import zlib

import pytest

from tests.incidents.staff.pictures import exif, jpeg, png
from trygghetscentral.files.content import ContentType
from trygghetscentral.files.exif import told_by
from trygghetscentral.files.pictures import taken_in
from trygghetscentral.files.storage import MAX_BYTES
from trygghetscentral.shared.errors import Invalid

HERE = pytest.approx((13.003, 55.605))


@pytest.mark.parametrize("order", ["<", ">"])
def test_what_a_telephone_writes_is_read(order: str) -> None:
    told = told_by(jpeg(exif=exif(order, orientation=6)), ContentType.JPEG)
    assert told is not None
    assert (told.width, told.height, told.orientation) == (300, 200, 6)
    assert told.position == HERE
    south = told_by(jpeg(exif=exif(order, south=True)), ContentType.JPEG)
    assert south is not None
    assert south.position == pytest.approx((13.003, -55.605))


def test_a_large_one_turned_is_made_small_upright_and_silent() -> None:
    taken = taken_in([jpeg(2400, 1200, exif=exif(orientation=6))])
    assert taken.position == HERE
    assert b"Exif" not in taken.data
    told = told_by(taken.data, ContentType.JPEG)
    assert told is not None
    assert (told.width, told.height, told.orientation) == (1000, 2000, 1)
    assert told.position is None
    assert b"".join(taken.chunks()) == taken.data


def test_png_and_webp_tell_too() -> None:
    body = exif()
    plain = png()
    chunk = struct.pack(">I", len(body)) + b"eXIf" + body
    chunk += struct.pack(">I", zlib.crc32(b"eXIf" + body))
    told = told_by(plain[:33] + chunk + plain[33:], ContentType.PNG)
    assert told is not None
    assert told.width == 300
    assert told.position == HERE
    extended = struct.pack("<I", 10) + bytes(4) + (299).to_bytes(3, "little")
    extended += (199).to_bytes(3, "little")
    webp = b"RIFF\0\0\0\0WEBPVP8X" + extended + b"EXIF" + struct.pack("<I", len(body)) + body
    told = told_by(webp, ContentType.WEBP)
    assert told is not None
    assert (told.width, told.height) == (300, 200)
    assert told.position == HERE


def test_a_screenshot_stays_sharp_and_a_document_untouched() -> None:
    assert taken_in([png()]).data.startswith(b"\x89PNG")
    document = b"%PDF-1.7 and more"
    assert taken_in([document[:3], document[3:]]).data == document


@pytest.mark.parametrize(
    "wrong",
    [
        b"\xff\xd8\xff\xe0 no picture",
        b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 20_000, 20_000),
        b"\x89PNG\r\n\x1a\n" + bytes(8) + struct.pack(">II", 20, 20),
        b"RIFF\0\0\0\0WEBP",
        b"MZ\x90\x00\x03 program",
    ],
)
def test_what_is_no_picture_and_no_document_is_refused(wrong: bytes) -> None:
    with pytest.raises(Invalid):
        taken_in([wrong])


def test_exif_that_lies_is_as_if_it_were_not_there() -> None:
    true = exif()
    for at in range(4, len(true), 3):
        broken = true[:at] + b"\xff\xff\xff\xff" + true[at + 4 :]
        told = told_by(jpeg(40, 30, exif=broken[: max(10, at)]), ContentType.JPEG)
        assert told is not None
        assert 1 <= told.orientation <= 8


def test_what_is_too_large_is_left_to_the_store_to_refuse() -> None:
    assert len(taken_in([b"a" * (MAX_BYTES + 1)]).data) > MAX_BYTES


def test_webp_of_both_older_kinds_tells_its_size() -> None:
    lossy = b"\0" * 6 + struct.pack("<HH", 300, 200)
    lossless = b"\x2f" + struct.pack("<I", 299 | 199 << 14)
    for name, body in ((b"VP8 ", lossy), (b"VP8L", lossless)):
        webp = b"RIFF\0\0\0\0WEBP" + name + struct.pack("<I", len(body)) + body
        told = told_by(webp, ContentType.WEBP)
        assert told is not None
        assert (told.width, told.height) == (300, 200)


def test_what_can_not_be_measured_is_no_picture() -> None:
    assert told_by(b"\x89PNG", ContentType.PNG) is None
    assert told_by(b"\xff\xd8" + b"\xff" * 20, ContentType.JPEG) is None
    assert told_by(b"\x89PNG\r\n\x1a\n" + bytes(24), ContentType.PNG) is None


def test_a_position_that_is_none_is_not_told() -> None:
    nowhere = exif().replace(
        struct.pack("<II", 550_000, 10_000), struct.pack("<II", 990_000, 10_000)
    )
    told = told_by(jpeg(exif=nowhere), ContentType.JPEG)
    assert told is not None
    assert told.position is None
