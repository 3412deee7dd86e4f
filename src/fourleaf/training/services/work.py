"""Practical work: handed in, checked by a trainer with a rubric, accepted, returned or not accepted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from fourleaf.engine.training.ladder import LADDER, RIGHTS, Work
from fourleaf.engine.training.practice import triage_passes
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.models import Brand, Person
from fourleaf.kernel.versions import save_at_version
from fourleaf.training.models import PracticalWork
from fourleaf.training.samples import DESKS, drawn_samples
from fourleaf.training.selectors.path import path_of
from fourleaf.training.selectors.trainers import require_trainer
from fourleaf.training.services.completion import settle
from fourleaf.training.services.defects import note_defect
from fourleaf.training.services.learning import own_person
from fourleaf.training.states import WorkState

__all__ = [
    "RUBRICS",
    "decide_work",
    "hand_in",
    "hand_in_again",
    "record_work",
    "sort_samples",
    "triage_key",
    "withdraw_work",
]

_LONGEST: Final = 12_000
#: What a trainer looks at, by kind: code -> question. Each gets 0 (not yet), 1 (nearly) or 2 (there).
RUBRICS: Final[dict[str, dict[str, str]]] = {
    "draft": {
        "purpose": "Is it clear whom it serves, and what they can do next?",
        "claims": "Can every claim be shown, and is the source named?",
        "voice": "Does it sound like us: plain, warm, without boasting?",
        "access": "Can everybody read it: picture texts, short sentences, no text in pictures?",
    },
    "role_play": {
        "heard": "Did the customer feel heard before anything was solved?",
        "facts": "Was nothing promised that nobody can keep?",
        "privacy": "Did personal data stay out of public view?",
        "calm": "Did the tone stay calm when the other's did not?",
    },
    "reply": {
        "answer": "Is the question answered, or handed to whoever can?",
        "facts": "Is everything in it true, and true tomorrow?",
        "privacy": "Is nothing personal in it?",
        "tone": "Would you be glad to receive it?",
    },
    "project": {
        "aim": "Is there an aim that can be measured?",
        "care": "Were the rules kept: accounts, approvals, rights in pictures?",
        "learned": "Does it say honestly what did not work?",
    },
    "drill": {
        "speed": "Was the first acknowledgement in time?",
        "roles": "Did everybody know their part?",
        "record": "Does the record show who decided what, and when?",
    },
    "panel": {
        "judgement": "Do the decisions in the three cases hold?",
        "limits": "Does the person know what they may not decide alone?",
    },
}


def _work(belt: str, kind: str) -> Work:
    step = LADDER.get(belt)
    found = next((work for work in (*step.work, *step.renewal) if work.kind == kind), None) if step else None
    if found is None:
        raise NotFoundError
    return found


def _checked(kind: str, title: str, text: str) -> tuple[str, str]:
    faults: dict[str, list[str]] = {}
    title, text = title.strip(), text.strip()
    if not title:
        faults["title"] = ["Give it a title, so that the trainer knows what it is."]
    elif len(title) > 150:
        faults["title"] = ["At most 150 characters."]
    if not text:
        faults["text"] = ["Put the work itself here, or say where it is."]
    elif len(text) > _LONGEST:
        faults["text"] = [f"At most {_LONGEST:,} characters; these are {len(text):,}."]
    if faults:
        raise InvalidError(fields=faults)
    return title, text


def _open_for(person_id: int, belt: str) -> None:
    path = path_of(person_id, belt)
    if path.purpose == "later":
        raise TransitionError(f"The {LADDER[belt].label} belt comes after the one below it. Take that one first.")
    if path.purpose == "held" or (path.purpose == "renew" and not LADDER[belt].renewal):
        raise TransitionError(f"You hold the {LADDER[belt].label} belt; no more work is needed for it.")


def hand_in(
    *, actor: Actor, belt: str, kind: str, title: str, text: str, brand_id: int | None = None,
    data: Mapping[str, Any] | None = None,
) -> PracticalWork:  # fmt: skip
    """Hand a piece of practical work in; it waits for a trainer. ``data``: what the kind wants to be known besides."""
    person = own_person(actor)
    if not _work(belt, kind).checked:
        raise NotFoundError
    title, text = _checked(kind, title, text)
    _open_for(person, belt)
    if brand_id is not None and not Brand.objects.filter(pk=brand_id, archived_at__isnull=True).exists():
        raise InvalidError(fields={"brand": ["This brand does not exist."]})
    with transaction.atomic():
        work = PracticalWork.objects.create(
            person_id=person,
            belt=belt,
            kind=kind,
            brand_id=brand_id,
            title=title,
            text=text,
            data=dict(data or {}),
            handed_in_at=clock.now(),
        )
        audit.record(actor, "training.work.submitted", work, data={"belt": belt, "kind": kind})
    return work


def _own(actor: Actor, work_id: int) -> PracticalWork:
    work = PracticalWork.objects.filter(pk=work_id, person_id=own_person(actor)).first()
    if work is None:
        raise NotFoundError
    return work


def hand_in_again(*, actor: Actor, work_id: int, title: str, text: str, version: int | None = None) -> PracticalWork:
    """Hand returned work in again, changed; the trainer's comment stays beside it until it is decided."""
    work = _own(actor, work_id)
    WorkState.check(work.state, "submitted")
    title, text = _checked(work.kind, title, text)
    with transaction.atomic():
        _move(work, "submitted", version, title=title, text=text, handed_in_at=clock.now())
        audit.record(actor, "training.work.submitted", work, data={"belt": work.belt, "kind": work.kind, "again": True})
    return work


