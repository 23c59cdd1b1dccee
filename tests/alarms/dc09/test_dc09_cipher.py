"""Keys, pads and wrong keys."""

from __future__ import annotations

import random
import secrets

import pytest

from alarms.gateways.dc09.cipher import (
    KeyFormat,
    KeyFormatError,
    decode_hex,
    decrypt,
    encrypt,
    open_with,
    parse_key,
    random_pad,
)
from tests.alarms.dc09.support import FRAMES, K128, K192, K256, KTXT


@pytest.mark.parametrize("key", [K128, K192, K256])
def test_hex_keys_of_every_length(key: bytes) -> None:
    assert parse_key(key.hex(), KeyFormat.HEX) == key
    assert parse_key(f" {key.hex().upper()}\n", KeyFormat.HEX) == key


@pytest.mark.parametrize("text", ["A" * 16, "nyckel med 24 tecken !!!", "x" * 32])
def test_text_keys_of_every_length(text: str) -> None:
    assert parse_key(text, KeyFormat.TEXT) == text.encode()
    assert parse_key(text) == text.encode()


def test_format_is_guessed_where_only_one_fits() -> None:
    assert parse_key(K192.hex()) == K192
    assert parse_key(K256.hex()) == K256
    assert parse_key("A" * 16) == KTXT


def test_32_hexadecimal_digits_need_their_format() -> None:
    digits = K128.hex()
    with pytest.raises(KeyFormatError):
        parse_key(digits)
    assert parse_key(digits, KeyFormat.HEX) == K128
    assert parse_key(digits, KeyFormat.TEXT) == digits.encode()


@pytest.mark.parametrize(
    ("text", "key_format"),
    [
        ("", None),
        ("short", None),
        ("A" * 17, KeyFormat.TEXT),
        ("AB" * 15, KeyFormat.HEX),
        ("G" * 32, KeyFormat.HEX),
        ("AB" * 20, None),
        ("å" * 16, KeyFormat.HEX),
    ],
)
def test_what_is_no_key_is_refused(text: str, key_format: KeyFormat | None) -> None:
    with pytest.raises(KeyFormatError):
        parse_key(text, key_format)


def test_hex_must_be_whole_blocks() -> None:
    assert decode_hex(b"") is None
    assert decode_hex(b"AB" * 15) is None
    assert decode_hex(b"zz" * 16) is None
    assert decode_hex(b"ab" * 16) == b"\xab" * 16


def test_pad_avoids_the_three_marks_and_is_random() -> None:
    pad = random_pad(20_000)
    assert not set(pad) & set(b"|[]")
    assert len(set(pad)) == 253
    assert random_pad(16) != random_pad(16)


def test_worked_vector_opens_with_its_key_only() -> None:
    blocks = decode_hex(FRAMES["V11"][:-1].partition(b"[")[2])
    assert blocks is not None
    assert open_with((K192, K256, KTXT), blocks) is None
    opened = open_with((KTXT, K128), blocks)
    assert opened is not None
    key, clear = opened
    assert key == K128
    assert clear.content == b"#1234|Nri1/PA003]_10:15:30,11-20-2026"


def test_noise_is_practically_never_taken_for_a_message() -> None:
    chance = random.Random(9)
    taken = sum(
        open_with((K128,), chance.randbytes(16 * chance.randint(1, 6))) is not None
        for _ in range(5_000)
    )
    # A single ] after a short pad reads as an empty message without time: NAK instead of DUH.
    assert taken < 50


def test_round_trip() -> None:
    clear = secrets.token_bytes(64)
    blocks = decode_hex(encrypt(K256, clear))
    assert blocks is not None
    assert decrypt(K256, blocks) == clear
