"""The matcher against the plain one of `reference_matcher`, on random queries and texts in mixed scripts."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import QueryError, QuerySpec, compile_queries, explain, parse_query
from fourleaf.engine.listening.matching import needles
from fourleaf.engine.listening.query import And, Field, Near, Node, Not, Or, Term, canonical


def _load() -> Any:
    """Tests are imported one by one, so a neighbour is loaded by its path."""
    path = Path(__file__).with_name("reference_matcher.py")
    spec = importlib.util.spec_from_file_location("listening_reference_matcher", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


reference = _load()

_SCRAPS = [
    *("united", "UNITED", "Ünited", "re", "unit", "air", "a", "b", "ß", "ss", "é", "e\u0301", "e", "ø", "ﬁ", "İ", "ı"),
    *("Σ", "ς", "ό", "й", "ё", "1", "½", "²", "ﷺ", "ŉ", "_", "’", "'", "\u02bc", "-", ".", ", ", "…", "\n", "\x00"),
    *(
        " ",
        " ",
        " ",
        "  ",
        "@",
        "#",
        "＠",
        "@@",
        "苹果",
        "手机",
        "果",
        "か\u3099",
        "が",
        "ｶﾞ",
        "ｶ",
        "ー",
        "ดี",
        "ด",
        "ี่",
        "ำ",
    ),
    *(
        "각",
        "\u1100\u1161\u11a8",
        "한",
        "क",
        "कि",
        "क़",
        "क\u093c",
        "ा",
        "ا",
        "أ",
        "اً",
        "ש",
        "שׁ",
        "ـ",
        "\u200d",
        "\u200b",
    ),
    *(
        "\ufe0f",
        "❤",
        "❤️",
        "👍",
        "👍🏽",
        "🇩",
        "🇪",
        "🇩🇪",
        "€",
        "𝐚",
        "ａ",
        "㍿",
        "葛\U000e0100",
        "မြန်",
        "ខ្មែរ",
        "ລາວ",
        "\u0e48\u0e38",
    ),
]
_WORDS = [
    "united",
    "Ünited",
    "unit",
    "a",
    "b",
    "air",
    "ss",
    "é",
    "1",
    "2",
    "n",
    "苹果",
    "果",
    "手机",
    "が",
    "ガ",
    "ด",
    "ดี",
]
_MORE = [
    "각",
    "कि",
    "क",
    "ا",
    "σ",
    "й",
    "❤",
    "👍",
    "🇩🇪",
    "a苹果",
    "l’air",
    "fi",
    "e",
    "ｶ",
    "葛",
    "€",
    "1/2",
    "united_air",
]
_JOINS = [" ", " ", " ", "  ", "@", "#", " @", " #", "’", "-", ".", "_", "", "\u200d", "\ufe0f", "\u0301", "❤", "\n"]


def _terms(words: st.SearchStrategy[str]) -> st.SearchStrategy[Term]:
    phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
    handles = st.one_of(words, st.builds("{}.{}".format, words, words), st.builds("{}-{}".format, words, words))
    return st.one_of(
        st.builds(Term, st.just("word"), words),
        st.builds(Term, st.just("word"), words, st.booleans()),
        st.builds(Term, st.just("phrase"), phrases, st.booleans()),
        st.builds(Term, st.just("tag"), words, st.booleans()),
        st.builds(Term, st.just("handle"), handles, st.booleans()),
    )


_fields = st.sampled_from(
    [Field("lang", ("en",)), Field("lang", ("de", "fr")), Field("author", ("bob",)), Field("source", ("web",))]
)


def _nodes(words: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    terms = _terms(words)
    sides = st.lists(terms, min_size=1, max_size=2).map(tuple)
    return st.recursive(
        st.one_of(terms, terms, terms, _fields, st.builds(Near, sides, sides, st.integers(1, 4))),
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
            st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        ),
        max_leaves=6,
    )


def _readable(node: Node) -> str | None:
    """The query text of a random tree, or None where the language refuses it."""
    text = canonical(node)
    try:
        parse_query(text)
    except QueryError:
        return None
    return text


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[Any]]:
    """Queries and posts made from the same few words, so that they often meet."""
    words = draw(st.lists(st.sampled_from(_WORDS + _MORE), min_size=2, max_size=5, unique=True))
    scraps = words * 2 + draw(st.lists(st.sampled_from(_SCRAPS), max_size=3))
    joins = draw(st.lists(st.sampled_from(_JOINS), min_size=1, max_size=4))
    parts = st.builds("{}{}".format, st.sampled_from(scraps), st.sampled_from(joins))
    posts = st.builds(
        reference.Post,
        st.lists(parts, max_size=12).map("".join),
        st.sampled_from([None, "Bob", "@BOB", "bobby"]),
        st.sampled_from([None, "web", "Web"]),
        st.sampled_from([None, "en", "de", "und"]),
    )
    queries = _nodes(st.sampled_from(words)).map(_readable)
    asked = [text for text in draw(st.lists(queries, min_size=1, max_size=4)) if text is not None]
    return asked, draw(st.lists(posts, min_size=1, max_size=5))


def _batch(found: list[Any]) -> pa.RecordBatch:
    columns = ["text", "author", "platform", "lang"]
    return pa.RecordBatch.from_arrays(
        [pa.array([getattr(post, name) for post in found], pa.string()) for name in columns], columns
    )


@pytest.mark.parametrize("table_from", [1, 1_000])
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(case=cases())
def test_the_matcher_agrees_with_the_plain_one(
    table_from: int, monkeypatch: pytest.MonkeyPatch, case: tuple[list[str], list[Any]]
) -> None:
    monkeypatch.setattr(needles, "TABLE_FROM", table_from)
    asked, found = case
    specs = [QuerySpec(number * 7, f"q{number}", text) for number, text in enumerate(asked)]
    result = compile_queries(specs).match(_batch(found)).to_pylist()
    roots = {spec.id: parse_query(spec.query).root for spec in specs}
    for post, row in zip(found, result, strict=True):
        expected = [number for number, root in roots.items() if reference.reference_matches(root, post)]
        assert row["queries"] == expected
        spans = [(number, *span) for number, root in roots.items() for span in reference.reference_spans(root, post)]
        assert [(span["query"], span["start"], span["end"]) for span in row["spans"]] == spans


@settings(max_examples=40, deadline=None)
@given(cases())
def test_an_explanation_agrees_with_the_plain_matcher(case: tuple[list[str], list[Any]]) -> None:
    asked, found = case
    for text in asked:
        root = parse_query(text).root
        for post in found[:2]:
            fields = {"text": post.text, "author": post.author, "platform": post.platform, "lang": post.lang or "und"}
            assert explain(QuerySpec(1, "q", text), fields).matched == reference.reference_matches(root, post)


@settings(max_examples=100, deadline=None)
@given(_nodes(st.sampled_from(_WORDS + _MORE)))
def test_the_canonical_form_reads_back_as_the_same_query(node: Node) -> None:
    text = _readable(node)
    if text is not None:
        query = parse_query(text)
        assert parse_query(query.canonical()) == query
        assert query.canonical() == parse_query(query.canonical()).canonical()
