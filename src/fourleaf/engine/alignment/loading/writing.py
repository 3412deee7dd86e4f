"""A plan as canonical YAML, and the JSON Schema of the format for editors."""

from __future__ import annotations

from typing import Any, Final

import yaml

from fourleaf.engine.alignment.plan import Plan

__all__ = ["dump_plan", "json_schema"]

_DUMPER: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH: Final = 120


class _PlanDumper(_DUMPER):  # type: ignore[misc]  # the base is the compiled dumper where there is one
    """Block style, and lists of single values on one line."""

    def ignore_aliases(self, _data: object) -> bool:
        """Write everything out: an object that is there twice would become an alias, which loading refuses."""
        return True

    def represent_list(self, data: Any) -> yaml.Node:
        flow = not any(isinstance(item, dict | list) for item in data)
        node: yaml.Node = self.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=flow)
        return node


_PlanDumper.add_representer(list, _PlanDumper.represent_list)
_PlanDumper.add_representer(tuple, _PlanDumper.represent_list)


def dump_plan(plan: Plan) -> str:
    """YAML with the fields in the order of the model and objects in their own; what equals the default is left out.

    The same plan always gives the same text, and loading it gives an equal plan.
    """
    data = plan.model_dump(mode="python", exclude_defaults=True)
    text: str = yaml.dump(
        data, Dumper=_PlanDumper, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False
    )
    return text


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the plan file; `x-refers-to` names the sections a reference points into."""
    schema = Plan.model_json_schema(mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fourleaf plan",
        **{key: value for key, value in schema.items() if key != "title"},
    }
