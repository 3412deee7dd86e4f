"""A full disk, a read-only disk, a store from the future, a store from the past: clear words, nothing half done."""

from __future__ import annotations

import dataclasses
import errno
import json
import subprocess
import sys

import pyarrow as pa
import pytest

from fourleaf.engine.lake import Lake, LakeBusyError, LakeError, LakeVersionError
from fourleaf.engine.lake.shapes import MENTIONS
from fourleaf.engine.posts import MENTION_SCHEMA

# The limit on the size of a file stands for a disk that fills up at any point of the work.
SCRIPT = """
import json, resource, sys
import datetime as dt
import pyarrow as pa
from fourleaf.engine.lake import Lake, LakeError

root = sys.argv[1]
lake = Lake(root)
UNLIMITED = resource.RLIM_INFINITY

def rows(first, n):
    ids = [f"p{i}" for i in range(first, first + n)]
    return pa.table({
        "id": ids, "platform": ["forum"] * n, "kind": ["post"] * n, "text": [f"{i} " * (n % 40) for i in ids],
        "created_at": pa.array([dt.datetime(2024, 1, 1, tzinfo=dt.UTC)] * n, pa.timestamp("us", tz="UTC"))})

def matches(first, n):
    table = rows(first, n)
    return table.rename_columns(["mention_id", *table.column_names[1:]]).drop_columns(["text"])

lake.append(rows(0, 10), ingest_id="begin")
lake.put_matches(matches(0, 10), query_id=1, query_version=1, ingest_id="begin")
sentences, stored = [], []
first = 10
for limit in [*range(0, 6000, 250), 8000, 12000, 20000, 40000]:
    n = 20 + limit % 7
    for name, call in (
        ("append", lambda: lake.append(rows(first, n), ingest_id=f"i{first}")),
        ("put", lambda: lake.put_matches(matches(first, n), query_id=1, query_version=1, ingest_id=f"i{first}")),
    ):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, UNLIMITED))
        try:
            call()
        except LakeError as error:
            resource.setrlimit(resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
            sentences.append(str(error))
        else:
            resource.setrlimit(resource.RLIMIT_FSIZE, (UNLIMITED, UNLIMITED))
            stored.append(name)
        if limit % 2:
            lake = Lake(root)
    # once there is room the same batch goes in, whole and single
    lake.append(rows(first, n), ingest_id=f"i{first}")
    lake.put_matches(matches(first, n), query_id=1, query_version=1, ingest_id=f"i{first}")
    first += n
lake.refresh_daily()
print(json.dumps({"sentences": sentences, "stored": stored, "rows": first}))
"""


def test_a_full_disk_is_named_and_nothing_is_half_done(tmp_path, fetch):
    root = tmp_path / "lake"
    answer = subprocess.run([sys.executable, "-c", SCRIPT, str(root)], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert len(told["sentences"]) > 5
    assert len(told["stored"]) > 5
    assert all("full (or a quota is used up)" in text and "Nothing was changed" in text for text in told["sentences"])
    lake = Lake(root)
    expected = sorted(f"p{n}" for n in range(told["rows"]))
    assert sorted(row[0] for row in fetch(lake, "SELECT id FROM mentions")) == expected
    assert sorted(row[0] for row in fetch(lake, "SELECT mention_id FROM matches")) == expected
    assert lake.snapshot().daily_current
    assert fetch(lake, "SELECT sum(count) FROM daily") == [(told["rows"],)]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EDQUOT, "is full"),
        (errno.EROFS, "cannot be written"),
        (errno.EACCES, "cannot be written"),
    ],
)
def test_refusals_of_the_disk_in_plain_words(lake, posts, monkeypatch, code, words):
    lake.append(posts(range(3)), ingest_id="a")
    import pyarrow.parquet as pq

    def refuse(*_args, **_kwargs):
        raise OSError(code, "no")

    monkeypatch.setattr(pq.ParquetWriter, "write_table", refuse)
    with pytest.raises(LakeError, match=words):
        lake.append(posts(range(3, 6)), ingest_id="b")
    monkeypatch.undo()
    assert lake.snapshot().rows("mentions") == 3
    on_disk = list((lake.location.folder / "mentions").rglob("part-*.parquet"))
    assert len(on_disk) == len(lake.snapshot().files("mentions"))
    assert lake.append(posts(range(3, 6)), ingest_id="b").appended == 3


def test_a_root_that_cannot_be_made_is_named(tmp_path, posts):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(LakeError, match="taken"):
        Lake(tmp_path / "taken").append(posts(range(3)), ingest_id="a")


def test_waiting_for_the_lock_ends(lake, posts):
    with lake.location.lock(), pytest.raises(LakeBusyError, match="Another writer"), lake.location.lock(wait=0.05):
        pass


def newer(spec):
    """The next release's table: one nullable column more."""
    return dataclasses.replace(spec, version=spec.version + 1, schema=spec.schema.append(pa.field("mood", pa.string())))


def test_a_store_of_a_newer_release_is_refused_with_the_way_out(lake, posts, tmp_path):
    lake.mentions.spec = newer(MENTIONS)
    lake.mentions.ready()
    current = Lake(tmp_path / "lake")
    with pytest.raises(LakeVersionError, match="version 2; this release knows versions up to 1"):
        current.append(posts(range(3)), ingest_id="a")
    with pytest.raises(LakeVersionError, match="newer Fourleaf"):
        current.snapshot()


def test_a_column_added_later_is_null_in_old_rows(lake, posts, fetch, monkeypatch):
    lake.append(posts(range(20)), ingest_id="a")
    before = fetch(lake, "SELECT * FROM mentions ORDER BY id")
    lake.mentions.spec = newer(MENTIONS)
    wide = MENTION_SCHEMA.append(pa.field("mood", pa.string()))
    monkeypatch.setattr("fourleaf.engine.lake.store.MENTION_SCHEMA", wide)
    # reading comes before the first write of the new release
    assert fetch(lake, "SELECT count(*), count(mood) FROM mentions") == [(20, 0)]
    lake.append(posts(range(20, 25)).append_column("mood", pa.repeat("good", 5)), ingest_id="b")
    assert fetch(lake, "SELECT mood, count(*) FROM mentions GROUP BY ALL ORDER BY ALL") == [("good", 5), (None, 20)]
    lake.compact(grace_hours=0)
    assert fetch(lake, "SELECT mood, count(*) FROM mentions GROUP BY ALL ORDER BY ALL") == [("good", 5), (None, 20)]
    lake.erase(ids=["p1"])
    rows = fetch(lake, "SELECT * EXCLUDE (mood) FROM mentions WHERE mood IS NULL ORDER BY id")
    assert rows == [row for row in before if row[0] != "p1"]
