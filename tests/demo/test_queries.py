"""The sample's queries are fair to each other, parse, and find what they are for."""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from fourleaf.demo.mentions import COMPETITORS, ENTITIES, generate_with_truth
from fourleaf.demo.queries import QUERIES, DemoQuery
from fourleaf.engine.listening import QuerySpec, compile_queries


def _structure(query: DemoQuery) -> str:
    """The query with every term blanked, and the list of exclusions as one."""
    wanted, _, _ = query.query.partition(" AND NOT ")
    assert " AND NOT (" in query.query
    return re.sub(r"[\w]+(?=\*| |\)|$)", "x", wanted.replace(" OR ", "|").replace("|", " | "))


def test_own_and_competitor_queries_have_one_structure() -> None:
    brands = [q for q in QUERIES if q.role != "topic"]
    assert {q.name for q in brands} == {e.name for e in ENTITIES}
    assert len({_structure(q) for q in brands}) == 1
    for own, rivals in COMPETITORS.items():
        assert sum(q.role == "competitor" and q.brand == own for q in QUERIES) == len(rivals)


def test_the_stated_topics_are_there_under_names_of_their_own() -> None:
    names = [q.name for q in QUERIES]
    assert len(set(names)) == len(names)
    assert {"Safety: burner and lid", "Warranty and spare parts", "Recipes"} <= set(names)
    assert all(q.notes and re.fullmatch(r"R\d\d", q.owner) for q in QUERIES)


@pytest.fixture(scope="module")
def found() -> tuple[pa.Table, list[set[int]]]:
    pairs = list(generate_with_truth(12_000, seed=3, until=date(2026, 3, 1)))
    matcher = compile_queries([QuerySpec(i, q.name, q.query, q.role) for i, q in enumerate(QUERIES, 1)])
    queries = [row for posts, _ in pairs for row in matcher.match(posts, spans=False).column("queries").to_pylist()]
    return pa.Table.from_batches([truth for _, truth in pairs]), [set(row) for row in queries]


def test_brand_queries_find_their_brand_and_miss_most_homonyms(found: tuple[pa.Table, list[set[int]]]) -> None:
    truth, queries = found
    entity, origin = truth["entity"].to_pylist(), truth["origin"].to_pylist()
    for number, query in enumerate(QUERIES, 1):
        if query.role == "topic":
            continue
        code = next(e.code for e in ENTITIES if e.name == query.name)
        about = [number in q for q, e, o in zip(queries, entity, origin, strict=True) if e == code and o == "organic"]
        assert np.mean(about) > 0.97, query.name
    homonyms = [bool(q) for q, o in zip(queries, origin, strict=True) if o == "homonym"]
    assert 0.1 < np.mean(homonyms) < 0.7  # something is left for labelling to find


def test_every_topic_finds_something(found: tuple[pa.Table, list[set[int]]]) -> None:
    truth, queries = found
    for number, query in enumerate(QUERIES, 1):
        assert sum(number in q for q in queries) >= 10, query.name
    safety = 1 + [q.name for q in QUERIES].index("Safety: burner and lid")
    topics = pc.filter(truth["topic"], pa.array([safety in q for q in queries])).to_pylist()
    assert topics.count("lid flames") / len(topics) > 0.6
