"""What can be reviewed: a registry of kinds of subject, so that posts, replies and policies use one queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.review.contracts import SubjectFacts

__all__ = ["KINDS", "SubjectKind", "kind_named", "register_kind"]


def _nothing(actor: Actor, subject_id: str) -> None:
    return None


@dataclass(frozen=True)
class SubjectKind:
    """One kind of subject.

    ``snapshot(actor, subject_id)`` gives its facts, and raises NotFoundError for who may not see it. ``on_approved``
    and ``on_returned`` are called in the transaction of the decision; after an undo ``on_returned`` is called.
    ``url(subject_id)`` leads to its page. ``asks_right`` is the right that its author needs; "" for none.
    """

    code: str
    label: str
    snapshot: Callable[[Actor, str], SubjectFacts]
    on_approved: Callable[[Actor, str], None] = _nothing
    on_returned: Callable[[Actor, str], None] = _nothing
    url: Callable[[str], str] = lambda subject_id: ""
    asks_right: str = "submit_draft"


KINDS: dict[str, SubjectKind] = {}


def register_kind(kind: SubjectKind) -> SubjectKind:
    """Add a kind; called once when the application starts."""
    if kind.code in KINDS:
        raise ValueError(f"The kind {kind.code} is registered twice.")
    KINDS[kind.code] = kind
    return kind


def kind_named(code: str) -> SubjectKind:
    """The kind with this code; NotFoundError if there is none."""
    if code not in KINDS:
        raise NotFoundError(f"Nothing of the kind “{code}” is reviewed here.")
    return KINDS[code]
