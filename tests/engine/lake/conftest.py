"""Generated posts and matches for the store's tests. Nothing here is real."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from fourleaf.engine.lake import Lake
from fourleaf.engine.posts import MATCH_SCHEMA, MENTION_SCHEMA

START = dt.datetime(2024, 3, 30, 12, tzinfo=dt.UTC)

MakePosts = Callable[..., pa.Table]


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake", zone="Europe/Berlin")


@pytest.fixture
def posts() -> MakePosts:
    """posts(range(5), every=hours, text=...) makes rows of MENTION_SCHEMA without ingest_id, ids "p0", "p1" ..."""

    def make(
        numbers: Sequence[int], *, every: float = 1.0, start: dt.datetime = START, text: str = "A post about {0}"
    ) -> pa.Table:
        rows = [
            {
                "id": f"p{n}",
                "platform": ("microblog", "video", "forum")[n % 3],
                "author": None if n % 11 == 10 else f"author-{n % 7}",
                "author_followers": n * 10,
                "created_at": start + dt.timedelta(hours=n * every),
                "text": text.format(n),
                "kind": ("post", "reply", "reshare")[n % 3],
                "lang": ("en", "de", None)[n % 3],
                "sentiment": ("negative", "neutral", "positive", None)[n % 4],
                "cluster": n // 2,
                "suspected": "posts every hour" if n % 5 == 0 else None,
                "ingest_id": "",
            }
            for n in numbers
        ]
        return pa.Table.from_pylist(rows, schema=MENTION_SCHEMA).drop_columns(["ingest_id"])

    return make


@pytest.fixture
def matches_of() -> Callable[[pa.Table], pa.Table]:
    """The match rows of some posts, without the query."""

    def make(rows: pa.Table) -> pa.Table:
        named = rows.rename_columns(["mention_id" if name == "id" else name for name in rows.column_names])
        return named.select([name for name in MATCH_SCHEMA.names if not name.startswith("query")])

    return make


@pytest.fixture
def fetch() -> Callable[..., list[tuple[object, ...]]]:
    """fetch(lake, sql, **connect) runs SQL on a fresh snapshot."""

    def run(lake: Lake, sql: str, **options: object) -> list[tuple[object, ...]]:
        connection = lake.snapshot().connect(**options)  # type: ignore[arg-type]
        try:
            rows = connection.sql(sql).to_arrow_table().to_pylist()
            return [tuple(row.values()) for row in rows]
        finally:
            connection.close()

    return run


@pytest.fixture
def every_byte() -> Callable[[Path], Iterator[tuple[Path, bytes]]]:
    """All files under a folder with their content: raw, and for Parquet also the decoded values as text."""

    def walk(root: Path) -> Iterator[tuple[Path, bytes]]:
        import pyarrow.parquet as pq

        for path in sorted(root.rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                if path.suffix == ".parquet":
                    content += repr(pq.ParquetFile(path).read().to_pylist()).encode()
                    content += repr(pq.read_metadata(path)).encode()
                yield path, content

    return walk
