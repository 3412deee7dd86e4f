"""What can be reviewed: a registry of kinds of subject, so that posts, replies and policies use one queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.review.contracts import SubjectFacts

__all__ = ["KINDS", "FixedRoute", "SubjectKind", "fixed_route_of", "kind_named", "register_kind"]


def _nothing(actor: Actor, subject_id: str) -> None:
    return None


def _takes_nothing(subject_id: str) -> None:
    return None


@dataclass(frozen=True)
class FixedRoute:
    """The way of a kind that neither routes of the house nor trust change: who carries ``right`` decides, always.

    ``name`` and ``step`` are shown; ``reasons`` say why it goes this way; ``days`` is the time for an answer in
    working days. Somebody from outside may be asked for ``advice``: their approval decides nothing, their wish for
    changes sends it back. What such a kind belongs to hands it in and takes it back; its verdicts are not undone.
    """

    name: str
    step: str
    right: str
    reasons: tuple[str, ...]
    days: int
    advice: str


@dataclass(frozen=True)
class SubjectKind:
    """One kind of subject.

    ``snapshot(actor, subject_id)`` gives its facts, and raises NotFoundError for who may not see it. ``on_approved``
    and ``on_returned`` are called in the transaction of the decision; after an undo ``on_returned`` is called.
    ``url(subject_id)`` leads to its page. ``asks_right`` is the right that its author needs; "" for none.

    ``fixed``: it goes a way of its own (see `FixedRoute`). ``hold(subject_id)`` takes its row before a verdict is
    written, where the subject's services take it first too. ``compared(subject_id)`` gives what is in use now, as a
    name and its content. ``markdown``: its texts are Markdown.
    """

    code: str
    label: str
    snapshot: Callable[[Actor, str], SubjectFacts]
    on_approved: Callable[[Actor, str], None] = _nothing
    on_returned: Callable[[Actor, str], None] = _nothing
    url: Callable[[str], str] = lambda subject_id: ""
    asks_right: str = "submit_draft"
    fixed: FixedRoute | None = None
    hold: Callable[[str], None] = _takes_nothing
    compared: Callable[[str], tuple[str, Mapping[str, str]] | None] = _takes_nothing
    markdown: bool = False


KINDS: dict[str, SubjectKind] = {}


def register_kind(kind: SubjectKind) -> SubjectKind:
    """Add a kind; called once when the application starts."""
    if kind.code in KINDS:
        raise ValueError(f"The kind {kind.code} is registered twice.")
    KINDS[kind.code] = kind
    return kind


def fixed_route_of(code: str) -> FixedRoute | None:
    """The way of its own that a kind goes; None for kinds that go by routes and trust."""
    return KINDS[code].fixed if code in KINDS else None


def kind_named(code: str) -> SubjectKind:
    """The kind with this code; NotFoundError if there is none."""
    if code not in KINDS:
        raise NotFoundError(f"Nothing of the kind “{code}” is reviewed here.")
    return KINDS[code]
