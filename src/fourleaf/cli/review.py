"""``fourleaf review``: what the rules of review do in the long run, without a server or a database."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import click

from fourleaf.cli.output import console, emit_json, fail, interruptible, new_table

if TYPE_CHECKING:
    from fourleaf.engine.review import Simulated

__all__ = ["review"]


class _Share(click.FloatRange):
    """A share from 0 to 1. Every comparison with "nan" is false, so that the range alone would let it pass."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share; a minus before zero says nothing."""
        share = float(super().convert(value, param, ctx))
        if math.isnan(share):
            self.fail(f"{value} is no number from 0 to 1.", param, ctx)
        return abs(share)


@click.group()
def review() -> None:
    """Try out the rules by which less is reviewed."""


@review.command(name="simulate")
@click.option("--rate", type=_Share(), required=True, help="True share of items with a major defect.")
@click.option("--items", type=click.IntRange(1, 1_000_000), default=3_000, show_default=True, help="Items of each run.")
@click.option("--runs", type=click.IntRange(1, 10_000), default=400, show_default=True, help="Simulated strata.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Start of the random numbers.")
@click.option(
    "--miss",
    type=_Share(),
    default=0.0,
    show_default=True,
    help="Share of major defects that a reviewer overlooks.",
)
@click.option(
    "--preset",
    type=click.Choice(["default", "fast"]),
    default="default",
    show_default=True,
    help="Which parameters; fast relaxes sooner and lets more through.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def simulate_review(rate: float, items: int, runs: int, seed: int, miss: float, preset: str, as_json: bool) -> None:
    """Simulate strata of content that all begin at full review.

    Shows how much is reviewed, how many major defects reach the public, and at which levels the items are: shares of
    all items. Each share has its standard error over the runs.

    Simplified: every proposal to relax is confirmed at once, the 21 days and two reviewers of each level are not
    waited for, a halt is lifted at once, and there are no minor or critical defects. Reviewers see every major defect
    unless --miss is given.

    Exit codes: 0 done; 2 wrong use; 130 interrupted.
    """
    with interruptible():
        from fourleaf.engine.review import PRESETS, simulate

        if items * runs > 100_000_000:
            fail(f"{items:,} items in {runs:,} runs are more than 100 million items. Take fewer of either.")
        found = simulate(rate, items=items, runs=runs, seed=seed, miss=miss, parameters=PRESETS[preset])
        if as_json:
            emit_json({"preset": preset, "seed": seed, **found.as_dict()})
        else:
            _print(found, preset)


def _print(found: Simulated, preset: str) -> None:
    out = console()
    reviewers = f"reviewers miss {found.miss:.0%}" if found.miss else "perfect reviewers"
    out.print(
        f"{found.runs:,} strata of {found.items:,} items; {found.rate:.2%} have a major defect; {reviewers}; "
        f"preset {preset}."
    )
    table = new_table([("Share of all items", False), ("%", True), ("standard error", True)])
    rows = [("reviewed", found.reviewed, found.reviewed_error)]
    rows.append(("major defects that reach the public", found.escaped, found.escaped_error))
    rows += [(f"items at {level}", share, found.level_errors[level]) for level, share in found.levels.items()]
    for name, share, error in rows:
        digits = 3 if share < 0.05 else 1
        table.add_row(name, f"{100 * share:.{digits}f}", "-" if error is None else f"{100 * error:.{digits}f}")
    out.print(table)
    if found.first_relaxed is not None:
        out.print(f"In {found.first_relaxed:.0%} of the strata with a verdict the first one was to relax.")
    out.print(
        "Every proposal is confirmed at once; days and numbers of reviewers are not waited for. At Q3 items are "
        "audited after the public has seen them."
    )
