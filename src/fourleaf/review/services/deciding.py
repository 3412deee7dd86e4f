"""Verdicts: before publishing, afterwards in an audit, and their taking back within a minute."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, get_args

from fourleaf.engine.review import PRESETS, Outcome, content_hash, step
from fourleaf.engine.review.routes import Missing
from fourleaf.engine.review.states import Severity, Source
from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import DomainError, InvalidError, NotAllowedError, NotFoundError
from fourleaf.kernel.permissions import require
from fourleaf.review.asking import ask_anew
from fourleaf.review.contracts import DEFECTS, ItemReturned, TrustChanged
from fourleaf.review.errors import StaleError
from fourleaf.review.kinds import fixed_route_of, kind_named
from fourleaf.review.models import Decision, Guest, ReviewItem, Stratum, TrustStep
from fourleaf.review.practice import critical_noted, critical_taken_back, decided_with_right
from fourleaf.review.routing import Crew, crew_for, open_steps
from fourleaf.review.selectors.items import get_item_for
from fourleaf.review.services.invitations import too_late
from fourleaf.review.services.submitting import approve
from fourleaf.review.store import again_on_race, move, save_item, save_stratum
from fourleaf.review.strata import halts, move_stratum
from fourleaf.review.terms import BULK_TIERS, LONGEST, UNDO

__all__ = ["BulkResult", "Verdict", "decide", "decide_as_guest", "decide_many", "undo_decision"]

_SEVERITIES: Final = get_args(Severity)


@dataclass(frozen=True)
class Verdict:
    """What a reviewer found. ``approved`` False: changes are asked for, with a note that says which."""

    approved: bool
    severity: Severity = "clean"
    defects: tuple[str, ...] = ()
    note: str = ""


def checked_verdict(verdict: Verdict, *, after: bool = False, coached: bool = False) -> Verdict:
    """The verdict, proven to make sense; raises `InvalidError` by field.

    ``after``: it is about what went out already. ``coached``: at QT the author is told of every defect.
    """
    wrong: dict[str, list[str]] = {}
    if verdict.severity not in _SEVERITIES:
        wrong["severity"] = [f"A severity is one of {', '.join(_SEVERITIES)}."]
        raise InvalidError(fields=wrong)
    unknown = [code for code in verdict.defects if code not in DEFECTS]
    if unknown:
        wrong["defects"] = [f"“{unknown[0]}” is no kind of defect that is known here."]
        raise InvalidError(fields=wrong)
    least = max((_SEVERITIES.index(DEFECTS[code][0]) for code in verdict.defects), default=0)
    if verdict.severity == "clean" and verdict.defects:
        wrong["severity"] = ["A defect is named, so the item is not clean. Choose how grave it is."]
    elif verdict.severity != "clean" and not verdict.defects:
        wrong["defects"] = ["Say which kind of defect it is."]
    elif _SEVERITIES.index(verdict.severity) < least:
        named = next(code for code in verdict.defects if _SEVERITIES.index(DEFECTS[code][0]) == least)
        wrong["severity"] = [f"“{DEFECTS[named][1]}” is at least {_SEVERITIES[least]}."]
    if verdict.approved and not after and verdict.severity in ("major", "critical"):
        wrong["severity"] = ["What has a major or critical defect is not approved. Ask for changes instead."]
    note = verdict.note.strip()
    if not verdict.approved and not note:
        wrong["note"] = ["Say what should change, so that the author can mend it."]
    elif coached and verdict.severity != "clean" and not note:
        wrong["note"] = ["While two reviewers see everything (QT), authors are told what was found. Write it down."]
    if len(note) > LONGEST or "\0" in note:
        wrong["note"] = [f"Write at most {LONGEST:,} characters, and no NUL among them."]
    if wrong:
        raise InvalidError(fields=wrong)
    return Verdict(verdict.approved, verdict.severity, tuple(sorted(set(verdict.defects))), note)


@again_on_race
def decide(*, actor: Actor, item_id: int, verdict: Verdict, content: str | None = None, via: str = "") -> Decision:
    """Give a verdict on every open step that the actor may decide, or on an item that went out unseen.

    ``content`` is the hash of what the reviewer saw; StaleError if it is no longer that. Whatever comes from a page, a
    mail or the API has it, and an empty one is wrong like any other; None is for callers that hold the item itself.
    Raises `NotAllowedError` with a sentence for who may see the item but not decide it.
    """
    item = held(get_item_for(actor, item_id))
    require(actor, "review.decide")
    if actor.person_id is None:
        raise NotAllowedError("Only a person decides an item.")
    if content is not None:
        check_seen(item, content)
    if item.awaits_audit:
        return _audit(actor, item, verdict, via)
    if not item.is_open:
        raise StaleError(f"This item is {item.get_state_display().lower()} already; there is nothing left to decide.")
    verdict = checked_verdict(verdict, coached=item.level == "QT")
    decisions, guests, crew = _known(item)
    mine = steps_for(item, crew, open_steps(item, crew, decisions, guests), str(actor.person_id), decisions)
    return _give(actor, item, verdict, mine, decisions, guests, crew, via or actor.via)


def check_seen(item: ReviewItem, content: str) -> None:
    """StaleError unless ``content`` is the hash of the text as it is: a verdict is about what somebody has read."""
    if not content:
        raise StaleError(
            "The verdict does not say on which text it is. Load the page again, read the text, then decide."
        )
    if content != item.content_hash:
        raise StaleError("The text was changed since you opened it. Read what it says now, then decide.")


def held(item: ReviewItem) -> ReviewItem:
    """The item, its subject's row taken first where its kind asks for it: services of the subject take it first too."""
    if fixed_route_of(item.kind) is None:
        return item
    kind_named(item.kind).hold(item.subject_id)
    return ReviewItem.objects.select_related("author", "brand", "region", "stratum").get(pk=item.pk)


