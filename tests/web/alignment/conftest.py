"""The sample plan, current and checked, as the tests of the context have it."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_spec = spec_from_file_location("alignment_fixtures", Path(__file__).parents[2] / "alignment" / "conftest.py")
assert _spec is not None
assert _spec.loader is not None
_fixtures = module_from_spec(_spec)
_spec.loader.exec_module(_fixtures)
clock, sample, finding, put = _fixtures.clock, _fixtures.sample, _fixtures.finding, _fixtures.put
