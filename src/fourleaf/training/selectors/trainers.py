"""Who checks practical work: by a product role, or by the Black belt's own right to train."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from fourleaf.engine.training.validity import GRACE_DAYS
from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotAllowedError
from fourleaf.kernel.permissions import require
from fourleaf.training.models import BeltAward
from fourleaf.training.selectors.standings import decision

__all__ = ["known_trainer", "may_train", "require_trainer", "wears_black"]

_ASSESS: Final = "training.assess"
#: What was found out about an actor stays with them, who live as long as the request.
_KNOWN: Final = "_wears_black"


def wears_black(actor: Actor) -> bool:
    """Whether somebody who is signed in has a Black belt that counts today. One query.

    The right itself may rest all the same; `may_train` knows. Tokens and machines go by their scopes alone. Pages with
    the tabs of training ask this, so that the tabs lead to the queue; all other pages are spared the query.
    """
    if actor.person_id is None or actor.via != "web":
        return False
    today = clock.today()
    found = BeltAward.objects.filter(
        person_id=actor.person_id, belt="black", ended_on__isnull=True, valid_from__lte=today,
        valid_until__gte=today - timedelta(days=GRACE_DAYS),
    ).exists()  # fmt: skip
    vars(actor)[_KNOWN] = found
    return found


def known_trainer(actor: Actor) -> bool:
    """Whether somebody is a trainer by role, or was found to be a Black belt in this request. No query."""
    return actor.may(_ASSESS) or bool(vars(actor).get(_KNOWN))


def may_train(actor: Actor) -> bool:
    """Whether somebody may check practical work now; whose work it is, is another question."""
    if actor.may(_ASSESS):
        return True
    return actor.person_id is not None and wears_black(actor) and bool(decision(actor.person_id, "train"))


def require_trainer(actor: Actor) -> None:
    """Raise `NotAllowedError` unless `may_train`; to a Black belt whose right rests it says why."""
    if may_train(actor):
        return
    require(actor, _ASSESS)
    if actor.person_id is not None:
        raise NotAllowedError(" ".join(decision(actor.person_id, "train").reasons))
