"""Writing by compare-and-set: a change is made on top of what was read, or everything is done again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction

from fourleaf.review.errors import LostRaceError
from fourleaf.review.models import ItemState, ReviewItem, Stratum

__all__ = ["again_on_race", "move", "save_item", "save_stratum"]

P = ParamSpec("P")
R = TypeVar("R")
_TRIES = 5


def again_on_race(service: Callable[P, R]) -> Callable[P, R]:
    """Run a service in a transaction, and anew when somebody else wrote in between; it reads everything afresh."""

    @wraps(service)
    def inner(*args: P.args, **kwargs: P.kwargs) -> R:
        for left in range(_TRIES - 1, -1, -1):
            try:
                with transaction.atomic():
                    return service(*args, **kwargs)
            except (LostRaceError, IntegrityError):
                if not left:
                    raise
            except OperationalError:
                # Two that waited for each other: the database ended this one. Only a whole transaction can be repeated.
                if not left or transaction.get_connection().in_atomic_block:
                    raise
        raise AssertionError("unreachable")

    return inner


def move(item: ReviewItem, target: str) -> None:
    """Put an item into another state; raises `TransitionError` where the machine knows no such step."""
    ItemState.check(item.state, target)
    item.state = target


def save_item(item: ReviewItem, *fields: str) -> None:
    """Write fields of an item on top of the version that was read; raises `LostRaceError`."""
    values = {name: getattr(item, name) for name in fields}
    if not ReviewItem.objects.filter(pk=item.pk, version=item.version).update(**values, version=item.version + 1):
        raise LostRaceError
    item.version += 1


def save_stratum(stratum: Stratum, *fields: str) -> None:
    """Write fields of a stratum on top of the version that was read; raises `LostRaceError`."""
    values = {name: getattr(stratum, name) for name in fields}
    if not Stratum.objects.filter(pk=stratum.pk, version=stratum.version).update(**values, version=stratum.version + 1):
        raise LostRaceError
    stratum.version += 1
