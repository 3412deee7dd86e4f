"""Pictures of modules: what they are is read from their bytes, never from their name or what a browser says."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Final

from fourleaf.kernel.errors import InvalidError
from fourleaf.training.picture_bytes import bare, moves

__all__ = ["LARGEST", "MOST", "Picture", "checked_name", "cleaned", "sniff"]

LARGEST: Final = 600 * 1024
#: Pictures of one module.
MOST: Final = 12
_MOST_PIXELS: Final = 4000
#: Of both sides together: what a phone unpacks without trouble.
_MOST_AREA: Final = 6_000_000
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,75}\.(?:png|jpg|jpeg|gif|webp)")


@dataclass(frozen=True)
class Picture:
    """What a picture's bytes say."""

    media_type: str
    width: int
    height: int


def checked_name(name: str) -> str:
    """A name that is safe in an address: lower case, spaces as hyphens; `InvalidError` where nothing is left."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1].lower()).strip("-.")
    if not _NAME.fullmatch(plain):
        raise InvalidError(fields={"image": [f"“{name[:60]}” is no name of a picture: use .png, .jpg, .gif or .webp."]})
    return plain


def sniff(content: bytes) -> Picture:
    """Type and size of a picture; `InvalidError` for anything that is not PNG, JPEG, GIF or WebP, or too large.

    SVG is refused: it can carry scripts.
    """
    if len(content) > LARGEST:
        raise InvalidError(fields={"image": [f"A picture has at most {LARGEST // 1024} kB; shrink it first."]})
    try:
        found = _png(content) or _gif(content) or _jpeg(content) or _webp(content)
    except (struct.error, IndexError):
        found = None
    if found is None:
        raise InvalidError(fields={"image": ["This is not a PNG, JPEG, GIF or WebP picture, or it is damaged."]})
    if not (0 < found.width <= _MOST_PIXELS and 0 < found.height <= _MOST_PIXELS):
        raise InvalidError(fields={"image": [f"A side has at most {_MOST_PIXELS} pixels."]})
    if found.width * found.height > _MOST_AREA:
        said = (
            f"{found.width} × {found.height} pixels are more than a phone shows; at most {_MOST_AREA // 10**6} million."
        )
        raise InvalidError(fields={"image": [said]})
    return found


def cleaned(content: bytes) -> tuple[Picture, bytes]:
    """What a picture is, and its bytes without notes: no place, name or time of a photograph reaches a reader.

    `InvalidError` as from `sniff`, for a damaged picture, and for one that moves: nobody reads beside a moving picture.
    """
    found = sniff(content)
    try:
        animated, kept = moves(found.media_type, content), bare(found.media_type, content)
    except ValueError:
        raise InvalidError(fields={"image": ["The picture is damaged. Save it anew, then add it."]}) from None
    if animated:
        raise InvalidError(fields={"image": ["The picture moves. Take a still one; people are reading beside it."]})
    return found, kept


def _png(content: bytes) -> Picture | None:
    if content[:8] != b"\x89PNG\r\n\x1a\n" or content[12:16] != b"IHDR":
        return None
    return Picture("image/png", *struct.unpack(">II", content[16:24]))


def _gif(content: bytes) -> Picture | None:
    if content[:6] not in (b"GIF87a", b"GIF89a"):
        return None
    return Picture("image/gif", *struct.unpack("<HH", content[6:10]))


def _jpeg(content: bytes) -> Picture | None:
    if content[:3] != b"\xff\xd8\xff":
        return None
    at = 2
    while at + 9 < len(content):
        if content[at] != 0xFF:
            return None
        marker = content[at + 1]
        # Start of frame: all of C0 to CF but the tables C4, C8 and CC.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return Picture("image/jpeg", width, height)
        at += 2 + int(struct.unpack(">H", content[at + 2 : at + 4])[0])
    return None


def _webp(content: bytes) -> Picture | None:
    if content[:4] != b"RIFF" or content[8:12] != b"WEBP":
        return None
    form = content[12:16]
    if form == b"VP8X":
        width = 1 + int.from_bytes(content[24:27], "little")
        height = 1 + int.from_bytes(content[27:30], "little")
    elif form == b"VP8 ":
        width, height = (side & 0x3FFF for side in struct.unpack("<HH", content[26:30]))
    elif form == b"VP8L" and content[20] == 0x2F:
        bits = int.from_bytes(content[21:25], "little")
        width, height = (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    else:
        return None
    return Picture("image/webp", width, height)
