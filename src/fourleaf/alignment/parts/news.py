"""Whether facts may have changed: each change leaves an audit event, so a context's last event tells."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Final, TypeVar

from django.db.models import Q

from fourleaf.kernel import clock
from fourleaf.kernel.models import AuditEvent, AuditHead
from fourleaf.kernel.public import people_stamp

__all__ = ["last_change", "remembered"]

Facts = TypeVar("Facts")

#: Contexts whose facts go into the snapshot and whose every change is audited.
_CONTEXTS: Final = ("governance.", "training.", "review.")
_WANTED: Final = Q(code__startswith=_CONTEXTS[0]) | Q(code__startswith=_CONTEXTS[1]) | Q(code__startswith=_CONTEXTS[2])
_seen: tuple[int, str, int] | None = None
_lock: Final = Lock()
_read: Final[dict[str, tuple[Hashable, Any]]] = {}


def last_change() -> int:
    """The number of the last audit event of governance, training or review; 0 if there is none.

    One query while nothing happens, and a look at the new events since when something did.
    """
    global _seen
    head = AuditHead.objects.order_by("pk").values_list("sequence", "hash").first() or (0, "")
    with _lock:
        known = _seen
    if known is not None and known[:2] == head:
        return known[2]
    events = AuditEvent.objects.filter(_WANTED).order_by("-sequence").values_list("sequence", flat=True)
    if (
        known is not None
        and known[0] < head[0]
        and AuditEvent.objects.filter(sequence=known[0], hash=known[1]).exists()
    ):
        last = events.filter(sequence__gt=known[0]).first() or known[2]
    else:
        last = events.first() or 0
    with _lock:
        _seen = (*head, last)
    return last


def remembered(name: str, read: Callable[[], Facts]) -> Facts:
    """What ``read`` gives, read again only when the contexts, the people or the day have changed.

    Counting belts and acknowledgements of everybody takes tenths of a second; an edit of the plan changes none of them.
    """
    key = (last_change(), people_stamp(), clock.today())
    with _lock:
        known = _read.get(name)
    if known is not None and known[0] == key:
        return known[1]  # type: ignore[no-any-return]  # stored below under the same name
    found = read()
    with _lock:
        _read[name] = (key, found)
    return found
