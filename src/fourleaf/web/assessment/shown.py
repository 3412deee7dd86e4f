"""Published reports as the pages show them: names for codes, words for numbers, shapes for pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString

from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel import public
from fourleaf.web.assessment.clover import Leaf, clover

__all__ = ["LEAF_WORDS", "Bar", "HeatCell", "HeatRow", "Interval", "clover_of", "description_of", "distribution",
           "gap_rows", "gaps_before", "heat_map", "leaf_rows", "names", "trend"]  # fmt: skip

LEAF_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "culture": ("Culture", "Openness, trust and collaboration: how people work with one another."),
    "leadership": ("Leadership", "Leaders who are involved, passionate and bought in."),
    "governance": ("Governance", "Decisions across functions, expertise that is integrated, rules that fit."),
    "technology": ("Technology", "Tools that are simple, sensibly priced and made for interaction."),
}


def names() -> tuple[dict[str, str], dict[str, str]]:
    """Names of departments and regions by code. Two queries."""
    return (
        {one.code: one.name for one in public.departments().values()},
        {one.code: one.name for one in public.regions().values()},
    )


def before_of(report: Mapping[str, Any], leaf: str) -> float | None:
    """The points of the wave before, where the two may be compared."""
    change = report.get("changes", {}).get("", {}).get(leaf)
    now = next((row["points"] for row in report["leaves"] if row["leaf"] == leaf), None)
    return None if not change or change["delta"] is None or now is None else now - change["delta"]


def clover_of(wave: Wave, report: Mapping[str, Any], *, id: str = "clover", links: bool = True) -> SafeString | None:
    """The company's clover; None while a leaf is missing."""
    if not report.get("clover"):
        return None
    limiting = report["clover"]["limiting"]
    weights = dict.fromkeys(LEAVES, 1.0) | {"technology": 0.75}
    leaves = [
        Leaf(
            LEAF_WORDS[row["leaf"]][0],
            row["points"],
            low=(row["interval"] or (None, None))[0],
            high=(row["interval"] or (None, None))[1],
            before=before_of(report, row["leaf"]),
            weight=weights[row["leaf"]],
            href=reverse("assessment:leaf", args=[wave.pk, row["leaf"]]) if links else "",
            limiting=row["leaf"] == limiting,
            views=row.get("views", "mixed") if row["agreement"] and row["agreement"]["divided"] else "",
        )
        for row in report["leaves"]
    ]
    return clover(leaves, id=id, title=f"Clover of {wave.name}", description=description_of(report))


def description_of(report: Mapping[str, Any]) -> str:
    """The picture in words."""
    parts = [f"{LEAF_WORDS[row['leaf']][0]} {row['points']:.0f}" for row in report["leaves"]]
    limiting = LEAF_WORDS[report["clover"]["limiting"]][0].lower()
    badge = " One leaf is below 50: a three-leaf clover." if report["clover"]["badge"] else ""
    return (
        f"Points from 0 to 100: {', '.join(parts)}. The clover index is {report['clover']['index']:.0f}; {limiting} "
        f"limits it.{badge}"
    )


@dataclass(frozen=True)
class LeafRow:
    """A leaf in the table beside the clover."""

    leaf: str
    label: str
    about: str
    url: str
    n: int
    points: float
    low: float | None
    high: float | None
    favourable: Mapping[str, Any]
    agreement: Mapping[str, Any] | None
    views: str
    change: Mapping[str, Any] | None
    limiting: bool


def leaf_rows(wave: Wave, report: Mapping[str, Any]) -> list[LeafRow]:
    """The four leaves of the company."""
    changes = report.get("changes", {}).get("", {})
    limiting = report["clover"]["limiting"] if report.get("clover") else ""
    return [
        LeafRow(
            row["leaf"],
            *LEAF_WORDS[row["leaf"]],
            reverse("assessment:leaf", args=[wave.pk, row["leaf"]]),
            row["estimate"]["n"],
            row["points"],
            (row["interval"] or (None, None))[0],
            (row["interval"] or (None, None))[1],
            row["favourable"],
            row["agreement"],
            row.get("views", "mixed"),
            changes.get(row["leaf"]),
            row["leaf"] == limiting,
        )
        for row in report["leaves"]
    ]


@dataclass(frozen=True)
class HeatCell:
    """A cell of the heat map: ``kind`` is shown, divided (no mean), hidden or empty; ``step`` 1 to 7 is its shade.

    ``word`` says how views differ where there is no mean.
    """

    kind: str
    points: int | None = None
    step: int = 0
    text: str = ""
    word: str = ""
    #: Of a divided cell: place, width and class of the parts below, between and above the middle, in 100.
    parts: tuple[tuple[float, float, str], ...] = ()


