"""What a wave showed, as it was computed when it closed."""

from __future__ import annotations

from django.db import models

from fourleaf.assessment.models.waves import Wave

__all__ = ["WaveResult"]


class WaveResult(models.Model):
    """The report of a wave: only figures that may be shown, with the rules and the version that made them."""

    wave = models.OneToOneField(Wave, models.CASCADE, related_name="result")
    report = models.JSONField()
    parameters = models.JSONField()
    product_version = models.CharField(max_length=40)
    computed_on = models.DateField()

    def __str__(self) -> str:
        return f"result of {self.wave_id}"
