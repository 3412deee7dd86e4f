"""What review does about news from below."""

from __future__ import annotations

from fourleaf.governance.contracts import (
    PolicyAcknowledged,
    PolicyCameIntoForce,
    PolicyHandedOver,
    PolicyLeftLegalReview,
)
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.contracts import PersonLeft
from fourleaf.kernel.events import subscribe
from fourleaf.kernel.public import regions
from fourleaf.review.asking import ask_anew
from fourleaf.review.models import GroupSeat, ReviewItem, Waiting
from fourleaf.review.services.policies import follow_policy
from fourleaf.review.services.trust import lower_for_policy

__all__: list[str] = []

#: Policies that say what may be published; a new major version of another changes nothing about the evidence.
_ABOUT_CONTENT = frozenset({"P-SM", "P-MOD", "G-VT", "P-INF"})


@subscribe(PolicyCameIntoForce)
def policy_changed(event: PolicyCameIntoForce) -> None:
    """A major version: what was learned under the old one counts one level less."""
    if not event.major or event.kind not in _ABOUT_CONTENT:
        return
    codes = [region.code for region in regions().values() if region.id in event.region_ids]
    lower_for_policy(actor=system_actor("policy in force"), brand_ids=event.brand_ids, author_groups=codes)


@subscribe(PolicyHandedOver)
def policy_handed_over(event: PolicyHandedOver) -> None:
    """A version waits for the legal view: it comes into the queue."""
    follow_policy(actor=system_actor("legal review"), version_id=event.version_id)


@subscribe(PolicyLeftLegalReview)
def policy_left(event: PolicyLeftLegalReview) -> None:
    """A version waits no longer: nobody is asked any more."""
    follow_policy(actor=system_actor("legal review"), version_id=event.version_id)


def _ask(person_id: int) -> None:
    groups = GroupSeat.objects.filter(person_id=person_id).exists()
    items = ReviewItem.objects.filter(waiting__person_id=person_id)
    if groups:
        # Somebody who had no belt is in no queue yet, so every open item of the groups is looked at by the job.
        items = ReviewItem.objects.filter(pk__in=Waiting.objects.values("item_id"))
    ask_anew(list(items.distinct()[:500]))


@subscribe(PolicyAcknowledged)
def rights_are_back(event: PolicyAcknowledged) -> None:
    """A suspended right may be back: the person is asked again."""
    _ask(event.person_id)


@subscribe(PersonLeft)
def somebody_left(event: PersonLeft) -> None:
    """Nobody waits for who has left."""
    _ask(event.person_id)
