"""When a right was used: the first and the last day, no more. Most uses the product sees; of others people tell."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction

from fourleaf.engine.training.ladder import RIGHTS
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError, TransitionError
from fourleaf.training.models import RightUse
from fourleaf.training.selectors.standings import decision
from fourleaf.training.services.learning import own_person

__all__ = ["note_use", "say_used"]


def note_use(*, person_id: int, right: str, on: date | None = None) -> None:
    """Note that somebody used a right on a day (today). Not audited: what was done has its own event."""
    if right not in RIGHTS:
        raise KeyError(f"No right is called {right}.")
    day = on or clock.today()
    try:
        with transaction.atomic():
            use, fresh = RightUse.objects.get_or_create(
                person_id=person_id, right=right, defaults={"first_on": day, "last_on": day}
            )
    except IntegrityError:
        use, fresh = RightUse.objects.get(person_id=person_id, right=right), False
    if not fresh:
        if day > use.last_on:
            RightUse.objects.filter(pk=use.pk, last_on__lt=day).update(last_on=day)
        if day < use.first_on:
            RightUse.objects.filter(pk=use.pk, first_on__gt=day).update(first_on=day)


def say_used(*, actor: Actor, right: str) -> None:
    """The person says that they have used a right of theirs where the product cannot see it, as in-house posts."""
    person = own_person(actor)
    if right not in RIGHTS:
        raise NotFoundError
    ruling = decision(person, right)
    if not ruling:
        raise TransitionError(" ".join(ruling.reasons))
    with transaction.atomic():
        note_use(person_id=person, right=right)
        audit.record(actor, "training.right.used", ("kernel.person", person), label=actor.label, data={"right": right})
