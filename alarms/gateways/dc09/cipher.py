"""AES as DC-09 uses it: CBC with a zero IV, pad first, hex outside (docs/protocols.md 1.6)."""

from __future__ import annotations

import binascii
import enum
import re
import secrets
from functools import lru_cache
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK: Final = 16
MAX_PAD: Final = 47
_ZERO_IV: Final = bytes(BLOCK)
_KEY_LENGTHS: Final = frozenset({16, 24, 32})
_HEX: Final = re.compile(r"[0-9A-Fa-f]+")
# 256 values folded onto the 253 that a pad byte may have: anything but | [ ].
_PAD_ALPHABET: Final = bytes(byte for byte in range(256) if byte not in b"|[]")
_PAD_TABLE: Final = bytes(_PAD_ALPHABET[byte % len(_PAD_ALPHABET)] for byte in range(256))

# With the right key the clear text closes its data field and ends in a time, 20 bytes long.
_TIMED: Final = re.compile(rb"_[0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{2}-[0-9]{2}-[0-9]{4}\Z")
_TIMED_LENGTH: Final = 20
# Right key but no time: told from noise by an account or an empty field after a short pad.
_UNTIMED: Final = re.compile(
    rb"[^|\[\]]{0,47}\|?(?:#[0-9A-Fa-f]{1,16}\|[^\x00-\x1f\[\]]*)?\]"
    rb"(?:\[[A-Z][^\x00-\x1f\]]*\])*(?:_[0-9:,\-]*)?\Z"
)
_ACCOUNT_TAIL: Final = re.compile(rb"#[0-9A-Fa-f]{1,16}\Z")


class KeyFormat(enum.StrEnum):
    """How a key is written: panels take hexadecimal digits or raw text."""

    HEX = "hex"
    TEXT = "text"


class KeyFormatError(ValueError):
    """The text is no AES key in the given format, or its format must be said."""


def parse_key(text: str, key_format: KeyFormat | None = None) -> bytes:
    """Return the 16, 24 or 32 key bytes that `text` stands for.

    Without `key_format` the form is guessed, except for 32 hexadecimal digits, which may be an
    AES-128 key or the text of an AES-256 key. Raises KeyFormatError.
    """
    stripped = text.strip()
    if key_format is None:
        key_format = _guess(stripped)
    if key_format is KeyFormat.HEX:
        if not _HEX.fullmatch(stripped) or len(stripped) not in (32, 48, 64):
            raise KeyFormatError("a hexadecimal key has 32, 48 or 64 digits")
        return bytes.fromhex(stripped)
    key = stripped.encode()
    if len(key) not in _KEY_LENGTHS:
        raise KeyFormatError("a text key has 16, 24 or 32 characters")
    return key


def _guess(text: str) -> KeyFormat:
    if not _HEX.fullmatch(text) or len(text) in (16, 24):
        return KeyFormat.TEXT
    if len(text) == 32:
        raise KeyFormatError("32 hexadecimal digits: say whether the key is hex or text")
    return KeyFormat.HEX


@lru_cache(maxsize=8192)
def _cipher(key: bytes) -> Cipher[modes.CBC]:
    return Cipher(algorithms.AES(key), modes.CBC(_ZERO_IV))


def encrypt(key: bytes, clear: bytes) -> bytes:
    """AES-CBC of `clear`, whose length is a multiple of 16, as upper-case hex."""
    encryptor = _cipher(key).encryptor()
    return binascii.hexlify(encryptor.update(clear) + encryptor.finalize()).upper()


def decode_hex(text: bytes) -> bytes | None:
    """The cipher bytes behind their hex form, None unless they are whole AES blocks."""
    if not text or len(text) % (2 * BLOCK):
        return None
    try:
        return binascii.unhexlify(text)
    except binascii.Error:
        return None


def decrypt(key: bytes, cipher_text: bytes) -> bytes:
    """The clear text, pad included."""
    decryptor = _cipher(key).decryptor()
    return decryptor.update(cipher_text) + decryptor.finalize()


class Opened(NamedTuple):
    """Clear text that proved its key: `content` begins after the pad."""

    content: bytes
    timed: bool


def open_with(keys: tuple[bytes, ...], cipher_text: bytes) -> tuple[bytes, Opened] | None:
    """Try each key; return the one that fits with what it opened, None when none does."""
    for key in keys:
        clear = decrypt(key, cipher_text)
        timed = b"]" in clear and _TIMED.match(clear, len(clear) - _TIMED_LENGTH) is not None
        if timed or _UNTIMED.match(clear):
            content = strip_pad(clear)
            if content is not None:
                return key, Opened(content, timed)
    return None


def strip_pad(clear: bytes) -> bytes | None:
    """Drop the pad and its `|`, which some senders leave out; None when no pad is plausible."""
    close = clear.find(b"]")
    bar = clear.find(b"|", 0, close if close >= 0 else len(clear))
    if bar < 0:
        return clear[close:] if 0 <= close <= MAX_PAD else None
    unbarred = _ACCOUNT_TAIL.search(clear, 0, bar)
    if unbarred is not None and clear[bar + 1 : bar + 2] != b"#":
        # The only bar is the one after the account: this sender put none after the pad.
        return clear[unbarred.start() :] if unbarred.start() <= MAX_PAD else None
    return clear[bar + 1 :] if bar <= MAX_PAD else None


def random_pad(length: int) -> bytes:
    """`length` unpredictable bytes, none of them | [ ]."""
    return secrets.token_bytes(length).translate(_PAD_TABLE)
