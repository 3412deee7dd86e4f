"""Uploads of the web: kept with their preview until somebody decides; long ones are put in place by a worker."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from fourleaf.kernel import clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import ConflictError, DomainError, InvalidError, NotAllowedError
from fourleaf.kernel.jobs import enqueue
from fourleaf.kernel.models import Account, PeopleImport, Person
from fourleaf.kernel.permissions import require
from fourleaf.kernel.rules import may_sign_in
from fourleaf.kernel.selectors import actor_for, get_people_import_for
from fourleaf.kernel.services.people_import.findings import Finding
from fourleaf.kernel.services.people_import.planning import Missing, Plan, Planned, make_plan
from fourleaf.kernel.services.people_import.present import Present, load_present
from fourleaf.kernel.services.people_import.reading import MAX_BYTES, read_people_file
from fourleaf.kernel.services.people_import.writing import ADDABLE, Progress, put_in_place

__all__ = [
    "INLINE_ROWS",
    "QUEUE_NAME",
    "choose_missing",
    "decide",
    "discard",
    "findings_of",
    "put_queued_import_in_place",
    "remove_old_uploads",
    "settle_ended_import",
    "upload_people_file",
]

QUEUE_NAME = "kernel.people_imported"
#: Up to so many rows are put in place while the browser waits (about a second); more go to a worker.
INLINE_ROWS = 3000
KEPT_FOR = timedelta(hours=24)
_SHOWN = 200
_RIGHT = "kernel.edit_people"
_WORDS = {
    "external_id": "number",
    "name": "name",
    "email": "e-mail",
    "title": "title",
    "department_id": "department",
    "region_id": "region",
    "manager_id": "manager",
    "brands": "brands",
    "started_on": "first day",
    "left_on": "last day",
}


def upload_people_file(*, actor: Actor, content: bytes, file_name: str) -> PeopleImport:
    """Keep a file with its preview. Raises `InvalidError` for a file that cannot be read at all."""
    require(actor, _RIGHT)
    if len(content) > MAX_BYTES:
        raise InvalidError(fields={"file": [f"The file is larger than {MAX_BYTES // 2**20} MB. Split it."]})
    plan, preview = _preview(actor, content, ())
    if plan.unusable:
        raise InvalidError(fields={"file": [f"{f.message} {f.mend}".strip() for f in plan.errors[:3]]})
    return PeopleImport.objects.create(
        file_name=(file_name or "people.csv")[-200:],
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        content=zlib.compress(content, 6),
        preview=preview,
        fingerprint=plan.fingerprint,
        created_at=clock.now(),
        created_by=actor.label[:200],
        created_by_person_id=actor.person_id,
    )


def choose_missing(*, actor: Actor, import_id: int, add_missing: Collection[str]) -> PeopleImport:
    """Make the preview anew, with the kinds of missing units that shall be added."""
    upload = _open(actor, import_id)
    upload.add_missing = sorted(set(add_missing) & set(ADDABLE))
    plan, upload.preview = _preview(actor, _content(upload), upload.add_missing)
    upload.fingerprint = plan.fingerprint
    upload.save(update_fields=["add_missing", "preview", "fingerprint"])
    return upload


def decide(*, actor: Actor, import_id: int, fingerprint: str, skip_errors: bool = False) -> PeopleImport:
    """Put the list in place as it was shown (``fingerprint``), or queue it when it is long."""
    upload = _open(actor, import_id)
    if fingerprint != upload.fingerprint:
        raise ConflictError("This preview is no longer the newest. Look at it again, then decide.")
    if upload.preview.get("faulty") and not skip_errors:
        raise InvalidError(
            fields={"skip_errors": ["Some rows have errors. Mend the file, or choose to leave those rows out."]}
        )
    if upload.preview.get("total", 0) <= INLINE_ROWS:
        try:
            put_in_place(actor, upload, _content(upload), skip_errors=skip_errors, fingerprint=fingerprint)
        except ConflictError:
            choose_missing(actor=actor, import_id=import_id, add_missing=upload.add_missing)
            raise
    else:
        with transaction.atomic():
            job = enqueue(QUEUE_NAME, {"import": upload.pk}, actor=actor, key=f"people-import:{upload.pk}")
            moved = PeopleImport.objects.filter(pk=upload.pk, state__in=("uploaded", "failed")).update(
                state="queued", job_id=job.pk, skip_errors=skip_errors, last_error=""
            )
            if not moved:
                raise ConflictError("Somebody decided on this list a moment ago.")
    upload.refresh_from_db()
    return upload


def discard(*, actor: Actor, import_id: int) -> PeopleImport:
    """Throw an upload away; nothing in the list of people changes."""
    upload = _open(actor, import_id)
    PeopleImport.objects.filter(pk=upload.pk, state__in=("uploaded", "failed")).update(
        state="discarded", content=None, preview={}, finished_at=clock.now()
    )
    upload.refresh_from_db()
    return upload


def findings_of(*, actor: Actor, import_id: int) -> Iterator[Finding]:
    """Every finding of an upload, for the file that one takes back to the personnel system."""
    upload = _open(actor, import_id)
    plan, _ = _plan(actor, _content(upload), upload.add_missing)
    return iter(plan.findings)


def put_queued_import_in_place(import_id: int, *, progress: Progress) -> Mapping[str, Any]:
    """The worker's part: with the rights that the one who decided has now. Done already is fine."""
    upload = PeopleImport.objects.get(pk=import_id)
    if upload.state == "done":
        return dict(upload.result)
    actor = _decider(upload)

    def outside(done: int, total: int | None, note: str) -> None:
        # Inside the transaction nobody would see the progress before its end.
        if not connection.in_atomic_block:
            progress(done, total, note)

    progress(0, upload.preview.get("total"), "Putting people in place; this is one step and takes a moment")
    put_in_place(
        actor,
        upload,
        _content(upload),
        skip_errors=upload.skip_errors,
        fingerprint=upload.fingerprint,
        progress=outside,
    )
    upload.refresh_from_db()
    return dict(upload.result)


