"""The matcher and the shapes a text column can have."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from fourleaf.engine.listening import MATCHER_SCHEMA, Matcher, QuerySpec, compile_queries
from fourleaf.engine.listening.matching import matcher as matching

TEXTS = ["Grill lid broke", None, "", "the lid — of my grill", "grill", "lid", "Straße lid 苹果", "lid grill lid"]
QUERIES = ["grill", "lid", '"grill lid"', "grill NEAR/3 lid", "lid -grill", "gri*", "苹果"]
EXPECTED = [[1, 2, 3, 4, 6], [], [], [1, 2, 4, 6], [1, 6], [2, 5], [2, 5, 7], [1, 2, 3, 4, 6]]


def make(queries: list[str] = QUERIES) -> Matcher:
    return compile_queries([QuerySpec(number, query, query) for number, query in enumerate(queries, 1)])


def batch(texts: Any, kind: pa.DataType | None = None) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(texts, kind or pa.string())], ["text"])


def ids(matched: pa.RecordBatch) -> list[list[int]]:
    return matched.column("queries").to_pylist()


@pytest.fixture(params=["one piece", "a row a piece"], autouse=True)
def piece_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Large batches are worked on in pieces; the cuts must not show."""
    if request.param == "a row a piece":
        monkeypatch.setattr(matching, "_PIECE_BYTES", 1)


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
)
def test_every_kind_of_text_column(kind: pa.DataType) -> None:
    matched = make().match(batch(TEXTS, kind))
    assert matched.schema == MATCHER_SCHEMA
    assert ids(matched) == EXPECTED


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize("start", range(len(TEXTS)))
def test_a_slice_is_like_a_batch_of_its_own(kind: pa.DataType, start: int) -> None:
    matched = make().match(batch(TEXTS, kind).slice(start, 3))
    assert ids(matched) == EXPECTED[start : start + 3]
    assert matched.equals(make().match(batch(TEXTS[start : start + 3], kind)))


def test_no_rows_and_rows_of_nothing() -> None:
    assert make().match(batch([])).num_rows == 0
    assert ids(make().match(batch([None, None]))) == [[], []]
    assert ids(make().match(batch([""] * 3))) == [[], [], []]
    assert ids(make().match(batch([None], pa.null()))) == [[]]


def test_no_queries() -> None:
    assert make([]).match(batch(TEXTS)).to_pylist() == [{"queries": [], "spans": []}] * len(TEXTS)


def test_matches_never_cross_rows() -> None:
    matched = make(['"grill lid"', "grill NEAR/9 lid", "grilllid", "lidgrill", "苹果", '"苹 果"']).match(
        batch(["grill", "lid", "", "grill", "苹", "果"])
    )
    assert ids(matched) == [[]] * 6


def test_without_spans_the_lists_are_empty_and_the_queries_the_same() -> None:
    full, bare = make().match(batch(TEXTS)), make().match(batch(TEXTS), spans=False)
    assert bare.schema == MATCHER_SCHEMA
    assert ids(bare) == ids(full)
    assert bare.column("spans").to_pylist() == [[]] * len(TEXTS)


def test_spans_are_code_points_ordered_by_query_and_place() -> None:
    text = "😀é lid 苹果 Grill lid"
    row = make(["lid OR grill", "苹果", "lid"]).match(batch([text])).to_pylist()[0]
    assert [(span["query"], span["start"], span["end"]) for span in row["spans"]] == [
        (1, 3, 6),
        (1, 10, 15),
        (1, 16, 19),
        (2, 7, 9),
        (3, 3, 6),
        (3, 16, 19),
    ]
    assert text[7:9] == "苹果"


def test_ids_are_reported_ascending_whatever_the_order_of_the_queries() -> None:
    matcher = compile_queries([QuerySpec(9, "a", "lid"), QuerySpec(-3, "b", "lid"), QuerySpec(4, "c", "lid OR grill")])
    row = matcher.match(batch(["lid"])).to_pylist()[0]
    assert row["queries"] == [-3, 4, 9]
    assert [span["query"] for span in row["spans"]] == [-3, 4, 9]


def test_one_matcher_serves_many_batches() -> None:
    matcher = make()
    first = matcher.match(batch(TEXTS))
    matcher.match(batch(["something else"] * 3))
    assert matcher.match(batch(TEXTS)).equals(first)


def test_a_batch_without_texts_is_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="no column «text»; its columns are body"):
        make().match(pa.RecordBatch.from_pydict({"body": ["a"]}))


def test_many_rows_give_what_each_gives_alone() -> None:
    rng = np.random.default_rng(7)
    words = ["grill", "lid", "Grill", "grills", "the", "é", "苹果", "—", "😀", "@grill"]
    texts = [" ".join(rng.choice(words, size)) for size in rng.integers(0, 9, 300)]
    matcher = make()
    together = matcher.match(batch(texts)).to_pylist()
    alone = [matcher.match(batch([text])).to_pylist()[0] for text in texts]
    assert together == alone
