"""Making the report of a closed wave."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from fourleaf import __version__
from fourleaf.assessment.models import Wave, WaveResult
from fourleaf.assessment.reporting import parameters_of, report_of
from fourleaf.assessment.selectors.waves import get_wave_for
from fourleaf.kernel import audit, clock
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.errors import NotFoundError
from fourleaf.kernel.permissions import require

__all__ = ["compute_result", "note_export"]


def compute_result(*, actor: Actor, wave_id: int, alive: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Make and store the report; once more gives the same. ``alive`` is called before it is stored."""
    wave = Wave.objects.select_related("previous__result").filter(pk=wave_id).first()
    if wave is None:
        raise NotFoundError
    require(actor, "assessment.run_waves", wave)
    report = report_of(wave)
    alive()
    with transaction.atomic():
        WaveResult.objects.update_or_create(
            wave=wave,
            defaults={
                "report": report,
                "parameters": parameters_of(wave),
                "product_version": __version__,
                "computed_on": clock.today(),
            },
        )
    return {"answers": report["response"]["n"]}


def note_export(*, actor: Actor, wave_id: int, what: str) -> None:
    """Record that published tables left the product."""
    wave = get_wave_for(actor, wave_id)
    with transaction.atomic():
        audit.record(actor, "assessment.results.exported", wave, data={"table": what})
