"""Whether facts may have changed: each change leaves an audit event, so a context's last event tells."""

from __future__ import annotations

from threading import Lock
from typing import Final

from django.db.models import Q

from fourleaf.kernel.models import AuditEvent, AuditHead

__all__ = ["last_change"]

#: Contexts whose facts go into the snapshot and whose every change is audited.
_CONTEXTS: Final = ("governance.", "training.", "review.")
_WANTED: Final = Q(code__startswith=_CONTEXTS[0]) | Q(code__startswith=_CONTEXTS[1]) | Q(code__startswith=_CONTEXTS[2])
_seen: tuple[int, str, int] | None = None
_lock: Final = Lock()


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
