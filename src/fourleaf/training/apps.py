from __future__ import annotations

from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "fourleaf.training"
    label = "training"
    verbose_name = "Training"

    def ready(self) -> None:
        # Registers permissions, audit codes, due work, listeners and belts as groups.
        from fourleaf.training import groups, jobs, listeners, registered  # noqa: F401 - imported for their effect
