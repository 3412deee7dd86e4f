"""Policies in legal review: the queue follows the life of their versions, and governance hears what was decided.

Governance hands over and takes back; its news open and close the item of a version. What a lost piece of news leaves
behind is found by comparing both states, see `follow_policies`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from django.urls import NoReverseMatch, reverse

from fourleaf.engine.review import content_hash
from fourleaf.governance import public as governance
from fourleaf.governance.contracts import LegalReview
from fourleaf.kernel import audit
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import DomainError, NotFoundError, TransitionError
from fourleaf.review.asking import ask_anew
from fourleaf.review.contracts import SubjectFacts
from fourleaf.review.errors import StaleError
from fourleaf.review.kinds import FixedRoute, SubjectKind, register_kind
from fourleaf.review.models import OPEN, Decision, ReviewItem
from fourleaf.review.reading import in_order, ordered
from fourleaf.review.services.submitting import edited, submit
from fourleaf.review.store import again_on_race, move, save_item

__all__ = ["POLICY", "follow_policies", "follow_policy", "register"]

POLICY: Final = "policy"
RIGHT: Final = "governance.review_policies"
#: What the deciding person is lent for the one call of governance. The queue says who decides: also a deputy who
#: could not see the version otherwise.
_LENT: Final = frozenset({RIGHT, "governance.view_policies"})
#: As long as a reason may be in governance; the whole note stays with the item.
_REASON: Final = 2_000
_WAY: Final = FixedRoute(
    name="Legal review of policies",
    step="Legal view",
    right=RIGHT,
    reasons=(
        "A policy is no post: it has no risk tier, belongs to no stratum, and no chance draws it.",
        "People always read it, however many before it were clean: nothing relaxes that.",
        "One of those with the right “Give the legal view on a policy” decides, or their deputy. Never its author.",
    ),
    # Two working weeks.
    days=10,
    advice="Outside counsel, who advises",
)


def _facts(review: LegalReview) -> SubjectFacts:
    if review.author_id is None:
        raise TransitionError(f"“{review.title}” has neither an author nor an owner. Name an owner first.")
    return SubjectFacts(
        # The number stays also where the title is as long as it may be.
        title=f"{review.title[:138]} {review.number}",
        content=ordered(review.content),
        author_person_id=review.author_id,
        brand_id=review.brand_id,
        region_id=review.region_id,
        language=review.language,
        content_class=POLICY,
    )


def _review(subject_id: str) -> LegalReview:
    found = governance.legal_review(int(subject_id)) if subject_id.isdecimal() else None
    if found is None:
        raise NotFoundError
    return found


def _snapshot(actor: Actor, subject_id: str) -> SubjectFacts:
    review = _review(subject_id)
    if not review.waits:
        raise TransitionError(f"“{review.title} {review.number}” does not wait for the legal view.")
    return _facts(review)


def _view(actor: Actor, subject_id: str, *, agreed: bool) -> None:
    """Tell governance the legal view, in the name of who decided, on the text that they read."""
    item = ReviewItem.objects.get(kind=POLICY, subject_id=subject_id)
    if content_hash(ordered(_review(subject_id).content)) != item.content_hash:
        raise StaleError("The policy was handed over with another text meanwhile. Load it again in a few minutes.")
    note = Decision.objects.filter(item=item).order_by("-pk").values_list("note", flat=True).first() or ""
    note = _with_hints(note, item)
    governance.decide_legal(
        actor=replace(actor, permissions=actor.permissions | _LENT),
        version_id=int(subject_id),
        agreed=agreed,
        reason=note if len(note) <= _REASON else f"{note[: _REASON - 1]}…",
    )


def _with_hints(note: str, item: ReviewItem) -> str:
    """The note of the verdict, and how many hints on wording stood open when it was given."""
    found = len(governance.wording_in(in_order(item.content)).hints)
    if not found:
        return note
    said = "1 hint on wording stood open." if found == 1 else f"{found} hints on wording stood open."
    return f"{note[: _REASON - len(said) - 2]}\n\n{said}" if note else said


def _agreed(actor: Actor, subject_id: str) -> None:
    _view(actor, subject_id, agreed=True)


def _returned(actor: Actor, subject_id: str) -> None:
    _view(actor, subject_id, agreed=False)


def _address(subject_id: str) -> str:
    try:
        return reverse("governance:policy", args=[_review(subject_id).policy_id])
    except (NoReverseMatch, NotFoundError):
        return ""


def _in_force(subject_id: str) -> tuple[str, dict[str, str]] | None:
    found = governance.text_in_force(int(subject_id))
    return None if found is None else (f"version {found[0]}, which is in force", found[1])


def _hold(subject_id: str) -> None:
    governance.hold_version(int(subject_id))


# --- following -------------------------------------------------------------------------------------------------------


@again_on_race
def follow_policy(*, actor: Actor, version_id: int) -> int | None:
    """Bring the item of a version to where the version is; gives its number while the legal view is asked for.

    None where nothing waits, or nobody is known who wrote it. Done twice it changes nothing.
    """
    governance.hold_version(version_id)
    review = governance.legal_review(version_id)
    item = ReviewItem.objects.filter(kind=POLICY, subject_id=str(version_id)).first()
    if review is None or not review.waits:
        # An agreement to a text that became a draft again is void.
        if item is not None and (item.is_open or (item.state == "approved" and _void(review))):
            _close(actor, item)
        return None
    if review.author_id is None:
        return None
    if item is None or not item.is_open:
        return submit(actor=actor, kind=POLICY, subject_id=str(version_id)).pk
    if item.content_hash != content_hash(ordered(review.content)):
        edited(actor=actor, kind=POLICY, subject_id=str(version_id))
    return item.pk


def _void(review: LegalReview | None) -> bool:
    return review is None or review.state in ("draft", "withdrawn")


def _close(actor: Actor, item: ReviewItem) -> None:
    move(item, "withdrawn")
    item.decided_at = item.expires_at = None
    save_item(item, "state", "decided_at", "expires_at")
    audit.record(actor, "review.item.withdrawn", item)
    ask_anew([item])


def follow_policies(*, actor: Actor) -> int:
    """Whatever news was lost: open items for versions that wait, close those of others; gives how many changed."""
    waiting = governance.legal_reviews_open()
    rows = ReviewItem.objects.filter(kind=POLICY, state__in=OPEN).values_list("subject_id", "content_hash")
    known = {int(subject): digest for subject, digest in rows}
    changed = 0
    for version_id in sorted(waiting ^ set(known)):
        changed += _followed(actor, version_id)
    for version_id in sorted(waiting & set(known)):
        review = governance.legal_review(version_id)
        if review is not None and content_hash(ordered(review.content)) != known[version_id]:
            changed += _followed(actor, version_id)
    return changed


def _followed(actor: Actor, version_id: int) -> bool:
    """One version, so that a refusal for it stops no other."""
    rows = ReviewItem.objects.filter(kind=POLICY, subject_id=str(version_id)).values_list("version", flat=True)
    before = rows.first()
    try:
        follow_policy(actor=actor, version_id=version_id)
    except DomainError:
        return False
    return rows.all().first() != before


def register() -> None:
    """Make policies a kind of subject; called once when the application starts."""
    register_kind(
        SubjectKind(
            POLICY,
            "Policy",
            _snapshot,
            on_approved=_agreed,
            on_returned=_returned,
            url=_address,
            asks_right="",
            fixed=_WAY,
            hold=_hold,
            compared=_in_force,
            markdown=True,
        )
    )
