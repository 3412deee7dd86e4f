from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "fourleaf.planning"
    label = "planning"
    verbose_name = "Planning"

    def ready(self) -> None:
        # Registers permissions and audit codes.
        from fourleaf.planning import registered  # noqa: F401 - imported for its effect
