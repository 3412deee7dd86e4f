from __future__ import annotations

from django.apps import AppConfig


class GovernanceConfig(AppConfig):
    name = "fourleaf.governance"
    label = "governance"
    verbose_name = "Governance"

    def ready(self) -> None:
        # Registers permissions, audit codes, jobs and listeners.
        from fourleaf.governance import registered  # noqa: F401 - imported for its effect
