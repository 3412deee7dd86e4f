"""What addresses of a plan are called and where they lead, and the states of findings in words."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Final

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from fourleaf.alignment.snapshot import Checked, checked
from fourleaf.engine.alignment.checking import RULES
from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel.actors import Actor
from fourleaf.web.kit.tables import State

__all__ = ["KEPT", "SEVERITY", "STATE", "Places", "many_of", "rule_url", "with_rule_links"]

SEVERITY: Final = {
    "error": State("blocking", "Error", "x-circle"),
    "warning": State("attention", "Warning", "exclamation-triangle"),
    "hint": State("information", "Hint", "information-circle"),
}
STATE: Final = {
    "open": State("attention", "Open", "exclamation-circle"),
    "waived": State("information", "Waived", "pause-circle"),
    "gone": State("good", "Gone", "check-circle"),
}
_NAMES: Final = ("name", "title", "role", "text", "label")
#: Kind of what another context keeps -> (its page, whether the page is of one row).
KEPT: Final = {
    "policy": ("governance:policy", True),
    "gap": ("governance:gap", True),
    "consultation": ("governance:consultation", True),
    "processing": ("governance:processing_entry", True),
    "committee": ("governance:committee", True),
    "centre": ("governance:centre", False),
    "roles": ("governance:roles", False),
    "route": ("review:route", True),
    "stratum": ("review:stratum", True),
    "wave": ("training:wave", True),
    "person": ("people:person", True),
}
_RULE: Final = re.compile(r"\bA\d\d\b")
_LONGEST: Final = 80


def rule_url(rule: str) -> str:
    """The page of a rule; "" for one that there is no more."""
    return reverse("alignment:rule", args=[rule]) if rule in RULES else ""


def with_rule_links(sentence: str) -> SafeString:
    """A sentence, such as one of the readiness gate, in which each rule leads to its page."""
    parts, at = [], 0
    for match in _RULE.finditer(sentence):
        parts.append(format_html("{}", sentence[at : match.start()]))
        url = rule_url(match[0])
        parts.append(format_html('<a href="{}">{}</a>', url, match[0]) if url else format_html("{}", match[0]))
        at = match.end()
    parts.append(format_html("{}", sentence[at:]))
    return mark_safe("".join(parts))  # noqa: S308 - each part was escaped above


class Places:
    """What addresses of one plan are called, for one reader. Costs nothing until it is asked."""

    def __init__(self, actor: Actor, plan_id: int) -> None:
        self.actor, self.plan_id = actor, plan_id

    @cached_property
    def _seen(self) -> Checked:
        return checked(self.actor, self.plan_id)

    @property
    def model(self) -> PlanModel:
        """The plan's content as rules see it, with what other contexts know."""
        return self._seen.snapshot.plan

    @cached_property
    def _titles(self) -> dict[str, dict[str, str]]:
        return {}

    def titles(self, section: str) -> dict[str, str]:
        """id -> title of all objects of a section."""
        if section not in self._titles:
            held = getattr(self.model, section, ()) if section in PlanModel.model_fields else ()
            found = {thing.id: _title(thing) for thing in held} if isinstance(held, tuple) else {}
            if section == "roadmap":
                found = {key: item.title for key, item in TEMPLATE.items()} | {k: t for k, t in found.items() if t != k}
            self._titles[section] = found
        return self._titles[section]

    @property
    def people(self) -> list[tuple[str, str]]:
        """(id, post with its id) of everybody in the plan, for a choice."""
        return [(key, title if title == key else f"{title} ({key})") for key, title in self.titles("people").items()]

    def title(self, address: str) -> str:
        """A name that people know: “EM short video IB (P07)”; of a bare section, its name."""
        section, key = _object(address)
        words = section.replace("_", " ")
        if not key:
            return f"All {words}" if section.endswith("s") else words.capitalize()
        found = self.titles(section).get(key)
        return f"{found} ({key})" if found and found != key else f"{words.capitalize()} {key}"

    def url(self, address: str) -> str:
        """Where an address leads; "" while no page shows it."""
        section, key = _object(address)
        tries: list[tuple[str, list[Any]]] = []
        if kept := self._seen.places.get(f"{section}/{key}" if key else section):
            name, with_number = KEPT[kept[0]]
            tries.append((name, [kept[1]] if with_number else []))
        if section == "roadmap" and key:
            tries.append(("planning:roadmap_item", [self.plan_id, key]))
        if section == "programmes" and key:
            tries.append(("planning:programme", [self.plan_id, key]))
        if section == "pilots" and key:
            tries.append(("planning:pilot", [self.plan_id, key]))
        if key:
            tries.append(("planning:object", [self.plan_id, section, key]))
        tries.append(("planning:section", [self.plan_id, section]))
        for name, arguments in tries:
            try:
                return reverse(name, args=arguments)
            except NoReverseMatch:
                continue
        return ""


def _object(address: str) -> tuple[str, str]:
    """(section, id) of an address; no id for a section that is one object, whose fields follow at once."""
    section, _, rest = address.partition("/")
    return section, rest.partition("/")[0] if many_of(section) else ""


def many_of(section: str) -> bool:
    """Whether a section holds many objects, each with an id."""
    info = PlanModel.model_fields.get(section)
    return info is None or info.default == ()


def _title(thing: Any) -> str:
    for name in _NAMES:
        found = getattr(thing, name, None)
        if found:
            text = str(found)
            return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
    policy, region = getattr(thing, "policy", None), getattr(thing, "region", None)
    if policy and region:
        return f"{policy} in {region}"
    kind, version = getattr(thing, "kind", None), getattr(thing, "version", None)
    return f"{kind} {version}" if kind and version else str(thing.id)
