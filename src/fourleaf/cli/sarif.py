"""Findings as SARIF 2.1.0 (OASIS), so that code hosts and editors show them at their lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from fourleaf import __version__

if TYPE_CHECKING:
    from fourleaf.engine.alignment import Finding
    from fourleaf.engine.alignment.loading import Problem

__all__ = ["sarif_of_findings", "sarif_of_problems"]

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {"error": "error", "warning": "warning", "hint": "note"}


def sarif_of_findings(file: str, findings: Sequence[tuple[Finding, tuple[int, int] | None]]) -> dict[str, Any]:
    """A log of findings, each with the (line, column) of its object, or None."""
    results = []
    for finding, place in findings:
        text = f"{finding.message} {finding.hint}".rstrip()
        result = _result(file, finding.rule, _LEVELS[finding.severity], text, place)
        result["partialFingerprints"] = {"ruleAndObject/v1": f"{finding.rule}:{finding.object}"}
        result["properties"] = {
            "object": finding.object,
            "evidence": list(finding.evidence),
            "hint": finding.hint,
        }
        results.append(result)
    return _log(results, successful=True)


def sarif_of_problems(file: str, problems: Sequence[Problem]) -> dict[str, Any]:
    """A log of what is wrong with a file that could not be read as a plan; rule ids are plan-file/<kind>."""
    results = []
    for problem in problems:
        text = f"{problem.message} {problem.hint}".rstrip()
        place = (problem.line, problem.column)
        result = _result(file, f"plan-file/{problem.kind}", "error", text, place)
        result["properties"] = {"path": problem.path}
        results.append(result)
    return _log(results, successful=False)


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote("stdin" if file == "-" else path.as_posix())


def _result(file: str, rule: str, level: str, text: str, place: tuple[int, int] | None) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(file)}}
    if place and place[0]:
        physical["region"] = {"startLine": place[0], "startColumn": place[1]}
    return {"ruleId": rule, "level": level, "message": {"text": text}, "locations": [{"physicalLocation": physical}]}


def _log(results: list[dict[str, Any]], *, successful: bool) -> dict[str, Any]:
    rules = sorted({str(result["ruleId"]) for result in results})
    for result in results:
        result["ruleIndex"] = rules.index(result["ruleId"])
    driver = {"name": "Fourleaf", "semanticVersion": __version__, "rules": [{"id": rule} for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": successful}],
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
