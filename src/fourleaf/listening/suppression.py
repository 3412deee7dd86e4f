"""Keyed hashes of authors and posts that must not be collected again.

A digest is HMAC-SHA256 under a random key that is made once and kept encrypted, so that somebody who gets hold of the
table cannot find out by trial which handles are in it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.lake.identity import longer_ids
from fourleaf.kernel import clock
from fourleaf.listening.models import ListeningSettings, SuppressedAuthor, SuppressedMention

__all__ = ["Suppression", "author_digest", "folded_handle", "mention_digest", "settings_row"]


def settings_row() -> ListeningSettings:
    """The one row of settings, made when it is first asked for."""
    row, _ = ListeningSettings.objects.get_or_create(
        pk=1, defaults={"suppression_key": secrets.token_urlsafe(32), "changed_at": clock.now()}
    )
    return row


def folded_handle(handle: str) -> str:
    """A handle as it is compared: without @ and spaces around it, in small letters."""
    return handle.strip().removeprefix("@").casefold()


def _digest(kind: str, text: str, key: str) -> str:
    return hmac.new(key.encode(), f"{kind}:{text}".encode(), hashlib.sha256).hexdigest()


def author_digest(handle: str, key: str | None = None) -> str:
    """The digest of an author's handle, on whatever platform."""
    return _digest("author", folded_handle(handle), key or settings_row().suppression_key)


def mention_digest(mention_id: str, key: str | None = None) -> str:
    """The digest of a post's id."""
    return _digest("mention", mention_id, key or settings_row().suppression_key)


@dataclass(frozen=True)
class Suppression:
    """What is suppressed at one moment; cheap when nothing is."""

    key: str
    authors: frozenset[str]
    mentions: frozenset[str]

    @classmethod
    def load(cls) -> Suppression:
        """The present state."""
        return cls(
            settings_row().suppression_key,
            frozenset(SuppressedAuthor.objects.values_list("digest", flat=True)),
            frozenset(SuppressedMention.objects.values_list("digest", flat=True)),
        )

    def allowed(self, posts: pa.RecordBatch) -> npt.NDArray[np.bool_]:
        """Which rows may be stored; shape (n,)."""
        keep = np.ones(posts.num_rows, dtype=np.bool_)
        if self.authors:
            keep &= ~_hit(posts.column("author"), lambda text: author_digest(text, self.key) in self.authors)
        if self.mentions:
            # As the file has the id, and as the store has it where another platform's post was there first.
            for ids in (posts.column("id"), longer_ids(posts)):
                keep &= ~_hit(ids, lambda text: mention_digest(text, self.key) in self.mentions)
        return keep


def _hit(column: Any, test: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """Rows whose value passes the test, which is asked once for each different value."""
    coded = column.dictionary_encode()
    values = coded.dictionary.to_pylist()
    verdicts = pa.array([value is not None and test(value) for value in values], pa.bool_())
    hits: Any = verdicts.take(coded.indices)
    return np.asarray(hits.fill_null(False).to_numpy(zero_copy_only=False), np.bool_)