def _known(item: ReviewItem) -> tuple[list[Decision], list[Guest], Crew]:
    decisions = list(Decision.objects.filter(item=item, undone_at__isnull=True))
    guests = list(Guest.objects.filter(item=item, revoked_at__isnull=True))
    return decisions, guests, crew_for([item.need_now], guests=guests)


def steps_for(
    item: ReviewItem, crew: Crew, left: Iterable[Missing], person: str, decisions: Collection[Decision]
) -> list[Missing]:
    """The open steps that a person may decide; raises `NotAllowedError` with the reason where there are none."""
    mine = [one for one in left if any(candidate.person == person for candidate in one.candidates)]
    if mine and not _spoke(item, decisions, person):
        return mine
    if person == str(item.author_id):
        raise NotAllowedError("Nobody decides their own item. It waits for the others of the group.")
    if _spoke(item, decisions, person):
        raise NotAllowedError("You have given your verdict on this text; it waits for others now.")
    if person in crew.facts.people:
        held = crew.held.get(int(person)) if person.isdigit() else None
        why = " ".join(held.reasons) if held is not None and held.reasons else ""
        raise NotAllowedError(
            "You are in a group of this route, but may not decide it today: a belt is missing or suspended, you are "
            f"noted as absent, or your step is done. {why}".strip()
        )
    raise NotAllowedError("You are in no group that decides this item.")


def _spoke(item: ReviewItem, decisions: Collection[Decision], person: str) -> bool:
    return any(
        str(one.person_id) == person and one.submission == item.submission and one.content_hash == item.content_hash
        for one in decisions
    )


