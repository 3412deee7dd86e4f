"""What governance adds to the frame. Each set of pages registers its entries, search providers, undo functions."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

_SETS = ("registered_policies", "registered_bodies")

for _name in _SETS:
    if find_spec(f"{__package__}.{_name}"):
        import_module(f"{__package__}.{_name}")
