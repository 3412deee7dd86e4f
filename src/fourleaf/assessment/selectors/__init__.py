"""Reads of assessment."""

from __future__ import annotations

from fourleaf.assessment.selectors.waves import get_wave_for, waves_visible_to

__all__ = ["get_wave_for", "waves_visible_to"]
