"""Giving belts, renewing them, taking them away: by hand with a reason, or because everything is there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db import IntegrityError, transaction

from fourleaf.engine.training.ladder import BELTS, as_belt, below, rank
from fourleaf.engine.training.validity import renewed_until, valid_until
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotFoundError
from fourleaf.kernel.models import Brand, Person
from fourleaf.kernel.permissions import require
from fourleaf.training.contracts import BeltGranted
from fourleaf.training.models import BeltAward, BrandBadge

__all__ = ["BeltToSet", "grant_badge", "grant_earned", "set_belt", "set_belts", "take_belt_down"]

_SET: Final = "training.set_belts"


@dataclass(frozen=True)
class BeltToSet:
    """One belt to be set by hand. Without ``valid_until`` it is valid as long as the ladder says."""

    person_id: int
    belt: str
    valid_from: date
    valid_until: date | None
    reason: str


def _checked(wish: BeltToSet) -> date:
    """The last day; `InvalidError` by field for what cannot be."""
    faults: dict[str, list[str]] = {}
    if wish.belt not in BELTS:
        faults["belt"] = [f"“{wish.belt}” is not a belt. Choose one of {', '.join(BELTS)}."]
    if not wish.reason.strip():
        faults["reason"] = ["Write why; it stands in the history of the belt."]
    elif len(wish.reason) > 300:
        faults["reason"] = ["Say it in at most 300 characters."]
    until = wish.valid_until
    if until is None and wish.belt in BELTS and wish.belt != "none":
        until = valid_until(wish.belt, wish.valid_from)
    if until is not None and until < wish.valid_from:
        faults["valid_until"] = ["The last day lies before the first."]
    if faults:
        raise InvalidError(fields=faults)
    return until or wish.valid_from


def set_belt(
    *, actor: Actor, person_id: int, belt: str, valid_from: date, valid_until: date | None = None, reason: str
) -> BeltAward | None:
    """Set somebody's belt by hand. It replaces an award of the same belt and ends higher ones; "none" ends all.

    Gives the award; None for "none". Needs the right to set belts and a reason, and is audited.
    """
    made = set_belts(actor=actor, wishes=[BeltToSet(person_id, belt, valid_from, valid_until, reason)])
    return made[0] if made else None


def set_belts(*, actor: Actor, wishes: Iterable[BeltToSet]) -> list[BeltAward]:
    """Set many belts at once, with a handful of queries; for seeds and imports. The same rules as `set_belt`."""
    require(actor, _SET)
    wanted = [(wish, _checked(wish)) for wish in wishes]
    people = {wish.person_id for wish, _ in wanted}
    names = dict(Person.objects.filter(pk__in=people).values_list("pk", "name")) if len(people) <= 500 else dict(
        Person.objects.values_list("pk", "name")
    )  # fmt: skip
    if people - names.keys():
        raise NotFoundError
    now, today = clock.now(), clock.today()
    with transaction.atomic():
        standing = [award for award in BeltAward.objects.filter(ended_on__isnull=True) if award.person_id in people]
        by_person = {wish.person_id: wish for wish, _ in wanted}
        over = [award for award in standing if rank(award.belt) >= max(1, rank(by_person[award.person_id].belt))]
        for award in over:
            award.ended_on, award.end_reason = today, by_person[award.person_id].reason
        BeltAward.objects.bulk_update(over, ["ended_on", "end_reason"], batch_size=500)
        made = BeltAward.objects.bulk_create(
            [
                BeltAward(
                    person_id=wish.person_id,
                    belt=wish.belt,
                    valid_from=wish.valid_from,
                    valid_until=until,
                    source="set",
                    reason=wish.reason.strip(),
                    granted_at=now,
                    granted_by=actor.label[:200],
                )
                for wish, until in wanted
                if wish.belt != "none"
            ],
            batch_size=500,
        )
        audit.record_many(
            actor,
            [
                audit.Entry(
                    "training.belt.set",
                    "kernel.person",
                    str(wish.person_id),
                    names[wish.person_id],
                    {"belt": wish.belt, "from": wish.valid_from, "until": until, "reason": wish.reason.strip()},
                )
                for wish, until in wanted
            ],
        )
        for award in made:
            events.publish(BeltGranted(award.person_id, as_belt(award.belt), award.valid_until))
    return made


def grant_earned(*, actor: Actor, person_id: int, belt: str, reason: str = "") -> BeltAward | None:
    """Give a belt for which everything is there, or renew it; the caller has checked that. None if it is held already.

    Two decisions at the same moment give one award: the second finds it there.
    """
    today = clock.today()
    with transaction.atomic():
        held = BeltAward.objects.filter(person_id=person_id, belt=belt, ended_on__isnull=True).first()
        until = valid_until(belt, today)
        if held is not None:
            until = renewed_until(belt, held.valid_until, today)
            ended = BeltAward.objects.filter(pk=held.pk, ended_on__isnull=True)
            if until <= held.valid_until or not ended.update(ended_on=today, end_reason="Renewed."):
                return None
        try:
            with transaction.atomic():
                award = BeltAward.objects.create(
                    person_id=person_id,
                    belt=belt,
                    valid_from=today,
                    valid_until=until,
                    source="renewed" if held else "earned",
                    reason=reason,
                    granted_at=clock.now(),
                    granted_by=actor.label[:200],
                )
        except IntegrityError:
            return None
        code = "training.belt.renewed" if held else "training.belt.granted"
        person = Person.objects.only("pk", "name").get(pk=person_id)
        audit.record(actor, code, person, data={"belt": belt, "until": until})
        events.publish(BeltGranted(person_id, as_belt(belt), until))
    return award


def take_belt_down(*, actor: Actor, person_id: int, reason: str) -> str:
    """Take the highest belt away; the one below it counts on, at least as long as the lost one would have. Gives the
    belt that is left."""
    require(actor, _SET)
    today = clock.today()
    with transaction.atomic():
        awards = {a.belt: a for a in BeltAward.objects.filter(person_id=person_id, ended_on__isnull=True)}
        if not awards:
            return "none"
        highest = max(awards, key=rank)
        lost, left = awards[highest], below(highest)
        BeltAward.objects.filter(pk=lost.pk, ended_on__isnull=True).update(ended_on=today, end_reason=reason[:300])
        if left != "none" and left not in awards:
            # Whoever was given a high belt by hand has no awards below it.
            BeltAward.objects.create(
                person_id=person_id,
                belt=left,
                valid_from=min(lost.valid_from, today),
                valid_until=max(lost.valid_until, today),
                source="set",
                reason=reason[:300],
                granted_at=clock.now(),
                granted_by=actor.label[:200],
            )
        elif left != "none" and awards[left].valid_until < lost.valid_until:
            BeltAward.objects.filter(pk=awards[left].pk).update(valid_until=lost.valid_until)
        person = Person.objects.only("pk", "name").get(pk=person_id)
        audit.record(actor, "training.belt.taken", person, data={"lost": highest, "left": left, "reason": reason[:300]})
    return left


def grant_badge(*, actor: Actor, person_id: int, brand_id: int) -> BrandBadge | None:
    """Note that somebody has learned the voice of a brand; None if the badge is worn already."""
    brand = Brand.objects.filter(pk=brand_id).first()
    person = Person.objects.filter(pk=person_id).first()
    if brand is None or person is None:
        raise NotFoundError
    if person_id != actor.person_id:
        require(actor, _SET)
    with transaction.atomic():
        badge, fresh = BrandBadge.objects.get_or_create(
            person_id=person_id,
            brand_id=brand_id,
            ended_on=None,
            defaults={"granted_on": clock.today(), "granted_by": actor.label[:200]},
        )
        if not fresh:
            return None
        audit.record(actor, "training.badge.granted", person, data={"brand": brand.code})
    return badge
