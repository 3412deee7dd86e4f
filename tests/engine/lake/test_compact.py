"""Compaction: fewer files, the same rows, readers undisturbed."""

from __future__ import annotations

import dataclasses

import pytest

from fourleaf.engine.lake import Lake


@pytest.fixture
def scattered(lake, posts, matches_of):
    for number in range(12):
        rows = posts(range(number * 20, number * 20 + 20), every=8)
        lake.append(rows, ingest_id=str(number))
        for query in (1, 2):
            lake.put_matches(matches_of(rows), query_id=query, query_version=1, ingest_id=str(number))
    return lake


def rows_of(lake, fetch):
    return fetch(lake, "SELECT * FROM mentions ORDER BY id"), fetch(lake, "SELECT * FROM matches ORDER BY ALL")


def test_small_files_become_one_for_each_partition(scattered, fetch):
    before = rows_of(scattered, fetch)
    result = scattered.compact()
    months = fetch(scattered, "SELECT count(DISTINCT strftime(created_at, '%Y-%m')) FROM mentions")[0][0]
    assert len(scattered.snapshot().files("mentions")) == months
    assert len(scattered.snapshot().files("matches")) == 2
    assert result.merged > result.into
    assert rows_of(scattered, fetch) == before
    assert scattered.snapshot().daily_current


def test_compacting_again_does_nothing(scattered):
    scattered.compact()
    version = scattered.snapshot().version("mentions")
    assert scattered.compact().merged == 0
    assert scattered.snapshot().files("mentions") == scattered.snapshot().files("mentions")
    assert version >= 0


def test_merged_files_are_in_order_of_time(scattered, fetch):
    scattered.compact()
    for path in scattered.snapshot().files("matches"):
        import pyarrow.parquet as pq

        moments = pq.ParquetFile(path).read(["created_at"])["created_at"].to_pylist()
        assert moments == sorted(moments)


def test_files_do_not_grow_beyond_the_limit(scattered, fetch):
    scattered.matches.spec = dataclasses.replace(scattered.matches.spec, rows_per_file=100)
    before = rows_of(scattered, fetch)
    scattered.compact()
    assert max(scattered.matches.files().actions["num_records"].to_pylist()) <= 100
    assert rows_of(scattered, fetch) == before


def test_a_reader_keeps_its_files_for_the_grace_period(scattered, fetch):
    earlier = scattered.snapshot()
    connection = earlier.connect()
    scattered.compact(grace_hours=1)
    assert connection.execute("SELECT count(*), count(DISTINCT id) FROM mentions").fetchall() == [(240, 240)]
    assert connection.execute("SELECT count(*) FROM matches").fetchall() == [(480,)]
    connection.close()
    late = earlier.connect()
    assert late.execute("SELECT count(*) FROM mentions").fetchall() == [(240,)]
    late.close()


def test_without_grace_old_files_and_orphans_go(scattered):
    root = scattered.location.folder
    orphan = next((root / "mentions").rglob("*.parquet")).with_name("part-left-by-a-killed-writer.zstd.parquet")
    orphan.write_bytes(b"half a file")
    assert scattered.compact(grace_hours=0).files_deleted > 0
    on_disk = {str(path) for path in (root / "mentions").rglob("*.parquet") if "_delta_log" not in path.parts}
    assert on_disk == set(scattered.snapshot().files("mentions"))


def test_the_index_is_kept_and_still_right(scattered, posts, tmp_path, monkeypatch):
    scattered.compact(grace_hours=0)
    fresh = Lake(tmp_path / "lake")
    monkeypatch.setattr(
        type(fresh._mention_keys), "start", lambda *_a, **_k: pytest.fail("the index was built again for nothing")
    )
    assert fresh.append(posts(range(230, 250)), ingest_id="later").appended == 10


def test_an_empty_store_can_be_compacted(tmp_path):
    assert Lake(tmp_path / "none").compact().merged == 0