def withdraw_work(*, actor: Actor, work_id: int) -> PracticalWork:
    """Take one's own undecided work back."""
    work = _own(actor, work_id)
    WorkState.check(work.state, "withdrawn")
    with transaction.atomic():
        _move(work, "withdrawn", None)
        audit.record(actor, "training.work.withdrawn", work)
    return work


def _move(work: PracticalWork, state: str, version: int | None, **values: Any) -> None:
    """Every step makes a new version, so that whoever comes second learns of the first."""
    values = {**values, "state": state}
    for name, value in values.items():
        setattr(work, name, value)
    save_at_version(work, values, version=version)


def decide_work(
    *, actor: Actor, work_id: int, decision: str, worst: str = "none", rubric: Mapping[str, int] | None = None,
    comment: str = "", version: int | None = None,
) -> PracticalWork:  # fmt: skip
    """A trainer accepts, returns (with a comment) or does not accept a piece of work; never their own.

    A critical defect is noted as one. The belt follows by itself when everything is there.
    """
    require_trainer(actor)
    work = PracticalWork.objects.select_related("person").filter(pk=work_id).first()
    if work is None:
        raise NotFoundError
    _check_decision(actor, work, decision, worst, rubric or {}, comment)
    WorkState.check(work.state, decision)
    with transaction.atomic():
        _move(
            work,
            decision,
            version,
            worst=worst,
            rubric=dict(rubric or {}),
            comment=comment.strip(),
            decided_at=clock.now(),
            decided_by=actor.label[:200],
            decided_by_person_id=actor.person_id,
        )
        audit.record(
            actor,
            "training.work.decided",
            work,
            data={"decision": decision, "belt": work.belt, "kind": work.kind, "worst": worst},
        )
        _after(actor, work, decision, worst)
    return work


def _check_decision(
    actor: Actor, work: PracticalWork, decision: str, worst: str, rubric: Mapping[str, int], comment: str
) -> None:
    if actor.person_id == work.person_id:
        raise InvalidError("Nobody checks their own work. Another trainer will.")
    faults: dict[str, list[str]] = {}
    if decision not in ("accepted", "returned", "failed"):
        faults["decision"] = ["Choose what becomes of it."]
    if worst not in PracticalWork.Worst.values:
        faults["worst"] = [f"“{worst}” is not a choice: {', '.join(PracticalWork.Worst.values)}."]
    if decision in ("returned", "failed") and not comment.strip():
        faults["comment"] = ["Say what is missing and how to mend it; that is what people learn from."]
    if decision == "accepted" and worst in ("major", "critical") and work.kind != "reply":
        faults["worst"] = ["Work with a major or critical defect is returned, not accepted."]
    unknown = set(rubric) - set(RUBRICS.get(work.kind, {}))
    if unknown or any(points not in (0, 1, 2) for points in rubric.values()):
        faults["rubric"] = ["Points are 0, 1 or 2, for the questions asked."]
    if decision == "accepted" and any(points == 0 for points in rubric.values()):
        faults["rubric"] = ["Something is “not yet” there: return it with a comment, or give it more points."]
    if faults:
        raise InvalidError(fields=faults)


