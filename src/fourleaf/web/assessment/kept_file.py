"""A file between its preview and its import: in the page itself, signed, so that nothing of it is stored before."""

from __future__ import annotations

import base64
import zlib
from typing import Final

from django.core import signing
from django.core.files.uploadedfile import UploadedFile

from fourleaf.kernel.errors import InvalidError

__all__ = ["keep_file", "kept_file"]

_SALT: Final = "fourleaf.assessment.import"
_HOUR: Final = 60 * 60
#: Longer texts do not travel in a form; the file is then chosen once more.
_LONGEST: Final = 3_000_000


def keep_file(wave_id: int, name: str, content: bytes) -> str:
    """The file as text for a hidden field; empty where it is too large for that."""
    text = base64.b85encode(zlib.compress(content, 6)).decode()
    return signing.dumps([wave_id, name, text], salt=_SALT) if len(text) <= _LONGEST else ""


def kept_file(wave_id: int, kept: str, again: UploadedFile | None) -> tuple[str, bytes]:
    """Name and content of the file whose preview was shown, or of the one that was chosen again."""
    if again is not None:
        return again.name or "", again.read()
    try:
        of, name, text = signing.loads(kept, salt=_SALT, max_age=_HOUR)
    except signing.BadSignature:
        raise InvalidError(
            "The preview is too old, or damaged. Choose the file once more. Nothing was stored."
        ) from None
    if of != wave_id:
        raise InvalidError("This preview belongs to another wave. Choose the file once more. Nothing was stored.")
    return name, zlib.decompress(base64.b85decode(text))
