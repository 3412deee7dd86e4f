"""The column hash is MurmurHash3 x64 128, byte for byte."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.lake.hashing import hash128

MASK = (1 << 64) - 1
C1, C2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


def rotate(word, by):
    return ((word << by) | (word >> (64 - by))) & MASK


def finish(word):
    word = ((word ^ (word >> 33)) * 0xFF51AFD7ED558CCD) & MASK
    word = ((word ^ (word >> 33)) * 0xC4CEB9FE1A85EC53) & MASK
    return word ^ (word >> 33)


def one(text, a=0, b=0):
    """The algorithm for one string, written down plainly."""
    content = text.encode()
    whole = len(content) - len(content) % 16
    for at in range(0, whole, 16):
        low, high = (int.from_bytes(content[at + half : at + half + 8], "little") for half in (0, 8))
        a ^= (rotate((low * C1) & MASK, 31) * C2) & MASK
        a = ((rotate(a, 27) + b) * 5 + 0x52DCE729) & MASK
        b ^= (rotate((high * C2) & MASK, 33) * C1) & MASK
        b = ((rotate(b, 31) + a) * 5 + 0x38495AB5) & MASK
    low, high = (int.from_bytes(content[whole:][half : half + 8], "little") for half in (0, 8))
    b ^= (rotate((high * C2) & MASK, 33) * C1) & MASK
    a ^= (rotate((low * C1) & MASK, 31) * C2) & MASK
    a, b = a ^ len(content), b ^ len(content)
    a = (a + b) & MASK
    b = (a + b) & MASK
    a, b = finish(a), finish(b)
    a = (a + b) & MASK
    return a, (a + b) & MASK


@pytest.mark.parametrize(
    ("text", "halves"),
    [
        ("", (0, 0)),
        # the value that implementations of MurmurHash3_x64_128 publish for this sentence
        ("The quick brown fox jumps over the lazy dog", (0xE34BBC7BBC071B6C, 0x7A433CA9C49A9347)),
    ],
)
def test_published_values(text, halves):
    assert tuple(int(half) for half in hash128(pa.array([text]))[:, 0]) == halves


@given(st.lists(st.text(max_size=40), max_size=12), st.integers(0, MASK))
@settings(max_examples=80, deadline=None)
def test_columns_hash_like_single_strings(texts, seed):
    hashes = hash128(pa.array(texts, pa.string()), (seed, seed ^ 1))
    assert [(int(a), int(b)) for a, b in hashes.T] == [one(text, seed, seed ^ 1) for text in texts]


def test_slices_and_chunks_hash_like_the_whole():
    ids = pa.array([f"post-{n}" * (n % 5) for n in range(50)])
    whole = hash128(ids)
    parts = pa.chunked_array([ids.slice(0, 7), ids.slice(7, 0), ids.slice(7)])
    assert (hash128(parts) == whole).all()
    assert (hash128(ids.slice(13, 5)) == whole[:, 13:18]).all()
