"""Write the generated pages of docs/reference from the code: settings, rights, audit codes, jobs, commands, API.

`python scripts/write_reference.py` writes them; `--check` only says which are out of date (exit code 1).
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference"
HEAD = "<!-- Written by scripts/write_reference.py from the code. Do not edit: run `make docs`. -->\n\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; pipes and line ends inside cells are escaped."""
    head = list(head)
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines.extend("| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in row) + " |" for row in rows)
    return "\n".join(lines) + "\n"


def settings_page() -> str:
    from fourleaf.config.env import REGISTRY

    rows = ((f"`{s.name}`", s.kind, s.default or "-", s.help) for _, s in sorted(REGISTRY.items()))
    return (
        "# Settings\n\nRead from the environment. A secret may also come from a file: set `NAME_FILE` to its path. "
        "A value that cannot be used stops the start with a sentence.\n\n"
        + table(("name", "kind", "default", "what it does"), rows)
    )


def rights_page() -> str:
    from fourleaf.kernel.permissions import PERMISSIONS
    from fourleaf.kernel.roles import ROLES

    text = "# Rights and roles\n\nA role is granted to a person: everywhere, for one brand, or for one region.\n\n"
    text += "## Roles\n\n"
    text += table(("role", "code", "for whom"), ((r.label, f"`{r.code}`", r.description) for r in ROLES.values()))
    text += "\n## Rights\n\n"
    rows = []
    for code, permission in sorted(PERMISSIONS.items()):
        carried = ", ".join(role.label for role in ROLES.values() if code in role.permissions)
        rows.append((f"`{code}`", permission.label, carried or "-"))
    return text + table(("right", "what it allows", "roles that carry it"), rows)


def audit_page() -> str:
    from fourleaf.kernel.audit import CODES

    rows = ((f"`{code}`", label) for code, label in sorted(CODES.items()))
    return "# Audit codes\n\nEvery change writes one of these events to the audit trail.\n\n" + table(
        ("code", "meaning"), rows
    )


def jobs_page() -> str:
    from fourleaf.kernel.jobs import KINDS

    rows = (
        (f"`{kind.name}`", kind.label, f"every {kind.every}" if kind.every else "on demand", str(kind.max_attempts))
        for _, kind in sorted(KINDS.items())
    )
    return "# Background work\n\nNamed for what becomes true.\n\n" + table(
        ("job", "what it does", "when", "attempts"), rows
    )


def commands_page() -> str:
    import click

    from fourleaf.cli import main

    text = "# Commands\n\n"

    def show(command: click.Command, path: str, parent: click.Context | None, depth: int) -> None:
        nonlocal text
        context = click.Context(
            command, info_name=path.split()[-1], parent=parent, terminal_width=100, max_content_width=100
        )
        text += f"{'#' * depth} `{path}`\n\n```text\n{command.get_help(context)}\n```\n\n"
        if isinstance(command, click.Group):
            for name in command.list_commands(context):
                child = command.get_command(context, name)
                if child is not None:
                    show(child, f"{path} {name}", context, 2)

    show(main, "fourleaf", None, 2)
    return text.rstrip() + "\n"


def metrics_page() -> str:
    from fourleaf.engine.metrics import metrics

    good = {"up": "more", "down": "less", "none": "-"}
    rows = (
        (f"`{m.key}`", m.id, m.name, m.unit, good[m.direction], m.formula, m.source, m.bias) for m in metrics().values()
    )
    return "# Metrics\n\nEach is one SQL file in `src/fourleaf/engine/metrics/sql`, in DuckDB's dialect.\n\n" + table(
        ("metric", "id", "name", "unit", "good is", "formula", "source", "bias"), rows
    )


def plan_page() -> str:
    from fourleaf.engine.alignment.loading.shapes import shape_of
    from fourleaf.engine.alignment.plan import Plan

    text = (
        "# Plan file\n\nA plan describes an organisation on one day, as YAML or JSON. "
        "`fourleaf plan check FILE` names every mistake in it and holds it against the alignment rules; "
        "[examples/tarnbeck.yaml](../../examples/tarnbeck.yaml) is a whole one to copy from. "
        "Editors that know JSON Schema can use [plan.schema.json](plan.schema.json): put "
        "`# yaml-language-server: $schema=…` with its path in the first line.\n\n"
        "Every section may be left out; that means *not there yet*. An object is addressed as `section/id`. "
        "A reference is the id of an object in the section named after the arrow. "
        "YAML anchors, aliases, merge keys and tags are refused. "
        "Limits: 64 MiB, 20 levels, 4 million keys and values.\n"
    )
    parts = [Plan]
    for part in parts:
        shape = shape_of(part)
        parts.extend(f.part for f in shape.fields.values() if f.part is not None and f.part not in parts)
        head = "The file" if part is Plan else part.__name__
        text += f"\n## {head}\n\n{' '.join((part.__doc__ or '').split())}\n\n"
        rows = (
            (f"`{f.name}`", plan_type(f), "yes" if f.required else "", f.description) for f in shape.fields.values()
        )
        text += table(("field", "type", "needed", "meaning"), rows)
        notes = [f"`{first}` may not be after `{last}`." for first, last in part.IN_ORDER]
        notes += [f"`{last}` lies at most {days} days after `{first}`." for first, last, days in part.AT_MOST_DAYS]
        text += f"\n{' '.join(notes)}\n" if notes else ""
    return text


def plan_type(field: object) -> str:
    """The type of a field of the plan in a few words."""
    from fourleaf.engine.alignment.loading.shapes import FieldShape

    assert isinstance(field, FieldShape)
    kinds = {"truth": "true or false", "integer": "whole number", "time": "date and time with a zone"}
    words = kinds.get(field.kind, field.kind)
    if field.part is not None:
        words = f"[{field.part.__name__}](#{field.part.__name__.lower()})"
    elif field.choices:
        words = ", ".join(f"`{choice}`" for choice in field.choices)
    elif field.ref is not None:
        words = "→ " + (" or ".join(f"`{section}`" for section in field.ref.sections) or "any `section/id`")
    return f"list of {words}" if field.many else words


def rules_page() -> str:
    from dataclasses import fields

    from fourleaf.engine.alignment.rules import RULES, LintDefaults
    from fourleaf.engine.alignment.rules.registry import rule_document

    text = (
        '# Alignment rules\n\nWhat `fourleaf plan check` holds a plan against. An error blocks "ready", a warning '
        "needs a comment, a hint is a suggestion; some findings of a rule are graver than its usual severity, as its "
        "text says. How the check works: [Alignment](../explanation/alignment.md). S0 to S4 are the founding texts.\n\n"
    )
    text += table(
        ("rule", "severity", "title"), ((f"[{r.id}](#{r.id.lower()})", r.severity, r.title) for r in RULES.values())
    )
    for rule in RULES.values():
        text += f"\n## {rule.id}\n\n**{rule.title}** ({rule.severity})\n\n{rule.rationale}\n\n"
        text += "".join(f"- {name}: {said}\n" for name, said in rule_document(rule))
    text += "\n## Thresholds\n\n`LintDefaults`, which a check may override. Shares from 0 to 1.\n\n"
    return text + table(
        ("threshold", "default"),
        ((f"`{field.name}`", str(getattr(LintDefaults(), field.name))) for field in fields(LintDefaults)),
    )


def plan_schema() -> str:
    from fourleaf.engine.alignment import json_schema

    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def check_schema() -> str:
    from fourleaf.engine.alignment.checking import output_schema

    return json.dumps(output_schema(), indent=2, ensure_ascii=False) + "\n"


def openapi() -> str:
    from fourleaf.api.application import api

    return json.dumps(api.get_openapi_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


PAGES = {
    "settings.md": settings_page,
    "rights.md": rights_page,
    "audit-codes.md": audit_page,
    "jobs.md": jobs_page,
    "commands.md": commands_page,
    "metrics.md": metrics_page,
    "plan-file.md": plan_page,
    "rules.md": rules_page,
}


def produce() -> dict[Path, str]:
    """All generated files: path -> text."""
    made = {TARGET / name: HEAD + make() for name, make in PAGES.items()}
    made[TARGET / "openapi.json"] = openapi()
    made[TARGET / "plan.schema.json"] = plan_schema()
    made[TARGET / "plan-check.schema.json"] = check_schema()
    return made


def run(check: bool) -> int:
    stale = []
    for path, text in produce().items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    print("\n".join(f"{'out of date' if check else 'written'}: {name}" for name in stale) or "all up to date")
    return 1 if check and stale else 0


if __name__ == "__main__":
    for name in [name for name in os.environ if name.startswith("FOURLEAF_") or name == "DATABASE_URL"]:
        del os.environ[name]
    with tempfile.TemporaryDirectory() as folder:
        os.environ["FOURLEAF_DATA_DIR"] = folder
        os.environ["DJANGO_SETTINGS_MODULE"] = "fourleaf.config.settings"
        import django

        django.setup()
        status = run("--check" in sys.argv[1:])
    sys.exit(status)
