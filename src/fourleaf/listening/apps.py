from __future__ import annotations

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "fourleaf.listening"
    label = "listening"
    verbose_name = "Listening"

    def ready(self) -> None:
        # Registers permissions, audit codes and jobs.
        from fourleaf.listening import jobs, registered  # noqa: F401 - imports for their effect
