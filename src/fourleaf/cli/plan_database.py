"""``fourleaf plan import`` and ``fourleaf plan export``: the plan in the database, as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli.django_setup import start_django
from fourleaf.cli.output import ExitCode, emit_json, fail, interruptible, note

if TYPE_CHECKING:
    from fourleaf.engine.alignment.loading import LoadedPlan
    from fourleaf.kernel.actors import Actor
    from fourleaf.planning.models import Plan
    from fourleaf.planning.services import ImportPreview

__all__ = ["export_file", "import_file"]

_SHOWN = 30


@click.command("import")
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--name", metavar="NAME", help="The plan of this name, or a new one. Left out: the current plan.")
@click.option("--replace", is_flag=True, help="Also remove what the file does not name.")
@click.option("--yes", is_flag=True, help="Do not ask before changing the plan.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON, with every address.")
def import_file(file: str, name: str | None, replace: bool, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Bring a plan file into the database: all of it or nothing.

    FILE is a plan as YAML or JSON; - reads it from standard input. What would be added, changed and removed is shown
    first. Exit codes: 0 imported, or nothing to do; 1 not imported; 2 wrong use, or a file that cannot be read as a
    plan; 130 interrupted.
    """
    if file == "-" and not (yes or dry_run):
        fail("Standard input cannot also answer questions. Add --yes or --dry-run.")
    start_django()
    from fourleaf.engine.alignment.loading import load_plan
    from fourleaf.kernel.errors import DomainError
    from fourleaf.planning.services import import_plan, preview_import

    with interruptible():
        loaded = load_plan(sys.stdin.buffer.read() if file == "-" else Path(file))
        _stop_for_problems(file, loaded, as_json)
        actor = _actor()
        target = _target(actor, name)
        mode = "replace" if replace else "merge"
        chosen: dict[str, Any] = {"actor": actor, "loaded": loaded, "mode": mode}
        chosen["plan_id"] = target.pk if target is not None else None
        try:
            preview = preview_import(**chosen)
            _stop_for_refusals(preview, as_json)
            if not as_json:
                _show(preview, target.name if target is not None else None)
            if dry_run:
                _finish(None, preview, as_json)
                return
            if not yes and not click.confirm("Import it?", err=True):
                note("Nothing was changed.")
                sys.exit(int(ExitCode.FOUND))
            plan, preview = import_plan(**chosen, name=name or "")
        except DomainError as error:
            fail(error.message, ExitCode.FOUND)
        _finish(plan, preview, as_json)


@click.command("export")
@click.option("--plan", "name", metavar="NAME", help="The plan of this name. Left out: the current plan.")
@click.option("--live", is_flag=True, help="As the check reads it: with what Governance, Training and Review keep.")
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Write to a file."
)
def export_file(name: str | None, live: bool, output: Path | None) -> None:
    """Write a plan of the database as a plan file.

    Importing the file gives the same plan. With --live it holds what the check reads instead.

    Exit codes: 0 written; 1 there is no such plan, or the file cannot be written.
    """
    start_django()
    from fourleaf.alignment.public import live_export
    from fourleaf.planning.services import export_plan

    actor = _actor()
    plan = _target(actor, name)
    if plan is None:
        fail(f"There is no plan “{name}”." if name else "No plan is current; name one with --plan.", ExitCode.FOUND)
    text = live_export(actor, plan.pk) if live else export_plan(actor=actor, plan_id=plan.pk)
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{output} cannot be written: {error.strerror}.", ExitCode.FOUND)
    note(f"“{plan.name}” was written to {output}.")


def _actor() -> Actor:
    from fourleaf.kernel.actors import Actor

    return Actor(kind="system", label="system: command line", permissions=frozenset({"*"}), via="cli")


def _target(actor: Actor, name: str | None) -> Plan | None:
    from fourleaf.planning.selectors import current_plan, visible_plans

    return current_plan(actor) if name is None else visible_plans(actor).filter(name=" ".join(name.split())).first()


def _stop_for_problems(file: str, loaded: LoadedPlan, as_json: bool) -> None:
    if loaded.plan is not None:
        return
    if as_json:
        problems = [
            {"line": p.line, "column": p.column, "path": p.path, "message": p.message, "hint": p.hint}
            for p in loaded.problems
        ]
        emit_json({"imported": False, "problems": problems})
        sys.exit(int(ExitCode.BAD_INPUT))
    fail(f"{file}: {problem}" for problem in loaded.problems)


def _stop_for_refusals(preview: ImportPreview, as_json: bool) -> None:
    if not preview.refused:
        return
    if as_json:
        emit_json({"imported": False, "refused": preview.refused})
        sys.exit(int(ExitCode.FOUND))
    fail(preview.refused, ExitCode.FOUND)


def _show(preview: ImportPreview, name: str | None) -> None:
    note(f"Into the plan “{name}”:" if name else "Into a new plan:")
    for word, addresses in (("change", preview.changed), ("remove", preview.removed)):
        for address in addresses[:_SHOWN]:
            note(f"  {word}  {address}")
        if len(addresses) > _SHOWN:
            note(f"  … and {len(addresses) - _SHOWN:,} more to {word}; --json lists them all.")
    note(preview.sentence)
    for warning in preview.warnings:
        note(f"Note: {warning}")


def _finish(plan: Plan | None, preview: ImportPreview, as_json: bool) -> None:
    if as_json:
        found = {"added": preview.added, "changed": preview.changed, "removed": preview.removed}
        about = {"id": plan.pk, "name": plan.name} if plan is not None else None
        emit_json(
            {
                "imported": plan is not None,
                "plan": about,
                **found,
                "unchanged": preview.unchanged,
                "warnings": preview.warnings,
            }
        )
    elif plan is not None:
        note(f"Imported into “{plan.name}” (plan {plan.pk}).")
    else:
        note("Nothing was changed.")