def _decider(upload: PeopleImport) -> Actor:
    person = Person.objects.select_related("account", "region").filter(pk=upload.created_by_person_id or 0).first()
    account: Account | None = getattr(person, "account", None)
    if account is None or not may_sign_in(account):
        raise NotAllowedError("The one who uploaded this list may no longer import people.")
    actor = actor_for(account, via="worker")
    require(actor, _RIGHT)
    return actor


def settle_ended_import(import_id: int, reason: str) -> None:
    """When the job ended without success, the upload says so and can be decided on again."""
    PeopleImport.objects.filter(pk=import_id, state="queued").update(state="failed", last_error=reason, lock=None)


def remove_old_uploads() -> int:
    """Throw away uploads that nobody decided on within `KEPT_FOR`; they hold personal data."""
    old = PeopleImport.objects.filter(state__in=("uploaded", "failed"), created_at__lt=clock.now() - KEPT_FOR)
    return old.update(state="discarded", content=None, preview={}, finished_at=clock.now())


def _open(actor: Actor, import_id: int) -> PeopleImport:
    upload = get_people_import_for(actor, import_id)
    require(actor, "kernel.use_people_import", upload)
    if upload.state not in ("uploaded", "failed"):
        raise DomainError(f"This list is {upload.get_state_display().lower()}; there is nothing left to decide.")
    return upload


def _content(upload: PeopleImport) -> bytes:
    packed = PeopleImport.objects.values_list("content", flat=True).get(pk=upload.pk)
    if packed is None:
        raise DomainError("The content of this upload is gone. Upload the file again.")
    return zlib.decompress(bytes(packed))


def _plan(actor: Actor, content: bytes, add_missing: Collection[str]) -> tuple[Plan, Present]:
    present = load_present()
    parsed = read_people_file(content)
    return make_plan(parsed, present, actor=actor, today=clock.today(), add_missing=add_missing), present


def _preview(actor: Actor, content: bytes, add_missing: Collection[str]) -> tuple[Plan, dict[str, Any]]:
    """The plan, and what of it is kept for the page: counts, and samples in words."""
    plan, present = _plan(actor, content, add_missing)
    words = _Words(present)
    errors, warnings = plan.errors, plan.warnings
    return plan, {
        "total": plan.total,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "leaving": len(plan.leaving),
        "returning": len(plan.returning),
        "absent": plan.absent,
        "faulty": plan.faulty_rows,
        "encoding": plan.encoding,
        "delimiter": {"\t": "tab"}.get(plan.delimiter, plan.delimiter),
        "error_count": len(errors),
        "errors": [_finding_json(finding) for finding in errors[: _SHOWN * 2]],
        "warning_count": len(warnings),
        "warnings": [_finding_json(finding) for finding in warnings[:_SHOWN]],
        "missing": _missing_json(plan.missing),
        "to_add": _missing_json(plan.to_add),
        "sample_new": [words.new(plan.rows[index]) for index in plan.new[:_SHOWN]],
        "sample_changed": [words.changed(plan.rows[index]) for index in plan.changed[:_SHOWN]],
        "sample_leaving": [words.changed(plan.rows[index]) for index in plan.leaving[:_SHOWN]],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    names = ("line", "column", "value", "message", "mend", "severity")
    return {name: getattr(finding, name) for name in names}


def _missing_json(missing: Missing) -> dict[str, list[list[Any]]]:
    kinds = {"departments": missing.departments, "regions": missing.regions, "brands": missing.brands}
    return {kind: [[text, count] for text, count in units.most_common(50)] for kind, units in kinds.items() if units}


class _Words:
    """Values of a plan as people read them."""

    def __init__(self, present: Present) -> None:
        self._present = present

    def new(self, planned: Planned) -> dict[str, Any]:
        row = planned.row
        shown = (row.title, row.department, row.region)
        return {"line": row.line, "name": row.name, "facts": " · ".join(part for part in shown if part)}

    def changed(self, planned: Planned) -> dict[str, Any]:
        changes = [
            {"field": _WORDS[name], "before": self._text(name, before), "after": self._text(name, after)}
            for name, (before, after) in planned.changes.items()
        ]
        return {
            "line": planned.row.line,
            "name": planned.row.name,
            "person": planned.person_id,
            "changes": changes,
        }

    def _text(self, name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        present = self._present
        if name == "brands":
            return ", ".join(present.brands.names.get(item, str(item)) for item in value)
        if isinstance(value, int):
            if name == "manager_id":
                return present.people[value].name
            units = {"department_id": present.departments, "region_id": present.regions}.get(name)
            return units.names[value] if units is not None else str(value)
        return str(value)
