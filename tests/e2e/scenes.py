"""Puts states into a demo that are hard to reach by clicking, and prints their addresses as JSON.

Run inside the product, by `Product.python`: django is set up, and this is its main module.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from datetime import timedelta

from fourleaf.kernel import clock
from fourleaf.kernel.actors import system_actor
from fourleaf.kernel.models import AuditEvent, Department, Job, Person
from fourleaf.kernel.services.people_import.stored import upload_people_file
from fourleaf.listening.models import ImportFault, ListeningQuery, MentionImport
from fourleaf.listening.services.imports import cancel_import, map_columns, upload_file
from fourleaf.listening.services.samples import draw_sample

ACTOR = system_actor("test")
NOW = clock.now()


def posts(name: str, rows: list[tuple[str, str]]) -> MentionImport:
    """An uploaded file of (time, text); its content is new each time."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["id", "created_at", "author", "text"])
    for time, text in rows:
        writer.writerow([uuid.uuid4().hex, time, "somebody", text])
    return upload_file(actor=ACTOR, name=name, pieces=[table.getvalue().encode()]).import_


def marked(name: str, state: str, **fields: object) -> MentionImport:
    """An import in a state that its job would have brought about."""
    return MentionImport.objects.create(
        file_name=name,
        size=123_456,
        digest=uuid.uuid4().hex,
        state=state,
        created_at=NOW,
        created_by=ACTOR.label,
        **fields,
    )


def job(state: str, **fields: object) -> Job:
    """A piece of work in a state; the lease is long, so that no worker takes it."""
    return Job.objects.create(
        kind="listening.mentions_imported",
        arguments={"import_id": 0},
        state=state,
        attempts=1,
        next_attempt_at=NOW + timedelta(days=1),
        created_at=NOW,
        created_by=ACTOR.label,
        **fields,
    )


good = [(f"2026-01-{day:02}T12:00:00Z", f"A word about the weather of day {day}") for day in range(1, 20)]
bad = [("yesterday", "No time that can be read"), ("2026-01-02T12:00:00Z", "")]

uploaded = posts("waiting-for-columns.csv", good)
mapped = posts("ready-to-import.csv", good + bad)
map_columns(actor=ACTOR, import_id=mapped.pk)
stopped = posts("stopped.csv", good)
cancel_import(actor=ACTOR, import_id=stopped.pk)
running_job = job(
    "running",
    started_at=NOW,
    lease_until=NOW + timedelta(days=1),
    progress_done=31_000,
    progress_total=123_456,
    progress_note="Reading the file",
)
running = marked("running.csv", "running", rows_stored=7_201, rows_repeated=12, rows_skipped=3, job_id=running_job.pk)
failed_job = job("failed", started_at=NOW, finished_at=NOW, last_error="OSError: No space left on device")
failed = marked(
    "failed.csv",
    "failed",
    rows_stored=4_096,
    job_id=failed_job.pk,
    problem="The disk of the server is full. Free some space, then continue the import.",
)
done = marked(
    "done-with-faults.csv",
    "done",
    rows_stored=99_000,
    rows_skipped=2,
    finished_at=NOW,
    warnings=["Times such as 03/04/2026 were read with the day first."],
)
for line, message in ((17, "There is no text."), (42, "“31/02/2026” is no day of any year.")):
    ImportFault.objects.create(
        upload=done, line=line, column="created_at", message=message, value="31/02/2026", hint="Write 2026-02-28."
    )

own = ListeningQuery.objects.filter(role="own", state="active").order_by("pk").first()
assert own is not None
sample = draw_sample(actor=ACTOR, query_id=own.pk)
people = upload_people_file(
    actor=ACTOR,
    content=b"name,email,department,region,started_on\n"
    b"Nora New,nora.new@tarnbeck.example,Marketing,DE,2026-01-01\n"
    b"Ned Nowhere,not-an-address,Beekeeping,DE,2026-13-01\n",
    file_name="people-with-errors.csv",
)
leaver = Person.objects.filter(left_on__isnull=False).order_by("pk").first()
event = AuditEvent.objects.order_by("-sequence").first()
assert event is not None
print(  # noqa: T201 - the answer
    json.dumps(
        {
            "import, uploaded": f"/imports/{uploaded.pk}/columns/",
            "import, mapped": f"/imports/{mapped.pk}/",
            "import, running": f"/imports/{running.pk}/",
            "import, failed": f"/imports/{failed.pk}/",
            "import, stopped": f"/imports/{stopped.pk}/",
            "import, done": f"/imports/{done.pk}/",
            "job, running": f"/work/{running_job.pk}/",
            "job, failed": f"/work/{failed_job.pk}/",
            "query": f"/queries/{own.pk}/",
            "query, changed": f"/queries/{own.pk}/edit",
            "query, versions": f"/queries/{own.pk}/history",
            "query, precision": f"/queries/{own.pk}/precision/",
            "query, one post to label": f"/queries/{own.pk}/precision/{sample.pk}/",
            "query, posts to label": f"/queries/{own.pk}/precision/{sample.pk}/?view=list",
            "people, import with errors": f"/people/import/{people.pk}/",
            "person": f"/people/{Person.objects.get(email='arne.tietgen@tarnbeck.example').pk}/",
            **({"person who left": f"/people/{leaver.pk}/"} if leaver else {}),
            "department": f"/organisation/departments/{Department.objects.order_by('pk')[0].pk}/",
            "audit event": f"/audit/{event.sequence}/",
        }
    )
)
