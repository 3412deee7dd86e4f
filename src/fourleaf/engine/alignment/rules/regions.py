"""Regions: consultation, settings, personal figures, nothing left out (A51, A56, A58)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from fourleaf.engine.alignment.plan import Consultation
from fourleaf.engine.alignment.rules.registry import LintDefaults, Note, at, listed, named, refs, rule
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = ["a51", "a56", "a58"]

#: Region -> subject -> (first day or None, address of what is live).
_Live = dict[str, dict[str, list[tuple[date | None, str]]]]


def _day(consultation: Consultation) -> date:
    return consultation.recorded_on or date.min


def _live_subjects(snapshot: Snapshot) -> _Live:
    """What needs consultation and runs, in regions with employee representation."""
    found: _Live = {region.id: {} for region in snapshot.plan.regions if region.employee_representation}
    for channel in snapshot.plan.channels:
        if channel.side == "external" and channel.state == "live" and channel.comments_open:
            for region in channel.regions or tuple(found):
                if region in found:
                    found[region].setdefault("comments", []).append((None, f"channels/{channel.id}/comments_open"))
    for work in snapshot.plan.processing_activities:
        if work.live and work.kind in ("author_logs", "personal_metrics"):
            for region in work.regions or tuple(found):
                if region in found:
                    found[region].setdefault(work.kind, []).append((work.since, f"processing_activities/{work.id}"))
    for region in found:
        if snapshot.regions[region].person_level_analytics:
            address = f"regions/{region}/person_level_analytics"
            found[region].setdefault("personal_metrics", []).append((None, address))
    return found


@rule(
    "A51",
    severity="error",
    title="Employee representatives are consulted before comments, author logs or personal figures go live",
    rationale="Where employees have representatives, pages that show who did what are their business by law.",
    source="S0 employee engagement, done lawfully; domain §4.5",
    satisfied="A consultation agreed on each subject that runs, recorded before it went live.",
    reads=("regions", "channels", "processing_activities", "consultations"),
    blocks="programme",
    milestone="2.I1",
    hint="For {object}, switch off what runs, or record {what}.",
)
def a51(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Regions with employee representation where one of the three runs. Nothing of it live: silent."""
    held: dict[tuple[str, str], Consultation] = {}
    records: dict[str, list[str]] = {}
    for consultation in snapshot.plan.consultations:
        records.setdefault(consultation.region, []).append(consultation.id)
        for subject in consultation.subjects:
            known = held.get((consultation.region, subject))
            if consultation.state == "agreed" and (known is None or _day(consultation) < _day(known)):
                held[consultation.region, subject] = consultation
    for region, subjects in _live_subjects(snapshot).items():
        open_subjects: dict[str, list[str]] = {}
        for about, running in subjects.items():
            done = held.get((region, about))
            for since, address in running:
                late = done and since and done.recorded_on and done.recorded_on > since
                if done is None or late:
                    open_subjects.setdefault(about, []).append(address)
        if open_subjects:
            said = listed(open_subjects).replace("_", " ")
            yield at(
                f"regions/{region}",
                f"In {named(snapshot.regions[region])} {said} went live before employee representatives agreed.",
                [address for addresses in open_subjects.values() for address in addresses]
                + list(refs("consultations", records.get(region, ()))),
                what=f"an agreed consultation on {listed(open_subjects)}",
            )


@rule(
    "A56",
    severity="error",
    title="No personal figures where only teams may be shown",
    rationale="A promise not to watch single people is broken by the first table that lists them.",
    source="Domain §4.5 (Bărbulescu, WP249, works councils)",
    satisfied="Person-level analytics off wherever the mode is team only or not decided.",
    reads=("regions",),
    blocks="plan",
    hint="In {object}, {what}.",
)
def a56(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """All regions, whatever runs. A mode that nobody decided counts as team only."""
    for region in snapshot.plan.regions:
        if region.person_level_analytics and region.analytics_mode in ("team_only", None):
            ref = f"regions/{region.id}"
            mode = "only teams may be shown" if region.analytics_mode else "no mode was decided"
            yield at(
                ref,
                f"Person-level analytics is on in {named(region)}, where {mode}.",
                (f"{ref}/person_level_analytics", f"{ref}/analytics_mode"),
                what="switch person_level_analytics off, or decide on analytics_mode with the representatives",
            )


@rule(
    "A58",
    severity="warning",
    title="Every live region appears in policy, training, rota and settings",
    rationale="A region that is addressed but not counted is where the first thing goes wrong.",
    source="S1 global and regional; S0 align",
    satisfied="A P-SM for the region, a training wave or certified people there, a rota, and complete settings.",
    reads=("regions", "programmes", "policies", "training_waves", "people", "rota_slots"),
    blocks="programme",
    hint="For {object}, fill in {what}.",
)
def a58(snapshot: Snapshot, _: LintDefaults) -> Iterator[Note]:
    """Regions with live external programmes. Others: silent."""
    trained = {person.region for person in snapshot.people.values() if snapshot.holds(person, "white")}
    trained.update(region for wave in snapshot.plan.training_waves for region in wave.regions)
    for key in snapshot.live_regions:
        region = snapshot.regions[key]
        there = {
            "policies": bool(snapshot.policies_for("P-SM", key)),
            "training_waves": key in trained,
            "rota_slots": any(snapshot.rota.get(key, ())),
            "settings_complete": region.settings_complete and region.analytics_mode is not None,
        }
        lacking = [part for part, found in there.items() if not found]
        if lacking:
            programmes = snapshot.live_in_region.get(key, ())
            yield at(
                f"regions/{key}",
                f"{named(region)}, where {listed(p.id for p in programmes)} "
                f"{'is' if len(programmes) == 1 else 'are'} live, is missing from {listed(lacking).replace('_', ' ')}.",
                (f"regions/{key}/settings_complete", *refs("programmes", (p.id for p in programmes))),
                what=listed(lacking),
            )
