from __future__ import annotations

from django.apps import AppConfig


class ListeningConfig(AppConfig):
    name = "fourleaf.listening"
    label = "listening"
    verbose_name = "Listening"

    def ready(self) -> None:
        # Registers permissions, audit codes, jobs, and what is done when an own account changes.
        from fourleaf.listening import jobs, own_accounts, registered  # noqa: F401 - imports for their effect
