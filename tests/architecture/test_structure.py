"""The house keeps its plan: relations point downward, registries and roles agree, files stay about one thing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import rules.permissions
from django.apps import apps
from django.db import models

from fourleaf.kernel.permissions import PERMISSIONS
from fourleaf.kernel.roles import ROLES

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fourleaf"
#: From the bottom up, as in the import contract.
LAYERS = [
    "kernel",
    "governance",
    "networks",
    "training",
    "review",
    "planning",
    "assessment",
    "listening",
    "publishing",
    "care",
    "alignment",
]


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("fourleaf.")]


def context_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


def test_relations_point_downward_and_leave_no_trace_in_other_contexts() -> None:
    wrong = []
    for model in own_models():
        for field in model._meta.get_fields():
            if not isinstance(field, models.ForeignKey | models.OneToOneField | models.ManyToManyField):
                continue
            target = field.related_model
            if not isinstance(target, type) or not target.__module__.startswith("fourleaf."):
                continue
            here, there = context_of(model), context_of(target)
            if here == there:
                continue
            if LAYERS.index(there) > LAYERS.index(here):
                wrong.append(f"{model.__name__}.{field.name} points upward to {there}")
            elif not field.remote_field.hidden:
                wrong.append(f"{model.__name__}.{field.name} crosses contexts without related_name='+'")
    assert wrong == []


def test_every_permission_of_a_role_is_declared() -> None:
    unknown = {code for role in ROLES.values() for code in role.permissions} - set(PERMISSIONS)
    assert unknown == set()


def test_every_permission_is_carried_by_some_role() -> None:
    """Those that a predicate grants for a row (one's own token, say) need no role."""
    by_role = {code for code in PERMISSIONS if rules.permissions.permissions[code].name.startswith("carries:")}
    carried = {code for role in ROLES.values() for code in role.permissions}
    assert by_role - carried == set()


def python_files() -> list[Path]:
    return [path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts]


def test_no_module_outgrows_its_subject() -> None:
    long = {str(p.relative_to(SOURCE)): n for p in python_files() if (n := len(p.read_text().splitlines())) > 520}
    assert long == {}


def test_names_say_what_things_are() -> None:
    vague = [
        p.name for p in python_files() if p.stem in {"utils", "util", "helpers", "helper", "manager", "misc", "common"}
    ]
    assert vague == []


@pytest.mark.parametrize(
    "context", ["kernel", "governance", "training", "review", "listening", "planning", "assessment", "alignment"]
)
def test_whoever_writes_the_trail_names_the_actor(context: str) -> None:
    """A function that records a change takes the actor, or says which system actor it is."""
    wrong = []
    for path in (SOURCE / context / "services").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.FunctionDef):
                continue
            text = ast.get_source_segment(source, node) or ""
            taken = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            public = not node.name.startswith("_")
            if public and "audit.record" in text and "actor" not in taken and "system_actor" not in text:
                wrong.append(f"{path.name}: {node.name}")
    assert wrong == []


def test_no_inline_script_style_or_handler_in_templates() -> None:
    import re

    bad = re.compile(
        r"""<style\b|\sstyle=["']|\son[a-z]+=["']|javascript:|<script(?![^>]*\bsrc=)(?![^>]*application/json)""", re.I
    )
    wrong = [
        f"{path.relative_to(SOURCE)}:{number}"
        for path in SOURCE.rglob("*.html")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bad.search(line)
    ]
    assert wrong == []
