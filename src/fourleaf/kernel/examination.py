"""Is the installation in order: settings, database, mention store, disk, clock, mail, work; and how to mend it."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max, Q

from fourleaf.engine import lake as mention_store
from fourleaf.kernel import clock, jobs
from fourleaf.kernel.models import Job

__all__ = ["Finding", "examine"]

_FREE_MB_WARNING, _FREE_MB_ERROR = 2048, 200
_LATE_MINUTES = 10
#: A running worker asks for work twice a second; beyond this nobody did.
_TAKEN_WITHIN_SECONDS = 60
#: And with no sign of a worker at all, this is enough.
_TAKEN_AT_ONCE_SECONDS = 5


@dataclass(frozen=True)
class Finding:
    """One thing looked at. ``state`` is ok, warning or error; ``mend`` says what to do."""

    check: str
    state: str
    found: str
    mend: str = ""


def _settings() -> Iterator[Finding]:
    yield Finding("settings", "ok", f"data folder {settings.DATA_DIR}, address {settings.BASE_URL}")
    for sentence in settings.UNKNOWN_SETTINGS:
        found, mend = sentence.split(". ", 1)
        yield Finding("settings", "warning", found, mend)
    if settings.DEBUG:
        yield Finding("settings", "warning", "FOURLEAF_DEBUG is on", "Turn it off where others can reach the product.")
    if settings.DEMO:
        yield Finding(
            "settings", "warning", "demo mode shows logins to everybody", "Unset FOURLEAF_DEMO for real data."
        )
    if not settings.HTTPS and not settings.BASE_URL.startswith(("http://localhost", "http://127.0.0.1")):
        yield Finding(
            "settings",
            "warning",
            "people reach the product without encryption",
            "Put a proxy with HTTPS in front and set FOURLEAF_BASE_URL to the https address.",
        )


def _database() -> Iterator[Finding]:
    started = time.perf_counter()
    connection.ensure_connection()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    took = (time.perf_counter() - started) * 1000
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        yield Finding("database", "error", f"{len(plan)} migrations are not applied", "Run: fourleaf migrate")
        return
    yield Finding("database", "ok", f"{connection.vendor}, answers in {took:.0f} ms, fits this version")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            answer = cursor.fetchone()
        if answer != ("ok",):
            yield Finding(
                "database", "error", f"SQLite reports damage: {answer}", "Restore the data folder from a backup."
            )


def _lake() -> Iterator[Finding]:
    lake = mention_store.Lake(settings.LAKE_DIR)
    started = time.perf_counter()
    count = lake.snapshot().connect().execute("SELECT count(*) FROM mentions").fetchone()
    took = (time.perf_counter() - started) * 1000
    yield Finding("mention store", "ok", f"{count[0] if count else 0:,} mentions, counted in {took:.0f} ms")


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.DATA_DIR).free // 2**20
    state = "error" if free < _FREE_MB_ERROR else "warning" if free < _FREE_MB_WARNING else "ok"
    mend = "" if state == "ok" else "Free space, or move the data folder (FOURLEAF_DATA_DIR) to a larger disk."
    yield Finding("disk", state, f"{free:,} MB free in the data folder", mend)


def _clock() -> Iterator[Finding]:
    mine = datetime.now(UTC)  # noqa: TID251 - the operating system's clock is what is checked
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            row = cursor.fetchone()
        drift = abs((row[0] - mine).total_seconds()) if row else 0.0
        if drift > 5:
            yield Finding(
                "clock",
                "error",
                f"this machine and the database differ by {drift:.0f} s",
                "Set both by NTP (timedatectl).",
            )
            return
    if mine.year < 2026:
        yield Finding("clock", "error", f"the clock says {mine:%Y-%m-%d}", "Set the clock by NTP (timedatectl).")
        return
    yield Finding("clock", "ok", f"{mine:%Y-%m-%d %H:%M:%S} UTC; reporting zone {settings.TIME_ZONE}")


def _mail() -> Iterator[Finding]:
    if "smtp" not in settings.EMAIL_BACKEND:
        yield Finding(
            "mail",
            "warning",
            "mail is printed to the log, nobody receives it",
            "Set FOURLEAF_MAIL_URL to your mail server.",
        )
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with socket.create_connection((settings.EMAIL_HOST, settings.EMAIL_PORT), timeout=5):
            yield Finding("mail", "ok", f"{where} answers")
    except OSError as error:
        yield Finding(
            "mail", "error", f"{where} does not answer ({error})", "Check FOURLEAF_MAIL_URL and the firewall."
        )


def _work() -> Iterator[Finding]:
    missing = _no_worker()
    late, failed = jobs.waiting_since(_LATE_MINUTES), Job.objects.filter(state="failed").count()
    if missing:
        yield missing
    elif late:
        yield Finding(
            "work",
            "error",
            f"{_jobs(late)} waited more than {_LATE_MINUTES} minutes",
            "A worker runs but does not keep up. Raise FOURLEAF_WORKERS, or start another one: fourleaf work",
        )
    if failed:
        yield Finding(
            "work",
            "warning",
            f"{failed:,} {'job' if failed == 1 else 'jobs'} failed",
            "Look at them under Administration, Background work.",
        )
    if not missing and not late and not failed:
        yield Finding("work", "ok", "no job is late or failed")


def _jobs(count: int) -> str:
    return f"{count:,} {'job has' if count == 1 else 'jobs have'}"


def _no_worker() -> Finding | None:
    """Nobody takes work: jobs are due for a while, and none is running under a lease that holds.

    Workers leave no other trace than their jobs; an idle one would have taken what is due within a second.
    """
    now = clock.now()
    taken_within = _TAKEN_AT_ONCE_SECONDS if jobs.nobody_works() else _TAKEN_WITHIN_SECONDS
    due = Job.objects.filter(state="due", next_attempt_at__lt=now - timedelta(seconds=taken_within))
    count = due.count()
    if not count or Job.objects.filter(state="running", lease_until__gt=now).exists():
        return None
    waits = min(due.values_list("next_attempt_at", flat=True))
    seen = Job.objects.aggregate(begun=Max("started_at"), ended=Max("finished_at", filter=Q(attempts__gt=0)))
    signs = [moment for moment in seen.values() if moment is not None]
    last = f"the last sign of one was {_ago(now - max(signs))} ago" if signs else "none has ever taken a job"
    return Finding(
        "work",
        "error" if now - waits > timedelta(minutes=_LATE_MINUTES) else "warning",
        f"no worker runs: {_jobs(count)} waited up to {_ago(now - waits)}, and {last}",
        "Start the product with its workers (fourleaf up), or a worker alone (fourleaf work). With FOURLEAF_WORKERS=0 "
        "“up” starts none.",
    )


def _ago(span: timedelta) -> str:
    """A span as people say it: seconds, minutes, hours or days."""
    seconds = max(0, round(span.total_seconds()))
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size:
            return f"{seconds // size:,} {unit}{'s' * (seconds // size != 1)}"
    return f"{seconds} second{'s' * (seconds != 1)}"


_CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "settings": _settings,
    "database": _database,
    "mention store": _lake,
    "disk": _disk,
    "clock": _clock,
    "mail": _mail,
    "work": _work,
}


def examine() -> list[Finding]:
    """Run every check; one that breaks is itself a finding."""
    findings: list[Finding] = []
    for name, check in _CHECKS.items():
        try:
            findings.extend(check())
        except Exception as error:  # noqa: BLE001, RUF100 - whatever breaks is what the operator wants to know
            first_line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            findings.append(Finding(name, "error", first_line, "See docs/how-to/mend-problems.md."))
    return findings
