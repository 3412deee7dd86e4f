"""A batch is stored once, whatever is handed in again."""

from __future__ import annotations

import threading

import pyarrow as pa
import pytest

from fourleaf.engine.lake import Lake, LakeInputError
from fourleaf.engine.posts import MENTION_SCHEMA


def ids(lake, fetch):
    return sorted(row[0] for row in fetch(lake, "SELECT id FROM mentions"))


def test_rows_come_back_as_they_went_in(lake, posts, fetch):
    rows = posts(range(40))
    result = lake.append(rows, ingest_id="a")
    assert (result.rows_in, result.appended, result.already_there, result.committed_before) == (40, 40, 0, False)
    connection = lake.snapshot().connect()
    stored = connection.sql("SELECT * FROM mentions ORDER BY created_at").to_arrow_table()
    connection.close()
    assert stored.column_names == MENTION_SCHEMA.names
    expected = rows.sort_by("created_at").append_column("ingest_id", pa.repeat("a", 40)).to_pylist()
    assert stored.cast(MENTION_SCHEMA).to_pylist() == expected


def test_a_record_batch_is_as_good_as_a_table(lake, posts, fetch):
    lake.append(posts(range(3)).to_batches()[0], ingest_id="a")
    assert ids(lake, fetch) == ["p0", "p1", "p2"]


def test_the_same_ingest_id_is_stored_once(lake, posts, fetch):
    lake.append(posts(range(10)), ingest_id="a")
    again = lake.append(posts(range(5, 15)), ingest_id="a")
    assert again.committed_before
    assert again.appended == 0
    assert len(ids(lake, fetch)) == 10


def test_another_process_recognises_the_ingest_id(lake, posts, tmp_path):
    lake.append(posts(range(10)), ingest_id="a")
    assert Lake(tmp_path / "lake").append(posts(range(10)), ingest_id="a").committed_before


def test_known_ids_are_skipped_even_with_another_time(lake, posts, fetch):
    lake.append(posts(range(10)), ingest_id="a")
    later = posts(range(5, 15), every=2000)
    result = lake.append(later, ingest_id="b")
    assert (result.appended, result.already_there) == (5, 5)
    assert ids(lake, fetch) == sorted(f"p{n}" for n in range(15))


def test_an_id_repeated_inside_the_batch_is_kept_once_and_first(lake, posts, fetch):
    rows = pa.concat_tables([posts(range(4)), posts(range(2, 6), text="second {0}")])
    result = lake.append(rows, ingest_id="a")
    assert (result.appended, result.already_there) == (6, 2)
    assert fetch(lake, "SELECT text FROM mentions WHERE id = 'p3'") == [("A post about 3",)]


def test_an_empty_batch_counts_as_seen(lake, posts):
    empty = posts(range(1)).slice(0, 0)
    assert lake.append(empty, ingest_id="a").committed_before is False
    assert lake.append(empty, ingest_id="a").committed_before is True


def test_a_batch_of_known_rows_counts_as_seen(lake, posts):
    lake.append(posts(range(3)), ingest_id="a")
    assert lake.append(posts(range(3)), ingest_id="b").appended == 0
    assert lake.append(posts(range(3)), ingest_id="b").committed_before


def test_writers_at_once_store_every_id_once(lake, posts, fetch, tmp_path):
    results, errors = [], []

    def write(number):
        try:
            own = Lake(tmp_path / "lake")
            for step in range(3):
                start = step * 20 + number * 5  # neighbours overlap
                results.append(own.append(posts(range(start, start + 20)), ingest_id=f"{number}-{step}"))
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    stored = ids(lake, fetch)
    assert len(stored) == len(set(stored)) == sum(result.appended for result in results)
    assert set(stored) == {f"p{n}" for n in range(75)}


