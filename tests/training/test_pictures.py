"""Pictures of modules: notes are taken out and the picture stays; what moves, is huge or is damaged is refused."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fourleaf.kernel.errors import InvalidError
from fourleaf.training.images import cleaned

Image = pytest.importorskip("PIL.Image", reason="Pillow draws the pictures of these tests")
SECRET = b"51.2277 N 6.7735 E"


def drawn(form: str, **options: object) -> bytes:
    """A small picture with a different colour in every corner."""
    image = Image.new("RGB", (6, 4), (200, 60, 20))
    image.putpixel((5, 0), (10, 200, 30))
    image.putpixel((0, 3), (10, 20, 230))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def pixels(content: bytes) -> list[tuple[int, ...]]:
    image = Image.open(io.BytesIO(content)).convert("RGB")
    return [image.getpixel((x, y)) for y in range(image.height) for x in range(image.width)]


def exif(turned: int = 1) -> bytes:
    data = Image.Exif()
    data[0x010E], data[0x0112] = SECRET.decode(), turned
    return bytes(data.tobytes())


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("JPEG", {"exif": True, "comment": SECRET, "quality": 95}),
        ("JPEG", {"exif": True, "comment": SECRET, "progressive": True}),
        ("PNG", {"exif": True}),
        ("GIF", {"comment": SECRET}),
        ("WEBP", {"exif": True, "xmp": SECRET, "lossless": True}),
    ],
)
def test_notes_are_taken_out_and_the_picture_stays(form: str, options: dict[str, object]) -> None:
    given_options = {name: exif() if value is True and name == "exif" else value for name, value in options.items()}
    full = drawn(form, **given_options) + b"<script>after the end</script>"
    found, kept = cleaned(full)
    assert SECRET in full
    assert SECRET not in kept
    assert b"<script>" not in kept
    assert (found.width, found.height) == (6, 4)
    assert pixels(kept) == pixels(full)
    assert cleaned(kept) == (found, kept)


def test_a_photograph_held_sideways_stays_upright() -> None:
    _, kept = cleaned(drawn("JPEG", exif=exif(turned=6)))
    assert dict(Image.open(io.BytesIO(kept)).getexif()) == {0x0112: 6}


def test_a_small_picture_within_the_picture_is_taken_out() -> None:
    plain = drawn("JPEG", quality=95)
    inside = b"JFIF\0\1\1\0\0\1\0\1\1\1" + b"abc"
    extended = b"JFXX\0\x13\1\1" + SECRET
    parts = b"".join(b"\xff\xe0" + struct.pack(">H", 2 + len(one)) + one for one in (inside, extended))
    full = plain[:2] + parts + plain[20:]
    _, kept = cleaned(full)
    assert SECRET not in kept
    assert b"abc" not in kept
    assert pixels(kept) == pixels(plain)


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_what_moves_is_refused(form: str) -> None:
    frames = [Image.new("RGB", (6, 4), (shade, 0, 0)) for shade in (0, 120, 240)]
    out = io.BytesIO()
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    with pytest.raises(InvalidError, match="moves"):
        cleaned(out.getvalue())


def test_a_picture_that_unpacks_to_millions_of_pixels_is_refused() -> None:
    head = struct.pack(">IIBBBBB", 3900, 3900, 8, 2, 0, 0, 0)
    part = struct.pack(">I", 13) + b"IHDR" + head + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    with pytest.raises(InvalidError, match="3900 × 3900 pixels"):
        cleaned(b"\x89PNG\r\n\x1a\n" + part)


WHOLE = {form: drawn(form) for form in ("JPEG", "PNG", "GIF", "WEBP")}


@given(st.sampled_from(sorted(WHOLE)), st.integers(0, 400), st.binary(max_size=3))
def test_no_broken_bytes_do_more_than_be_refused(form: str, at: int, other: bytes) -> None:
    whole = WHOLE[form]
    for broken in (whole[:at], whole[:at] + other + whole[at + len(other) :]):
        kept = b""
        # Any other error is a fault of ours and ends the test.
        with contextlib.suppress(InvalidError):
            _, kept = cleaned(broken)
        assert len(kept) <= len(broken) + 36
