from __future__ import annotations

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "fourleaf.alignment"
    label = "alignment"
    verbose_name = "Alignment"

    def ready(self) -> None:
        # Registers permissions, audit codes, the guard of steps, jobs and parts of the snapshot.
        from fourleaf.alignment import jobs, parts, registered  # noqa: F401 - imported for their effect