def test_one_instance_may_be_shared_by_threads(lake, posts, fetch):
    errors = []

    def write(number):
        try:
            lake.append(posts(range(number * 10, number * 10 + 15)), ingest_id=str(number))
            lake.snapshot().connect().close()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert len(ids(lake, fetch)) == 65


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda rows: rows.drop_columns(["text"]), "lack the column 'text'"),
        (lambda rows: rows.append_column("mood", pa.repeat("good", rows.num_rows)), "column 'mood'"),
        (
            lambda rows: rows.set_column(0, "id", pa.array(["a", None, "c"])),
            "column 'id' is empty in row 2",
        ),
        (
            lambda rows: rows.set_column(rows.column_names.index("likes"), "likes", pa.array(["many", "2", "3"])),
            "column 'likes' is string",
        ),
    ],
)
def test_rows_of_another_shape_are_refused_by_name(lake, posts, fetch, change, words):
    with pytest.raises(LakeInputError, match=words):
        lake.append(change(posts(range(3))), ingest_id="a")
    assert lake.snapshot().rows("mentions") == 0


def test_a_missing_nullable_column_is_null(lake, posts, fetch):
    lake.append(posts(range(3)).drop_columns(["views", "lang"]), ingest_id="a")
    assert fetch(lake, "SELECT DISTINCT views, lang FROM mentions") == [(None, None)]


def test_an_empty_store_has_empty_views(lake, fetch):
    assert fetch(lake, "SELECT count(*), count(text) FROM mentions") == [(0, 0)]
    assert fetch(lake, "SELECT count(*) FROM matches") == [(0,)]
    assert fetch(lake, "SELECT count(*) FROM daily") == [(0,)]
    assert not lake.location.folder.exists()  # looking makes nothing


def of_platform(rows: pa.Table, platform: str) -> pa.Table:
    at = rows.column_names.index("platform")
    return rows.set_column(at, rows.schema.field(at), pa.repeat(platform, rows.num_rows))


def test_posts_of_two_platforms_with_the_same_id_are_two_posts(lake, posts, fetch):
    here, there = of_platform(posts(range(3)), "microblog"), of_platform(posts(range(3), text="other {0}"), "video")
    assert lake.append(here, ingest_id="a").renamed == 0
    result = lake.append(pa.concat_tables([there, here]), ingest_id="b")
    assert (result.appended, result.already_there, result.renamed) == (3, 3, 3)
    assert ids(lake, fetch) == ["p0", "p1", "p2", "video:p0", "video:p1", "video:p2"]
    assert lake.append(there, ingest_id="c").appended == 0


def test_posts_of_two_platforms_within_a_batch_are_told_apart(lake, posts, fetch):
    rows = [of_platform(posts(range(2)), name) for name in ("forum", "video", "forum")]
    result = lake.append(pa.concat_tables(rows), ingest_id="a")
    assert (result.appended, result.renamed) == (4, 2)
    assert ids(lake, fetch) == ["p0", "p1", "video:p0", "video:p1"]


def test_a_lengthened_post_is_known_when_the_other_one_is_erased(lake, posts, fetch, tmp_path):
    here, there = of_platform(posts(range(1)), "forum"), of_platform(posts(range(1)), "video")
    lake.append(here, ingest_id="a")
    lake.append(there, ingest_id="b")
    lake.erase(ids=["p0"])
    assert Lake(tmp_path / "lake").append(there, ingest_id="c").appended == 0
    assert lake.append(here, ingest_id="d").renamed == 0
    lake.erase(ids=["video:p0"])
    assert lake.append(there, ingest_id="e").renamed == 1
    assert ids(lake, fetch) == ["p0", "video:p0"]


def test_a_store_with_an_index_of_before_keeps_its_ids(lake, posts, fetch, tmp_path):
    rows = of_platform(posts(range(2)), "forum")
    lake.append(rows, ingest_id="a")
    manifest = tmp_path / "lake" / "index" / "mentions" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"format": 2', '"format": 1'))
    again = Lake(tmp_path / "lake").append(rows, ingest_id="b")
    assert (again.appended, again.renamed) == (0, 0)
    assert Lake(tmp_path / "lake").append(of_platform(rows, "video"), ingest_id="c").renamed == 2
    assert ids(lake, fetch) == ["p0", "p1", "video:p0", "video:p1"]
