"""``fourleaf listen import``: files of posts into the product, through the same import as the pages use."""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli.django_setup import start_django
from fourleaf.cli.output import ExitCode, emit_json, fail, interruptible, note, progress

if TYPE_CHECKING:
    from fourleaf.kernel.actors import Actor
    from fourleaf.listening.models import MentionImport

__all__ = ["import_files"]

_SHOWN_FAULTS = 5


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(), metavar="FILE...")
@click.option("--map", "maps", multiple=True, metavar="COLUMN=FIELD", help="Column of the file that holds a field.")
@click.option("--zone", help="Time zone of times without one; otherwise the organisation's (FOURLEAF_TIME_ZONE).")
@click.option("--dates", type=click.Choice(["day-first", "month-first"]), help="Order in dates like 03/04/2024.")
@click.option("--platform", default="", help="Platform of posts whose file does not name one.")
@click.option("--wait", is_flag=True, help="Wait until the posts are stored, helping with the work.")
@click.option("--json", "as_json", is_flag=True, help="Say the result as JSON.")
@click.option("--quiet", is_flag=True, help="No progress bar, no remarks on stderr.")
def import_files(
    files: tuple[str, ...],
    maps: tuple[str, ...],
    zone: str | None,
    dates: str | None,
    platform: str,
    wait: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Import files of posts into the mention store.

    A file whose content was imported before is recognised and stores nothing twice; one that stopped half way goes on
    where it stopped. Without --wait the running workers do the rest.

    Exit codes: 0 imported, known already, or handed to the workers; 1 an import failed or was stopped; 2 wrong use or
    an unreadable file; 130 interrupted (run the same command again to go on).
    """
    mapping = _mapping(maps)
    start_django()
    with interruptible():
        from django.db import OperationalError, ProgrammingError

        from fourleaf.kernel.actors import system_actor
        from fourleaf.kernel.errors import DomainError

        actor = system_actor("command line")
        results = []
        for path in files:
            try:
                upload, again, nowhere = _taken_in(actor, Path(path), mapping, zone, dates, platform)
                if wait:
                    _wait_for(upload, quiet=quiet)
            except KeyboardInterrupt:
                fail(f"{path}: Stopped. What is stored stays; run the same command to go on.", ExitCode.INTERRUPTED)
            except DomainError as error:
                fail(f"{path}: {getattr(error, 'command', '') or error}")
            except (OperationalError, ProgrammingError) as error:
                fail(f"The database cannot be used: {error}. If it is new, run “fourleaf migrate” first.")
            results.append({"file": path, "known_already": again, **_facts(upload)})
            if not as_json and not quiet:
                _say(path, upload, again)
            if not quiet:
                _remark(path, upload, nowhere)
        if as_json:
            emit_json({"imports": results})
        if any(result["state"] in ("failed", "cancelled") for result in results):
            sys.exit(int(ExitCode.FOUND))


def _mapping(maps: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for written in maps:
        column, equals, name = written.rpartition("=")
        if not equals or not column or not name:
            raise click.BadParameter(f"{written!r} is not of the form COLUMN=FIELD.", param_hint="--map")
        mapping[column] = name.strip()
    return mapping


def _taken_in(
    actor: Actor, path: Path, mapping: dict[str, str], zone: str | None, dates: str | None, platform: str
) -> tuple[MentionImport, bool, bool]:
    """Upload, map and start or continue one file.

    Gives its import, whether its content was imported before, and whether nothing says where it was published.
    """
    from fourleaf.listening.selectors.imports import names_no_platform
    from fourleaf.listening.services.imports import map_columns, start_import, upload_file
    from fourleaf.listening.uploads import pieces_of

    if not path.is_file():
        fail(f"{path}: There is no such file." if not path.exists() else f"{path}: This is not a file.")
    if not os.access(path, os.R_OK):
        fail(f"{path}: You are not allowed to read this file.")
    taken = upload_file(actor=actor, name=path.name, pieces=pieces_of(path))
    upload = taken.import_
    known = taken.again and upload.state == "done"
    if upload.state in ("uploaded", "mapped") or (upload.state in ("failed", "cancelled") and not upload.resume_after):
        day_first = None if dates is None else dates == "day-first"
        upload = map_columns(
            actor=actor, import_id=upload.pk, mapping=mapping, zone=zone, day_first=day_first, platform=platform
        )
    nowhere = not known and names_no_platform(upload)
    return start_import(actor=actor, import_id=upload.pk), known, nowhere


def _wait_for(upload: MentionImport, *, quiet: bool) -> None:
    """Until this import has ended: a thread works on due jobs, or looks on while another worker does.

    When interrupted, the thread gives its job back at the next batch, so that a worker or the same command goes on.
    """
    from fourleaf.listening.selectors.imports import progress_of

    stop = threading.Event()
    thread = threading.Thread(target=_work, args=(stop,), name="import")
    thread.start()
    try:
        with progress("Importing", shown=not quiet) as bar:
            while upload.state == "running" and thread.is_alive():
                time.sleep(0.2)
                upload.refresh_from_db()
                state = progress_of(upload)
                bar(state.done / state.total if state.total else 0.0)
    finally:
        stop.set()
        thread.join()
    upload.refresh_from_db()


def _work(stop: threading.Event) -> None:
    from django.db import connection

    from fourleaf.kernel import jobs

    try:
        while not stop.is_set():
            if not jobs.run_next(stop):
                jobs.recover_expired()
                stop.wait(0.2)
    finally:
        connection.close()


def _facts(upload: MentionImport) -> dict[str, Any]:
    return {
        "import": upload.pk,
        "state": upload.state,
        "rows_read": upload.rows_read,
        "rows_stored": upload.rows_stored,
        "rows_repeated": upload.rows_repeated,
        "rows_suppressed": upload.rows_suppressed,
        "rows_skipped": upload.rows_skipped,
        "warnings": upload.warnings,
        "problem": upload.problem,
        "faults": [
            {"line": fault.line, "column": fault.column, "message": fault.message, "hint": fault.hint}
            for fault in upload.faults.all()[:100]
        ],
    }


def _remark(path: str, upload: MentionImport, nowhere: bool) -> None:
    """What somebody should know beside the result."""
    from fourleaf.engine.files.fields import NO_TIME
    from fourleaf.kernel.jobs import nobody_works

    if nowhere:
        note(
            f"Note: {path}: Nothing says where these posts were published. They are stored as from “file”, and reports "
            "by platform and queries with source: cannot tell them from others. --platform NAME names it."
        )
    untimed = upload.faults.filter(message=NO_TIME).count()
    if untimed:
        note(
            f"Note: {path}: {untimed:,} {'row' if untimed == 1 else 'rows'} without a time: left out here; “fourleaf "
            "listen analyse” counts such rows, in no day."
        )
    if upload.rows_repeated:
        note(
            f"Note: {path}: Known already is a post (platform and id) that is stored or stands in an earlier row; "
            "“fourleaf listen analyse” counts every row. Stored posts stay as they are."
        )
    if upload.state == "running" and nobody_works():
        note("No worker is running: start “fourleaf up”, or use --wait.")


def _say(path: str, upload: MentionImport, again: bool) -> None:
    if again:
        click.echo(f"{path}: This content was imported before (import {upload.pk}). Nothing was stored twice.")
    elif upload.state == "done":
        click.echo(
            f"{path}: {upload.rows_stored:,} posts stored, {upload.rows_repeated:,} known already, "
            f"{upload.rows_skipped:,} {'row' if upload.rows_skipped == 1 else 'rows'} left out."
        )
    elif upload.state in ("failed", "cancelled"):
        note(f"{path}: The import stopped after {upload.rows_read:,} rows. {upload.problem}")
        note("Run the same command again to go on.")
    else:
        click.echo(f"{path}: Handed to the workers as import {upload.pk}.")
    for sentence in upload.warnings:
        note(f"Note: {sentence}")
    for fault in upload.faults.all()[:_SHOWN_FAULTS]:
        where = f", column {fault.column!r}" if fault.column else ""
        note(f"  line {fault.line:,}{where}: {fault.message} {fault.hint}".rstrip())
    if upload.rows_skipped > _SHOWN_FAULTS:
        note(f"  … and {upload.rows_skipped - _SHOWN_FAULTS:,} more")
