"""What a picture file holds besides the picture is taken out: no place or name travels along. And whether it moves.

Written after the formats: PNG (ISO/IEC 15948), GIF89a, JPEG (ITU-T T.81, Exif 2.32), WebP (RFC 9649). Nothing is
decoded, the parts of the file are walked through; whatever does not add up is refused by ``ValueError``.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

__all__ = ["bare", "moves"]

#: Parts of a PNG that say how it looks; all others are notes about it.
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"cICP", b"bKGD",
     b"pHYs", b"acTL", b"fcTL", b"fdAT"}
)  # fmt: skip
_WEBP_KEPT: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"})


def _png(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, the whole part) of each part of a PNG, up to its end."""
    at = 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        whole = content[at : at + 12 + length]
        if len(whole) < 12 + length:
            raise ValueError("cut off")
        yield whole[4:8], whole
        at += len(whole)
        if whole[4:8] == b"IEND":
            return
    raise ValueError("no end")


def _webp(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, end = 12, min(len(content), 8 + struct.unpack_from("<I", content, 4)[0])
    while at + 8 <= end:
        (length,) = struct.unpack_from("<I", content, at + 4)
        whole = content[at : at + 8 + length + length % 2]
        if len(whole) < 8 + length:
            raise ValueError("cut off")
        yield whole[:4], whole
        at += len(whole)


def _gif(content: bytes) -> Iterator[tuple[str, bytes]]:
    """("picture", bytes), ("look", bytes) or ("note", bytes) of each block after the header."""

    def blocks(at: int) -> int:
        while content[at]:
            at += 1 + content[at]
        return at + 1

    at = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
    while content[at] != 0x3B:
        begin = at
        if content[at] == 0x21:
            at = blocks(at + 2)
            yield ("look" if content[begin + 1] == 0xF9 else "note"), content[begin:at]
        elif content[at] == 0x2C:
            flags = content[at + 9]
            at = blocks(at + 11 + (3 << ((flags & 7) + 1) if flags & 0x80 else 0))
            yield "picture", content[begin:at]
        else:
            raise ValueError("no block")


def _turned(exif: bytes) -> int:
    """The orientation that an Exif part names, 1 to 8; 1 where it names none."""
    form = {b"II": "<", b"MM": ">"}.get(exif[6:8])
    if form is None or exif[:6] != b"Exif\0\0":
        return 1
    tiff = exif[6:]
    (first,) = struct.unpack_from(form + "I", tiff, 4)
    (number,) = struct.unpack_from(form + "H", tiff, first)
    for entry in range(min(number, 64)):
        tag, kind, _, value = struct.unpack_from(form + "HHIH", tiff, first + 2 + 12 * entry)
        if (tag, kind) == (0x0112, 3) and 1 <= value <= 8:
            return int(value)
    return 1


def _jpeg(content: bytes) -> bytes:
    """Without notes; a picture that was held sideways stays upright by an Exif part that says that and no more."""
    kept, at, turned = [b"\xff\xd8"], 2, 1
    while True:
        if content[at] != 0xFF:
            raise ValueError("no marker")
        marker = content[at + 1]
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            break
        (length,) = struct.unpack_from(">H", content, at + 2)
        whole = content[at : at + 2 + length]
        if len(whole) < 2 + length or length < 2:
            raise ValueError("cut off")
        if marker == 0xE1 and turned == 1:
            try:
                turned = _turned(whole[4:])
            except struct.error:
                turned = 1
        colours = marker == 0xE2 and whole[4:15] == b"ICC_PROFILE"
        if marker == 0xE0:
            kept += [_without_preview(whole)] if whole[4:9] == b"JFIF\0" else []
        elif not (0xE0 <= marker <= 0xEF or marker == 0xFE) or marker == 0xEE or colours:
            kept.append(whole)
        at += len(whole)
        if marker == 0xDA:
            scan = at
            # In a scan FF is followed by 00 or by a restart mark; anything else ends it.
            while content[at] != 0xFF or content[at + 1] == 0 or 0xD0 <= content[at + 1] <= 0xD7:
                at += 1
            kept.append(content[scan:at])
    if turned != 1:
        tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, turned, 0, 0)
        kept.insert(1, b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff)
    return b"".join(kept)


def _without_preview(jfif: bytes) -> bytes:
    """The JFIF part without its small picture, which may still show what was cut off the large one."""
    if len(jfif) < 18:
        raise ValueError("cut off")
    return b"\xff\xe0\x00\x10" + jfif[4:16] + b"\0\0"


def bare(media_type: str, content: bytes) -> bytes:
    """The picture without notes, places, names and whatever follows its end. ``ValueError`` for a damaged one."""
    try:
        if media_type == "image/png":
            return content[:8] + b"".join(whole for kind, whole in _png(content) if kind in _PNG_KEPT)
        if media_type == "image/jpeg":
            return _jpeg(content)
        if media_type == "image/gif":
            head = 13 + (3 << ((content[10] & 7) + 1) if content[10] & 0x80 else 0)
            return content[:head] + b"".join(part for kind, part in _gif(content) if kind != "note") + b";"
        parts = b"".join(
            # The header of an extended file says which notes follow: those bits are taken back.
            whole[:8] + bytes([whole[8] & ~0x0C]) + whole[9:] if kind == b"VP8X" else whole
            for kind, whole in _webp(content)
            if kind in _WEBP_KEPT
        )
        return b"RIFF" + struct.pack("<I", 4 + len(parts)) + b"WEBP" + parts
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error


def moves(media_type: str, content: bytes) -> bool:
    """Whether it is animated. ``ValueError`` for a damaged one."""
    try:
        if media_type == "image/gif":
            return sum(kind == "picture" for kind, _ in _gif(content)) > 1
        if media_type == "image/png":
            return any(kind == b"acTL" for kind, _ in _png(content))
        return media_type == "image/webp" and any(kind in (b"ANIM", b"ANMF") for kind, _ in _webp(content))
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error
