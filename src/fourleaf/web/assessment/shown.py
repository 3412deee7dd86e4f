"""Published reports as the pages show them: names for codes, words for numbers, shapes for pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.urls import reverse
from django.utils.safestring import SafeString

from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.assessment.reach import same_scope
from fourleaf.assessment.selectors.results import limit_in
from fourleaf.engine.survey.distribution import Band, cut_between, merged
from fourleaf.engine.survey.instrument import LEAVES
from fourleaf.kernel import public
from fourleaf.web.assessment.clover import Leaf, clover

__all__ = ["LEAF_WORDS", "Bar", "HeatCell", "HeatRow", "Interval", "clover_of", "description_of", "distribution",
           "gap_rows", "gaps_before", "heat_map", "leaf_rows", "limit_words", "names", "trend"]  # fmt: skip

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
    limit = limit_in(report)
    limiting = limit.leaves if limit else ()
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
            limiting=row["leaf"] in limiting,
            limit_word=LIMITS if len(limiting) == 1 else MAY_LIMIT,
            views=row.get("views", "mixed") if row["agreement"] and row["agreement"]["divided"] else "",
        )
        for row in report["leaves"]
    ]
    return clover(leaves, id=id, title=f"Clover of {wave.name}", description=description_of(report))


def description_of(report: Mapping[str, Any]) -> str:
    """The picture in words."""
    parts = [f"{LEAF_WORDS[row['leaf']][0]} {row['points']:.0f}" for row in report["leaves"]]
    said = limit_words(report)
    badge = {
        "three-leaf": " One leaf is below 50: a three-leaf clover.",
        "border": " One leaf is at the border of 50.",
    }.get(said.badge, "")
    return (
        f"Points from 0 to 100: {', '.join(parts)}. The clover index is {report['clover']['index']:.0f}; "
        f"{said.sentence}.{badge}"
    )


#: What stands at a leaf of the picture that is the lowest, for certain or perhaps.
LIMITS: Final = "limiting leaf"
MAY_LIMIT: Final = "may be the limiting leaf"


@dataclass(frozen=True)
class LimitWords:
    """What limits a clover, as far as it is certain: ``name`` “Culture or governance”, a ``sentence``, more about it.

    ``badge`` is "three-leaf", "border" (a leaf is below 50 by its points, but not for certain) or "".
    """

    name: str
    sentence: str
    certain: bool
    about: str
    badge: str


def limit_words(report: Mapping[str, Any]) -> LimitWords:
    """The lowest leaf in words; with others where the answers do not tell them apart."""
    limit = limit_in(report)
    if limit is None:
        return LimitWords("", "a leaf is missing", False, "", "")
    names = [LEAF_WORDS[leaf][0] for leaf in limit.leaves]
    badge = ("three-leaf" if limit.below_certain else "border") if limit.below else ""
    if limit.certain:
        return LimitWords(names[0], f"{names[0].lower()} limits it", True, LEAF_WORDS[limit.leaf][1], badge)
    *most, last = (names[0], *(name.lower() for name in names[1:]))
    listed = ", ".join(most)
    about = "Their difference is within chance, so none of them is called the limiting one."
    sentence = f"{listed} and {last} cannot be told apart as what limits it"
    return LimitWords(f"{listed} or {last}", sentence[0].lower() + sentence[1:], False, about, badge)


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
    limiting: str


def leaf_rows(wave: Wave, report: Mapping[str, Any]) -> list[LeafRow]:
    """The four leaves of the company."""
    changes = report.get("changes", {}).get("", {})
    limit = limit_in(report) if report.get("clover") else None
    limiting = limit.leaves if limit else ()
    word = "limits" if len(limiting) == 1 else "may limit"
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
            word if row["leaf"] in limiting else "",
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
    """A part of a diverging bar: place and width in a picture 200 wide whose middle is 100. ``step`` is the shade."""

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
    why: str


_WORDS: Final = ("strongly disagree", "disagree", "neither", "agree", "strongly agree")


#: Why a statement shows nothing.
HIDDEN: Final = {
    "few": "too few to show",
    "alike": "hidden: all answers alike would tell what each said",
}
#: Fewest people behind a part of a distribution; no wave may go lower.
K_SHOWN: Final = 5


def bands_of(item: Mapping[str, Any]) -> tuple[Band, ...]:
    """The parts of a statement's distribution that may be shown; () where none may.

    Reports of earlier versions hold single answers of few people; these are put together here.
    """
    if item.get("bands"):
        return tuple((first, last, people) for first, last, people in item["bands"])
    return merged(item["counts"], K_SHOWN) if item["counts"] else ()


def _bars(bands: Sequence[Band]) -> list[Bar]:
    """Bars out of bands; what lies on the middle answer is halved, also where it was put together with others."""
    total = sum(people for *_, people in bands)
    if not total:
        return []
    left = sum(people if last < 3 else people / 2 if first <= 3 else 0 for first, last, people in bands)
    x, bars = 100 - 100 * left / total, []
    for first, last, people in bands:
        share = people / total
        word = _WORDS[first - 1] if first == last else f"{_WORDS[first - 1]} to {_WORDS[last - 1]}"
        # Of answers put together the one nearer the middle gives the shade.
        step = last if last < 3 else first if first > 3 else 3
        bars.append(Bar(step, round(x, 2), round(100 * share, 2), share, word))
        x += 100 * share
    return bars


def distribution(items: Sequence[Mapping[str, Any]]) -> list[ItemRow]:
    """Statements with bars that grow from the middle: disagreement to the left, agreement to the right."""
    rows = []
    for item in items:
        bands = bands_of(item)
        bars = _bars(bands)
        favourable = item["favourable"]
        if bands and not cut_between(bands, 2 if item["reverse"] and item["leaf"] else 3):
            favourable = None
        said = ", ".join(f"{bar.word} {round(100 * bar.share)} %" for bar in bars)
        rows.append(
            ItemRow(
                item["id"],
                item["text"],
                item["reverse"],
                item["n"],
                bars,
                favourable,
                item["agreement"],
                said,
                "" if bars else HIDDEN["alike" if item["n"] >= K_SHOWN else "few"],
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
    earlier = next((one for one in history if one.wave_id == wave.previous_id and same_scope(one.wave, wave)), None)
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
    """Waves up to this one that asked alike, oldest first, with their points; None while there is only one."""
    key = (wave.closed_on or wave.created_on, wave.pk)
    kept = [
        one
        for one in reversed(history)
        if (one.wave.closed_on or one.wave.created_on, one.wave_id) <= key
        and one.report["leaves"]
        and same_scope(one.wave, wave)
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


def _cells_of(item: Mapping[str, Any]) -> list[object]:
    """People by answer; answers put together stand as “7 (to agree)” in the first of them."""
    cells: list[object] = [None] * len(_WORDS)
    for first, last, people in bands_of(item):
        together = f"{people} (to {_WORDS[last - 1]})"
        cells[first - 1] = people if first == last else together
    return cells


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
        head = ["statement", "text", "leaf", "turned around", "people", *_WORDS, "favourable", "remark"]
        return head, [
            [
                row["id"], row["text"], row["leaf"], row["reverse"], row["n"], *_cells_of(row),
                shown.favourable and shown.favourable["value"], shown.why,
            ]
            for row in [*report["items"], *report["willingness"]]
            for shown in distribution([row])
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
