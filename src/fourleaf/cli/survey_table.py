"""A survey's report for people: the clover, the leaves, what the items say, and the breakdowns that may be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from fourleaf.cli.output import console, new_table
from fourleaf.engine.files.errors import shorten

if TYPE_CHECKING:
    from fourleaf.engine.survey import CellScore, LeafResult, ShownCell, SurveyReport
    from fourleaf.engine.survey.report import ItemResult
    from fourleaf.engine.survey.scoring import Clover

__all__ = ["print_report"]


def print_report(report: SurveyReport) -> None:
    """Tables and sentences on stdout."""
    out = console()
    out.print(_who_answered(report))
    for sentence in [report.response.banner, *report.remarks]:
        if sentence:
            out.print(f"Note: {sentence}")
    if not report.response.published:
        return
    if report.clover is not None:
        out.print(
            f"\nClover index {report.clover.index:.1f} of 100; {_limit(report.clover)} "
            f"(Arithmetic mean {report.clover.arithmetic:.1f}.)"
        )
        weights = ", ".join(f"{leaf} {weight:.3f}" for leaf, weight in report.weights.items())
        out.print(f"Weights of the index: {weights}.")
    out.print(_leaves(report))
    for leaf in report.leaves:
        for sentence in _remarks(leaf, report.k):
            out.print(sentence)
    _print_willingness(report)
    out.print(_items(report.items))
    if report.composition:
        out.print(_composition(report))
    for number, name in enumerate(report.dimensions):
        rows = [cell for cell in report.breakdown if [one for one, _ in cell.key] == [name]]
        out.print(_breakdown(name.capitalize(), rows, report), new_line_start=number == 0)
    crossed = [cell for cell in report.breakdown if len(cell.key) == 2]
    if crossed:
        out.print(_breakdown(" x ".join(report.dimensions).capitalize(), crossed, report))
    if report.breakdown:
        out.print(
            f"Points by group: mean of people. Groups of fewer than {report.k} are hidden, and others from which they "
            "could be worked out."
        )


def _limit(clover: Clover) -> str:
    """What limits the clover, as far as it is certain."""
    if clover.limiting_with:
        *most, last = clover.limiting, *clover.limiting_with
        said = f"limiting leaf: {', '.join(most)} and {last} cannot be told apart."
    else:
        said = f"limiting leaf: {clover.limiting}."
    if not clover.badge:
        return said
    return f"{said} Badge: {clover.badge}{'' if clover.badge_certain else ', at the border'}."


def _who_answered(report: SurveyReport) -> str:
    facts = report.response
    if facts.invited is None or facts.rate is None:
        return f"{facts.n:,} people answered."
    return f"{facts.n:,} of {facts.invited:,} invited people answered ({facts.rate:.0%})."


def _leaves(report: SurveyReport) -> object:
    columns = [
        ("Leaf", False),
        ("Points", True),
        (f"{report.level:.0%} interval", True),
        ("n", True),
        ("Agree, %", True),
    ]
    columns += [("Agreement", False), ("Omega", True), ("Alpha", True), ("Reliability", False), ("Leaders", True)]
    table = new_table(columns)
    for leaf in report.leaves:
        interval = "-" if leaf.interval is None else f"{leaf.interval[0]:.1f}-{leaf.interval[1]:.1f}"
        share = "-" if leaf.favourable.value is None else f"{100 * leaf.favourable.value:.0f}"
        agreed = leaf.agreement
        words = "-" if agreed is None else f"{agreed.value:.2f} {leaf.views if agreed.divided else agreed.label}"
        found = leaf.reliability
        gap = "-" if leaf.leader_gap is None else f"{leaf.leader_gap.delta:+.2f}"
        cells = [leaf.leaf, f"{leaf.points:.1f}", interval, f"{leaf.estimate.n:,}", share, words]
        cells += [
            *("-" if one is None else f"{one:.2f}" for one in (found.omega, found.alpha)),
            found.label or "-",
            gap,
        ]
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _remarks(leaf: LeafResult, least: int) -> list[str]:
    """What a reader should know of a leaf before using its mean."""
    found = []
    if leaf.agreement is not None and leaf.agreement.divided:
        if leaf.spread is None:
            split = f"its parts are too small to show (fewer than {least})"
        else:
            low, middle, high = (f"{100 * part:.0f} %" for part in leaf.spread)
            split = f"{low} low, {middle} between, {high} high"
        found.append(f"{leaf.leaf}: {leaf.views}; look at the distribution, not the mean: {split}.")
    gap = leaf.leader_gap
    if gap is not None and gap.flag and gap.low is not None and gap.high is not None:
        found.append(
            f"{leaf.leaf}: leaders see it {gap.flag} than employees "
            f"({gap.delta:+.2f} [{gap.low:+.2f}; {gap.high:+.2f}] scale points)."
        )
    if leaf.icc is not None and not leaf.icc.comparable:
        found.append(
            f"{leaf.leaf}: departments differ too little to be compared (ICC(1) {_icc(leaf.icc.icc1)}, ICC(2) "
            f"{_icc(leaf.icc.icc2)})."
        )
    if leaf.reliability.note:
        found.append(f"{leaf.leaf}: {leaf.reliability.note}")
    late = leaf.early_late
    if late is not None and late.low is not None and late.high is not None and not late.low <= 0 <= late.high:
        found.append(
            f"{leaf.leaf}: late answers differ from early ones by {late.delta:+.2f}; the silent may differ more."
        )
    return found


def _icc(value: float) -> str:
    """An intraclass correlation; below zero groups differ less than chance would have them differ."""
    return f"{value:.2f}" if value >= 0 else "not meaningful: no agreement between groups"


def _print_willingness(report: SurveyReport) -> None:
    out = console()
    for item in report.willingness:
        if item.favourable is not None and item.favourable.value is not None:
            share = item.favourable
            out.print(
                f"{item.id} (not scored): {100 * item.favourable.value:.0f} % agree "
                f"({100 * share.low:.0f}-{100 * share.high:.0f}): {item.text}"
            )


def _items(items: tuple[ItemResult, ...]) -> object:
    table = new_table([("Item", False), ("Statement", False), ("n", True), ("1/2/3/4/5, %", True), ("Agree, %", True)])
    for item in items:
        name = f"{item.id}{' (R)' if item.reverse else ''}"
        if item.bands is None:
            why = "hidden: all answers alike" if item.hidden == "alike" else "hidden: too few answers"
            table.add_row(Text(name), Text(shorten(item.text, 56)), f"{item.n:,}", why, "-")
            continue
        split = "/".join(_band(band, item.n) for band in item.bands)
        agreeing = item.favourable.value if item.favourable else None
        share = "-" if agreeing is None else f"{100 * agreeing:.0f}"
        table.add_row(Text(name), Text(shorten(item.text, 56)), f"{item.n:,}", split, share)
    return table


def _band(band: tuple[int, int, int], n: int) -> str:
    """The share of one answer, or of several that were put together: "12", "(1-2) 7"."""
    first, last, people = band
    share = f"{100 * people / n:.0f}"
    return share if first == last else f"({first}-{last}) {share}"


def _hidden(why: str, least: int) -> str:
    return "hidden to protect another group" if why == "protect" else f"hidden (fewer than {least})"


def _composition(report: SurveyReport) -> object:
    table = new_table([("Who answered", False), ("", False), ("Invited", True), ("Answered", True), ("Rate, %", True)])
    for row in report.composition:
        answered = row.answered or _hidden(row.hidden, report.k)
        rate = "-" if row.rate is None else f"{100 * row.rate:.0f}"
        table.add_row(*(Text(cell) for cell in (row.dimension, row.value, f"{row.invited:,}", answered, rate)))
    return table


def _breakdown(heading: str, rows: list[ShownCell], report: SurveyReport) -> object:
    leaves = [leaf.leaf for leaf in report.leaves]
    table = new_table([(heading, False), ("n", True), *((leaf.capitalize(), True) for leaf in leaves), ("Index", True)])
    for cell in rows:
        name = " x ".join(shorten(value, 30) for _, value in cell.key)
        if not cell.shown:
            hidden = "no answers" if cell.empty else _hidden(cell.hidden, report.k)
            table.add_row(Text(name), hidden, *("" for _ in leaves), "")
            continue
        index = "-" if cell.clover is None else f"{cell.clover.index:.0f}"
        table.add_row(Text(name), cell.n_band or "-", *(_points(cell.leaves[leaf]) for leaf in leaves), index)
    return table


def _points(found: CellScore | None) -> str:
    """Points and interval of a leaf in a group: "58 (51-65)"."""
    if found is None:
        return "hidden"
    if found.points is None or found.interval is None:
        return found.views
    return f"{found.points} ({found.interval[0]}-{found.interval[1]})"
