"""Secrets at rest: a text field that is encrypted in the database.

Fernet (AES-128-CBC with HMAC-SHA256) under the keys of ``ENCRYPTION_KEYS``: the first encrypts, all decrypt.
"""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from fourleaf.kernel.errors import DomainError

__all__ = ["EncryptedTextField", "decrypt", "encrypt"]

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


@lru_cache(maxsize=4)
def _cipher(keys: tuple[str, ...]) -> MultiFernet:
    derived = (hashlib.scrypt(key.encode(), salt=b"fourleaf-at-rest", n=2**14, r=8, p=1, dklen=32) for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


def encrypt(plain: str) -> str:
    """The encrypted form, safe to store."""
    return _cipher(tuple(settings.ENCRYPTION_KEYS)).encrypt(plain.encode()).decode("ascii")


def decrypt(stored: str) -> str:
    """The plain text; raises `DomainError` when no known key opens it."""
    try:
        return _cipher(tuple(settings.ENCRYPTION_KEYS)).decrypt(stored.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise DomainError(
            "A stored secret cannot be opened: its key is not among FOURLEAF_ENCRYPTION_KEYS. "
            "Add the old key at the end of that list."
        ) from error


class EncryptedTextField(_TextField):
    """A text that is plain in Python and encrypted in the database. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else encrypt(str(value))

    def from_db_value(self, value: str | None, expression: object, connection: object) -> str | None:
        return None if value is None else decrypt(value)
