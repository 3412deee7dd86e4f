"""Hints on the wording of a policy, beside its text in the queue."""

from __future__ import annotations

from fourleaf.governance.selectors.policies_legal import LegalWording, wording_in
from fourleaf.review.models import OPEN, ReviewItem
from fourleaf.review.reading import in_order
from fourleaf.review.services.policies import POLICY

__all__ = ["wording_of"]


def wording_of(item: ReviewItem) -> LegalWording | None:
    """Hints while a policy waits for the legal view; None for all else. No query."""
    return wording_in(in_order(item.content)) if item.kind == POLICY and item.state in OPEN else None
