"""Folding whole columns against folding text by text, over all of Unicode."""

from __future__ import annotations

import itertools
import re
import sys
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening.matching.buffer import fold_column
from fourleaf.engine.listening.matching.exact import take_apart
from fourleaf.engine.listening.matching.folding import (
    DROP,
    SPACELESS,
    WORD,
    flags_of,
    fold_character,
    normalise_clusters,
    tables,
)

_GAPS = re.compile(r"(?:\x01.\x02|[\x00\x03-/:-@\[-^`{-\x7f])+", re.DOTALL)


def by_text(text: str) -> list[str]:
    """The folded words of a text, taken apart on its own."""
    return _GAPS.sub(" ", take_apart(text).text).split(" ")


def by_column(texts: list[str]) -> list[list[str]]:
    """The folded words of each text of a column."""
    buffer = fold_column(pa.array(texts, pa.large_string()))
    edges = buffer.row_starts.tolist()
    return [bytes(buffer.data[start:end]).decode().split(" ") for start, end in itertools.pairwise(edges)]


def hex_range(codes: range) -> str:
    return f"{codes.start:x}-{codes.stop:x}"


def words(parts: list[str]) -> list[str]:
    return [part for part in parts if part]


@pytest.mark.parametrize(
    "codes",
    [
        range(0x80, 0x3400),
        range(0x3400, 0xA000, 97),
        range(0xA000, 0xD800, 5),
        range(0xE000, 0x10000),
        range(0x10000, 0x20000, 7),
        range(0x1F000, 0x1FB00),
        range(0x20000, 0x40000, 509),
        range(0xE0000, 0xE0200),
    ],
    ids=hex_range,
)
def test_characters_fold_alike_in_a_column_and_alone(codes: range) -> None:
    chars = list(map(chr, codes))
    for start in range(0, len(chars), 1_000):
        texts = [f"a{char}b 漢{char}漢" for char in chars[start : start + 1_000]]
        folded = by_column(texts)
        wrong = [text for text, found in zip(texts, folded, strict=True) if words(found) != words(by_text(text))]
        assert wrong == []


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(max_size=30), min_size=1, max_size=6))
def test_random_texts_fold_alike_in_a_column_and_alone(texts: list[str]) -> None:
    assert [words(found) for found in by_column(texts)] == [words(by_text(text)) for text in texts]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=30))
def test_canonically_equal_texts_fold_alike(text: str) -> None:
    composed, taken = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert words(by_text(composed)) == words(by_text(taken))


def test_the_tables_hold_the_rules() -> None:
    flags = tables().flags
    sample = [*range(0x800), *range(0x0900, 0x1200), *range(0x2000, 0x3200), *range(0x1F300, 0x1F700)]
    assert [code for code in sample if flags[code] != flags_of(chr(code))] == []


def test_word_characters_are_letters_marks_digits_and_the_underscore() -> None:
    for code in range(0, sys.maxunicode, 7):
        char = chr(code)
        bits = flags_of(char)
        blank = unicodedata.normalize("NFKD", char).startswith(" ")  # Arabic vowel marks on a space of their own
        if bits & (DROP | SPACELESS) or blank or char == "\u02bc":
            continue
        assert bool(bits & WORD) == (unicodedata.category(char)[0] in "LMN" or char in "_＿"), hex(code)


def test_folding_is_final() -> None:
    for code in range(0x3400):
        for char in fold_character(chr(code)):
            assert fold_character(char) == char, hex(code)


@pytest.mark.parametrize(
    ("text", "composed", "starts", "ends"),
    [
        ("abc", "abc", [0, 1, 2], [1, 2, 3]),
        ("a\u200db", "ab", [0, 2], [2, 3]),
        ("か\u3099x", "がx", [0, 2], [2, 3]),
        ("\u1100\u1161\u11a8", "각", [0], [3]),
    ],
)
def test_normalising_remembers_places(text: str, composed: str, starts: list[int], ends: list[int]) -> None:
    assert normalise_clusters(text) == (composed, starts, ends)
