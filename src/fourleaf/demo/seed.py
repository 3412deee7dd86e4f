"""Puts the sample organisation into an empty installation, through the same services that people use."""

from __future__ import annotations

import csv
import io
import tempfile
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq
from django.db import connection, transaction

from fourleaf.demo.mentions import OWN_CHANNELS, generate
from fourleaf.demo.organisation import BRANDS, DEPARTMENTS, REGIONS, ROLES
from fourleaf.demo.people import COLUMNS, people
from fourleaf.demo.queries import QUERIES
from fourleaf.engine.posts import POST_SCHEMA
from fourleaf.kernel import audit, jobs
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.errors import DomainError
from fourleaf.kernel.models import Account, AuditEvent, Brand, Job, Person
from fourleaf.kernel.services import organisation as organisation_services
from fourleaf.kernel.services.accounts import add_user
from fourleaf.kernel.services.people_import import import_people
from fourleaf.listening.models import ListeningQuery, MentionImport, OwnAccount
from fourleaf.listening.services.imports import map_columns, start_import, upload_file
from fourleaf.listening.services.privacy import add_own_account
from fourleaf.listening.services.queries import QueryFields, add_query
from fourleaf.listening.uploads import pieces_of

__all__ = ["DEMO_PASSWORD", "is_seeded", "mark_seeded", "seed_listening", "seed_organisation"]

#: Every login of the sample has this password. It is shown on the sign-in page, in demo mode only.
DEMO_PASSWORD: Final = "four leaves in Ravenau"  # noqa: S105 - public on purpose
Say = Callable[[str], None]


def demo_actor() -> Actor:
    """Who seeds; named in the audit trail."""
    return system_actor("sample organisation")


def is_seeded() -> bool:
    """Whether the sample is in this installation, whole."""
    return AuditEvent.objects.filter(code="kernel.demo.seeded").exists()


def seed_organisation(say: Say, *, as_of: date) -> None:
    """Regions, departments, brands, all employees and the sixty logins. What is there already is left alone."""
    actor = demo_actor()
    if Person.objects.exists():
        return
    with transaction.atomic():
        say("Founding Tarnbeck Group: regions, departments, brands …")
        for region in REGIONS:
            week: list[list[list[str]]] = [[] for _ in range(7)]
            for day in region.hours.days:
                week[day - 1] = [[region.hours.opens, region.hours.closes]]
            organisation_services.add_region(
                actor=actor,
                code=region.code,
                name=region.name,
                time_zone=region.time_zone,
                working_hours=week,
                analytics_mode={None: "", "individual_opt_in": "individual"}.get(
                    region.analytics_mode, region.analytics_mode or ""
                ),
                analytics_reason=region.analytics_reason if region.analytics_mode else "",
                works_council=region.employee_representation,
            )
        for department in DEPARTMENTS:
            organisation_services.add_department(actor=actor, code=department.code, name=department.name)
        for index, brand in enumerate(BRANDS):
            organisation_services.add_brand(
                actor=actor, code=brand.code, name=brand.name, description=brand.description[:300], colour=index
            )
        employees = people(as_of=as_of)
        say(f"Hiring {len(employees):,} people …")
        table = io.StringIO()
        writer = csv.DictWriter(table, COLUMNS)
        writer.writeheader()
        writer.writerows(asdict(employee) for employee in employees)
        import_people(actor=actor, content=table.getvalue().encode(), file_name="tarnbeck-people.csv")
        say(f"Opening {len(ROLES)} accounts …")
        first: Account | None = None
        for role in ROLES:
            if role.demo_login:
                made = add_user(
                    actor=actor,
                    name=role.name,
                    email=role.email,
                    role=role.product_role,
                    password=DEMO_PASSWORD,
                    same_as=first,
                )
                first = first or (made if isinstance(made, Account) else None)


def mark_seeded(posts: int) -> None:
    """Note in the audit trail that the sample is whole."""
    with transaction.atomic():
        audit.record(
            demo_actor(), "kernel.demo.seeded", ("demo", "tarnbeck"), label="Tarnbeck Group", data={"posts": posts}
        )


def seed_listening(say: Say, *, posts: int, until: date, progress: Callable[[int], None]) -> int:
    """Queries, own accounts, and ``posts`` generated posts, imported as a file is. Gives how many are stored.

    An earlier try that was cut off is continued: queries that are there stay, the file has the same content, and the
    import goes on behind its last noted row.
    """
    actor = demo_actor()
    _seed_queries(actor)
    if posts == 0:
        return 0
    say(f"Writing {posts:,} posts of thirteen months …")
    with tempfile.TemporaryDirectory(prefix="fourleaf-demo-") as folder:
        path = Path(folder) / "tarnbeck-posts.parquet"
        with pq.ParquetWriter(path, POST_SCHEMA, compression="zstd") as writer:
            for batch in generate(posts, until=until):
                writer.write_batch(batch)
        upload = upload_file(actor=actor, name=path.name, pieces=pieces_of(path)).import_
    if upload.state == "uploaded":
        upload = map_columns(actor=actor, import_id=upload.pk)
    if upload.state != "done":
        start_import(actor=actor, import_id=upload.pk)
    _work_off(upload.pk, progress)
    upload.refresh_from_db()
    if upload.state != "done":
        fault = Job.objects.filter(pk=upload.job_id or 0).values_list("last_error", flat=True).first()
        raise DomainError(f"The sample's posts could not be imported: {upload.problem or fault or upload.state}")
    return upload.rows_stored


def _seed_queries(actor: Actor) -> None:
    brands = dict(Brand.objects.values_list("code", "pk"))
    there = set(ListeningQuery.objects.values_list("name", flat=True))
    for query in QUERIES:
        if query.name not in there:
            fields = QueryFields(
                name=query.name,
                text=query.query,
                role=query.role,
                brand_id=brands.get(query.brand or ""),
                notes=query.notes,
            )
            add_query(actor=actor, fields=fields)
    known = set(OwnAccount.objects.values_list("platform", "handle"))
    for channel in OWN_CHANNELS:
        if (channel.platform, channel.handle) not in known:
            add_own_account(
                actor=actor, platform=channel.platform, handle=channel.handle, brand_id=brands.get(channel.brand)
            )


def _work_off(import_id: int, progress: Callable[[int], None]) -> None:
    """Do the due work here and now, and tell how far the import is."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            progress(MentionImport.objects.get(pk=import_id).rows_read)
        connection.close()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        jobs.run_until_idle()
    finally:
        over.set()
        watcher.join()
    progress(MentionImport.objects.get(pk=import_id).rows_read)
