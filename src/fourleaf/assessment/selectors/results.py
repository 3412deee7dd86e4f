"""Reads of published results."""

from __future__ import annotations

from django.db.models import QuerySet

from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.assessment.selectors.waves import get_wave_for, waves_visible_to
from fourleaf.kernel.actors import Actor

__all__ = ["get_result_for", "latest_result", "results_visible_to"]


def results_visible_to(actor: Actor) -> QuerySet[WaveResult]:
    """Reports of visible waves, newest first: published ones, and for those who run waves closed ones as well."""
    return (
        WaveResult.objects.filter(wave__in=waves_visible_to(actor))
        .select_related("wave")
        .order_by("-wave__closed_on", "-wave_id")
    )


def latest_result(actor: Actor) -> WaveResult | None:
    """The newest published report that the actor may see."""
    return results_visible_to(actor).filter(wave__state="published").first()


def get_result_for(actor: Actor, wave_id: int) -> tuple[Wave, WaveResult | None]:
    """A wave with its report, which is None until it is computed; `NotFoundError` if the wave is not visible."""
    wave = get_wave_for(actor, wave_id)
    return wave, WaveResult.objects.filter(wave=wave).first()
