"""Erased means erased: no row, no count, no key, no byte."""

from __future__ import annotations

import pyarrow as pa
import pytest

from fourleaf.engine.lake import Lake, LakeInputError, LakeSnapshotGoneError

SECRET = "zebrafish-on-the-balcony"


@pytest.fixture
def filled(lake, posts, matches_of):
    """Thirty posts; p7 holds the secret in its text, author and id."""
    rows = posts(range(30)).to_pylist()
    rows[7] |= {
        "id": f"id-{SECRET}",
        "text": f"text {SECRET}",
        "author": f"author-{SECRET}",
        "author_name": f"name {SECRET}",
        "url": f"https://example.test/{SECRET}",
    }
    table = pa.Table.from_pylist(rows, schema=posts(range(1)).schema)
    for number in range(3):
        part = table.slice(number * 10, 10)
        lake.append(part, ingest_id=str(number))
        lake.put_matches(matches_of(part), query_id=1, query_version=1, ingest_id=str(number))
        lake.put_matches(matches_of(part), query_id=2, query_version=1, ingest_id=str(number))
    return lake


def test_the_secret_is_there_before(filled, every_byte):
    """Without this the tests below could pass by not looking."""
    found = [path for path, content in every_byte(filled.location.folder) if SECRET.encode() in content]
    assert any("mentions" in path.parts for path in found)
    assert any("matches" in path.parts for path in found)


def test_the_log_never_knows_texts_authors_or_ids(filled, every_byte):
    for path, content in every_byte(filled.location.folder):
        if "_delta_log" in path.parts:
            assert SECRET.encode() not in content


@pytest.mark.parametrize("how", [{"ids": [f"id-{SECRET}"]}, {"author": f"@AUTHOR-{SECRET}"}])
@pytest.mark.parametrize("checkpoint", [False, True])
def test_no_byte_is_left(filled, every_byte, fetch, how, checkpoint):
    filled.compact()
    if checkpoint:
        for table in (filled.mentions, filled.matches):
            table.refreshed().create_checkpoint()
    result = filled.erase(**how)
    assert (result.mentions, result.matches) == (1, 2)
    left = [path for path, content in every_byte(filled.location.folder) if SECRET.encode() in content]
    assert left == []
    assert fetch(filled, "SELECT count(*) FROM mentions") == [(29,)]
    assert fetch(filled, "SELECT count(*) FROM matches") == [(58,)]
    assert fetch(filled, "SELECT sum(count) FROM daily") == [(58,)]


def test_the_index_forgets_the_id_so_that_it_may_come_again(filled, posts):
    index = filled.location.folder / "index" / "mentions"
    before = sum(path.stat().st_size for path in index.glob("run-*.keys"))
    filled.erase(ids=[f"id-{SECRET}"])
    assert sum(path.stat().st_size for path in index.glob("run-*.keys")) < before
    again = posts(range(7, 8)).set_column(0, "id", pa.array([f"id-{SECRET}"]))
    assert filled.append(again, ingest_id="again").appended == 1


def test_erasing_on_one_platform_leaves_the_same_handle_elsewhere(lake, posts, fetch):
    lake.append(posts(range(42)), ingest_id="a")
    here = fetch(lake, "SELECT count(*) FROM mentions WHERE author = 'author-3' AND platform = 'video'")[0][0]
    result = lake.erase(author="author-3", platform="video")
    assert result.mentions == here > 0
    assert fetch(lake, "SELECT DISTINCT platform FROM mentions WHERE author = 'author-3' ORDER BY 1") == [
        ("forum",),
        ("microblog",),
    ]


def test_erasing_what_is_not_there_changes_no_row(filled, fetch):
    result = filled.erase(ids=["nobody"])
    assert (result.mentions, result.matches) == (0, 0)
    assert fetch(filled, "SELECT count(*) FROM mentions") == [(30,)]


def test_an_empty_store_can_be_asked_to_erase(tmp_path):
    assert Lake(tmp_path / "none").erase(author="x").mentions == 0


def test_either_ids_or_author(lake):
    with pytest.raises(LakeInputError, match="either by ids or by author"):
        lake.erase()
    with pytest.raises(LakeInputError, match="either by ids or by author"):
        lake.erase(ids=["a"], author="b")


def test_an_earlier_snapshot_says_that_it_is_gone(filled):
    earlier = filled.snapshot()
    filled.erase(ids=[f"id-{SECRET}"])
    with pytest.raises(LakeSnapshotGoneError, match="new snapshot"):
        earlier.connect()


@pytest.mark.parametrize("moment", ["after the matches", "after the mentions", "before the index"])
def test_a_crash_in_the_middle_is_finished_later(filled, every_byte, posts, fetch, monkeypatch, tmp_path, moment):
    class CrashError(BaseException):
        pass

    def crash(*_args, **_kwargs):
        raise CrashError

    import fourleaf.engine.lake.store as store

    if moment == "after the matches":
        monkeypatch.setattr(filled, "_refresh_daily", crash)
    elif moment == "after the mentions":
        monkeypatch.setattr(filled, "_sweep_all", crash)
    else:
        monkeypatch.setattr(filled, "_forget", crash)
    with pytest.raises(CrashError):
        filled.erase(author=f"author-{SECRET}")
    monkeypatch.undo()
    assert store.ERASING in {path.name for path in filled.location.folder.iterdir()}

    fresh = Lake(tmp_path / "lake", zone="Europe/Berlin")
    if moment == "after the matches":
        fresh.erase(author=f"author-{SECRET}")  # the caller repeats what did not return
    else:
        fresh.append(posts(range(100, 101)), ingest_id="next")  # any next write clears up
    assert [path for path, content in every_byte(tmp_path / "lake") if SECRET.encode() in content] == []
    assert fetch(fresh, "SELECT count(*) FROM matches") == [(58,)]
    again = posts(range(7, 8)).set_column(0, "id", pa.array([f"id-{SECRET}"]))
    assert fresh.append(again, ingest_id="again").appended == 1
