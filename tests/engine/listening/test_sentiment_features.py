"""The vectorised features against a plain Python version of the same definitions."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening.sentiment.features import (
    NEGATORS,
    ORDERS,
    TABLE_BITS,
    TEXT_LIMIT,
    WORD_BITS,
    featurise,
    symbol_table,
    word_hash,
)
from fourleaf.engine.listening.sentiment.model import pack, unpack
from fourleaf.engine.listening.text_column import as_text_column

M32, M64 = 0xFFFFFFFF, (1 << 64) - 1
SEEDS = {4: 0x165667B1, 5: 0xD3A2646D}
MIX = 0xD6E8FEB86659FD93


def reference(text: str) -> dict[str, Counter[int]]:
    """Feature numbers of one text, one step after another."""
    text = text[:TEXT_LIMIT]
    text = re.sub(r"(?:https?://|www\.)[^\t\n\f\r ]+|\bhttp\b", "\x02", text, flags=re.ASCII)
    text = re.sub(r"@[A-Za-z0-9_]+", "\x01", text)
    for entity, char in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        text = text.replace(entity, char)
    table = symbol_table()
    kept: list[tuple[int, int, bool]] = []
    runs = before = run = 0
    shortened = False
    for char in " " + text:
        code = int(table[min(ord(char), len(table) - 1)])
        symbol, kind = code & 0x1FFFF, code >> 17 & 3
        run = run + 1 if symbol == before else 1
        if run < 3 or not kind:
            runs += shortened
            shortened = False
        elif kind == 1:
            shortened = True
        before = symbol
        if not code & 1 << 20 and (run < 3 or not kind):
            kept.append((symbol, kind, bool(code & 1 << 19)))
    runs += shortened
    words = _words(kept)
    return {
        "grams": Counter(_grams([*(symbol for symbol, _, _ in kept), 32])),
        "words": Counter(value >> (64 - WORD_BITS) for value in _marked(words)),
        "pairs": Counter(_pair(one[0], other[0]) for one, other in pairwise(words)),
        "whole": Counter(_whole(kept, sum(loud for _, _, loud in words), runs)),
    }


def _top(value: int) -> int:
    return value >> (64 - TABLE_BITS)


def _spread(symbol: int) -> int:
    return symbol * 0x9E3779B1 & M32


def _grams(symbols: list[int]) -> list[int]:
    found = []
    for order in ORDERS:
        for start in range(len(symbols) - order + 1):
            window = symbols[start : start + order]
            if 32 in window[1:-1]:
                continue
            value = 0
            for symbol in window:
                mixed = _spread(symbol)
                value = (value * 0x85EBCA6B + (mixed ^ mixed >> 15)) & M32
            found.append(((value ^ value >> 16) * SEEDS[order] & M32) >> (32 - TABLE_BITS))
    return found


def _words(kept: list[tuple[int, int, bool]]) -> list[tuple[int, int, bool]]:
    """(hash, kind, shouted) of each word."""
    kinds = [kind for _, kind, _ in kept]
    for place in range(1, len(kept) - 1):
        if kept[place][0] == ord("'") and kept[place - 1][1] == 1 == kept[place + 1][1]:
            kinds[place] = 1
    groups: list[list[int]] = []
    for place, kind in enumerate(kinds):
        if kind and groups and kind == kinds[place - 1] and kind != 3 and groups[-1][-1] == place - 1:
            groups[-1].append(place)
        elif kind:
            groups.append([place])
    found = []
    for group in groups:
        value = sum(_spread(kept[at][0]) * pow(0x9FB21C651E98DF25, i, 1 << 64) for i, at in enumerate(group))
        value &= M64
        value = (value ^ value >> 32) * MIX & M64
        shouted = len(group) > 1 and all(kept[at][2] for at in group)
        found.append((value, kinds[group[0]], shouted))
    return found


def _marked(words: list[tuple[int, int, bool]]) -> list[int]:
    negators = {word_hash(word, symbol_table()) >> 44 for word in NEGATORS.split()}
    marked = set()
    for place, (value, _, _) in enumerate(words):
        if value >> 44 in negators:
            for at in range(place + 1, min(place + 5, len(words))):
                if words[at][1] == 2:
                    break
                marked.add(at)
    return [
        (value ^ 0x589965CC75374CC3) * MIX & M64 if place in marked and kind == 1 else value
        for place, (value, kind, _) in enumerate(words)
    ]


def _pair(left: int, right: int) -> int:
    value = (left * 0xA0761D6478BD642F + right * 0xE7037ED1A0B428DB) & M64
    return _top((value ^ value >> 29) * MIX & M64)


def _whole(kept: list[tuple[int, int, bool]], shouted: int, runs: int) -> list[int]:
    marks = [sum(symbol == ord(mark) for symbol, _, _ in kept) for mark in "!?"]
    counts = [min(shouted, 3), min(runs, 2), min(marks[0], 3), min(marks[1], 3)]
    found = []
    for place, count in enumerate(counts):
        value = (count + (place << 8) + 1) * 0x1D8E4E27C47D124F & M64
        found.append(_top((value ^ value >> 32) * MIX & M64))
    return found


def vectorised(texts: list[str]) -> list[dict[str, Counter[int]]]:
    found = []
    for _, features in featurise(as_text_column(texts), symbol_table()):
        for row in range(len(features.sizes)):
            symbols = slice(features.starts[row], features.starts[row + 1])
            words = slice(features.word_starts[row], features.word_starts[row + 1])
            grams = [numbers[symbols] for numbers in features.grams]
            columns = {
                "grams": np.concatenate(grams),
                "words": features.words[words],
                "pairs": features.pairs[words],
                "whole": features.whole[row],
            }
            found.append({name: Counter(v[v >= 0].tolist()) for name, v in columns.items()})
    return found


EXAMPLES = [
    "",
    "   ",
    "Good",
    "I don't like this AT ALL!!! Never again, though fine.",
    "sooooo HAPPYYYY :) :-D <3 😀😀 👍🏽 it's",
    "@someone look at https://example.org/a?b=c, www.example.org and http now",
    "Tom &amp; Jerry &lt;3 &#39;quoted&#39;",
    "не очень хорошо, Ärger ÜBER straße",
    "مش كويس خالص 😡",
    "日本語のテキスト 한국어",
    "a\x00b\x01c\x02d\te\nf",
    "'''",
    "not",
    "not not not!not",
    "\u200b\u200b",
    "x" * 50,
    "\U0003fffd unassigned",
]


def test_the_batch_has_the_features_of_the_plain_definition() -> None:
    assert vectorised(EXAMPLES) == [reference(text) for text in EXAMPLES]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=60), min_size=1, max_size=6))
def test_any_text_has_the_features_of_the_plain_definition(texts: list[str]) -> None:
    assert vectorised(texts) == [reference(text) for text in texts]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="abNOTnot'!?.:) @\U0001f600é", max_size=80), min_size=1, max_size=6))
def test_dense_text_has_the_features_of_the_plain_definition(texts: list[str]) -> None:
    assert vectorised(texts) == [reference(text) for text in texts]


def test_only_the_beginning_of_a_text_counts() -> None:
    assert vectorised(["ab " * 2_000]) == vectorised([("ab " * 2_000)[:TEXT_LIMIT]])


def test_packed_sums_unpack_to_the_sums_of_the_parts() -> None:
    weights = np.random.default_rng(5).integers(-127, 128, (8_000, 3)).astype(np.int8)
    packed = pack(weights)
    assert unpack(packed).tolist() == weights.tolist()
    assert unpack(np.array([packed.sum()])).tolist() == [weights.sum(axis=0, dtype=int).tolist()]


@pytest.mark.parametrize("extreme", [-127, 127])
def test_the_largest_sums_fit_their_lanes(extreme: int) -> None:
    weights = np.full((8_000, 3), extreme, np.int8)
    assert unpack(np.array([pack(weights).sum()])).tolist() == [[8_000 * extreme] * 3]