@dataclass(frozen=True)
class HeatRow:
    """A department with its cells by region, then itself as a whole."""

    code: str
    name: str
    cells: list[HeatCell]
    whole: HeatCell


#: How views differ where there is no mean, in words.
VIEWS: Final = {
    "divided": "Views are divided into two camps",
    "scattered": "Views are scattered over the whole scale",
    "mixed": "Views differ, and too few answered to say how",
}
_STEPS: Final = (35, 42, 48, 54, 60, 66)


def _cell(row: Mapping[str, Any] | None, leaf: str) -> HeatCell:
    if row is None:
        return HeatCell("hidden", text="Too few were asked here for answers to keep their region, or nobody answered.")
    if row["empty"]:
        return HeatCell("empty", text="Nobody answered here.")
    score = row["leaves"].get(leaf) if row["shown"] else None
    if score is None:
        return HeatCell("hidden", text="Too few to show, or showing it would tell about too few elsewhere.")
    if score["divided"]:
        parts: tuple[tuple[float, float, str], ...] = ()
        views = score.get("views", "mixed")
        text = f"{VIEWS[views]} (agreement {score['agreement']:.2f}), so a mean would mislead."
        if score["spread"]:
            low, middle, high = (round(100 * part) for part in score["spread"])
            parts = ((0, low, "s1"), (low, middle, "s3"), (low + middle, 100 - low - middle, "s5"))
            text += f" {low} % below, {middle} % between, {high} % above the middle."
        return HeatCell("divided", text=f"{text} {score['n_band']} people.", parts=parts, word=views)
    points = score["points"]
    low, high = score["interval"]
    step = 1 + sum(points >= edge for edge in _STEPS)
    return HeatCell("shown", points, step, f"{points} points ({low}-{high}), {score['n_band']} people.")


def heat_map(report: Mapping[str, Any], leaf: str) -> tuple[list[str], list[HeatRow], list[HeatCell]]:
    """Region names, rows by department, and the cells of whole regions."""
    departments, regions = names()
    by_key = {tuple(sorted(row["key"].items())): row for row in report["breakdown"]}
    there = [row["key"] for row in report["breakdown"] if len(row["key"]) == 1]
    codes = [key["department"] for key in there if "department" in key]
    places = [key["region"] for key in there if "region" in key]
    rows = [
        HeatRow(
            code,
            departments.get(code, code),
            [_cell(by_key.get((("department", code), ("region", place))), leaf) for place in places],
            _cell(by_key.get((("department", code),)), leaf),
        )
        for code in sorted(codes, key=lambda code: departments.get(code, code))
    ]
    totals = [_cell(by_key.get((("region", place),)), leaf) for place in places]
    return [regions.get(place, place) for place in places], rows, totals


@dataclass(frozen=True)
class Bar:
    """A part of a diverging bar: place and width in a picture 200 wide whose middle is 100."""

    step: int
    x: float
    width: float
    share: float
    word: str


@dataclass(frozen=True)
class ItemRow:
    """A statement with its distribution; without bars where it may not be shown."""

    id: str
    text: str
    reverse: bool
    n: int
    bars: list[Bar]
    favourable: Mapping[str, Any] | None
    agreement: float | None
    said: str


_WORDS: Final = ("strongly disagree", "disagree", "neither", "agree", "strongly agree")


def distribution(items: Sequence[Mapping[str, Any]]) -> list[ItemRow]:
    """Statements with bars that grow from the middle: disagreement to the left, agreement to the right."""
    rows = []
    for item in items:
        counts = item["counts"] or []
        total = sum(counts)
        bars: list[Bar] = []
        if total:
            shares = [count / total for count in counts]
            x = 100 - 100 * (shares[0] + shares[1] + shares[2] / 2)
            for step, (share, word) in enumerate(zip(shares, _WORDS, strict=False), 1):
                bars.append(Bar(step, round(x, 2), round(100 * share, 2), share, word))
                x += 100 * share
        said = ", ".join(f"{bar.word} {round(100 * bar.share)} %" for bar in bars)
        rows.append(
            ItemRow(
                item["id"], item["text"], item["reverse"], item["n"], bars, item["favourable"], item["agreement"], said
            )
        )
    return rows


@dataclass(frozen=True)
class Interval:
    """A difference in points with its interval, and where it lies in a picture 200 wide whose middle is none."""

    label: str
    delta: float
    low: float
    high: float
    x: float
    x_low: float
    width: float
    n_first: int
    n_second: int
    g: float | None
    flag: str | None


