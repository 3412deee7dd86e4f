from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "fourleaf.assessment"
    label = "assessment"
    verbose_name = "Assessment"

    def ready(self) -> None:
        # Registers permissions, audit codes and due work.
        from fourleaf.assessment import jobs, registered  # noqa: F401 - imported for their effect
