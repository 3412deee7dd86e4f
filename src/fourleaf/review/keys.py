"""Keys and secrets: the key of the sample, and links of which only a keyed hash is stored."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

from django.conf import settings

__all__ = ["digest_of", "new_secret", "sampling_key"]

_FORM = re.compile(r"[A-Za-z0-9_-]{32}")


def _key(purpose: str) -> bytes:
    return hashlib.sha256(f"fourleaf review {purpose}\0{settings.SECRET_KEY}".encode()).digest()


def sampling_key() -> bytes:
    """The key under which items are drawn for review."""
    return _key("sampling")


def new_secret() -> str:
    """A fresh secret for a link: 192 random bits."""
    return secrets.token_urlsafe(24)


def digest_of(secret: str) -> str:
    """What is stored of a link: HMAC-SHA-256 under a key that is not in the database; "" for what is no secret."""
    if not _FORM.fullmatch(secret):
        return ""
    return hmac.new(_key("link"), secret.encode(), hashlib.sha256).hexdigest()