def _give(
    actor: Actor,
    item: ReviewItem,
    verdict: Verdict,
    mine: list[Missing],
    decisions: list[Decision],
    guests: list[Guest],
    crew: Crew,
    via: str,
    guest: Guest | None = None,
) -> Decision:
    """Write a verdict down, and what follows from it."""
    if verdict.approved and item.stratum is not None and (reasons := halts(item.stratum, item.author_id)):
        raise NotAllowedError(" ".join(reasons))
    due = item.due_at.isoformat() if item.due_at is not None else None
    was = {"state": item.state, "due_at": due, "counted": item.counted}
    if item.state == "submitted":
        move(item, "in_review")
    decision = Decision.objects.create(
        item=item,
        person_id=actor.person_id if guest is None else None,
        guest_id=guest.pk if guest else None,
        name=(guest.name or guest.label)[:150] if guest else actor.label[:150],
        verdict="approved" if verdict.approved else "returned",
        severity=verdict.severity,
        defects=list(verdict.defects),
        note=verdict.note,
        hashes={one.step.id: content_hash(item.content, one.step.fields) for one in mine},
        content_hash=item.content_hash,
        submission=item.submission,
        at=clock.now(),
        via=via[:10],
    )
    decisions.append(decision)
    save_item(item, "state")
    stratum_before = _stratum_now(item)
    _settle(actor, item, decisions, guests, crew)
    audit.record(
        actor,
        "review.item.decided",
        item,
        data={
            "verdict": decision.verdict,
            "severity": decision.severity,
            "defects": decision.defects,
            "content": item.content_hash,
            "via": decision.via,
            **({"guest": guest.label} if guest else {}),
        },
    )
    ask_anew([item])
    if guest is None:
        decided_with_right(actor.person_id, crew.held.get(actor.person_id or 0))
    if fixed_route_of(item.kind) is not None:
        return decision
    decision.undo = {"item": was, "version": item.version, "stratum": stratum_before, "after": _stratum_now(item)}
    decision.save(update_fields=["undo"])
    return decision


def _stratum_now(item: ReviewItem) -> dict[str, Any]:
    if item.stratum_id is None:
        return {}
    row = Stratum.objects.get(pk=item.stratum_id)
    return {"state": row.state, "level": row.level, "proposed": row.proposed}


def _settle(actor: Actor, item: ReviewItem, decisions: list[Decision], guests: list[Guest], crew: Crew) -> None:
    """Approve, return, or leave open; the stratum moves when the item is settled for the first time."""
    now = [one for one in decisions if one.submission == item.submission and one.content_hash == item.content_hash]
    left = open_steps(item, crew, decisions, guests)
    returned = [one for one in now if one.verdict == "returned"]
    if item.blind and len(now) < 2 and _somebody_else(left, now):
        return
    if returned:
        _count(actor, item, now)
        move(item, "returned")
        item.decided_at = clock.now()
        save_item(item, "state", "decided_at")
        audit.record(actor, "review.item.returned", item, data={"content": item.content_hash})
        if any(one.severity == "critical" for one in now):
            critical_noted(item)
        kind_named(item.kind).on_returned(actor, item.subject_id)
        events.publish(ItemReturned(item.pk, item.kind, item.subject_id))
    elif not left:
        _count(actor, item, now)
        approve(actor, item, kind_named(item.kind))


def _somebody_else(left: Iterable[Missing], now: Collection[Decision]) -> bool:
    spoken = {str(one.person_id) if one.guest_id is None else f"guest:{one.guest_id}" for one in now}
    return any(candidate.person not in spoken for one in left for candidate in one.candidates)


def _count(actor: Actor, item: ReviewItem, now: Collection[Decision]) -> None:
    """Move the stratum by the gravest verdict; an item counts once, and again only when something graver comes up.

    Changes asked for without a defect ("not before Thursday") say nothing about quality: the next verdict counts.
    """
    stratum = item.stratum
    if stratum is None or not now or not item.before:
        return
    gravest = max(now, key=lambda one: _SEVERITIES.index(one.severity))
    if gravest.severity == "clean" and any(one.verdict == "returned" for one in now):
        return
    known = item.counted
    if known and (
        _SEVERITIES.index(gravest.severity) <= _SEVERITIES.index(known) or gravest.severity not in ("major", "critical")
    ):
        return
    move_by(actor, stratum, item, gravest, source="review", others=now)
    item.counted = gravest.severity
    save_item(item, "counted")


def _reviewer(decision: Decision) -> str:
    """Who counts as a reviewer of the level. All guests are one: the same lawyer comes with a new link each time."""
    return str(decision.person_id) if decision.guest_id is None else "guest"


