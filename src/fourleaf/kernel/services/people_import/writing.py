"""Putting a list in place: everything or nothing, in one transaction, with bulk statements.

1. The lock is taken by giving the import's row the unique value "people"; on PostgreSQL a second import waits here, on
   SQLite it waited at the beginning of the transaction. It is given back before the commit, so it can never stay.
2. The plan was made before, so that the lock is short; if anything changed since (`stamp`), it is made anew under the
   lock. If it is not the plan that was shown (``fingerprint``), nothing is written.
3. Units, then changed rows are locked by raising their version; e-mails that move are emptied first, so that two people
   may swap theirs. New people are added level by level of the reporting lines, managers before those they lead.
4. Leavers lose access, one audit event is written a person and one for the import, and the news is published.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from fourleaf.kernel import audit, clock, events
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.contracts import PeopleImported
from fourleaf.kernel.errors import ConflictError, InvalidError
from fourleaf.kernel.models import Account, PeopleImport, Person
from fourleaf.kernel.models.organisation import search_key
from fourleaf.kernel.permissions import require
from fourleaf.kernel.services.administrators import ensure_administrator_remains
from fourleaf.kernel.services.leaving import ClosedAccess, close_access
from fourleaf.kernel.services.people_import.new_units import ADDABLE, add_units, replace_texts
from fourleaf.kernel.services.people_import.planning import Plan, Planned, make_plan
from fourleaf.kernel.services.people_import.present import Present, load_present, stamp
from fourleaf.kernel.services.people_import.reading import read_people_file

__all__ = ["ADDABLE", "ImportResult", "Progress", "import_people", "preview_people"]

#: Called with (done, total, what is being done).
Progress = Callable[[int, int | None, str], None]
_IDS = 500  # ids in one statement
_ROWS = 2000  # rows in one bulk statement; the database layer splits further where it must


@dataclass(frozen=True)
class ImportResult:
    """What an import did. ``skipped`` rows had errors and were left out because the caller asked for that."""

    added: int
    changed: int
    unchanged: int
    left: int
    returned: int
    skipped: int
    units: dict[str, list[str]] = field(default_factory=dict)
    audit_sequence: int | None = None
    import_id: int | None = None


def preview_people(
    *, actor: Actor, content: bytes, add_missing: Collection[str] = (), progress: Progress | None = None
) -> Plan:
    """What a file would change; changes nothing."""
    require(actor, "kernel.edit_people")
    return _plan(actor, content, add_missing, progress)[0]


def import_people(
    *,
    actor: Actor,
    content: bytes,
    file_name: str,
    add_missing: Collection[str] = (),
    skip_errors: bool = False,
    fingerprint: str | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """Read a file and put it in place. Raises `InvalidError` when it has errors, unless they are to be skipped."""
    require(actor, "kernel.edit_people")
    upload = PeopleImport.objects.create(
        file_name=file_name[:200],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        add_missing=sorted(add_missing),
        skip_errors=skip_errors,
        created_at=clock.now(),
        created_by=actor.label[:200],
        created_by_person_id=actor.person_id,
    )
    try:
        return put_in_place(actor, upload, content, skip_errors=skip_errors, fingerprint=fingerprint, progress=progress)
    except Exception:
        # Nothing was written; an upload that nobody can look at has no use.
        PeopleImport.objects.filter(pk=upload.pk, state="uploaded").delete()
        raise


def _plan(
    actor: Actor, content: bytes, add_missing: Collection[str], progress: Progress | None
) -> tuple[Plan, Present]:
    say = progress or (lambda done, total, note: None)
    parsed = read_people_file(content, lambda done: say(done, None, "Reading the file"))
    total = len(parsed.rows)
    say(0, total, "Reading the list of people")
    present = load_present()
    plan = make_plan(
        parsed,
        present,
        actor=actor,
        today=clock.today(),
        add_missing=add_missing,
        progress=lambda done: say(done, total, "Comparing"),
    )
    return plan, present


def put_in_place(
    actor: Actor,
    upload: PeopleImport,
    content: bytes,
    *,
    skip_errors: bool,
    fingerprint: str | None = None,
    progress: Progress | None = None,
) -> ImportResult:
    """The transaction described above; the caller has checked the right to import at all."""
    seen = stamp()
    plan, present = _plan(actor, content, upload.add_missing, progress)
    with transaction.atomic():
        taken = PeopleImport.objects.filter(pk=upload.pk, state__in=("uploaded", "queued", "failed"))
        if not taken.update(lock="people"):
            raise ConflictError("This list was put in place or thrown away already.")
        if stamp() != seen:
            plan, present = _plan(actor, content, upload.add_missing, progress)
        _check(plan, skip_errors, fingerprint)
        result = _Writer(actor, plan, present, upload, progress).write()
        PeopleImport.objects.filter(pk=upload.pk).update(
            lock=None,
            state="done",
            content=None,
            preview={},
            finished_at=clock.now(),
            result=_result_json(result),
            audit_sequence=result.audit_sequence,
            last_error="",
        )
    return result


def _check(plan: Plan, skip_errors: bool, fingerprint: str | None) -> None:
    errors = plan.errors
    if plan.unusable:
        raise InvalidError(" ".join(f"{finding.message} {finding.mend}" for finding in errors[:3]))
    if fingerprint is not None and plan.fingerprint != fingerprint:
        raise ConflictError(
            "The list of people changed since this preview was made. Look at the fresh preview, then decide."
        )
    if errors and not skip_errors:
        count = "1 row has an error" if plan.faulty_rows == 1 else f"{plan.faulty_rows:,} rows have errors"
        raise InvalidError(f"{count}, the first in {errors[0]} Nothing was changed.")


def _result_json(result: ImportResult) -> dict[str, Any]:
    names = ("added", "changed", "unchanged", "left", "returned", "skipped", "units")
    return {name: getattr(result, name) for name in names}


def _batches(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


class _Writer:
    """One import within its transaction."""

    def __init__(
        self, actor: Actor, plan: Plan, present: Present, upload: PeopleImport, progress: Progress | None
    ) -> None:
        self.actor, self.plan, self.present, self.upload = actor, plan, present, upload
        self.now: datetime = clock.now()
        self.say = progress or (lambda done, total, note: None)
        self.new = [plan.rows[index] for index in plan.new]
        self.changed = [plan.rows[index] for index in plan.changed]
        self.total = len(self.new) + len(self.changed)

    def write(self) -> ImportResult:
        plan = self.plan
        units, ids = add_units(self.actor, plan.to_add)
        for planned in (*self.new, *self.changed):
            replace_texts(planned, ids)
        self.say(0, self.total, "Putting people in place")
        self._lock_changed()
        added = self._add_new()
        self._write_changed(added)
        self._write_brands(added)
        closed = self._close_leavers()
        self._follow_emails()
        sequence = self._record(added, closed, units)
        self.say(self.total, self.total, "Done")
        left = tuple(plan.rows[index].person_id or 0 for index in plan.leaving)
        changed = tuple(planned.person_id or 0 for planned in self.changed)
        events.publish(PeopleImported(tuple(person.pk for person in added.values()), changed, left))
        return ImportResult(
            added=len(self.new),
            changed=len(self.changed),
            unchanged=plan.unchanged,
            left=len(plan.leaving),
            returned=len(plan.returning),
            skipped=plan.faulty_rows,
            units=units,
            audit_sequence=sequence,
            import_id=self.upload.pk,
        )

    def _lock_changed(self) -> None:
        """Raise the versions, which holds the rows until commit; empty the e-mails that move."""
        for part in _batches([planned.person_id for planned in self.changed], _IDS):
            Person.objects.filter(pk__in=part).update(version=F("version") + 1, changed_at=self.now)
        moving = [planned.person_id for planned in self.changed if "email" in planned.changes]
        for part in _batches(moving, _IDS):
            Person.objects.filter(pk__in=part).update(email=None)

    def _add_new(self) -> dict[int, Person]:
        """Insert level by level; gives the people by the index of their row in the file."""
        by_line = {planned.row.line: planned for planned in self.new}
        added: dict[int, Person] = {}
        waiting = list(by_line.values())
        while waiting:
            ready = [
                p for p in waiting if p.manager_line is None or p.manager_line not in by_line or p.manager_line in added
            ]
            if not ready:
                raise ConflictError("The managers of the new people form a circle.")
            people = [self._person(planned, added) for planned in ready]
            Person.objects.bulk_create(people, batch_size=_ROWS)
            added.update((planned.row.line, person) for planned, person in zip(ready, people, strict=True))
            waiting = [planned for planned in waiting if planned.row.line not in added]
            self.say(len(added), self.total, "Adding people")
        return added

    def _person(self, planned: Planned, added: dict[int, Person]) -> Person:
        values = {name: value for name, value in planned.values.items() if name != "brands"}
        if planned.manager_line is not None:
            values["manager_id"] = added[planned.manager_line].pk
        person = Person(created_at=self.now, changed_at=self.now, **values)
        person.search = _search(person)
        return person

    def _write_changed(self, added: dict[int, Person]) -> None:
        done = len(added)
        versions = {planned.person_id: self.present.people[planned.person_id or 0].version for planned in self.changed}
        fields = {name for planned in self.changed for name in planned.changes} - {"brands"}
        for part in _batches(self.changed, _IDS):
            people = Person.objects.in_bulk([planned.person_id for planned in part])
            for planned in part:
                person = people[planned.person_id or 0]
                if person.version != versions[planned.person_id] + 1:
                    raise ConflictError(f"{person.name} was changed at the same moment. Import the file again.")
                for name, (_, after) in planned.changes.items():
                    if name == "manager_id" and planned.manager_line is not None:
                        person.manager_id = added[planned.manager_line].pk
                    elif name != "brands":
                        setattr(person, name, after)
                person.search = _search(person)
            if fields:
                # An upsert on the primary key writes many rows at once, far quicker than one CASE for each column.
                Person.objects.bulk_create(
                    people.values(),
                    batch_size=_ROWS,
                    update_conflicts=True,
                    unique_fields=["id"],
                    update_fields=sorted(fields | {"search"}),
                )
            done += len(part)
            self.say(done, self.total, "Changing people")

    def _write_brands(self, added: dict[int, Person]) -> None:
        through = Person.brands.through
        emptied = [planned.person_id for planned in self.changed if "brands" in planned.changes]
        for part in _batches(emptied, _IDS):
            through.objects.filter(person_id__in=part).delete()
        links = [
            through(person_id=added[planned.row.line].pk, brand_id=brand)
            for planned in self.new
            for brand in planned.values.get("brands", ())
        ]
        links += [
            through(person_id=planned.person_id, brand_id=brand)
            for planned in self.changed
            if "brands" in planned.changes
            for brand in planned.changes["brands"][1]
        ]
        through.objects.bulk_create(links, batch_size=_ROWS)

    def _close_leavers(self) -> ClosedAccess:
        today = clock.today()
        gone = [
            planned.person_id
            for planned in self.changed
            if planned.person_id is not None
            and (left := planned.changes.get("left_on", [None, None])[1])
            and left <= today
        ]
        closed = close_access(gone)
        if any(planned.person_id in self.present.administrators for planned in self.changed):
            ensure_administrator_remains()
        return closed

    def _follow_emails(self) -> None:
        """Sign-in e-mails follow where they were the same and the actor decides on accounts."""
        if not self.actor.may("kernel.grant_roles"):
            return
        moved = {
            planned.person_id: planned.changes["email"]
            for planned in self.changed
            if "email" in planned.changes and planned.person_id in self.present.with_account
        }
        if not moved:
            return
        taken = {email.lower() for email in Account.objects.values_list("email", flat=True)}
        follow = []
        for part in _batches(list(moved), _IDS):
            for account in Account.objects.filter(person_id__in=part):
                before, after = moved[account.person_id]
                if before and after and account.email.lower() == before.lower() and after not in taken:
                    account.email = after
                    taken.add(after)
                    follow.append(account)
        Account.objects.bulk_update(follow, ["email"], batch_size=_IDS)
        names = {planned.person_id: planned.row.name for planned in self.changed}
        audit.record_many(
            self.actor,
            [_entry("kernel.account.email_changed", a.person_id, names[a.person_id], {}) for a in follow],
        )

    def _record(self, added: dict[int, Person], closed: ClosedAccess, units: dict[str, list[str]]) -> int:
        source = {"import": self.upload.pk}
        entries = [_entry("kernel.person.added", person.pk, person.name, source) for person in added.values()]
        for planned in self.changed:
            pk, changes = planned.person_id or 0, dict(planned.changes)
            if planned.manager_line is not None and "manager_id" in changes:
                changes["manager_id"] = [changes["manager_id"][0], added[planned.manager_line].pk]
            before, after = changes.get("left_on", [None, None])
            if after is not None and before is None:
                data = {"left_on": changes.pop("left_on")[1], **closed.for_person(pk), **source}
                entries.append(_entry("kernel.person.left", pk, planned.row.name, data))
            elif before is not None and after is None:
                data = {"left_on": changes.pop("left_on"), **source}
                entries.append(_entry("kernel.person.returned", pk, planned.row.name, data))
            if changes:
                entries.append(_entry("kernel.person.changed", pk, planned.row.name, {**changes, **source}))
        audit.record_many(self.actor, entries)
        counts = Counter(entry.code.rsplit(".", 1)[1] for entry in entries)
        event = audit.record(
            self.actor,
            "kernel.people.imported",
            ("kernel.peopleimport", self.upload.pk),
            label=self.upload.file_name,
            data={
                "sha256": self.upload.sha256,
                "rows": self.plan.total,
                "skipped": self.plan.faulty_rows,
                "unchanged": self.plan.unchanged,
                **counts,
                "units": units,
            },
        )
        return event.sequence


def _entry(code: str, pk: int, name: str, data: dict[str, Any]) -> audit.Entry:
    return audit.Entry(code, "kernel.person", str(pk), name, data)


def _search(person: Person) -> str:
    return search_key(person.name, person.email or "", person.title, person.external_id or "")
