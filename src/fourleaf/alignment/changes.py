"""Changes that are tried out on a snapshot before anybody saves them: what they make of it, and how two checks differ.

Pure: no database. A change sets one field of one object; ``value`` is plain data as in a plan file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from fourleaf.engine.alignment.findings import Finding
from fourleaf.engine.alignment.loading.shapes import FieldShape, shape_of
from fourleaf.engine.alignment.plan import Named, Part, RoadmapItem
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.engine.alignment.snapshot import Snapshot
from fourleaf.kernel.errors import InvalidError

__all__ = ["Change", "Moved", "Outcome", "ProgrammeOutcome", "compared", "fields_of", "object_at", "tried", "value_of"]

_MOST: Final = 100
#: Facts that the kernel or the check itself looks after; trying them out would promise what saving cannot do.
_NOT_TRIED: Final = frozenset({"id"})


@dataclass(frozen=True)
class Change:
    """Set ``field`` of the object ``section/key`` to ``value``. ``version``: of the stored object, where known."""

    section: str
    key: str
    field: str
    value: Any
    version: int | None = None

    @property
    def address(self) -> str:
        """Address of the object."""
        return f"{self.section}/{self.key}" if self.key else self.section


@dataclass(frozen=True)
class Moved:
    """A finding before and after, at the same object: another severity, another message, waived or no longer."""

    before: Finding
    after: Finding


@dataclass(frozen=True)
class ProgrammeOutcome:
    """What the changes do for one external programme: errors in its way before and after.

    For one that is live these are the errors that hold it up; for others those that would refuse its going live.
    """

    key: str
    name: str
    live: bool
    before: int
    after: int

    @property
    def kind(self) -> str:
        """good where nothing is in its way any more, blocking where something newly is, else attention."""
        return "good" if not self.after else "blocking" if not self.before else "attention"

    @property
    def sentence(self) -> str:
        """What would become of it."""
        errors = f"{self.after} {'error' if self.after == 1 else 'errors'}"
        if not self.after:
            return "would no longer be held back" if self.live else "could then go live"
        if not self.before:
            return f"would be held back by {errors}" if self.live else f"would be refused going live, for {errors}"
        what = "would still be held back" if self.live else "would still be refused going live"
        return f"{what}, by {errors} instead of {self.before}"


@dataclass(frozen=True)
class Outcome:
    """What the changes bring about: open findings that come and go, and the numbers of open errors and warnings."""

    comes: tuple[Finding, ...]
    goes: tuple[Finding, ...]
    moved: tuple[Moved, ...]
    before: Mapping[str, int] = field(default_factory=dict)
    after: Mapping[str, int] = field(default_factory=dict)
    #: Programmes with another number of errors in their way, those that nothing holds back any more first.
    programmes: tuple[ProgrammeOutcome, ...] = ()

    @property
    def programmes_sentence(self) -> str:
        """What the changes do for programmes, in a sentence."""
        freed = [p for p in self.programmes if not p.after]
        stopped = [p for p in self.programmes if not p.before]
        said = [
            f"{', '.join(p.name for p in some)} {words}"
            for some, words in (
                ([p for p in freed if not p.live], "could then go live"),
                ([p for p in freed if p.live], "would no longer be held back"),
                ([p for p in stopped if not p.live], "would be refused going live"),
                ([p for p in stopped if p.live], "would newly be held back"),
            )
            if some
        ]
        if said:
            return "; ".join(said) + "."
        if not self.programmes:
            return "For no programme does it change what is in its way."
        fewer = sum(p.after < p.before for p in self.programmes)
        return (
            f"No programme is freed yet, but {fewer} {'has' if fewer == 1 else 'have'} fewer errors in the way."
            if fewer
            else "No programme is freed or newly stopped; some have more errors in the way."
        )

    @property
    def sentence(self) -> str:
        """The outcome for findings in one sentence."""
        if not (self.comes or self.goes or self.moved):
            return "No finding comes, goes or changes."
        parts = [
            f"1 finding {one}" if len(found) == 1 else f"{len(found)} findings {many}"
            for found, one, many in ((self.goes, "goes", "go"), (self.comes, "comes", "come"))
            if found
        ]
        if self.moved:
            parts.append(f"{len(self.moved)} {'changes' if len(self.moved) == 1 else 'change'}")
        said = ", ".join(parts)
        errors = self.after.get("error", 0)
        was = self.before.get("error", 0)
        return f"{said}; open errors: {was} before, {errors} after."


def tried(snapshot: Snapshot, changes: Sequence[Change]) -> Snapshot:
    """The snapshot with the changes made, all of one object at once."""
    if len(changes) > _MOST:
        raise InvalidError(f"At most {_MOST} changes can be tried at once; these are {len(changes)}.")
    by_object: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        by_object.setdefault((change.section, change.key), []).append(change)
    model = snapshot.plan
    for (section, key), wanted in by_object.items():
        model = _with(model, section, key, wanted)
    return Snapshot(model, snapshot.as_of)


def object_at(model: PlanModel, section: str, key: str) -> Part:
    """The object at an address; template activities of the roadmap are there even if the plan does not list them."""
    if section in PlanModel.model_fields:
        held = getattr(model, section)
        if isinstance(held, tuple):
            found = next((thing for thing in held if thing.id == key), None)
            if found is None and section == "roadmap" and key in TEMPLATE:
                return RoadmapItem(id=key)
            if isinstance(found, Part):
                return found
        elif isinstance(held, Part) and not key:
            return held
    raise InvalidError(f"There is no {section}/{key} in this plan.")


def fields_of(thing: Part) -> dict[str, FieldShape]:
    """The fields of an object that can be tried, by name."""
    return {name: shape for name, shape in shape_of(type(thing)).fields.items() if name not in _NOT_TRIED}


def value_of(thing: Part, name: str) -> Any:
    """The present value of a field as plain data."""
    return thing.model_dump(mode="json", include={name})[name]


def _with(model: PlanModel, section: str, key: str, wanted: Sequence[Change]) -> PlanModel:
    thing = object_at(model, section, key)
    known = fields_of(thing)
    for change in wanted:
        if change.field not in known:
            sentence = f"{change.address} has no field “{change.field}”. It has: {', '.join(known)}."
            raise InvalidError(fields={change.field: [sentence]})
    data = {**thing.model_dump(mode="json"), **{change.field: change.value for change in wanted}}
    try:
        # Read as JSON is, so that a day is a text and a list a tuple, as in a plan file.
        made = type(thing).model_validate_json(json.dumps(data))
    except ValidationError as error:
        raise InvalidError(fields=_by_field(error)) from error
    except (TypeError, ValueError) as error:
        raise InvalidError(fields={wanted[0].field: ["This is no value that a plan can hold."]}) from error
    _orderly(made, {change.field for change in wanted})
    for change in wanted:
        _known(model, known[change.field], change)
    held = getattr(model, section)
    if not isinstance(held, tuple):
        return model.model_copy(update={section: made})
    moved = tuple(made if t is thing else t for t in held)
    return model.model_copy(update={section: moved if thing in held else (*held, made)})


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for item in error.errors():
        name = str(item["loc"][0]) if item["loc"] else ""
        fields.setdefault(name, []).append(_said(name, item["msg"]))
    return fields


def _said(name: str, message: str) -> str:
    return f"{name.replace('_', ' ').capitalize()}: {message[0].lower()}{message[1:]}."


def _orderly(made: Part, moved: set[str]) -> None:
    for first, last in type(made).IN_ORDER:
        low, high = getattr(made, first), getattr(made, last)
        if moved & {first, last} and low is not None and high is not None and low > high:
            names = first.replace("_", " "), last.replace("_", " ")
            sentence = f"{names[0].capitalize()} ({low}) lies after {names[1]} ({high})."
            raise InvalidError(fields={last if last in moved else first: [sentence]})


def _known(model: PlanModel, shape: FieldShape, change: Change) -> None:
    """References lead somewhere; saving would refuse them otherwise."""
    if shape.ref is None or not shape.ref.sections or change.value in (None, [], ""):
        return
    ids = {thing.id for section in shape.ref.sections for thing in _things(model, section)}
    if "roadmap" in shape.ref.sections:
        ids |= TEMPLATE.keys()
    wanted = change.value if isinstance(change.value, list) else [change.value]
    unknown = [str(key) for key in wanted if key not in ids]
    if unknown:
        where = " or ".join(section.replace("_", " ") for section in shape.ref.sections)
        raise InvalidError(fields={change.field: [f"“{unknown[0]}” is not among the {where} of this plan."]})


def _things(model: PlanModel, section: str) -> tuple[Named, ...]:
    held = getattr(model, section)
    return held if isinstance(held, tuple) else ()


def compared(old: Iterable[Finding], new: Iterable[Finding]) -> Outcome:
    """Open findings before and after; of several of one rule at one object, those that say the same are the same."""
    was, now = list(old), list(new)
    left, right = set(was), set(now)
    goes = [f for f in was if f not in right]
    comes = [f for f in now if f not in left]
    moved = []
    for gone in list(goes):
        other = next((f for f in comes if (f.rule, f.object) == (gone.rule, gone.object)), None)
        if other is not None:
            moved.append(Moved(gone, other))
            goes.remove(gone)
            comes.remove(other)
    return Outcome(tuple(comes), tuple(goes), tuple(moved), _numbers(was), _numbers(now))


def _numbers(findings: Iterable[Finding]) -> dict[str, int]:
    numbers = {"error": 0, "warning": 0, "hint": 0}
    for finding in findings:
        numbers[finding.severity] += 1
    return numbers
