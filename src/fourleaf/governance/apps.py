from __future__ import annotations

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "fourleaf.governance"
    label = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        # Registers permissions, audit codes, jobs and listeners.
        from fourleaf.governance import registered, registered_bodies  # noqa: F401 - imported for their effect
