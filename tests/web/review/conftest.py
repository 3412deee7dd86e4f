"""The house of tests/review, for its pages."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_path = Path(__file__).resolve().parents[2] / "review" / "conftest.py"
_spec = importlib.util.spec_from_file_location("review_house", _path)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
sys.modules["review_house"] = _module
_spec.loader.exec_module(_module)
Belts, House = _module.Belts, _module.House
belts, house, time = _module.belts, _module.house, _module.time
_no_double_review_by_chance = _module._no_double_review_by_chance