def gap_rows(report: Mapping[str, Any], name: str = "leader_gap") -> list[Interval]:
    """How much higher those who lead score than the others, in points; or late against early answers."""
    rows = []
    for leaf in report["leaves"]:
        gap = leaf[name]
        if gap is None or gap["low"] is None:
            continue
        delta, low, high = (25 * gap[part] for part in ("delta", "low", "high"))
        place = [100 + max(-100.0, min(100.0, 2.5 * value)) for value in (delta, low, high)]
        rows.append(
            Interval(
                LEAF_WORDS[leaf["leaf"]][0], delta, low, high, place[0], place[1], place[2] - place[1],
                gap["n_first"], gap["n_second"], gap["g"], gap["flag"],
            )
        )  # fmt: skip
    return rows


@dataclass(frozen=True)
class GapChange:
    """How the gap to those who lead has moved since the wave before, in points."""

    label: str
    before: float
    now: float

    @property
    def delta(self) -> float:
        """The change; negative where leaders and the others have come closer."""
        return self.now - self.before


def gaps_before(wave: Wave, report: Mapping[str, Any], history: Sequence[WaveResult]) -> list[GapChange]:
    """Gaps of this wave beside those of the one it is compared with, where that may be seen and has them."""
    earlier = next((one for one in history if one.wave_id == wave.previous_id), None)
    if earlier is None:
        return []
    then = {row.label: row.delta for row in gap_rows(earlier.report)}
    return [GapChange(row.label, then[row.label], row.delta) for row in gap_rows(report) if row.label in then]


@dataclass(frozen=True)
class TrendRow:
    """A leaf, or the index, over the waves: each wave's name with its points, None where it does not show them."""

    label: str
    values: list[tuple[str, float | None]]


def trend(wave: Wave, history: Sequence[WaveResult]) -> tuple[list[Wave], list[TrendRow]] | None:
    """Waves up to this one, oldest first, with the company's points; None while there is only one."""
    key = (wave.closed_on or wave.created_on, wave.pk)
    kept = [
        one
        for one in reversed(history)
        if (one.wave.closed_on or one.wave.created_on, one.wave_id) <= key and one.report["leaves"]
    ]
    if len(kept) < 2:
        return None
    by_leaf = [{row["leaf"]: row["points"] for row in one.report["leaves"]} for one in kept]
    names = [one.wave.name for one in kept]

    def row(label: str, values: Sequence[float | None]) -> TrendRow:
        return TrendRow(label, list(zip(names, values, strict=True)))

    rows = [row(LEAF_WORDS[leaf][0], [points.get(leaf) for points in by_leaf]) for leaf in LEAVES]
    index = [one.report["clover"]["index"] if one.report["clover"] else None for one in kept]
    return [one.wave for one in kept], [*rows, row("Clover index", index)]


def report_rows(result: WaveResult, table: str) -> tuple[list[str], list[list[object]]]:
    """Head and rows of a published table for export: "leaves", "units" or "statements"."""
    report = result.report
    if table == "leaves":
        head = ["leaf", "people", "points", "low", "high", "favourable", "agreement", "alpha", "omega"]
        return head, [
            [
                row["leaf"], row["estimate"]["n"], row["points"], *(row["interval"] or (None, None)),
                row["favourable"]["value"], row["agreement"] and row["agreement"]["value"],
                row["reliability"].get("alpha"), row["reliability"].get("omega"),
            ]
            for row in report["leaves"]
        ]  # fmt: skip
    if table == "statements":
        head = ["statement", "text", "leaf", "turned around", "people", *_WORDS, "favourable"]
        return head, [
            [
                row["id"], row["text"], row["leaf"], row["reverse"], row["n"], *(row["counts"] or [None] * 5),
                row["favourable"] and row["favourable"]["value"],
            ]
            for row in [*report["items"], *report["willingness"]]
        ]  # fmt: skip
    head = ["department", "region", "people", *(f"{leaf} {part}" for leaf in LEAVES for part in ("points", "remark"))]
    rows: list[list[object]] = []
    for row in report["breakdown"]:
        line: list[object] = [
            row["key"].get("department"),
            row["key"].get("region"),
            row["n_band"] or "too few to show",
        ]
        for leaf in LEAVES:
            cell = _cell(row, leaf)
            line += [cell.points, "" if cell.kind == "shown" else cell.word or cell.kind]
        rows.append(line)
    return head, rows
