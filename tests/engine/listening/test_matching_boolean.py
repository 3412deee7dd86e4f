"""AND, OR, NOT, NEAR and fields over what the search found."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from fourleaf.engine.listening import QuerySpec, compile_queries
from fourleaf.engine.listening.matching import clauses


@pytest.fixture(params=["clauses", "trees"], autouse=True)
def layer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that needs too many clauses is evaluated as a tree; both must agree."""
    if request.param == "trees":
        monkeypatch.setattr(clauses, "_MOST_CLAUSES", 0)


def spans(query: str, text: str, **fields: Any) -> list[str] | None:
    """The places that make a query match, or None when it does not."""
    columns = {"text": [text], **{name: [value] for name, value in fields.items()}}
    matched = compile_queries([QuerySpec(5, "q", query)]).match(pa.RecordBatch.from_pydict(columns)).to_pylist()[0]
    if matched["queries"] == []:
        assert matched["spans"] == []
        return None
    return [text[span["start"] : span["end"]] for span in matched["spans"]]


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("a b", "b a", ["b", "a"]),
        ("a b", "a c", None),
        ("a OR b", "b c", ["b"]),
        ("a -b", "a c", ["a"]),
        ("a -b", "a b", None),
        ("a -(b c)", "a b", ["a"]),
        ("a -(b c)", "a b c", None),
        ("a -(b OR c)", "a c", None),
        ("(a OR b) (c OR d)", "b d a", ["b", "d", "a"]),
        ("(a OR b) (c OR d)", "a b", None),
        ("(a b) OR (c d)", "c d a", ["c", "d"]),
        ("((a b) OR c) d", "a c d", ["c", "d"]),
        ("((a -b) OR c) d", "a c d", ["a", "c", "d"]),
        ("((a -b) OR c) d", "a b c d", ["c", "d"]),
        ("a (b OR NOT c)", "a d", ["a"]),
        ("a (b OR NOT c)", "a c", None),
        ("a (b OR NOT c)", "a b c", ["a", "b"]),
        ("a -(b -c)", "a b c", ["a", "c"]),
        ("a -(b -c)", "a b", None),
        ("NOT NOT a", "a", ["a"]),
        ("a OR a", "a a", ["a", "a"]),
        ("a -a", "a", None),
    ],
)
def test_boolean(query: str, text: str, found: list[str] | None) -> None:
    assert spans(query, text) == found


@pytest.mark.parametrize(
    ("query", "text", "found"),
    [
        ("grill NEAR/1 lid", "grill lid", ["grill", "lid"]),
        ("grill NEAR/1 lid", "lid, grill", ["lid", "grill"]),
        ("grill NEAR/1 lid", "grill the lid", None),
        ("grill NEAR/2 lid", "grill the lid", ["grill", "lid"]),
        ("grill NEAR/2 lid", "lid of the grill", None),
        ("grill NEAR/3 lid", "lid of the grill", ["lid", "grill"]),
        ("grill NEAR/3 lid", "grill x x x x lid x grill", ["lid", "grill"]),
        ('"new grill" NEAR/2 lid', "new grill the lid", ["new grill", "lid"]),
        ('"new grill" NEAR/2 lid', "new the grill lid", None),
        ('"a b" NEAR/5 "b c"', "a b c", None),
        ('"a b" NEAR/5 "b c"', "a b b c", ["a b", "b c"]),
        ("a NEAR/3 a", "a", None),
        ("a NEAR/3 a", "a x a", ["a", "a"]),
        ("(a OR b) NEAR/1 (c OR d)", "b c x a x d", ["b", "c"]),
        ("#deal NEAR/2 @shop", "#deal at @shop", ["#deal", "@shop"]),
        ("a -(b NEAR/2 c)", "a b c", None),
        ("a -(b NEAR/2 c)", "a b x x c", ["a"]),
        ("苹果 NEAR/3 手机", "苹果的手机", ["苹果", "手机"]),
        ("苹果 NEAR/1 手机", "苹果的手机", None),
        ("great NEAR/1 🔥", "great 🔥 stuff", ["great", "🔥"]),
        ("stuff NEAR/1 🔥", "great 🔥 stuff", ["🔥", "stuff"]),
        ("great NEAR/1 🔥", "great stuff 🔥", None),
        ("unit* NEAR/1 @a.b", "@a.b united", ["@a.b", "united"]),
    ],
)
def test_near(query: str, text: str, found: list[str] | None) -> None:
    assert spans(query, text) == found