def move_by(
    actor: Actor,
    stratum: Stratum,
    item: ReviewItem,
    decision: Decision,
    *,
    source: Source,
    others: Collection[Decision] = (),
) -> None:
    """One step of the walk for a verdict; ``others`` were given on the same text."""
    outcome = Outcome(
        severity=decision.severity,  # type: ignore[arg-type]  # checked when it was given
        by=_reviewer(decision),
        on=clock.today(),
        author=str(item.author_id),
        source=source,
        others=frozenset(_reviewer(one) for one in others),
    )
    row = Stratum.objects.select_related("brand").get(pk=stratum.pk)
    what = source if outcome.unreviewed else decision.severity
    move_stratum(actor, row, lambda state: step(state, outcome, PRESETS[row.preset]), what, item=item, used=True)


def note_afterwards(actor: Actor, item: ReviewItem, found: Verdict, via: str) -> Decision:
    """What a person found in an item that went out already; the caller draws the consequences."""
    return Decision.objects.create(
        item=item,
        person_id=actor.person_id,
        name=actor.label[:150],
        verdict="audited",
        severity=found.severity,
        defects=list(found.defects),
        note=found.note,
        content_hash=item.content_hash,
        submission=item.submission,
        at=clock.now(),
        via=via[:10],
    )


def _audit(actor: Actor, item: ReviewItem, verdict: Verdict, via: str) -> Decision:
    """Look at an item that went out unseen; what is found counts as a reviewed item."""
    verdict = checked_verdict(verdict, after=True)
    crew = crew_for([item.need_now])
    person = str(actor.person_id)
    left = open_steps(item, crew, [])
    steps_for(item, crew, left, person, [])
    decision = note_afterwards(actor, item, verdict, via or actor.via)
    item.audited_at = clock.now()
    item.counted = verdict.severity
    grave = verdict.severity in ("major", "critical")
    if grave:
        move(item, "returned")
        kind_named(item.kind).on_returned(actor, item.subject_id)
        events.publish(ItemReturned(item.pk, item.kind, item.subject_id))
    save_item(item, "audited_at", "counted", "state")
    if item.stratum is not None:
        move_by(actor, item.stratum, item, decision, source="audit")
    if verdict.severity == "critical":
        critical_noted(item)
    audit.record(actor, "review.item.audited", item, data={"severity": verdict.severity, "defects": decision.defects})
    ask_anew([item])
    decided_with_right(actor.person_id, crew.held.get(actor.person_id or 0))
    return decision


@again_on_race
def decide_as_guest(*, guest_id: int, name: str, verdict: Verdict, content: str) -> Decision:
    """The verdict of somebody from outside on the step they were invited for. The link was checked by `links`."""
    guest = Guest.objects.select_related("item").filter(pk=guest_id, revoked_at__isnull=True, used_at=None).first()
    if guest is None:
        raise NotFoundError
    item = held(ReviewItem.objects.select_related("stratum").get(pk=guest.item_id))
    if not item.is_open:
        raise StaleError(too_late(item))
    check_seen(item, content)
    guest.name = " ".join(name.split())[:150]
    if not guest.name:
        raise InvalidError(fields={"name": ["Type your name; it is noted with the decision."]})
    verdict = checked_verdict(verdict, coached=item.level == "QT")
    guest.used_at = clock.now()
    if not Guest.objects.filter(pk=guest.pk, used_at=None, revoked_at=None).update(
        used_at=guest.used_at, name=guest.name
    ):
        raise StaleError("This link was used or revoked in the meantime.")
    decisions, guests, crew = _known(item)
    left = open_steps(item, crew, decisions, guests, advice=True)
    mine = [one for one in left if one.step.id == guest.step]
    mine = steps_for(item, crew, mine, f"guest:{guest.pk}", decisions)
    actor = system_actor(f"guest {guest.label}")
    return _give(actor, item, verdict, mine, decisions, guests, crew, "guest", guest)


@dataclass(frozen=True)
class BulkResult:
    """What came of a decision on many: the decisions, and for each item left out its title and the reason."""

    decisions: tuple[Decision, ...]
    left_out: tuple[tuple[str, str], ...]


