from __future__ import annotations

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "fourleaf.training"
    label = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        # Registers permissions, audit codes, jobs and listeners.
        from fourleaf.training import registered  # noqa: F401 - imported for its effect
