"""One-time links, and what is derived from them.

A token is 100 random bits, written in 20 letters and digits that are hard to confuse. The server keeps only a keyed
hash of it. From the token itself, and from nothing that is stored, come three things: where a draft lies, the key that
opens it, and the order of the statements. Whoever has the whole database has none of them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
import zlib
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

__all__ = ["digest_of", "draft_id", "item_seed", "new_token", "open_draft", "read_token", "seal_draft", "written"]

#: Crockford's base 32: no I, L, O, U.
_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH: Final = 20
_FORM = re.compile(rf"[{_LETTERS}]{{{_LENGTH}}}")
_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0"})
#: Drafts are padded to steps of this many bytes, so that their size does not say how far somebody came.
_STEP: Final = 1024


def new_token() -> str:
    """A fresh token: 20 characters, 100 bits."""
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def written(token: str) -> str:
    """As it is read aloud and typed: ``ABCDE-FGHJK-MNPQR-STVWX``."""
    return "-".join(token[at : at + 5] for at in range(0, len(token), 5))


def read_token(text: str) -> str | None:
    """The token that somebody typed or followed: hyphens, case and misread letters aside; None if it is none."""
    plain = re.sub(r"[\s\-‐-–]", "", text[:100]).upper().translate(_MISREAD)
    return plain if _FORM.fullmatch(plain) else None


def digest_of(token: str) -> str:
    """What the server keeps: HMAC-SHA256 under a key that is not in the database."""
    key = hashlib.sha256(b"fourleaf survey link\0" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, token.encode(), hashlib.sha256).hexdigest()


def _derived(token: str, purpose: str) -> bytes:
    return hashlib.sha256(f"fourleaf survey {purpose}\0{token}".encode()).digest()


def draft_id(token: str) -> str:
    """The key of the draft's row."""
    return _derived(token, "place").hex()


def item_seed(token: str) -> int:
    """A number that fixes the order of statements on this sheet, on every device."""
    return int.from_bytes(_derived(token, "order")[:8], "big")


def seal_draft(token: str, content: Mapping[str, Any]) -> bytes:
    """The content, encrypted under the token (AES-256-GCM, no time inside) and padded."""
    plain = zlib.compress(json.dumps(dict(content)).encode())
    body = len(plain).to_bytes(4, "big") + plain
    body += b"\0" * (-len(body) % _STEP)
    nonce = secrets.token_bytes(12)
    return nonce + AESGCM(_derived(token, "key")).encrypt(nonce, body, None)


def open_draft(token: str, sealed: bytes) -> dict[str, Any]:
    """The content again; empty when it cannot be opened, which starts the sheet afresh."""
    try:
        body = AESGCM(_derived(token, "key")).decrypt(sealed[:12], sealed[12:], None)
        size = int.from_bytes(body[:4], "big")
        content = json.loads(zlib.decompress(body[4 : 4 + size]))
    except (InvalidTag, ValueError, zlib.error):
        return {}
    return content if isinstance(content, dict) else {}
