"""Waves: planned, filled, started through the gate of the one before, finished; and ties between people."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Max

from fourleaf.engine.training.ladder import BELTS, at_least
from fourleaf.engine.training.rollout import density, first_group_faults, gate_missing
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError, NotFoundError, TransitionError
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import require
from fourleaf.kernel.versions import save_at_version
from fourleaf.training.models import Cohort, CohortMember, Tie
from fourleaf.training.selectors.rollout import gate_facts, get_cohort_for, tied
from fourleaf.training.selectors.standings import standings
from fourleaf.training.states import CohortState

__all__ = ["add_people", "add_wave", "change_wave", "import_ties", "move_wave", "remove_person"]

_RUN: Final = "training.run_waves"
_LARGEST: Final = 5 * 1024 * 1024


def _checked(values: dict[str, Any]) -> None:
    faults: dict[str, list[str]] = {}
    if not values["name"].strip():
        faults["name"] = ["Give the wave a name."]
    if values["belt"] not in BELTS[1:]:
        faults["belt"] = ["Choose the belt that the wave learns for."]
    begin, end = values["starts_on"], values["ends_on"]
    if begin and end and end < begin:
        faults["ends_on"] = ["The last day lies before the first."]
    if faults:
        raise InvalidError(fields=faults)


def add_wave(
    *, actor: Actor, name: str, belt: str = "white", starts_on: date | None = None, ends_on: date | None = None
) -> Cohort:
    """Plan the next wave; the first has the number 0."""
    require(actor, _RUN)
    _checked({"name": name, "belt": belt, "starts_on": starts_on, "ends_on": ends_on})
    last = Cohort.objects.aggregate(last=Max("number"))["last"]
    try:
        with transaction.atomic():
            cohort = Cohort.objects.create(
                number=0 if last is None else last + 1,
                name=name.strip()[:120],
                belt=belt,
                starts_on=starts_on,
                ends_on=ends_on,
            )
            audit.record(actor, "training.wave.added", cohort, data={"number": cohort.number, "belt": belt})
    except IntegrityError:
        raise ConflictError("Another wave was planned a moment ago. Load the page again.") from None
    return cohort


def change_wave(
    *, actor: Actor, cohort_id: int, name: str, belt: str, starts_on: date | None, ends_on: date | None,
    version: int | None = None,
) -> Cohort:  # fmt: skip
    """Change a planned or running wave; its belt only while it is planned."""
    cohort = get_cohort_for(actor, cohort_id)
    values = {"name": name.strip()[:120], "belt": belt, "starts_on": starts_on, "ends_on": ends_on}
    _checked(values)
    if cohort.state not in ("planned", "running") or (cohort.state == "running" and belt != cohort.belt):
        raise TransitionError("The belt of a wave is fixed once it runs, and nothing changes after its end.")
    with transaction.atomic():
        _save(cohort, values, version)
        audit.record(actor, "training.wave.changed", cohort)
    return cohort


def _save(cohort: Cohort, values: dict[str, Any], version: int | None) -> None:
    for name, value in values.items():
        setattr(cohort, name, value)
    save_at_version(cohort, values, version=version)


def add_people(*, actor: Actor, cohort_id: int, person_ids: Collection[int]) -> int:
    """Put people into a wave that has not ended; gives how many are new in it. Who wants to stay out is left out."""
    cohort = get_cohort_for(actor, cohort_id)
    if cohort.state not in ("planned", "running"):
        raise TransitionError("This wave is over.")
    today = clock.today()
    people = [p for p in Person.objects.filter(pk__in=list(person_ids)) if not p.has_left(today)]
    worth = standings([person.pk for person in people])
    there = set(cohort.members.values_list("person_id", flat=True))
    fresh = [p for p in people if p.pk not in there and not worth[p.pk].opted_out]
    now = clock.now()
    with transaction.atomic():
        CohortMember.objects.bulk_create(
            [CohortMember(cohort=cohort, person=person, added_at=now) for person in fresh], ignore_conflicts=True
        )
        audit.record(actor, "training.wave.changed", cohort, data={"added": len(fresh)})
    return len(fresh)


def remove_person(*, actor: Actor, cohort_id: int, person_id: int) -> None:
    """Take somebody out of a wave that has not ended."""
    cohort = get_cohort_for(actor, cohort_id)
    if cohort.state not in ("planned", "running"):
        raise TransitionError("This wave is over.")
    with transaction.atomic():
        if not cohort.members.filter(person_id=person_id).delete()[0]:
            raise NotFoundError
        audit.record(actor, "training.wave.changed", cohort, data={"removed": 1})


def _facts(cohort: Cohort) -> dict[str, Any]:
    members = list(cohort.members.values_list("person_id", "person__department_id", "person__region_id"))
    people = [row[0] for row in members]
    ties = tied()
    outside = {a for row in people for a in ties.get(row, ())} - set(people)
    worth = standings(outside) if outside else {}
    certified = {one for one, standing in worth.items() if at_least(standing.belt, cohort.belt)}
    adjacent = sum(bool(ties.get(one, set()) & certified) for one in people)
    return {
        "size": len(people),
        "people": sorted(people),
        "departments": sorted({row[1] for row in members if row[1]}),
        "regions": sorted({row[2] for row in members if row[2]}),
        "density": density(people, ties),
        "adjacent_share": adjacent / len(people) if people else None,
    }


def move_wave(*, actor: Actor, cohort_id: int, state: str, reason: str = "", version: int | None = None) -> Cohort:
    """Start, finish or drop a wave.

    Starting asks for what the first group needs (wave 0) or for the gate of the wave before; a reason lets one
    through all the same, and stays on record.
    """
    cohort = get_cohort_for(actor, cohort_id)
    CohortState.check(cohort.state, state)
    values: dict[str, Any] = {"state": state}
    if state == "running":
        missing = start_missing(cohort)
        if missing and not reason.strip():
            raise InvalidError(fields={"reason": [*missing, "To start all the same, write why; it stays on record."]})
        values |= {
            "facts": _facts(cohort),
            "gate_waived": reason.strip()[:300] if missing else "",
            "starts_on": cohort.starts_on or clock.today(),
        }
    elif state == "done":
        values["ends_on"] = min(cohort.ends_on or clock.today(), clock.today())
        if cohort.starts_on and values["ends_on"] < cohort.starts_on:
            values["ends_on"] = cohort.starts_on
    with transaction.atomic():
        _save(cohort, values, version)
        audit.record(
            actor, "training.wave.state_changed", cohort,
            data={"state": state, **({"waived": values["gate_waived"]} if values.get("gate_waived") else {})},
        )  # fmt: skip
    return cohort


def start_missing(cohort: Cohort) -> list[str]:
    """What keeps a planned wave from starting, as sentences."""
    people = dict(cohort.members.values_list("person_id", "person__department_id"))
    if not people:
        return ["Nobody is in the wave yet."]
    before = Cohort.objects.filter(number__lt=cohort.number).exclude(state="dropped").order_by("-number").first()
    if before is None:
        return first_group_faults(people, people, tied())
    if before.state == "planned":
        return [f"{before.name} has not started yet."]
    return [f"{before.name}: {one}" for one in gate_missing(gate_facts([before])[before.pk])]


def import_ties(*, actor: Actor, content: bytes, name: str = "ties.csv") -> tuple[int, int]:
    """Read ties from CSV: two columns, e-mail or personnel number of each; gives (new, already there).

    All or nothing: `InvalidError` names each line that cannot be used, up to thirty of them.
    """
    require(actor, _RUN)
    if len(content) > _LARGEST:
        raise InvalidError(fields={"file": [f"{name}: at most {_LARGEST // 2**20} MB."]})
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidError(fields={"file": [f"{name}: this is not UTF-8. Save the file as UTF-8."]}) from None
    who: dict[str, int] = {}
    for pk, email, number in Person.objects.values_list("pk", "email", "external_id"):
        who.update({key.lower(): pk for key in (email, number) if key})
    faults, pairs = [], set()
    for line, row in enumerate(
        csv.reader(io.StringIO(text), delimiter=";" if text.count(";") > text.count(",") else ","), 1
    ):
        cells = [cell.strip().lower() for cell in row]
        if not any(cells) or (line == 1 and not {*cells[:2]} & who.keys()):
            continue  # an empty line, or the heading
        if len(cells) < 2 or not cells[0] or not cells[1]:
            faults.append(f"{name}, line {line}: two people are needed, in two columns.")
            continue
        unknown = [cell for cell in cells[:2] if cell not in who]
        if unknown:
            faults.append(f"{name}, line {line}: nobody is known as {' or '.join(unknown)}.")
            continue
        a, b = who[cells[0]], who[cells[1]]
        if a == b:
            faults.append(f"{name}, line {line}: a tie needs two different people.")
        else:
            pairs.add((min(a, b), max(a, b)))
    if not pairs and not faults:
        faults.append(f"{name}: there is no tie in it.")
    if faults:
        raise InvalidError(fields={"file": faults[:30]})
    now = clock.now()
    with transaction.atomic():
        there = set(Tie.objects.values_list("low_id", "high_id"))
        fresh = sorted(pairs - there)
        Tie.objects.bulk_create(
            [Tie(low_id=a, high_id=b, source=name[:80], added_at=now) for a, b in fresh],
            batch_size=500,
            ignore_conflicts=True,
        )
        audit.record(actor, "training.ties.imported", ("training.ties", name[:100]), data={"new": len(fresh)})
    return len(fresh), len(pairs) - len(fresh)
