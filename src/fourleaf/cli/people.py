"""``fourleaf people import`` and ``fourleaf user add``: people and accounts from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli.django_setup import start_django

if TYPE_CHECKING:
    from fourleaf.kernel.services.people_import import Finding, ImportResult, Plan

__all__ = ["people", "user"]

_SHOWN = 30


@click.group()
def people() -> None:
    """The list of people."""


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--add-missing", is_flag=True, help="Add departments, regions and brands that the file names.")
@click.option("--skip-errors", is_flag=True, help="Leave out rows with errors instead of importing nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, with every finding.")
def import_list(file: Path, dry_run: bool, add_missing: bool, skip_errors: bool, as_json: bool) -> None:
    """Import a CSV file of people: all or nothing, and the same file twice changes nothing.

    Columns: external_id, name, email, department, region, manager, title, brand, started_on, left_on, in any order and
    under their usual names. Exit codes: 0 imported (or, with --dry-run, importable); 1 rows have errors, so nothing was
    changed, or --skip-errors left some out; 2 wrong use, or a file that cannot be read at all.
    """
    start_django()
    from fourleaf.kernel.actors import Actor
    from fourleaf.kernel.errors import DomainError
    from fourleaf.kernel.services.people_import import ADDABLE, import_people, preview_people

    actor = Actor(kind="system", label="system: command line", permissions=frozenset({"*"}), via="cli")
    content = file.read_bytes()
    kinds = ADDABLE if add_missing else ()
    with _Progress(quiet=as_json) as progress:
        plan = preview_people(actor=actor, content=content, add_missing=kinds, progress=progress)
    if plan.unusable:
        _report(plan, None, as_json)
        raise SystemExit(2)
    errors = plan.errors
    if dry_run or (errors and not skip_errors):
        _report(plan, None, as_json)
        raise SystemExit(1 if errors else 0)
    try:
        with _Progress(quiet=as_json) as progress:
            result = import_people(
                actor=actor,
                content=content,
                file_name=file.name,
                add_missing=kinds,
                skip_errors=skip_errors,
                progress=progress,
            )
    except DomainError as error:
        raise click.ClickException(error.message) from error
    _report(plan, result, as_json)
    raise SystemExit(1 if result.skipped else 0)


class _Progress:
    """A bar on a terminal, nothing elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> _Progress:
        if not self._quiet:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
            self._task = self._bar.add_task("Reading the file", total=None)
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: int, total: int | None, note: str) -> None:
        if self._bar is not None:
            self._bar.update(self._task, completed=done, total=total, description=note)


def _report(plan: Plan, result: ImportResult | None, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(_as_json(plan, result), indent=2, ensure_ascii=False))
        return
    for finding in plan.findings[:_SHOWN]:
        click.echo(f"{'error' if finding.severity == 'error' else 'note '}  {finding}")
    if len(plan.findings) > _SHOWN:
        click.echo(f"… and {len(plan.findings) - _SHOWN:,} more; --json lists them all.")
    if plan.unusable:
        click.echo("The file cannot be read, so nothing was changed.")
    elif result is not None:
        click.echo(
            f"{result.added:,} added, {result.changed:,} changed ({result.left:,} left, {result.returned:,} returned), "
            f"{result.unchanged:,} as they were, {result.skipped:,} rows left out. "
            f"Event {result.audit_sequence} in the audit trail."
        )
        for kind, names in result.units.items():
            click.echo(f"Added {kind}: {', '.join(names)}.")
    else:
        click.echo(
            f"Nothing was changed. It would add {len(plan.new):,}, change {len(plan.changed):,} "
            f"({len(plan.leaving):,} leave, {len(plan.returning):,} return) and leave {plan.unchanged:,} as they are; "
            f"{plan.faulty_rows:,} of {plan.total:,} rows have errors."
        )


def _as_json(plan: Plan, result: ImportResult | None) -> dict[str, object]:
    counts = {
        "rows": plan.total,
        "new": len(plan.new),
        "changed": len(plan.changed),
        "unchanged": plan.unchanged,
        "leaving": len(plan.leaving),
        "returning": len(plan.returning),
        "with_errors": plan.faulty_rows,
        "not_in_file": plan.absent,
    }
    missing = plan.missing
    return {
        "imported": result is not None,
        "counts": counts,
        "audit_event": result.audit_sequence if result is not None else None,
        "added_units": result.units if result is not None else {},
        "missing_units": {
            "departments": dict(missing.departments),
            "regions": dict(missing.regions),
            "brands": dict(missing.brands),
        },
        "findings": [_finding(finding) for finding in plan.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    names = ("line", "column", "value", "message", "mend", "severity")
    return {name: getattr(finding, name) for name in names}


@click.group()
def user() -> None:
    """People who may sign in."""


@user.command("add")
@click.option("--email", required=True, help="What they sign in with.")
@click.option("--name", default="", help="Needed unless somebody on the list has this e-mail.")
@click.option("--role", default="member", show_default=True, help="admin, strategist, analyst, editor, care, …")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input (one line).")
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add somebody with an account and a role; on a new installation, the first administrator.

    Without --password-stdin it prints a link with which they choose their password (once, within three days).
    Exit codes: 0 added; 1 refused, with a sentence; 2 wrong use.
    """
    start_django()
    from fourleaf.kernel.actors import Actor
    from fourleaf.kernel.errors import DomainError
    from fourleaf.kernel.services.accounts import PasswordLink, add_user

    password = None
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise click.UsageError("--password-stdin was given, but standard input is empty.")
    actor = Actor(kind="system", label="system: command line", permissions=frozenset({"*"}), via="cli")
    try:
        made = add_user(actor=actor, name=name, email=email, role=role, password=password)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    if isinstance(made, PasswordLink):
        click.echo(f"{made.account.email} was added as {role}. To choose a password, open:\n\n  {made.address}\n")
    else:
        click.echo(f"{made.email} was added as {role} and can sign in.")
