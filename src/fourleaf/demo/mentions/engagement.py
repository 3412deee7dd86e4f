"""How many saw, liked, passed on and answered a post: heavy-tailed, and always views >= likes >= shares."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from fourleaf.demo.mentions.chance import Chance, Integers
from fourleaf.demo.mentions.drafts import INCIDENT, RESHARE, Drafts
from fourleaf.demo.mentions.entities import PLATFORMS

__all__ = ["engagement"]

# By platform: share of followers who see a post, likes a view, shares a like, replies a like.
_RATES: Final = np.array(
    [
        (0.90, 0.030, 0.05, 0.10),  # video
        (0.45, 0.060, 0.03, 0.06),  # photo
        (0.30, 0.022, 0.18, 0.14),  # microblog
        (0.35, 0.025, 0.07, 0.12),  # professional
        (1.60, 0.055, 0.08, 0.05),  # shortvideo
        (2.50, 0.012, 0.00, 0.50),  # forum
        (1.00, 0.000, 0.00, 0.00),  # review
    ]
)
_FLOOR_VIEWS: Final = np.array([30, 12, 10, 25, 40, 35, 0], dtype=float)
# Counts that a platform does not give out are null: shares of forums, all but likes ("helpful") of review portals.
_HIDES_SHARES: Final = [PLATFORMS.index(p) for p in ("forum", "review")]
_HIDES_VIEWS: Final = [PLATFORMS.index("review")]


def engagement(
    drafts: Drafts, followers: Integers, reshares: Integers, answers: Integers, chance: Chance
) -> dict[str, pa.Int64Array]:
    """The columns likes, shares, replies, views; counts are at least the re-shares and answers that are there.

    Re-shares count for nothing of their own, as platforms show them: their counts are small.
    """
    keys = drafts.key
    reach, liking, sharing, replying = _RATES[drafts.platform].T
    luck = np.exp(1.1 * chance.normal(keys, "luck")) * (1.0 - chance.uniform(keys, "popularity")) ** -0.55
    luck = np.minimum(luck, 300.0)
    moved = np.where(drafts.origin == INCIDENT, 6.0, 1.0) * np.where(drafts.kind == RESHARE, 0.25, 1.0)
    views = (_FLOOR_VIEWS[drafts.platform] + reach * followers) * luck * moved
    likes = np.floor(views * liking * np.exp(0.5 * chance.normal(keys, "liking")))
    helpful = np.floor(-np.log1p(-chance.uniform(keys, "helpful")) * 2.2)
    likes = np.where(drafts.platform == PLATFORMS.index("review"), helpful, likes)
    angry = np.where(drafts.sentiment == 0, 1.5, 1.0)
    shares = np.maximum(np.floor(likes * sharing * angry * 2 * chance.uniform(keys, "sharing")), reshares)
    replies = np.maximum(np.floor(likes * replying * angry * 2 * chance.uniform(keys, "replying")), answers)
    likes = np.maximum(likes, shares)
    views = np.maximum.reduce([np.ceil(views), likes + np.ceil(likes * 3 * chance.uniform(keys, "looking")), replies])
    review = np.isin(drafts.platform, _HIDES_VIEWS)
    return {
        "likes": pa.array(likes.astype(np.int64)),
        "shares": pa.array(shares.astype(np.int64), mask=np.isin(drafts.platform, _HIDES_SHARES)),
        "replies": pa.array(replies.astype(np.int64), mask=review),
        "views": pa.array(views.astype(np.int64), mask=review),
    }
