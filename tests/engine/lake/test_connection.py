"""What a snapshot's connection shows, which files it opens, and what it refuses."""

from __future__ import annotations

import datetime as dt

import duckdb
import pytest

from fourleaf.engine.lake import Lake

COUNTS = "SELECT query_id, day, platform, sum(count)::BIGINT FROM daily GROUP BY ALL ORDER BY ALL"


@pytest.fixture
def filled(lake, posts, matches_of):
    rows = posts(range(200), every=24)  # about six and a half months
    lake.append(rows, ingest_id="a")
    for query in (1, 2, 3):
        lake.put_matches(matches_of(rows.slice(0, query * 50)), query_id=query, query_version=1, ingest_id="a")
    return lake


def test_a_range_opens_only_its_months(filled):
    snapshot = filled.snapshot()
    since, until = dt.datetime(2024, 5, 1, tzinfo=dt.UTC), dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    assert len(snapshot.files("mentions")) == 8
    files = snapshot.files("mentions", since=since, until=until)
    assert [path.split("/")[-2] for path in files] == ["month=2024-05"]


@pytest.mark.parametrize("days", [0, 1, 40, 400])
def test_a_range_shows_exactly_its_rows(filled, fetch, posts, days):
    since = dt.datetime(2024, 4, 10, 12, tzinfo=dt.UTC)  # the instant of a post: included
    until = since + dt.timedelta(days=days)  # the end is not
    expected = sum(since <= row["created_at"] < until for row in posts(range(200), every=24).to_pylist())
    assert fetch(filled, "SELECT count(*) FROM mentions", since=since, until=until) == [(expected,)]


def test_queries_open_only_their_files(filled, fetch):
    files = filled.snapshot().files("matches", query_ids=[2])
    assert all("query_id=2" in path for path in files)
    assert len(files) == 1
    assert fetch(filled, "SELECT DISTINCT query_id FROM matches", query_ids=[2]) == [(2,)]
    assert fetch(filled, "SELECT query_id, sum(count) FROM daily GROUP BY ALL", query_ids=[2]) == [(2, 100)]
    assert fetch(filled, "SELECT count(*) FROM matches", query_ids=[]) == [(0,)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_parquet('{root}/index/*.parquet')",
        "COPY (SELECT 1) TO '{root}/copied.csv'",
        "ATTACH '{root}/other.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '1GB'",
    ],
)
def test_the_connection_is_locked_down(filled, statement):
    connection = filled.snapshot().connect()
    with pytest.raises(duckdb.Error):
        connection.execute(statement.format(root=filled.location.folder))
    connection.close()


def test_threads_and_memory_can_be_set(filled):
    connection = filled.snapshot().connect(threads=1, memory_limit="256MB")
    settings = connection.execute("SELECT current_setting('threads'), current_setting('memory_limit')").fetchall()
    connection.close()
    assert settings == [(1, "244.1 MiB")]


def test_a_root_with_awkward_characters_works(tmp_path, posts, matches_of, fetch):
    lake = Lake(tmp_path / 'it\'s a = "lake" 50% ü')
    lake.append(posts(range(5)), ingest_id="a")
    lake.put_matches(matches_of(posts(range(5))), query_id=1, query_version=1, ingest_id="a")
    lake.compact(grace_hours=0)
    assert fetch(lake, "SELECT count(*) FROM mentions JOIN matches ON id = mention_id") == [(5,)]
    assert lake.erase(ids=["p1"]).matches == 1


def test_a_file_uri_is_a_folder(tmp_path, posts):
    lake = Lake(f"file://{tmp_path}/lake")
    lake.append(posts(range(5)), ingest_id="a")
    assert lake.location.folder == tmp_path / "lake"


def test_object_storage_is_read_and_written_through_the_delta_library(tmp_path, posts, matches_of, fetch):
    """The same calls with the local shortcuts off, as for s3:// and the like; rows must be the same."""
    lake = Lake(tmp_path / "lake", zone="Europe/Berlin")
    (tmp_path / "lake").mkdir()
    lake.location.root = f"file://{tmp_path}/lake"
    lake.location.folder = None
    lake._mention_keys.folder = lake._match_keys.folder = None
    for number in range(3):
        rows = posts(range(number * 20, number * 20 + 30))
        lake.append(rows, ingest_id=str(number))
        lake.put_matches(matches_of(rows), query_id=1, query_version=1, ingest_id=str(number))
    lake.compact(grace_hours=0)
    lake.erase(ids=["p3"])
    plain = Lake(tmp_path / "lake", zone="Europe/Berlin")
    for sql in (
        "SELECT * FROM mentions ORDER BY id",
        "SELECT * FROM matches ORDER BY ALL",
        COUNTS,
        "SELECT local_day(created_at), count(*) FROM matches WHERE query_id = 1 GROUP BY ALL ORDER BY ALL",
    ):
        rows = fetch(lake, sql)
        assert rows == fetch(plain, sql)
        assert rows
    assert fetch(lake, "SELECT count(*) FROM mentions") == [(69,)]
