from __future__ import annotations

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "fourleaf.training"
    label = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        # Registers permissions, audit codes, due work and listeners.
        from fourleaf.training import jobs, listeners, registered  # noqa: F401 - imported for their effect
