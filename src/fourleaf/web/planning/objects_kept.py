"""What other contexts keep in the plan's stead: where it is kept, and what the check reads there.

Which sections and fields these are is not listed here: it follows from what the contexts gave to the check's snapshot.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from django.urls import NoReverseMatch, reverse

from fourleaf.alignment.shown import PERSONAL, hidden_of, open_regions
from fourleaf.alignment.snapshot import Checked, checked
from fourleaf.kernel.actors import Actor, system_actor
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.models import PlanObject
from fourleaf.planning.sections import section_named
from fourleaf.planning.selectors import get_plan_for
from fourleaf.web.alignment.places import KEPT
from fourleaf.web.planning.objects_words import field_label, shown

__all__ = ["Keeper", "Kept"]

#: Provider -> (what readers call it, its first page); a page for one section or field goes before it.
_KEEPERS: Final = {
    "governance": ("Governance", "governance:policies"),
    "training": ("Training", "training:people"),
    "review": ("Review", "review:routes"),
    "assessment": ("Assess", "assessment:home"),
}
_PAGES: Final = {
    "gaps": "governance:gaps",
    "consultations": "governance:consultations",
    "processing_activities": "governance:processing",
    "regions": "governance:processing",
    "committees": "governance:committees",
    "centre_of_excellence": "governance:centre",
    "roles": "governance:roles",
    "strata": "review:strata",
    "training_waves": "training:waves",
}


@dataclass(frozen=True)
class Keeper:
    """Who keeps something: ``name`` of the part of the product, address of its page, and a sentence that says so."""

    name: str
    url: str
    sentence: str


class Kept:
    """What others keep of one plan, for one reader who may see the plan. Costs nothing until it is asked."""

    def __init__(self, actor: Actor, plan_id: int) -> None:
        self.actor, self.plan_id = actor, plan_id
        self.may_read = allowed(actor, "alignment.view_findings")

    @cached_property
    def seen(self) -> Checked:
        """The check's snapshot. Where something is kept may be known to whoever sees the plan, what it says may not."""
        get_plan_for(self.actor, self.plan_id)
        return checked(system_actor("plan pages"), self.plan_id)

    @cached_property
    def _open_regions(self) -> frozenset[str]:
        return open_regions()

    def section(self, section: str) -> Keeper | None:
        """Who keeps the whole section; None while the plan does."""
        provider = self.seen.kept.get(section)
        if provider is None:
            return None
        title, (name, _) = shown(section).title, _known(provider)
        many = title.endswith("s") or title.partition(" ")[0].endswith("s")
        verb, them = ("are", "them") if many else ("is", "it")
        sentence = f"{title} {verb} kept in {name}; the check reads {them} there."
        return Keeper(name, _page(section, provider), sentence)

    def fields(self, section: str, key: str) -> dict[str, str]:
        """Fields of an object of the plan that somebody else knows better -> name of the provider."""
        return dict(self.seen.known_better.get(f"{section}/{key}", {}))

    def keepers_of_fields(self, section: str, *keys: str) -> list[Keeper]:
        """A sentence for each who knows fields of these objects better."""
        by_provider: dict[str, list[str]] = {}
        known = {field: provider for key in keys for field, provider in self.fields(section, key).items()}
        for field, provider in known.items():
            by_provider.setdefault(provider, []).append(f"“{field_label(section, field)}”")
        found = []
        for provider, labels in by_provider.items():
            name = _known(provider)[0]
            said = labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} and {labels[-1]}"
            verb, them = ("is", "it") if len(labels) == 1 else ("are", "them")
            sentence = f"{said} {verb} kept in {name}; the check reads {them} there."
            if known.keys() & PERSONAL.get(section, frozenset()):
                sentence += " Of single people they are shown only where their region allows it."
            found.append(Keeper(name, _page(section, provider), sentence))
        return found

    def rows(self, section: str) -> list[PlanObject]:
        """What the check reads in a section, as objects that were never stored; none for whoever may not read it."""
        if not self.may_read:
            return []
        held = getattr(self.seen.snapshot.plan, section)
        things = held if section_named(section).many else ([held] if held is not None else [])
        found = [thing.model_dump(mode="json") for thing in things]
        for data in found:
            for name in hidden_of(section, data, self._open_regions):
                data.pop(name, None)
        return [self._row(section, data, at) for at, data in enumerate(found)]

    def count(self, section: str) -> int:
        """How many objects the check reads in a section."""
        held = getattr(self.seen.snapshot.plan, section)
        return len(held) if section_named(section).many else int(held is not None)

    def row(self, section: str, key: str) -> PlanObject | None:
        """One object as the check reads it, where the plan does not keep it."""
        address = f"{section}/{key}" if key else section
        if section not in self.seen.kept and address not in self.seen.places:
            return None
        return next((row for row in self.rows(section) if row.key == key), None)

    def url_of(self, section: str, key: str) -> str:
        """The page of the context that keeps the object; "" for none."""
        kind, number = self.seen.places.get(f"{section}/{key}" if key else section, ("", 0))
        if kind in KEPT:
            name, with_number = KEPT[kind]
            return _reversed(name, *([number] if with_number else []))
        provider = self.seen.kept.get(section)
        return _page(section, provider) if provider else ""

    def data(self, section: str, key: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """The plan's object with the fields that somebody else knows better, as the check reads them."""
        better = self.seen.known_better.get(f"{section}/{key}")
        if not better or not self.may_read:
            return dict(data)
        thing = self.seen.snapshot.find(f"{section}/{key}")
        if thing is None:
            return dict(data)
        live = thing.model_dump(mode="json", exclude_none=True)
        for name in hidden_of(section, data, self._open_regions):
            live.pop(name, None)
        rest = {name: value for name, value in data.items() if name not in better}
        return rest | {name: live[name] for name in better if name in live}

    def _row(self, section: str, data: dict[str, Any], at: int) -> PlanObject:
        key = str(data.get("id", ""))
        said = {name: value for name, value in data.items() if value not in (None, [], "")}
        return PlanObject(plan_id=self.plan_id, section=section, key=key, position=at, data=said)


def _known(provider: str) -> tuple[str, str]:
    return _KEEPERS.get(provider, (provider.replace("_", " ").capitalize(), ""))


def _page(section: str, provider: str) -> str:
    return _reversed(_PAGES.get(section, "") or _known(provider)[1])


def _reversed(name: str, *arguments: int) -> str:
    try:
        return reverse(name, args=arguments) if name else ""
    except NoReverseMatch:
        return ""
