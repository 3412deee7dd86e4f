"""``fourleaf audit verify``: does the chain of the audit trail hold?"""

from __future__ import annotations

import json

import click

from fourleaf.cli.django_setup import start_django

__all__ = ["audit"]


@click.group()
def audit() -> None:
    """The audit trail."""


@audit.command()
@click.option("--expect-head", metavar="HASH", help="A hash that was noted earlier and must still stand in the chain.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def verify(expect_head: str | None, as_json: bool) -> None:
    """Recompute every hash from the first event on and name each place that does not fit.

    Note the head that it prints somewhere outside: with --expect-head even a chain that was rewritten whole is found.
    Exit codes: 0 the chain holds; 1 it does not.
    """
    start_django()
    from fourleaf.kernel.audit import GENESIS, Break
    from fourleaf.kernel.audit import verify as walk
    from fourleaf.kernel.models import AuditEvent, AuditHead

    breaks: list[Break] = []
    count = 0
    for item in walk():
        if isinstance(item, Break):
            breaks.append(item)
        else:
            count = item
    head = AuditHead.objects.filter(pk=1).values_list("hash", flat=True).first() or GENESIS
    if expect_head and not AuditEvent.objects.filter(hash=expect_head).exists():
        breaks.append(Break(0, None, f"The hash {expect_head} is no longer in the chain: it was rewritten."))
    if as_json:
        found = [{"sequence": b.sequence, "at": b.at.isoformat() if b.at else None, "reason": b.reason} for b in breaks]
        click.echo(json.dumps({"events": count, "head": head, "breaks": found}, indent=2))
    else:
        for item in breaks:
            when = f" of {item.at:%Y-%m-%d %H:%M} UTC" if item.at else ""
            click.echo(f"event {item.sequence}{when}: {item.reason}" if item.sequence else item.reason)
        faults = "1 fault" if len(breaks) == 1 else f"{len(breaks)} faults"
        verdict = faults if breaks else "the chain holds"
        click.echo(f"{count:,} events read: {verdict}. Head: {head}")
    if breaks:
        raise SystemExit(1)