@pytest.mark.parametrize(
    ("query", "fields", "matches"),
    [
        ("a lang:en", {"lang": "en"}, True),
        ("a lang:en", {"lang": "de"}, False),
        ("a lang:en", {"lang": None}, False),
        ("a -lang:en", {"lang": "de"}, True),
        ("a -lang:en", {"lang": "en"}, False),
        ("a -lang:en", {"lang": None}, True),
        ("a lang:de,fr", {"lang": "fr"}, True),
        ("a (lang:en OR source:web)", {"lang": "de", "platform": "Web"}, True),
        ("a (b OR lang:en)", {"lang": "en"}, True),
        ("a (b OR lang:en)", {"lang": "de"}, False),
        ("a lang:en -lang:en", {"lang": "en"}, False),
        ("a source:web", {"platform": "WEB"}, True),
        ("a source:web", {"platform": "video"}, False),
        ("a source:web", {}, False),
        ("author:bob", {"author": "@Bob"}, True),
        ("author:bob", {"author": "bobby"}, False),
        ("author:bob", {"author": None}, False),
        ("author:bob", {}, False),
        ("author:BÖB", {"author": "bob"}, True),
        ('author:"bob smith,ann"', {"author": "Ann"}, True),
        ("a -author:bob", {"author": "bob"}, False),
        ("a -author:bob", {"author": None}, True),
        ("a author:bob.example.social", {"author": "bob.example.social"}, True),
    ],
)
def test_fields(query: str, fields: dict[str, str | None], matches: bool) -> None:
    columns = {"text": pa.array(["a"]), **{name: pa.array([value], pa.string()) for name, value in fields.items()}}
    batch = pa.RecordBatch.from_arrays(list(columns.values()), list(columns))
    matched = compile_queries([QuerySpec(1, "q", query)]).match(batch)
    assert matched.column("queries").to_pylist() == [[1] if matches else []]


def test_an_author_has_no_place_in_the_text() -> None:
    assert spans("author:bob", "bob", author="bob") == []
    assert spans("author:bob OR bob", "bob", author="bob") == ["bob"]


def test_language_is_detected_only_where_it_still_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    from fourleaf.engine.listening import language

    asked: list[str] = []

    def detect(texts: pa.Array) -> tuple[pa.Array, None]:
        asked.extend(texts.to_pylist())
        return pa.array(["de" if "ist" in text else "en" for text in texts.to_pylist()]), None

    monkeypatch.setattr(language, "detect", detect)
    batch = pa.RecordBatch.from_pydict({"text": ["grill is hot", "grill ist heiß", "lid", "grill recall", None]})
    matcher = compile_queries([QuerySpec(1, "q", "grill lang:de -recall"), QuerySpec(2, "r", "grill -lang:de -recall")])
    assert matcher.match(batch).column("queries").to_pylist() == [[2], [1], [], [], []]
    assert sorted(asked) == ["grill is hot", "grill ist heiß"]


def test_a_query_too_wide_for_clauses_still_matches() -> None:
    wide = " ".join(f"((a{number} b{number}) OR (c{number} d{number}))" for number in range(40))
    text = " ".join(f"a{number} b{number}" for number in range(40))
    assert spans(wide, text) == text.split()
    assert spans(wide, text.removesuffix(" b39")) is None
