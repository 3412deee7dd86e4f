"""What the objects of a plan are called, and which of them a typed text means."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any, Final

from fourleaf.engine.alignment.plan import Plan as PlanModel
from fourleaf.engine.alignment.roadmap_template import TEMPLATE
from fourleaf.kernel.actors import Actor
from fourleaf.kernel.models import Person
from fourleaf.kernel.permissions import allowed
from fourleaf.planning.linking import person_key
from fourleaf.planning.sections import HEAD, SECTIONS
from fourleaf.planning.selectors import model_of
from fourleaf.web.planning.objects_words import choice_label, field_label, shown

__all__ = ["MARK", "Names", "id_meant", "parts_meant", "title_of", "users_said"]

#: Stands between an id and its title where somebody writes or chooses one: "O1 · Cut service contacts".
MARK: Final = " · "
_LONGEST: Final = 90
_MOST_SAID: Final = 5


def title_of(section: str, thing: Any, names: Names | None = None) -> str:
    """What an object is called: the value of its leading field, of a model or of its data."""

    def value(name: str) -> Any:
        return thing.get(name) if isinstance(thing, dict) else getattr(thing, name, None)

    found = value(shown(section).lead)
    key = str(value("id") or "")
    if section == "roadmap" and not found and key in TEMPLATE:
        found = TEMPLATE[key].title
    if section == "resources" and names is not None:
        parts = [names.title("departments", str(value("department")))]
        if value("region"):
            parts.append(names.title("regions", str(value("region"))))
        return ", ".join(parts)
    if names is not None and found and section in ("acknowledgements", "rota_slots", "contributions", "early_voices"):
        where = {"acknowledgements": "policies", "rota_slots": "regions"}.get(section, "people")
        return names.title(where, str(found))
    text = str(found) if found not in (None, "") else key or shown(section).title
    if section in ("belt_requirements", "roles", "strata"):
        text = choice_label(text)
    if section == "waivers" and value("object"):
        text = f"{text} at {value('object')}"
    if section == "training_waves":
        text = f"Wave {text}"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


class Names:
    """Titles of the objects of one plan, by section and id, for one reader. Costs nothing until it is asked."""

    def __init__(self, actor: Actor, plan_id: int, model: PlanModel | None = None) -> None:
        self.actor, self.plan_id = actor, plan_id
        self._given = model
        self._sections: dict[str, dict[str, str]] = {}

    @cached_property
    def model(self) -> PlanModel:
        """The plan, as `model_of` gives it, or the one that was given: as the check reads it."""
        return self._given or model_of(self.actor, self.plan_id)

    @cached_property
    def of_people(self) -> dict[str, str]:
        """id in the plan -> name of people of the organisation, for readers who may see them."""
        if not self.model.people or not allowed(self.actor, "kernel.view_people"):
            return {}
        keys = {person.id for person in self.model.people}
        numbers = [int(key[7:]) for key in keys if key.startswith("person-") and key[7:].isdigit()]
        rows = Person.objects.filter(external_id__in=keys) | Person.objects.filter(pk__in=numbers)
        return {person_key(pk, number): name for pk, number, name in rows.values_list("pk", "external_id", "name")}

    def titles(self, section: str) -> dict[str, str]:
        """id -> title of everything in a section, in its order."""
        if section not in self._sections:
            found: dict[str, str] = {}
            if section in SECTIONS and section != HEAD and SECTIONS[section].many:
                self._sections[section] = found  # before the titles are made: some of them name their neighbours
                for thing in getattr(self.model, section):
                    found[thing.id] = title_of(section, thing, self)
            if section == "people":
                for key, name in self.of_people.items():
                    if key in found:
                        found[key] = f"{name}, {found[key]}"
            if section == "roadmap":
                found = {key: item.title for key, item in TEMPLATE.items()} | found
            self._sections[section] = found
        return self._sections[section]

    def title(self, section: str, key: str) -> str:
        """The title of one object; its id where there is none."""
        return self.titles(section).get(key, key)

    def holder(self, sections: Iterable[str], key: str) -> str:
        """The section among these that has this id; "" for none."""
        return next((name for name in sections if key in self.titles(name)), "")

    def choices(self, sections: Iterable[str]) -> list[tuple[str, str]]:
        """(id, "id · title") of everything that a reference may point at."""
        listed = []
        for section in sections:
            for key, title in self.titles(section).items():
                listed.append((key, title if title == key else f"{key}{MARK}{title}"))
        return listed

    def inside(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What may carry a programme outside: programmes inside, activities, and the roadmap's items inside."""
        outside = {p.id for p in self.model.programmes if p.side == "external"}
        own = {item.id: item.side for item in self.model.roadmap if item.side}
        sides = {key: item.side for key, item in TEMPLATE.items()} | own
        groups = (
            ("Programmes inside", "programmes", outside),
            ("Activities", "activities", {a.id for a in self.model.activities if a.programme in outside}),
            ("Roadmap", "roadmap", {key for key, side in sides.items() if side == "external"}),
        )
        listed = []
        for label, section, without in groups:
            found = [choice for choice in self.choices((section,)) if choice[0] not in without]
            if found:
                listed.append((label, found))
        return listed

    def written(self, sections: Iterable[str], key: str) -> str:
        """How a reference is written where it can be typed."""
        section = self.holder(sections, key)
        title = self.title(section, key) if section else key
        return key if title == key else f"{key}{MARK}{title}"


def users_said(users: Iterable[str], names: Names) -> str:
    """Who names an object, of addresses such as programmes/P01/objectives: “Answers (P01) names it …”"""
    listed = list(dict.fromkeys(users))
    said = []
    for address in listed[:_MOST_SAID]:
        section, _, rest = address.partition("/")
        key, _, field = rest.partition("/")
        title = names.title(section, key) if key else shown(section).title
        called = title if title == key or not key else f"{title} ({key})"
        under = field_label(section, field.rpartition("/")[2] or section)
        said.append(f"{called} names it under “{under}”.")
    if len(listed) > _MOST_SAID:
        said.append(f"So do {len(listed) - _MOST_SAID} more.")
    return " ".join(said)


def id_meant(choices: list[tuple[str, str]], text: str) -> str | None:
    """The id that a text means: an id, "id · title", a whole title, or a part that occurs once. None for nobody."""
    text = " ".join(text.split())
    ids = {key for key, _ in choices}
    before = text.partition(MARK.strip())[0].strip()
    for candidate in (text, before):
        if candidate in ids:
            return candidate
    folded = text.casefold()
    titles = {key: label.partition(MARK)[2].casefold() or label.casefold() for key, label in choices}
    for exact in ([k for k in ids if k.casefold() == folded], [k for k, t in titles.items() if t == folded]):
        if len(exact) == 1:
            return exact[0]
    part = [key for key, title in titles.items() if folded and folded in title]
    return part[0] if len(part) == 1 else None


def parts_meant(choices: list[tuple[str, str]], text: str) -> list[str]:
    """Labels of all that a text may mean: those that have it in their id or title, whatever its case."""
    folded = " ".join(text.split()).casefold()
    return [label for key, label in choices if folded and (folded in label.casefold() or folded in key.casefold())]
