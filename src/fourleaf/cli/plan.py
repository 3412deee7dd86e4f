"""``fourleaf plan``: a plan of the whole organisation as a file, without a server or a database."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli import LazyGroup
from fourleaf.cli.output import ExitCode, console, emit_json, interruptible, new_table, note

if TYPE_CHECKING:
    from fourleaf.engine.alignment import Finding
    from fourleaf.engine.alignment.loading import LoadedPlan, Places, Problem

__all__ = ["plan"]


#: Commands that need the database, imported when they are called.
_WITH_DATABASE = {
    "import": "fourleaf.cli.plan_database:import_file",
    "export": "fourleaf.cli.plan_database:export_file",
}


@click.group(cls=LazyGroup, lazy=_WITH_DATABASE)
def plan() -> None:
    """Check and move the plan of the organisation."""


@plan.command()
@click.argument("file", type=click.Path(), metavar="FILE")
@click.option("--rules", metavar="A01,A02,…", help="Only these rules.")
@click.option("--as-of", "as_of", metavar="DATE", help="Count ages to this day instead of the day of the plan.")
@click.option(
    "--format", "output_format", type=click.Choice(["table", "json", "sarif"]), default="table", show_default=True
)
@click.option("--quiet", is_flag=True, help="No summary on stderr.")
def check(file: str, rules: str | None, as_of: str | None, output_format: str, quiet: bool) -> None:
    """Check a plan: does what happens outside rest on what stands inside?

    FILE is a plan as YAML or JSON; - reads it from standard input. Every mistake in the file is named in one run, with
    its line. A plan without mistakes is then held against the alignment rules.

    Exit codes: 0 nothing worse than warnings; 1 the rules found errors; 2 wrong use, or a file that cannot be read as
    a plan; 130 interrupted.
    """
    chosen = _chosen(rules)
    day = _day(as_of)
    with interruptible():
        from fourleaf.engine.alignment.loading import load_plan

        loaded = load_plan(sys.stdin.buffer.read() if file == "-" else Path(file))
        if loaded.plan is None:
            _say_problems(file, loaded.problems, output_format)
            sys.exit(int(ExitCode.BAD_INPUT))
        findings, idle = _findings(loaded, chosen, day)
        _say_findings(file, findings, loaded.places, output_format)
        if not quiet:
            note(_summary(findings))
            for sentence in idle:
                note(sentence)
        if any(finding.severity == "error" for finding in findings):
            sys.exit(int(ExitCode.FOUND))


def _chosen(rules: str | None) -> tuple[str, ...] | None:
    if rules is None:
        return None
    names = tuple(name.strip().upper() for name in rules.split(",") if name.strip())
    wrong = [name for name in names if not re.fullmatch(r"A\d\d", name)]
    if wrong or not names:
        shown = ", ".join(wrong) or "an empty list"
        raise click.BadParameter(f"Rules are named A01, A02 and so on, not {shown}.", param_hint="--rules")
    return names


def _day(written: str | None) -> date | None:
    if written is None:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise click.BadParameter(f"{written!r} is no date; write 2026-01-31.", param_hint="--as-of") from None


def _findings(loaded: LoadedPlan, chosen: tuple[str, ...] | None, day: date | None) -> tuple[list[Finding], list[str]]:
    """(open findings, sentences on waivers that hold for nothing); the latter only where all rules were asked."""
    from fourleaf.engine.alignment.checking import apply_waivers, idle_waivers
    from fourleaf.engine.alignment.checking import check as check_snapshot
    from fourleaf.engine.alignment.snapshot import Snapshot

    if loaded.plan is None:
        raise AssertionError("only a plan that could be read is checked")
    try:
        snapshot = Snapshot(loaded.plan, day)
        found = check_snapshot(snapshot, chosen)
    except KeyError as unknown:
        raise click.BadParameter(f"There is no rule {unknown.args[0]}.", param_hint="--rules") from None
    idle = [] if chosen else [f"Waiver {w.id} holds for nothing: {why}" for w, why in idle_waivers(found, snapshot)]
    return apply_waivers(found, snapshot.plan.waivers, snapshot.as_of)[0], idle


# --- output -------------------------------------------------------------------------------------------------


def _line(finding: Finding, places: Places) -> int | None:
    """Line of the object; for what is not in the file at all, none."""
    place = places.nearest(finding.object)
    return place[0] if place and place[0] else None


def _say_findings(file: str, findings: Sequence[Finding], places: Places, output_format: str) -> None:
    if output_format == "json":
        emit_json({"findings": [_as_json(finding, _line(finding, places)) for finding in findings]})
    elif output_format == "sarif":
        from fourleaf.cli.sarif import sarif_of_findings

        emit_json(sarif_of_findings(file, [(finding, places.nearest(finding.object)) for finding in findings]))
    elif findings:
        table = new_table([("severity", False), ("rule", False), ("object", False), ("line", True), ("what", False)])
        for finding in findings:
            line = _line(finding, places)
            what = f"{finding.message} {finding.hint}".rstrip()
            table.add_row(finding.severity, finding.rule, finding.object, str(line or ""), what)
        console().print(table)


def _as_json(finding: Finding, line: int | None) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "object": finding.object,
        "message": finding.message,
        "evidence": list(finding.evidence),
        "hint": finding.hint,
        "line": line,
    }


def _summary(findings: Sequence[Finding]) -> str:
    from fourleaf.engine.alignment.findings import SEVERITIES

    counts = {kind: sum(finding.severity == kind for finding in findings) for kind in SEVERITIES}
    said = [f"{count} {kind if count == 1 else kind + 's'}" for kind, count in counts.items() if count]
    return f"{', '.join(said)}." if said else "No findings."


def _say_problems(file: str, problems: Sequence[Problem], output_format: str) -> None:
    if output_format == "json":
        kept = [
            {
                "line": problem.line or None,
                "column": problem.column or None,
                "path": problem.path,
                "kind": problem.kind,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in problems
        ]
        emit_json({"findings": [], "problems": kept})
    elif output_format == "sarif":
        from fourleaf.cli.sarif import sarif_of_problems

        emit_json(sarif_of_problems(file, problems))
    else:
        for problem in problems:
            note(f"Error: {file}, {problem}" if problem.line else f"Error: {problem}")
        many = "1 mistake" if len(problems) == 1 else f"{len(problems):,} mistakes"
        note(f"{many}; the rules were not asked.")
