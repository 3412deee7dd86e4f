from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    name = "fourleaf.assessment"
    label = "assessment"
    verbose_name = "Assessment"

    def ready(self) -> None:
        # Registers permissions and audit codes.
        from fourleaf.assessment import registered  # noqa: F401 - imported for its effect
