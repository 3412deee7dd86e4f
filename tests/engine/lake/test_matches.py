"""Matches: single for each query and mention, replaced in one step, dropped with their query."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourleaf.engine.lake import Lake, LakeInputError

COUNT = "SELECT query_id, query_version, count(*) FROM matches GROUP BY ALL ORDER BY ALL"


def put(lake, rows, query=1, version=1, ingest="a"):
    return lake.put_matches(rows, query_id=query, query_version=version, ingest_id=ingest)


def test_matches_are_stored_once(lake, posts, matches_of, fetch):
    rows = matches_of(posts(range(20)))
    assert put(lake, rows).written == 20
    assert put(lake, rows).committed_before
    again = put(lake, matches_of(posts(range(10, 30))), ingest="b")
    assert (again.written, again.already_there) == (10, 10)
    assert fetch(lake, COUNT) == [(1, 1, 30)]


def test_one_batch_may_hold_many_queries(lake, posts, matches_of, fetch):
    rows = matches_of(posts(range(12)))
    queries = pa.array([n % 3 for n in range(12)], pa.int64())
    rows = rows.append_column("query_id", queries).append_column("query_version", pa.array([1] * 12, pa.int64()))
    before = lake.snapshot().version("matches")
    assert lake.put_matches(rows, ingest_id="a").written == 12
    assert lake.snapshot().version("matches") == max(before, 0) + 1  # one commit for all
    assert fetch(lake, COUNT) == [(0, 1, 4), (1, 1, 4), (2, 1, 4)]


def test_a_batch_of_another_query_is_refused(lake, posts, matches_of):
    rows = matches_of(posts(range(2))).append_column("query_id", pa.array([1, 2], pa.int64()))
    with pytest.raises(LakeInputError, match="query_id other than 1"):
        put(lake, rows)


def test_replacing_swaps_all_rows_of_one_query(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(20))))
    put(lake, matches_of(posts(range(5))), query=2)
    earlier = lake.snapshot()
    result = lake.replace_matches(1, 2, [matches_of(posts(range(15, 30))), matches_of(posts(range(25, 35)))])
    assert (result.rows_in, result.written, result.already_there) == (25, 20, 5)
    assert fetch(lake, COUNT) == [(1, 2, 20), (2, 1, 5)]
    connection = earlier.connect()  # a reader that began before still sees the old rows
    assert connection.execute(COUNT).fetchall() == [(1, 1, 20), (2, 1, 5)]
    connection.close()


def test_after_replacing_new_rows_come_on_top_and_known_ones_do_not(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(20))))
    lake.replace_matches(1, 2, [matches_of(posts(range(10)))])
    result = put(lake, matches_of(posts(range(5, 15))), version=2, ingest="b")
    assert (result.written, result.already_there) == (5, 5)
    assert fetch(lake, COUNT) == [(1, 2, 15)]


def test_matches_of_an_older_version_are_left_out_and_counted(lake, posts, matches_of, fetch):
    lake.replace_matches(1, 3, [matches_of(posts(range(4)))])
    result = put(lake, matches_of(posts(range(2, 9))), version=2, ingest="late")
    assert (result.written, result.outdated) == (0, 7)
    assert fetch(lake, COUNT) == [(1, 3, 4)]


def test_an_older_version_stays_out_even_after_replacing_by_nothing(lake, posts, matches_of, fetch):
    lake.replace_matches(1, 3, [])
    assert put(lake, matches_of(posts(range(4))), version=2).outdated == 4
    assert put(lake, matches_of(posts(range(4))), version=3, ingest="b").written == 4


def test_a_failing_source_leaves_the_old_rows(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(20))))

    def source():
        yield matches_of(posts(range(3)))
        raise RuntimeError("the matcher failed")

    with pytest.raises(RuntimeError, match="the matcher failed"):
        lake.replace_matches(1, 2, source())
    assert fetch(lake, COUNT) == [(1, 1, 20)]
    assert put(lake, matches_of(posts(range(25))), ingest="b").written == 5
    on_disk = list(lake.location.folder.joinpath("matches").rglob("*.parquet"))
    assert len(on_disk) == len(lake.snapshot().files("matches"))


def test_replacing_by_nothing_empties_the_query(lake, posts, matches_of, fetch):
    put(lake, matches_of(posts(range(20))))
    assert lake.replace_matches(1, 2, []).written == 0
    assert fetch(lake, COUNT) == []
    assert fetch(lake, "SELECT count(*) FROM daily") == [(0,)]


def test_dropping_a_query_leaves_the_others_and_the_mentions(lake, posts, matches_of, fetch):
    lake.append(posts(range(20)), ingest_id="a")
    put(lake, matches_of(posts(range(20))))
    put(lake, matches_of(posts(range(5))), query=2)
    assert lake.drop_query(1) == 20
    assert lake.drop_query(1) == 0
    assert fetch(lake, COUNT) == [(2, 1, 5)]
    assert fetch(lake, "SELECT count(*) FROM mentions") == [(20,)]
    assert put(lake, matches_of(posts(range(20))), ingest="b").written == 20  # it may come back


def test_an_index_lost_after_a_replacement_is_rebuilt_right(lake, posts, matches_of, tmp_path):
    put(lake, matches_of(posts(range(20))))
    lake.replace_matches(1, 2, [matches_of(posts(range(10)))])
    (tmp_path / "lake" / "index" / "matches" / "manifest.json").unlink()
    result = put(Lake(tmp_path / "lake"), matches_of(posts(range(5, 15))), version=2, ingest="b")
    assert (result.written, result.already_there) == (5, 5)
