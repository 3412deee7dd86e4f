"""Which items are reviewed: a draw that nobody can foresee, and that comes out the same whenever it is repeated.

The draw is an HMAC of the item's id under a secret key (RFC 2104, SHA-256). Whoever does not know the key can neither
foresee nor influence it; whoever knows it can show afterwards that nothing was picked by hand. It is made when the
author submits, for the level of that moment. Every further submission draws again and what was chosen once stays
chosen, so that handing in the same item again never gets it out of review.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import Final, Literal

from fourleaf.engine.review.parameters import DEFAULT, Level, TrustParameters

__all__ = ["KEY_BYTES", "Selection", "draw", "select"]

#: Shortest key, in bytes.
KEY_BYTES: Final = 16
_STEPS: Final = 1 << 53

Purpose = Literal["review", "double"]


@dataclass(frozen=True)
class Selection:
    """What happens to a submitted item.

    `before`: reviewed before publishing. `audit`: looked at within `audit_hours` afterwards. `reviewers`: how many
    look at it. `blind`: the second does not see the first one's verdict, and the two are compared. `publishable`:
    False while the stratum is halted.
    """

    before: bool
    audit: bool
    reviewers: int
    blind: bool
    publishable: bool = True
    audit_hours: int | None = None


def draw(key: bytes, item: str, purpose: Purpose, submission: int = 1) -> float:
    """A number in [0, 1), uniform over items, fixed for key, item, purpose and number of the submission."""
    if len(key) < KEY_BYTES:
        raise ValueError(f"The sampling key has {len(key)} bytes; it needs at least {KEY_BYTES}.")
    if submission < 1:
        raise ValueError(f"Submissions are counted from 1, not {submission}.")
    # Lengths first, so that no two different inputs give the same message.
    parts = [purpose.encode(), str(submission).encode(), item.encode()]
    message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    digest = hmac.new(key, message, hashlib.sha256).digest()
    return (int.from_bytes(digest[:8], "big") >> 11) / _STEPS


def select(
    key: bytes,
    item: str,
    level: Level,
    *,
    submission: int = 1,
    parameters: TrustParameters = DEFAULT,
) -> Selection:
    """Whether and how an item is reviewed that was just submitted for the `submission`-th time.

    `level` is the state's `review_level`, made stricter by the item's risk tier (`tiers.level_for`). Samples are
    nested: what is chosen at 25 % is also chosen at 50 %.
    """
    if level == "QH":
        return Selection(before=True, audit=False, reviewers=1, blind=False, publishable=False)
    if level == "QT":
        return Selection(before=True, audit=False, reviewers=2, blind=True)
    fraction = parameters.fraction(level)
    chosen = any(draw(key, item, "review", number) < fraction for number in range(1, submission + 1))
    blind = chosen and draw(key, item, "double") < parameters.double_review
    after = level == "Q3"
    return Selection(
        before=chosen and not after,
        audit=chosen and after,
        reviewers=(2 if blind else 1) if chosen else 0,
        blind=blind,
        audit_hours=parameters.audit_hours if chosen and after else None,
    )