def decide_many(*, actor: Actor, items: Collection[tuple[int, str]], verdict: Verdict) -> BulkResult:
    """One verdict on many items, each in a transaction of its own; ``items`` are pairs (id, hash of what was seen)."""
    done: list[Decision] = []
    left: list[tuple[str, str]] = []
    for item_id, seen in items:
        try:
            item = get_item_for(actor, item_id)
        except NotFoundError as error:
            # Whoever knows the hash of the text has read it, and may be told what became of it.
            seen_item = ReviewItem.objects.filter(pk=item_id, content_hash=seen).first() if seen else None
            left.append(
                (f"Item {item_id}", error.message) if seen_item is None else (seen_item.title, _gone(seen_item))
            )
            continue
        if item.tier not in BULK_TIERS:
            named = f"Items of tier {item.tier}" if item.tier else f"Items of the kind “{kind_named(item.kind).label}”"
            left.append((item.title, f"{named} are opened and decided one by one."))
            continue
        try:
            done.append(decide(actor=actor, item_id=item_id, verdict=verdict, content=seen, via="bulk"))
        except DomainError as error:
            left.append((item.title, error.message))
    return BulkResult(tuple(done), tuple(left))


def _gone(item: ReviewItem) -> str:
    """Why an item that somebody had before them is no longer theirs to decide."""
    if item.is_open:
        return "It no longer waits for you: others decide it."
    return f"It is {item.get_state_display().lower()} already; there is nothing left to decide."


@again_on_race
def undo_decision(*, actor: Actor, decision_id: int) -> Decision:
    """Take back one's own verdict within a minute, if nothing has happened since to the item or its stratum."""
    decision = Decision.objects.select_related("item__stratum").filter(pk=decision_id).first()
    if decision is None or decision.person_id is None or decision.person_id != actor.person_id:
        raise NotFoundError
    require(actor, "review.decide")
    item, kept = decision.item, decision.undo
    if decision.undone_at is not None:
        raise StaleError("This decision was taken back already.")
    if clock.now() - decision.at > UNDO or not kept:
        raise StaleError("A decision can be taken back for one minute. Ask the author to hand the item in again.")
    # By what is known of the stratum, not by its version: many verdicts are taken back one after the other.
    if item.version != kept["version"] or _stratum_now(item) != kept["after"]:
        raise StaleError("Something has happened to the item since, so the decision stands.")
    was = kept["item"]
    approved_before = item.state == "approved"
    move(item, was["state"])
    item.decided_at, item.expires_at, item.counted = None, None, was["counted"]
    item.due_at = datetime.fromisoformat(was["due_at"]) if was["due_at"] else None
    save_item(item, "state", "decided_at", "expires_at", "counted", "due_at")
    decision.undone_at = clock.now()
    decision.save(update_fields=["undone_at"])
    if item.stratum is not None and kept["stratum"] != kept["after"]:
        _put_back(actor, item.stratum, kept["stratum"])
    critical_taken_back(item, decision)
    audit.record(actor, "review.item.decision_undone", item, data={"verdict": decision.verdict})
    if approved_before:
        kind_named(item.kind).on_returned(actor, item.subject_id)
    ask_anew([item])
    return decision


def _put_back(actor: Actor, stratum: Stratum, kept: dict[str, Any]) -> None:
    row = Stratum.objects.select_related("brand").get(pk=stratum.pk)
    level = row.level
    row.state, row.level, row.proposed = kept["state"], kept["level"], kept["proposed"]
    save_stratum(row, "state", "level", "proposed")
    if row.level != level:
        audit.record(actor, "review.trust.changed", row, data={"from": level, "to": row.level, "why": "undone"})
        events.publish(TrustChanged(row.pk, level, row.level, "undone", row.brand_id))
    last = TrustStep.objects.filter(stratum=row).order_by("-pk").first()
    if last is not None:
        state = kept["state"]
        TrustStep.objects.create(
            stratum=row,
            at=clock.now(),
            what="undone",
            item_id_text=last.item_id_text,
            level=row.level,
            seen=state["seen"],
            reviewed=state["reviewed"],
            s=state["s"],
            c=state["c"],
            lower=last.lower if last.level == row.level else None,
            upper=last.upper if last.level == row.level else None,
            majors=state["majors"],
        )
