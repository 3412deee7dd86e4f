"""Measuring: outcomes, same formulas, fair shares of voice, reviews (A41 to A44)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from fourleaf.engine.alignment.plan import Kpi, ListeningQuery
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a41", "a42", "a43", "a44"]

#: own/(own+…), by whatever name own goes.
_SHARE_OF_VOICE: Final = re.compile(r"(?P<own>[^/()+]+)/\((?P=own)\+[^/]+\)(?:[*×x]100%?)?")


@rule(
    "A41",
    severity="warning",
    title="Every objective has an outcome KPI with a baseline",
    rationale="Posts and reach are effort. Whether anything changed shows only in what people outside do or get.",
    source="S1 measure and adapt; AMEC stages",
    satisfied="At least one KPI of level outcome or impact with a baseline.",
    reads=("objectives", "kpis"),
    blocks="programme",
    milestone="1.I4",
    hint="In {object}, fill in {what}.",
)
def a41(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All objectives, linked or not. No objectives: silent, since A01 asks programmes for them."""
    for aim in snapshot.plan.objectives:
        kpis = [snapshot.kpis[key] for key in aim.kpis if key in snapshot.kpis]
        results = [kpi for kpi in kpis if kpi.level in ("outcome", "impact")]
        if any(kpi.baseline is not None or kpi.baselines for kpi in results):
            continue
        why = "no KPI" if not kpis else "no baseline for its outcome KPI" if results else "only input and output KPIs"
        yield at(
            f"objectives/{aim.id}",
            f"The objective {aim.id} has {why}.",
            [f"objectives/{aim.id}/kpis", *refs("kpis", (kpi.id for kpi in kpis), "baseline" if results else "level")],
            what="a baseline of its outcome KPI" if results else "kpis: one of level outcome or impact with a baseline",
        )


def _formulas(kpi: Kpi) -> set[str]:
    own = ["".join((kpi.formula or "").split()).casefold()] if kpi.formula and kpi.formulas else []
    return {
        "#" + entry.formula_hash if entry.formula_hash else "".join((entry.formula or "").split()).casefold()
        for entry in kpi.formulas
    } | set(own if all(entry.formula_hash is None for entry in kpi.formulas) else [])


@rule(
    "A42",
    severity="warning",
    title="Brands compute a KPI by the same formula from the third phase on",
    rationale="Figures that are added up or compared must mean the same.",
    source="S1 formalise and standardise",
    satisfied="One formula for all brands.",
    reads=("kpis", "roadmap"),
    blocks="roadmap",
    milestone="3.E5",
    hint="In {object}, fill in {what}.",
)
def a42(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """KPIs with formulas of brands, from phase 3 of the roadmap on. Before: silent, brands may still try."""
    roadmap = snapshot.sound_roadmap
    if roadmap is None or roadmap.active_phase < defaults.formal_phase:
        return
    for kpi in snapshot.plan.kpis:
        if len(_formulas(kpi)) > 1:
            ref = f"kpis/{kpi.id}"
            brands = listed(entry.brand for entry in kpi.formulas)
            message = f"{named(kpi)} is computed in different ways by {brands}."
            yield at(ref, message, (f"{ref}/formulas",), what="one formula for all brands in formulas")


def _shape(query: ListeningQuery) -> tuple[frozenset[str], ...] | None:
    built = query.structure
    if built is None or not built.parts:
        return None
    return frozenset(built.parts), frozenset(built.languages), frozenset(built.sources)


@rule(
    "A43",
    severity="warning",
    title="Share of voice compares like with like",
    rationale="Own products, handles and misspellings on one side and a bare name on the other: that share is made up.",
    source="S1 definition of share of voice",
    satisfied="The formula own/(own+competitors); own and competitor queries of a brand with the same kinds of term, "
    "languages and sources.",
    reads=("kpis", "listening_queries"),
    blocks="roadmap",
    milestone="1.I3",
    hint="In {object}, fill in {what}.",
)
def a43(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Only where the plan has a share of voice (catalogue K01). Without one: silent."""
    voices = [kpi for kpi in snapshot.plan.kpis if kpi.catalogue == "K01"]
    if not voices:
        return
    for kpi in voices:
        written = "".join((kpi.formula or "").split()).casefold()
        if not _SHARE_OF_VOICE.fullmatch(written):
            ref = f"kpis/{kpi.id}"
            said = f"is computed as {kpi.formula}" if kpi.formula else "has no formula"
            yield at(ref, f"{named(kpi)} {said}.", (f"{ref}/formula",), what="formula: own/(own+competitors)")
    own: dict[str | None, ListeningQuery] = {}
    for query in snapshot.plan.listening_queries:
        if query.role == "own":
            own.setdefault(query.brand, query)
    for query in snapshot.plan.listening_queries:
        ours = own.get(query.brand)
        if query.role != "competitor" or ours is None:
            continue
        if _shape(query) is None or _shape(query) != _shape(ours):
            yield at(
                f"listening_queries/{query.id}",
                f"The query {named(query)} is not built like {named(ours)}, so shares of voice are not fair.",
                refs("listening_queries", (query.id, ours.id), "structure"),
                what=f"structure as in {ours.id}: the same parts, languages and sources",
            )


@rule(
    "A44",
    severity="warning",
    title="KPIs are reviewed every quarter, and the plan changed or confirmed",
    rationale="This is no campaign with an end: figures are looked at so that the plan can follow.",
    source="S1 continuous, not a campaign",
    satisfied="A review with its outcome within the last quarter.",
    reads=("kpi_reviews", "programmes"),
    blocks="plan",
    hint="In {object}, fill in {what}.",
)
def a44(snapshot: Snapshot, defaults: LintDefaults) -> Iterator[Note]:
    """Once an external programme is live. Nothing live: silent."""
    if not snapshot.live:
        return
    ages = [(snapshot.as_of - review.on).days for review in snapshot.plan.kpi_reviews if review.on <= snapshot.as_of]
    if min(ages, default=defaults.quarter_days + 1) > defaults.quarter_days:
        evidence = refs("kpi_reviews", (review.id for review in snapshot.plan.kpi_reviews))
        yield at(
            "kpi_reviews",
            f"The KPIs were last reviewed {min(ages)} days ago." if ages else "The KPIs were never reviewed.",
            evidence or refs("programmes", (p.id for p in snapshot.live)),
            what="a review with its outcome, changed or confirmed",
        )
