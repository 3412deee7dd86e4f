"""What makes a post the same post: the platform that published it, and the id that it has there.

Networks count their posts independently, so two of them may give the same id. The store keeps ids single all the
same, since everything else (matches, judgements, addresses of pages) names a post by its id alone: a post whose id is
taken by another platform's post is stored as ``platform:id``. Either spelling is one identity, so that the same post
is recognised again whichever of the two came first, and after one of them was erased.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute

from fourleaf.engine.lake.keys import KeyIndex, Keys, keys_of, repeated

__all__ = ["all_keys", "identity_keys", "longer_ids", "single_ids"]

# The published stubs of Arrow refuse plain Python values as arguments of compute functions.
pc: Any = pyarrow.compute
_SALT = "identity:"


def longer_ids(posts: pa.Table | pa.RecordBatch) -> Any:
    """The id that each post is stored under where another platform's post has its own."""
    return pc.binary_join_element_wise(posts.column("platform"), posts.column("id"), ":")


def identity_keys(rows: pa.Table) -> Keys:
    """Keys of (platform, id there), shape (2, n), from the columns platform and id."""
    ids: Any = rows["id"].combine_chunks()
    platforms: Any = rows["platform"].combine_chunks()
    marked = pc.match_substring(ids, ":")
    if marked.true_count:
        # Arrow has no prefix that differs from row to row; only ids with a colon are looked at one by one.
        pairs = zip(ids.filter(marked).to_pylist(), platforms.filter(marked).to_pylist(), strict=True)
        plain = pa.array([text.removeprefix(f"{platform}:") for text, platform in pairs], pa.string())
        ids = pc.replace_with_mask(ids, marked, plain)
    joined = pc.binary_join_element_wise(platforms, ids, "\x1f")
    return keys_of(joined, salt=_SALT)


def all_keys(rows: pa.Table) -> Keys:
    """Every key of the rows that the index holds: of the ids as they are stored, and of the identities."""
    return np.hstack([keys_of(rows["id"]), identity_keys(rows)])


def single_ids(rows: pa.Table, index: KeyIndex) -> tuple[pa.Table, npt.NDArray[np.bool_], int]:
    """(rows, which of them are new, how many got another id): ids of new rows are nobody else's, stored or here."""
    own, plain = identity_keys(rows), keys_of(rows["id"])
    fresh = ~repeated(own)
    fresh &= ~index.contains(own)
    taken = fresh & repeated(plain)
    taken[fresh] |= index.contains(plain[:, fresh])
    if not taken.any():
        return rows, fresh, 0
    at = rows.column_names.index("id")
    rows = rows.set_column(at, rows.schema.field(at), pc.if_else(pa.array(taken), longer_ids(rows), rows["id"]))
    # Somebody's own id may look just like a lengthened one; what is held then stays, as with any repeated id.
    plain = keys_of(rows["id"])
    fresh[taken] &= ~index.contains(plain[:, taken])
    places = np.flatnonzero(fresh)
    fresh[places[repeated(plain[:, places])]] = False
    return rows, fresh, int((taken & fresh).sum())
