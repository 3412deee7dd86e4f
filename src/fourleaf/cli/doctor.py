"""``fourleaf doctor``: is everything in order, and if not, how to mend it."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from fourleaf.cli.django_setup import start_django
from fourleaf.cli.serve import told_to_the_product

__all__ = ["doctor"]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def doctor(as_json: bool) -> None:
    """Check database, mention store, mail, clock, disk and settings; say how to mend what is wrong.

    Exit codes: 0 all in order or only warnings; 1 at least one error; 2 wrong setting.
    """
    # What is examined is the product on this data, so what it was told counts, unless this command is told otherwise.
    folder = Path(os.environ.get("FOURLEAF_DATA_DIR") or "var")
    for name, value in told_to_the_product(folder).items():
        os.environ.setdefault(name, value)
    start_django()
    from fourleaf.kernel.examination import examine

    findings = examine()
    if as_json:
        click.echo(json.dumps({"findings": [asdict(f) for f in findings]}, ensure_ascii=False, indent=2))
    else:
        marks = {"ok": ("ok     ", "green"), "warning": ("look   ", "yellow"), "error": ("mend   ", "red")}
        for finding in findings:
            word, colour = marks[finding.state]
            click.echo(f"{click.style(word, fg=colour)} {finding.check:<13} {finding.found}")
            if finding.mend:
                click.echo(f"        {'':<13} → {finding.mend}")
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)
