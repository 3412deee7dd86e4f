"""Reads of published results."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.assessment.reach import is_whole
from fourleaf.assessment.selectors.waves import get_wave_for, waves_visible_to
from fourleaf.engine.survey.limits import Limit, limit_of
from fourleaf.engine.survey.scoring import Estimate
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.permissions import require

__all__ = [
    "get_result_for",
    "later_parts",
    "latest_result",
    "limit_in",
    "results_of_units",
    "results_visible_to",
    "shared_result",
]


def results_visible_to(actor: Actor) -> QuerySet[WaveResult]:
    """Reports of visible waves, newest first: published ones, and for those who run waves closed ones as well."""
    return (
        WaveResult.objects.filter(wave__in=waves_visible_to(actor))
        .select_related("wave")
        .order_by("-wave__closed_on", "-wave_id")
    )


def _published(actor: Actor) -> list[Wave]:
    rows = waves_visible_to(actor).filter(state="published").order_by("-closed_on", "-pk")
    return list(rows.defer("instrument", "mail_texts"))


def latest_result(actor: Actor) -> WaveResult | None:
    """The newest published report of a wave that asked the whole organisation, if the actor may see it."""
    wave = next((one for one in _published(actor) if is_whole(one)), None)
    return None if wave is None else WaveResult.objects.filter(wave=wave).select_related("wave").first()


def _parts_after(waves: list[Wave]) -> tuple[Wave | None, list[Wave]]:
    """Of published waves, newest first: the newest of the whole organisation, and those after it that asked some
    departments in all regions."""
    whole = next((one for one in waves if is_whole(one)), None)
    later = waves if whole is None else waves[: waves.index(whole)]
    return whole, [one for one in later if one.department_ids and not one.region_ids]


def later_parts(actor: Actor) -> list[Wave]:
    """Published waves, newest first, that asked some departments in all regions after the organisation. One query."""
    return _parts_after(_published(actor))[1]


def results_of_units(actor: Actor) -> list[WaveResult]:
    """The newest published report of the whole organisation and those of `later_parts`, the oldest first.

    One query, and one more where anything is published.
    """
    whole, parts = _parts_after(_published(actor))
    wanted = [one.pk for one in (*parts, whole) if one is not None]
    if not wanted:
        return []
    found = {one.wave_id: one for one in WaveResult.objects.filter(wave__in=wanted).select_related("wave")}
    return [found[key] for key in reversed(wanted) if key in found]


def limit_in(report: Mapping[str, Any]) -> Limit | None:
    """What can be said of the lowest leaf of a stored report, made by whichever version; None without leaves."""
    rows = {row["leaf"]: row for row in report["leaves"]}
    if not rows:
        return None
    return limit_of(
        {leaf: Estimate(**row["estimate"]) for leaf, row in rows.items()},
        {leaf: row["points"] for leaf, row in rows.items()},
        {leaf: tuple(row["interval"]) if row["interval"] else None for leaf, row in rows.items()},
        level=report.get("level", 0.95),
    )


def shared_result(actor: Actor, wave_id: int | None = None) -> WaveResult | None:
    """The newest report of the whole organisation that was published for everybody, or that of one wave (whole or
    part). Whoever is signed in may see it: its clover, its answers and its composition, nothing finer."""
    require(actor, "assessment.view_shared")
    waves = Wave.objects.filter(state="published", for_everybody=True).order_by("-closed_on", "-pk")
    if wave_id is not None:
        waves = waves.filter(pk=wave_id)
    found = (one for one in waves.defer("instrument", "mail_texts") if wave_id is not None or is_whole(one))
    wave = next(found, None)
    return None if wave is None else WaveResult.objects.filter(wave=wave).select_related("wave").first()


def get_result_for(actor: Actor, wave_id: int) -> tuple[Wave, WaveResult | None]:
    """A wave with its report, which is None until it is computed; `NotFoundError` if the wave is not visible."""
    wave = get_wave_for(actor, wave_id)
    return wave, WaveResult.objects.filter(wave=wave).first()
