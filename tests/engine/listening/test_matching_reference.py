"""The matcher against the plain one of `reference_matcher`, on random queries and texts in mixed scripts."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.listening import QueryError, QuerySpec, compile_queries, explain, parse_query
from fourleaf.engine.listening.query import And, Field, Near, Node, Not, Or, Term, canonical


def _load() -> Any:
    """Tests are imported one by one, so a neighbour is loaded by its path."""
    import sys

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
texts = st.lists(st.sampled_from(_SCRAPS), max_size=14).map("".join)

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
    "ش",
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
_words = st.sampled_from(_WORDS + _MORE)
_phrases = st.lists(_words, min_size=1, max_size=3).map(" ".join)


@st.composite
def terms(draw: st.DrawFn) -> Term:
    kind = draw(st.sampled_from(["word", "word", "word", "phrase", "tag", "handle"]))
    if kind == "phrase":
        return Term("phrase", draw(_phrases), draw(st.booleans()))
    text = draw(_words)
    if kind == "handle":
        text = draw(st.sampled_from([text, f"{text}.a", f"a-{text}"]))
    return Term(kind, text, draw(st.booleans()))  # type: ignore[arg-type] # one of the kinds


_fields = st.sampled_from(
    [Field("lang", ("en",)), Field("lang", ("de", "fr")), Field("author", ("bob",)), Field("source", ("web",))]
)
_sides = st.lists(terms(), min_size=1, max_size=2).map(tuple)
_nears = st.builds(Near, _sides, _sides, st.integers(1, 4))
nodes: st.SearchStrategy[Node] = st.recursive(
    st.one_of(terms(), terms(), terms(), _fields, _nears),
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


queries = nodes.map(_readable).filter(lambda text: text is not None)
posts = st.builds(
    reference.Post,
    texts,
    st.sampled_from([None, "Bob", "@BOB", "bobby"]),
    st.sampled_from([None, "web", "Web"]),
    st.sampled_from([None, "en", "de", "und"]),
)


def _batch(found: list[Any]) -> pa.RecordBatch:
    columns = ["text", "author", "platform", "lang"]
    return pa.RecordBatch.from_arrays(
        [pa.array([getattr(post, name) for post in found], pa.string()) for name in columns], columns
    )


@settings(max_examples=400, deadline=None)
@given(st.lists(queries, min_size=1, max_size=4), st.lists(posts, min_size=1, max_size=5))
def test_the_matcher_agrees_with_the_plain_one(asked: list[str], found: list[Any]) -> None:
    specs = [QuerySpec(number * 7, f"q{number}", text) for number, text in enumerate(asked)]
    result = compile_queries(specs).match(_batch(found)).to_pylist()
    for post, row in zip(found, result, strict=True):
        roots = {spec.id: parse_query(spec.query).root for spec in specs}
        expected = [number for number, root in roots.items() if reference.reference_matches(root, post)]
        assert row["queries"] == expected, (asked, post)
        spans = [(number, *span) for number, root in roots.items() for span in reference.reference_spans(root, post)]
        assert [(span["query"], span["start"], span["end"]) for span in row["spans"]] == spans, (asked, post)


@settings(max_examples=100, deadline=None)
@given(queries, posts)
def test_an_explanation_agrees_with_the_plain_matcher(text: str, post: Any) -> None:
    fields = {"text": post.text, "author": post.author, "platform": post.platform, "lang": post.lang or "und"}
    explained = explain(QuerySpec(1, "q", text), fields)
    assert explained.matched == reference.reference_matches(parse_query(text).root, post)


@settings(max_examples=100, deadline=None)
@given(nodes)
def test_the_canonical_form_reads_back_as_the_same_query(node: Node) -> None:
    text = _readable(node)
    if text is not None:
        query = parse_query(text)
        assert parse_query(query.canonical()) == query
