"""Field encryption: AES-256-GCM, the key's id in the ciphertext so that keys can be rotated."""

from __future__ import annotations

import base64
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class UnknownKey(Exception):
    """The ciphertext names a key that is not in FIELD_KEY, or was tampered with."""


def current_key_id() -> str:
    """The key that new ciphertexts use: the first one in FIELD_KEY."""
    return next(iter(settings.FIELD_KEYS))


def encrypt(plain: str, *, context: str) -> str:
    """Return `keyid:base64`. `context` binds the ciphertext to its column."""
    key_id = current_key_id()
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(settings.FIELD_KEYS[key_id]).encrypt(nonce, plain.encode(), context.encode())
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def decrypt(stored: str, *, context: str) -> str:
    """Undo `encrypt`. Raises UnknownKey when the key is gone or the text does not fit it."""
    key_id, _, body = stored.partition(":")
    key = settings.FIELD_KEYS.get(key_id)
    if key is None:
        raise UnknownKey(key_id)
    try:
        blob = base64.b64decode(body)
        return (
            AESGCM(key).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], context.encode()).decode()
        )
    except (InvalidTag, ValueError) as error:
        raise UnknownKey(key_id) from error


def key_id_of(stored: str) -> str:
    """Which key a ciphertext was made with."""
    return stored.partition(":")[0]
