"""The fixtures of the context's own tests serve its pages too."""

from __future__ import annotations

from assessment.conftest import full_answers, noon, published, running, staff

__all__ = ["full_answers", "noon", "published", "running", "staff"]
