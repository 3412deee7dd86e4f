"""The check of a plan: its findings are compared with the records of the last check, all in a few statements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from fourleaf.alignment.models import CheckDay, FindingEvent, FindingRecord, PlanCheck
from fourleaf.alignment.snapshot import Checked, checked
from fourleaf.engine.alignment.findings import SEVERITIES, Finding, Severity
from fourleaf.engine.alignment.plan import Waiver
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.permissions import require
from fourleaf.planning.public import plan_info

__all__ = ["CheckResult", "Counts", "check_plan", "counts_of", "look_back", "merged"]

_AT_ONCE: Final = 500
_FIELDS: Final = [
    "severity",
    "gravity",
    "state",
    "message",
    "hint",
    "evidence",
    "held_up",
    "since",
    "gone_at",
    "waived_until",
    "waiver",
    "version",
]
_MOST_DAYS: Final = 366


@dataclass(frozen=True)
class Counts:
    """Findings of a check: open ones by severity, waived ones, and what open errors hold back."""

    errors: int
    warnings: int
    hints: int
    waived: int
    held_back: int
    programmes: int
    lag: int
    by_block: Mapping[str, int]


@dataclass(frozen=True)
class CheckResult:
    """What a check changed: numbers of records."""

    counts: Counts
    found: int = 0
    gone: int = 0
    returned: int = 0
    changed: int = 0


@dataclass
class _Seen:
    """Findings of one rule at one object as one; a rule may say several things about it."""

    rule: str
    object: str
    severity: Severity
    messages: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    evidence: list[str] = field(default_factory=list)
    waiver: Waiver | None = None

    def add(self, finding: Finding, waiver: Waiver | None) -> None:
        self.severity = min(self.severity, finding.severity, key=SEVERITIES.index)
        self.messages.append(finding.message)
        self.hints.append(finding.hint)
        self.evidence.extend(finding.evidence)
        self.waiver = waiver

    def values(self, held_up: Sequence[str]) -> dict[str, Any]:
        return {
            "severity": self.severity,
            "gravity": SEVERITIES.index(self.severity),
            "state": "waived" if self.waiver else "open",
            "message": " ".join(dict.fromkeys(self.messages)),
            "hint": " ".join(filter(None, dict.fromkeys(self.hints))),
            "evidence": list(dict.fromkeys(self.evidence)),
            "held_up": "".join(f"\n{address}" for address in held_up) + "\n" if held_up else "",
            "waived_until": self.waiver.until if self.waiver else None,
            "waiver": self.waiver.id if self.waiver else "",
            "gone_at": None,
        }


def check_plan(*, actor: Actor, plan_id: int, force: bool = False) -> CheckResult | None:
    """Check the plan as of today and bring the records up to date; None when nothing changed since the last check.

    Costs some ten statements, and two more for each 500 records that change.
    """
    require(actor, "alignment.view_findings")
    for _ in range(3):
        seen = checked(actor, plan_id)
        with transaction.atomic():
            PlanCheck.objects.get_or_create(
                plan_id=plan_id, defaults={"checked_at": clock.now(), "as_of": seen.snapshot.as_of}
            )
            # The update comes first: two checks of one plan wait for each other here.
            PlanCheck.objects.filter(pk=plan_id).update(checked_at=clock.now())
            last = PlanCheck.objects.get(pk=plan_id)
            if plan_info(actor, plan_id).content_key != seen.info.content_key:
                continue
            if last.stamp == seen.stamp and last.as_of == seen.snapshot.as_of and not force:
                return None
            return _recorded(plan_id, last, seen)
    raise ConflictError("The plan is being changed all the time. Check it again in a moment.")


def _recorded(plan_id: int, last: PlanCheck, seen: Checked) -> CheckResult:
    now, counts = clock.now(), counts_of(seen)
    result = _compare(plan_id, seen, now)
    behind = max(_lags(seen).items(), key=lambda pair: pair[1], default=("", 0))
    last.as_of, last.stamp, last.content_version = seen.snapshot.as_of, seen.stamp, seen.info.content_version
    last.checked_at, last.lag, last.lag_item = now, behind[1], behind[0] if behind[1] else ""
    last.save()
    _note_day(plan_id, seen.snapshot.as_of, counts, looked_back=False)
    return CheckResult(counts, *result)


def _compare(plan_id: int, seen: Checked, now: datetime) -> tuple[int, int, int, int]:
    found = merged(seen)
    records = {(r.rule, r.object): r for r in FindingRecord.objects.filter(plan_id=plan_id)}
    new, changed, events = [], [], []
    returned = 0
    for key, finding in found.items():
        values = finding.values(seen.held_up.get(key, ()))
        record = records.get(key)
        if record is None:
            made = FindingRecord(
                plan_id=plan_id, rule=key[0], object=key[1], first_seen=now, since=now, last_seen=now, **values
            )
            new.append(made)
            events.append(FindingEvent(finding=made, kind="found", at=now, text=made.message))
            if made.state == "waived":
                events.append(_of_waiver(made, now))
            continue
        was_there, was_waived = record.state != "gone", record.state == "waived"
        differs = [name for name, value in values.items() if getattr(record, name) != value]
        if not differs:
            continue
        said = record.message, record.severity
        for name in differs:
            setattr(record, name, values[name])
        if not was_there:
            record.since, returned = now, returned + 1
            events.append(FindingEvent(finding=record, kind="returned", at=now, text=record.message))
        elif said != (record.message, record.severity):
            events.append(FindingEvent(finding=record, kind="changed", at=now, text=record.message))
        if record.state == "waived" and ("waiver" in differs or not was_waived):
            events.append(_of_waiver(record, now))
        elif was_waived and record.state == "open":
            events.append(FindingEvent(finding=record, kind="unwaived", at=now, text="No waiver holds any more."))
        record.version += 1
        changed.append(record)
    gone = [record for key, record in records.items() if key not in found and record.state != "gone"]
    for record in gone:
        record.state, record.gone_at, record.waived_until, record.waiver = "gone", now, None, ""
        record.version += 1
        events.append(FindingEvent(finding=record, kind="gone", at=now))
    _write(plan_id, new, changed + gone, events, now)
    return len(new), len(gone), returned, len(changed) - returned


def _write(
    plan_id: int,
    new: list[FindingRecord],
    changed: list[FindingRecord],
    events: list[FindingEvent],
    now: datetime,
) -> None:
    FindingRecord.objects.bulk_create(new, batch_size=_AT_ONCE)
    FindingRecord.objects.bulk_update(changed, _FIELDS, batch_size=_AT_ONCE)
    FindingRecord.objects.filter(plan_id=plan_id).exclude(state="gone").update(last_seen=now)
    FindingEvent.objects.bulk_create(events, batch_size=_AT_ONCE)


def _of_waiver(record: FindingRecord, now: datetime) -> FindingEvent:
    text = f"Waived until {record.waived_until}."
    return FindingEvent(finding=record, kind="waived", at=now, text=text)


def merged(seen: Checked) -> dict[tuple[str, str], _Seen]:
    """(rule, object) -> what the rule says there, as one; ``values`` gives the fields of its record."""
    found: dict[tuple[str, str], _Seen] = {}
    leaves = {(f.rule, f.object): waiver for f, waiver in seen.split[1]}
    for finding in seen.findings:
        key = finding.rule, finding.object
        found.setdefault(key, _Seen(*key, finding.severity)).add(finding, leaves.get(key))
    return found


# --- counting ----------------------------------------------------------------------------------------------------


def counts_of(seen: Checked) -> Counts:
    """The counts of a check; findings of one rule at one object count once."""
    found = merged(seen)
    by_block: Counter[str] = Counter()
    for key, finding in found.items():
        if finding.severity == "error" and finding.waiver is None:
            by_block.update(seen.held_up.get(key) or ("",))
    open_ones = Counter(f.severity for f in found.values() if f.waiver is None)
    return Counts(
        errors=open_ones["error"],
        warnings=open_ones["warning"],
        hints=open_ones["hint"],
        waived=sum(f.waiver is not None for f in found.values()),
        held_back=sum(address.startswith("programmes/") for address in by_block),
        programmes=len(seen.snapshot.external),
        lag=max(_lags(seen).values(), default=0),
        by_block=dict(by_block),
    )


def _lags(seen: Checked) -> dict[str, int]:
    roadmap = seen.snapshot.sound_roadmap
    return {} if roadmap is None else {key: lag.phases for key, lag in roadmap.lags.items()}


def _note_day(plan_id: int, day: date, counts: Counts, *, looked_back: bool) -> None:
    values = {name: getattr(counts, name) for name in Counts.__dataclass_fields__}
    CheckDay.objects.update_or_create(plan_id=plan_id, day=day, defaults={**values, "looked_back": looked_back})


def look_back(*, actor: Actor, plan_id: int, days: Iterable[date]) -> int:
    """Check today's plan as of earlier days; gives how many days were added. Days that were checked then stay.

    Ages, waivers and review dates are those of the day; what is in the plan is what is in it now, and the trend says
    so.
    """
    require(actor, "alignment.handle_findings")
    wanted = sorted(set(days))
    if len(wanted) > _MOST_DAYS or any(day >= clock.today() for day in wanted):
        raise InvalidError(fields={"days": [f"Look back to at most {_MOST_DAYS} days, all before today."]})
    with transaction.atomic():
        there = set(CheckDay.objects.filter(plan_id=plan_id, day__in=wanted).values_list("day", flat=True))
        added = [day for day in wanted if day not in there]
        for day in added:
            _note_day(plan_id, day, counts_of(checked(actor, plan_id, day)), looked_back=True)
        if added:
            audit.record(actor, "alignment.trend.looked_back", ("planning.plan", plan_id), data={"days": len(added)})
    return len(added)
