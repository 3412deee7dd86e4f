from __future__ import annotations

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "fourleaf.alignment"
    label = "alignment"
    verbose_name = "Alignment"

    def ready(self) -> None:
        # Registers permissions and audit codes.
        from fourleaf.alignment import registered  # noqa: F401 - imported for its effect
