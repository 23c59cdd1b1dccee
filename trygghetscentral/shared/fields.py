"""Model fields of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from trygghetscentral.shared import crypto

if TYPE_CHECKING:
    _Text = models.TextField[str, str]
else:
    _Text = models.TextField


class EncryptedTextField(_Text):
    """Plain in Python, `keyid:ciphertext` in the database. Cannot be searched or ordered by."""

    @property
    def context(self) -> str:
        """What a ciphertext of this column is bound to."""
        return f"{self.model._meta.label_lower}.{self.name}"

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt on the way in; the empty string stays empty so that "none" can be asked for."""
        if value is None or value == "":
            return value
        return crypto.encrypt(str(value), context=self.context)

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        """Decrypt on the way out."""
        if not value:
            return value
        return crypto.decrypt(value, context=self.context)
