"""The index of stored keys: exact, and never more than a copy of the table."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fourleaf.engine.lake.keys import KeyIndex, keys_of, repeated

words = st.lists(st.text(max_size=3), max_size=30)


def index_with(*batches, folder=None):
    index = KeyIndex(folder)
    index.start("t", [], version=0)
    for number, batch in enumerate(batches):
        index.add(keys_of(pa.array(batch, pa.string())), version=number + 1)
    return index


@given(st.lists(words, max_size=6), words)
@settings(max_examples=60, deadline=None)
def test_contains_is_set_membership(batches, asked):
    index = index_with(*batches)
    known = {word for batch in batches for word in batch}
    found = index.contains(keys_of(pa.array(asked, pa.string())))
    assert found.tolist() == [word in known for word in asked]


@given(words, words)
@settings(max_examples=40, deadline=None)
def test_removed_keys_are_gone_and_the_others_stay(stored, erased):
    index = index_with(stored)
    index.remove(keys_of(pa.array(erased, pa.string())), version=9)
    found = index.contains(keys_of(pa.array(stored, pa.string())))
    assert found.tolist() == [word not in set(erased) for word in stored]


@given(words)
@settings(max_examples=60, deadline=None)
def test_repeated_marks_all_but_the_first(batch):
    marks = repeated(keys_of(pa.array(batch, pa.string())))
    assert marks.tolist() == [word in batch[:at] for at, word in enumerate(batch)]


def test_keys_that_share_a_half_are_told_apart():
    index = KeyIndex(None)
    index.start("t", [], version=0)
    index.add(np.array([[7, 7, 7, 9], [1, 2, 3, 1]], np.uint64), version=1)
    asked = np.array([[7, 7, 7, 9, 8, 9], [3, 1, 4, 1, 1, 2]], np.uint64)
    assert index.contains(asked).tolist() == [True, True, False, True, False, False]


def test_a_salt_sets_queries_apart():
    ids = pa.array(["a", "b"])
    assert not np.array_equal(keys_of(ids, salt="0:1:"), keys_of(ids, salt="0:2:"))


def test_many_small_batches_leave_few_runs(tmp_path):
    index = index_with(*[[f"{n}-{m}" for m in range(4)] for n in range(50)], folder=tmp_path)
    assert len(index) == 200
    assert len(list(tmp_path.glob("run-*.keys"))) <= 8


def test_another_reader_sees_what_was_saved(tmp_path):
    index_with(["a", "b"], ["c"], folder=tmp_path)
    other = KeyIndex(tmp_path)
    assert other.load()
    assert (other.table_id, other.version) == ("t", 2)
    assert other.contains(keys_of(pa.array(["a", "c", "d"]))).tolist() == [True, True, False]


@pytest.mark.parametrize("harm", ["torn", "changed", "missing", "garbled manifest", "no manifest"])
def test_a_damaged_index_is_not_believed(harm):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        index_with(["a", "b", "c"], folder=path)
        run = next(path.glob("run-*.keys"))
        if harm == "torn":
            run.write_bytes(run.read_bytes()[:-5])
        elif harm == "changed":
            content = bytearray(run.read_bytes())
            content[-1] ^= 1
            run.write_bytes(content)
        elif harm == "missing":
            run.unlink()
        elif harm == "garbled manifest":
            (path / "manifest.json").write_text(json.dumps({"format": 1}))
        else:
            (path / "manifest.json").unlink()
        assert KeyIndex(path).load() is False


@pytest.mark.parametrize("harm", ["lost", "behind", "ahead"])
def test_the_store_mends_an_index_that_does_not_fit(lake, posts, harm, tmp_path):
    folder = tmp_path / "lake" / "index" / "mentions"
    lake.append(posts(range(10)), ingest_id="a")
    early = {path.name: path.read_bytes() for path in folder.iterdir()}
    lake.append(posts(range(10, 20)), ingest_id="b")
    if harm != "ahead":
        for path in folder.iterdir():
            path.unlink()
    if harm == "behind":
        for name, content in early.items():
            (folder / name).write_bytes(content)
    if harm == "ahead":
        manifest = json.loads((folder / "manifest.json").read_text())
        manifest["version"] += 7
        (folder / "manifest.json").write_text(json.dumps(manifest))
    result = type(lake)(tmp_path / "lake").append(posts(range(5, 25)), ingest_id="c")
    assert (result.appended, result.already_there) == (5, 15)
