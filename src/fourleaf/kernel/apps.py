from __future__ import annotations

from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "fourleaf.kernel"
    label = "kernel"
    verbose_name = "Kernel"

    def ready(self) -> None:
        # Registers permissions, audit codes and jobs.
        from fourleaf.kernel import registered  # noqa: F401 - import for its effect, once models are ready
