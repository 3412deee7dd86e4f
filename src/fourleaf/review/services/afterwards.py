"""Defects that came to light after an item went out: upheld complaints, corrections, take-downs."""

from __future__ import annotations

from typing import Final, get_args

from fourleaf.engine.review.states import Severity, Source
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import InvalidError, NotAllowedError
from fourleaf.kernel.permissions import require
from fourleaf.review.asking import ask_anew
from fourleaf.review.contracts import ItemReturned
from fourleaf.review.kinds import kind_named
from fourleaf.review.models import Decision, ReviewItem
from fourleaf.review.practice import critical_noted
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.services.deciding import Verdict, checked_verdict, move_by, note_afterwards
from fourleaf.review.store import again_on_race, move, save_item

__all__ = ["FOUND_BY", "report_defect"]

#: How a defect came to light -> what it is called.
FOUND_BY: Final[dict[Source, str]] = {
    "complaint": "An upheld complaint",
    "correction": "A correction",
    "takedown": "A take-down",
}
_SEVERITIES: Final = get_args(Severity)


@again_on_race
def report_defect(
    *, actor: Actor, item_id: int, source: Source, severity: Severity, defects: tuple[str, ...], note: str
) -> Decision:
    """Note a defect of what went out. It counts as a reviewed item with a major defect, once for each text.

    What has a major or critical defect, or was taken down, may not go out again: its author mends it and hands it in.
    """
    item = get_item_for(actor, item_id)
    require(actor, "review.confirm_trust")
    if actor.person_id is None:
        raise NotAllowedError("Only a person reports a defect.")
    _check(item, source, severity, note)
    found = checked_verdict(Verdict(True, severity, defects, note), after=True)
    decision = note_afterwards(actor, item, found, source)
    item.counted = max(item.counted, severity, "major", key=("", *_SEVERITIES).index)
    if item.awaits_audit:
        item.audited_at = clock.now()
    if item.state == "approved" and (severity in ("major", "critical") or source == "takedown"):
        move(item, "returned")
        kind_named(item.kind).on_returned(actor, item.subject_id)
        events.publish(ItemReturned(item.pk, item.kind, item.subject_id))
    save_item(item, "counted", "audited_at", "state")
    if item.stratum is not None:
        move_by(actor, item.stratum, item, decision, source=source)
    if severity == "critical":
        critical_noted(item)
    audit.record(
        actor,
        "review.item.defect_reported",
        item,
        data={"source": source, "severity": severity, "defects": decision.defects},
    )
    ask_anew([item])
    return decision


def _check(item: ReviewItem, source: Source, severity: Severity, note: str) -> None:
    wrong: dict[str, list[str]] = {}
    if source not in FOUND_BY:
        wrong["source"] = ["Say whether it was a complaint, a correction or a take-down."]
    if severity == "clean":
        wrong["severity"] = ["What came to light is a defect. Say how grave it is."]
    if not note.strip():
        wrong["note"] = ["Say what came to light, so that its author can mend it."]
    if wrong:
        raise InvalidError(fields=wrong)
    if item.state not in ("approved", "expired"):
        raise InvalidError("Only what was approved can have gone out. Ask for changes with a verdict instead.")
    as_grave = _SEVERITIES[_SEVERITIES.index(severity) :]
    if item.decisions.filter(via__in=FOUND_BY, content_hash=item.content_hash, severity__in=as_grave).exists():
        raise InvalidError("A defect as grave as this was noted for this text already; a text counts once.")
