"""Run the rules over a snapshot, set waived findings apart, and say what a finding holds up.

findings = check(snapshot)
open_ones, waived = apply_waivers(findings, snapshot.plan.waivers, snapshot.as_of)
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Final

from fourleaf.engine.alignment.findings import SEVERITIES, Finding
from fourleaf.engine.alignment.plan import Plan, Programme, Waiver
from fourleaf.engine.alignment.rules import RULES, LintDefaults, Rule
from fourleaf.engine.alignment.rules.registry import refs
from fourleaf.engine.alignment.snapshot import Snapshot

__all__ = [
    "RULES",
    "LintDefaults",
    "Rule",
    "apply_waivers",
    "blocks",
    "by_blocked",
    "check",
    "check_changed",
    "idle_waivers",
    "nothing_to_waive",
    "output_schema",
]

_RANK: Final = {severity: place for place, severity in enumerate(SEVERITIES)}
_DEFAULTS: Final = LintDefaults()


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, rule and object; what is equal in these stays in the order of the plan."""
    return sorted(findings, key=lambda f: (_RANK[f.severity], f.rule, f.object))


def check(snapshot: Snapshot, rules: Iterable[str] | None = None, defaults: LintDefaults = _DEFAULTS) -> list[Finding]:
    """All findings, errors first, then by rule and object; the same plan gives the same list.

    rules: ids of the rules to run; left out, all. Raises KeyError for an id that is no rule. Waivers are not looked at.
    """
    chosen = RULES.values() if rules is None else [RULES[key] for key in dict.fromkeys(rules)]
    return _in_order(finding for rule in chosen for finding in rule.findings(snapshot, defaults))


def check_changed(
    before_findings: Iterable[Finding],
    before: Snapshot,
    after: Snapshot,
    changed_sections: Collection[str] | None = None,
    defaults: LintDefaults = _DEFAULTS,
) -> list[Finding]:
    """What `check(after)` would give, running only rules that read a section that changed.

    before_findings: all findings of `before`, with the same defaults. changed_sections: names of sections; left out,
    they are found by comparing. Another day makes all rules run, since ages are counted to it.
    """
    if before.as_of != after.as_of:
        return check(after, defaults=defaults)
    if changed_sections is None:
        pairs = ((name, getattr(before.plan, name), getattr(after.plan, name)) for name in Plan.model_fields)
        changed_sections = {name for name, old, new in pairs if old is not new and old != new}
    again = {key for key, rule in RULES.items() if not set(rule.reads).isdisjoint(changed_sections)}
    kept = [finding for finding in before_findings if finding.rule not in again]
    return _in_order([*kept, *check(after, sorted(again), defaults)])


def apply_waivers(
    findings: Iterable[Finding], waivers: Iterable[Waiver], as_of: date, defaults: LintDefaults = _DEFAULTS
) -> tuple[list[Finding], list[tuple[Finding, Waiver]]]:
    """(open findings, waived findings with their waiver), both in the order of the findings.

    A waiver holds for one rule at one object, from its first day to its last. One that runs for more than 90 days does
    not hold at all. Of several that hold, the one that lasts longest counts.
    """
    holding: dict[tuple[str, str], Waiver] = {}
    for waiver in sorted(waivers, key=lambda w: (w.until, w.id)):
        runs = (waiver.until - waiver.granted_on).days
        if waiver.granted_on <= as_of <= waiver.until and runs <= defaults.waiver_days:
            holding[waiver.rule, waiver.object] = waiver
    still_open: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    for finding in findings:
        leave = holding.get((finding.rule, finding.object))
        if leave is None:
            still_open.append(finding)
        else:
            waived.append((finding, leave))
    return still_open, waived


def nothing_to_waive(rule: str, at: str, findings: Iterable[Finding], snapshot: Snapshot) -> str:
    """Why a waiver of a rule at an address would hold for nothing, in a sentence; "" where it would hold."""
    if rule not in RULES:
        return f"There is no rule {rule}. Rules are called A01 to {max(RULES)}."
    section, _, key = at.partition("/")
    if section not in Plan.model_fields or (key and snapshot.find(at) is None):
        return f"There is no {at} in this plan."
    if any((f.rule, f.object) == (rule, at) for f in findings):
        return ""
    elsewhere = sorted({f.object for f in findings if f.rule == rule})
    if not elsewhere:
        return f"{rule} finds nothing in this plan now, so there is nothing to waive."
    more = f" and {len(elsewhere) - 3} more" if len(elsewhere) > 3 else ""
    return f"{rule} finds nothing at {at} now. It does at {', '.join(elsewhere[:3])}{more}."


def idle_waivers(findings: Iterable[Finding], snapshot: Snapshot) -> list[tuple[Waiver, str]]:
    """Waivers that run today and hold for nothing, each with the reason in a sentence."""
    found, today = list(findings), snapshot.as_of
    running = (w for w in snapshot.plan.waivers if w.granted_on <= today <= w.until)
    told = ((waiver, nothing_to_waive(waiver.rule, waiver.object, found, snapshot)) for waiver in running)
    return [(waiver, sentence) for waiver, sentence in told if sentence]