def _after(actor: Actor, work: PracticalWork, decision: str, worst: str) -> None:
    if worst == "critical" and work.kind == "reply" and decision != "returned":
        note_defect(
            actor=actor,
            person_id=work.person_id,
            severity="critical",
            right=next(right for right, belt in RIGHTS.items() if belt == work.belt),
            note=f"In supervised work: {work.title}",
            source=("training.practicalwork", str(work.pk)),
        )
    if decision == "accepted":
        settle(person_id=work.person_id, belt=work.belt)


def record_work(
    *, actor: Actor, person_id: int, belt: str, kind: str, title: str, text: str, worst: str = "none",
    comment: str = "", out_of_hours: bool = False,
) -> PracticalWork:  # fmt: skip
    """A trainer notes what they saw: a case played, a drill led, a talk with the panel. It is decided at once."""
    require_trainer(actor)
    if not _work(belt, kind).checked:
        raise NotFoundError
    person = Person.objects.filter(pk=person_id).first()
    if person is None or person.has_left(clock.today()):
        raise NotFoundError
    title, text = _checked(kind, title, text)
    with transaction.atomic():
        work = PracticalWork.objects.create(
            person=person,
            belt=belt,
            kind=kind,
            title=title,
            text=text,
            data={"out_of_hours": out_of_hours} if kind == "drill" else {},
            handed_in_at=clock.now(),
        )
        accepted = worst in ("none", "minor") or (kind == "reply" and worst == "major")
        decide_work(
            actor=actor, work_id=work.pk, decision="accepted" if accepted else "failed", worst=worst,
            comment=comment or ("" if accepted else "See the note."),
        )  # fmt: skip
    work.refresh_from_db()
    return work


def triage_key(person_id: int) -> str:
    """The key that draws somebody's samples; another after each try that did not succeed."""
    tries = PracticalWork.objects.filter(person_id=person_id, kind="triage").count()
    return f"{person_id}:{tries}"


def sort_samples(*, actor: Actor, answers: Mapping[str, str]) -> PracticalWork:
    """Sort five sample posts to their desks; four or more rightly is enough. Marked at once, explained afterwards."""
    person = own_person(actor)
    _open_for(person, "yellow")
    if PracticalWork.objects.filter(person_id=person, kind="triage", state="accepted").exists():
        raise TransitionError("You have done this already.")
    with transaction.atomic():
        samples = drawn_samples(triage_key(person))
        faults = {one.id: ["Choose a desk."] for one in samples if answers.get(one.id) not in DESKS}
        if faults:
            raise InvalidError(fields=faults)
        given = {one.id: answers[one.id] for one in samples}
        state = "accepted" if triage_passes(given, {one.id: one.desk for one in samples}) else "failed"
        WorkState.check("submitted", state)
        work = PracticalWork.objects.create(
            person_id=person,
            belt="yellow",
            kind="triage",
            state=state,
            title="Five sample posts sorted",
            data={"samples": [one.id for one in samples], "answers": given},
            handed_in_at=clock.now(),
            decided_at=clock.now(),
            decided_by="marked by key",
            worst="none",
        )
        data = {"decision": state, "belt": "yellow", "kind": "triage"}
        if state == "failed":  # noted of nobody, as tries of a quiz are
            note = ("training.samples", "yellow")
            audit.record(system_actor("samples"), "training.work.decided", note, label=work.title, data=data)
        else:
            audit.record(actor, "training.work.decided", work, data=data)
        if state == "accepted":
            settle(person_id=person, belt="yellow")
    return work