def output_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `fourleaf plan check --format json` prints."""
    text, line = {"type": "string"}, {"type": ["integer", "null"], "minimum": 1}
    finding = {
        "rule": {"enum": sorted(RULES)},
        "severity": {"enum": list(SEVERITIES)},
        "object": text | {"description": "Address section/id, or a bare section."},
        "message": text | {"description": "What is wrong."},
        "evidence": {"type": "array", "items": text, "description": "Addresses of what shows it, some with a field."},
        "hint": text | {"description": "How to mend it."},
        "line": line | {"description": "Line of the object in the file; null where it is not in the file."},
    }
    problem = {"path": text, "kind": text, "message": text, "hint": text, "line": line, "column": line}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Fourleaf plan check",
        "description": "Findings, errors first; or the problems of a file that could not be read as a plan.",
        "type": "object",
        "properties": {"findings": _array(finding), "problems": _array(problem)},
        "required": ["findings"],
        "additionalProperties": False,
    }


def _array(properties: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "object", "properties": properties, "required": sorted(properties), "additionalProperties": False}
    return {"type": "array", "items": part}


# --- what a finding holds up ------------------------------------------------------------------------------------


class _Touched:
    """External programmes (not ended) by the objects they touch; made once for a snapshot."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot: Final = snapshot
        self.by: Final[dict[str, dict[str, None]]] = {}
        for programme in snapshot.external:
            for address in self._addresses(programme):
                self.by.setdefault(address, {})[programme.id] = None
        for section, owner in (("pilots", "programme"), ("activities", "programme"), ("contributions", "person")):
            for thing in getattr(snapshot.plan, section):
                key = getattr(thing, owner)
                if section == "contributions":
                    self._add(f"people/{key}", [thing.programme] if thing.programme else self._on(thing.channel))
                elif key:
                    self._add(f"{section}/{thing.id}", [key])

    def _add(self, address: str, programmes: Iterable[str]) -> None:
        known = {key: None for key in programmes if key in self.snapshot.programmes}
        self.by.setdefault(address, {}).update(known)

    def _on(self, channel: str) -> list[str]:
        return [programme.id for programme in self.snapshot.external_on_channel.get(channel, ())]

    @staticmethod
    def _addresses(programme: Programme) -> Iterable[str]:
        one = {"brands": programme.brand, "departments": programme.sponsoring_unit, "programmes": programme.id}
        many = {
            "regions": programme.regions,
            "channels": programme.channels,
            "objectives": programme.objectives,
            "audiences": programme.audiences,
            "resources": programme.resources,
            "people": [r.person for r in programme.responders] + list(programme.authors),
            "pilots": [programme.rollout.pilot] if programme.rollout and programme.rollout.pilot else [],
        }
        yield from (f"{section}/{key}" for section, key in one.items() if key)
        yield from (f"{section}/{key}" for section, keys in many.items() for key in keys)


def _scoped(touched: _Touched, section: str, key: str) -> Iterable[str]:
    """Programmes in the scope of a policy, a route, a voice, a team or a class of content."""
    snapshot = touched.snapshot
    thing = snapshot.find(f"{section}/{key}")
    if thing is None:
        return ()
    if section == "early_voices":
        return list(getattr(thing, "programmes", ()))
    if section == "first_teams":
        inside = getattr(thing, "programme", None)
        return [p.id for p in snapshot.external if inside and inside in p.counterparts]
    brand = getattr(thing, "brand", None)
    brands = [brand] if brand else list(getattr(thing, "brands", ()))
    channels, regions = getattr(thing, "channels", ()), getattr(thing, "regions", ())
    return [
        p.id
        for p in snapshot.external
        if (not brands or p.brand in brands)
        and (not channels or not set(channels).isdisjoint(p.channels))
        and (not regions or not set(regions).isdisjoint(p.regions))
    ]


_SCOPED: Final = ("policies", "routes", "strata", "early_voices", "first_teams")
_WHOLE: Final = "crisis_authorities"


def _programmes(finding: Finding, touched: _Touched) -> Iterable[str]:
    section, _, key = finding.object.partition("/")
    if finding.object in touched.by:
        return touched.by[finding.object]
    if section in _SCOPED and key:
        return _scoped(touched, section, key)
    if section == _WHOLE:
        return [programme.id for programme in touched.snapshot.live]
    return ()


def _blocked(finding: Finding, touched: _Touched) -> tuple[str, ...]:
    rule = RULES.get(finding.rule)
    if rule is None:
        return ()
    found: dict[str, None] = {}
    if finding.object.startswith("roadmap/"):
        found[finding.object] = None
    if rule.blocks == "programme":
        found.update(dict.fromkeys(refs("programmes", _programmes(finding, touched))))
    if rule.milestone and rule.blocks != "plan" and (rule.blocks == "roadmap" or not found):
        found[f"roadmap/{rule.milestone}"] = None
    return tuple(found)


def blocks(finding: Finding, snapshot: Snapshot) -> tuple[str, ...]:
    """Addresses of what the finding holds up: `programmes/P07`, `roadmap/3.E2`; none where it is the plan as a whole.

    Programmes are the external ones that its object touches; where there are none, the item of the roadmap whose
    evidence the rule asks for. For many findings use `by_blocked`, which makes the indexes once.
    """
    return _blocked(finding, _Touched(snapshot))


def by_blocked(findings: Iterable[Finding], snapshot: Snapshot) -> Mapping[str, tuple[Finding, ...]]:
    """What is held up -> the findings that do so, in their order; "" for those that hold up the plan as a whole."""
    touched = _Touched(snapshot)
    scoped: Callable[[Finding], tuple[str, ...]] = cache(lambda finding: _blocked(finding, touched))
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        for address in scoped(finding) or ("",):
            found.setdefault(address, []).append(finding)
    return {address: tuple(held) for address, held in found.items()}
