"""The questionnaire as data: items, leaves, veins and weights, and the parameters of every rule.

`STANDARD` holds the 32 scored items and two that are reported but never scored, with a German version of each text.
An organisation edits a copy: `STANDARD.edited("C1", text="...")`, `.without("C3")`, `.extended(Item(...))`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from fourleaf.engine.survey.standard_items import ITEM_ROWS, VEIN_NAMES, WILLINGNESS_ROWS

__all__ = ["CANNOT_SAY", "LEAVES", "SCALE", "STANDARD", "Instrument", "InstrumentError", "Item", "SurveyDefaults"]

#: The four leaves, in the order of every table.
LEAVES: Final = ("culture", "leadership", "governance", "technology")
#: The answers and their words, by language.
SCALE: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("strongly disagree", "disagree", "neither", "agree", "strongly agree"),
    "de": ("stimme gar nicht zu", "stimme nicht zu", "weder noch", "stimme zu", "stimme voll zu"),
    "da": ("helt uenig", "uenig", "hverken eller", "enig", "helt enig"),
    "es": ("totalmente en desacuerdo", "en desacuerdo", "ni lo uno ni lo otro", "de acuerdo", "totalmente de acuerdo"),
    "fi": ("täysin eri mieltä", "eri mieltä", "en samaa enkä eri mieltä", "samaa mieltä", "täysin samaa mieltä"),
    "fr": ("pas du tout d’accord", "pas d’accord", "ni l’un ni l’autre", "d’accord", "tout à fait d’accord"),
    "it": ("per niente d’accordo", "non d’accordo", "né l’uno né l’altro", "d’accordo", "del tutto d’accordo"),
    "nl": ("helemaal mee oneens", "mee oneens", "geen van beide", "mee eens", "helemaal mee eens"),
    "no": ("helt uenig", "uenig", "verken eller", "enig", "helt enig"),
    "pl": ("zdecydowanie się nie zgadzam", "nie zgadzam się", "ani tak, ani nie", "zgadzam się",
           "zdecydowanie się zgadzam"),
    "pt": ("discordo totalmente", "discordo", "nem uma coisa nem outra", "concordo", "concordo totalmente"),
    "sv": ("instämmer inte alls", "instämmer inte", "varken eller", "instämmer", "instämmer helt"),
    "tr": ("kesinlikle katılmıyorum", "katılmıyorum", "ne katılıyorum ne katılmıyorum", "katılıyorum",
           "kesinlikle katılıyorum"),
}  # fmt: skip
CANNOT_SAY: Final[Mapping[str, str]] = {
    "en": "cannot say",
    "de": "kann ich nicht sagen",
    "da": "kan ikke sige",
    "es": "no puedo decirlo",
    "fi": "en osaa sanoa",
    "fr": "je ne peux pas le dire",
    "it": "non posso dirlo",
    "nl": "kan ik niet zeggen",
    "no": "kan ikke si",
    "pl": "nie wiem",
    "pt": "não sei dizer",
    "sv": "kan inte säga",
    "tr": "bir şey diyemem",
}


class InstrumentError(ValueError):
    """A questionnaire that cannot be scored; the sentence says why."""


@dataclass(frozen=True)
class SurveyDefaults:
    """Every threshold of the survey, in one place. Shares are 0 to 1, points 0 to 100."""

    k_scores: int = 5  # fewest people behind a published score
    k_verbatim: int = 10  # fewest people behind published comments
    min_items_leaf: int = 6  # answered items a person needs for a leaf of `leaf_length` items
    leaf_length: int = 8
    min_items_vein: int = 2
    response_share: float = 0.50  # share of items that makes somebody a respondent
    min_company_n: int = 30
    min_company_rate: float = 0.30
    rate_banner: float = 0.60
    gap_flag: float = 0.5  # leader gap, in scale points
    three_leaf_below: float = 50.0
    leaf_cap: float = 40.0  # a leaf below it caps maturity
    divided_below: float = 0.50
    camp_share: float = 0.25  # people on either side that make two camps, and the most in the middle between them
    icc1: float = 0.05
    icc2: float = 0.60
    reliability_n: int = 30
    skewed_null: float = 1.34
    level: float = 0.95

    def needed_in_leaf(self, items: int) -> int:
        """Answered items a person needs in a leaf of `items` items: the same part as 6 of 8, rounded up."""
        return max(1, math.ceil(items * self.min_items_leaf / self.leaf_length - 1e-9))

    def needed_in_vein(self, items: int) -> int:
        """Answered items a person needs in a vein."""
        return min(self.min_items_vein, items)


@dataclass(frozen=True)
class Item:
    """One statement. `leaf` and `vein` are None for statements that are reported but not scored.

    `reverse`: agreement speaks against the leaf, so that 6 - x is scored. `texts` are by language code; English first.
    """

    id: str
    leaf: str | None
    vein: str | None
    reverse: bool
    texts: Mapping[str, str]

    @property
    def text(self) -> str:
        """The English text, or the first there is."""
        return self.texts.get("en") or next(iter(self.texts.values()))

    def text_in(self, language: str) -> str:
        """The text in a language, or the English one where there is no translation."""
        return self.texts.get(language, self.text)


@dataclass(frozen=True)
class Instrument:
    """A questionnaire. `weights` are by leaf and sum to 1; `options` is the number of answers, 1 to `options`.

    InstrumentError when the parts do not fit together.
    """

    items: tuple[Item, ...]
    weights: Mapping[str, float] = field(
        default_factory=lambda: {"culture": 0.8 / 3, "leadership": 0.8 / 3, "governance": 0.8 / 3, "technology": 0.2}
    )
    options: int = 5
    name: str = "standard"

    def __post_init__(self) -> None:
        ids = [item.id for item in self.items]
        folded = [one.casefold() for one in ids]
        for one in ids:
            if not one or folded.count(one.casefold()) > 1:
                raise InstrumentError(
                    f"The item id {one!r} is empty or stands twice. Give every item an id of its own."
                )
        for item in self.items:
            if not item.texts or not all(text.strip() for text in item.texts.values()):
                raise InstrumentError(f"The item {item.id} has no text. Write one in at least one language.")
            if item.leaf is not None and item.leaf not in self.weights:
                raise InstrumentError(f"The item {item.id} belongs to the leaf {item.leaf!r}, which has no weight.")
            if item.leaf is None and item.reverse:
                raise InstrumentError(f"The item {item.id} is not scored, so it cannot be reversed.")
        for leaf, weight in self.weights.items():
            if not weight > 0:
                raise InstrumentError(f"The weight of {leaf} is {weight}; weights are greater than 0.")
            if len(self.of_leaf(leaf)) < 2:
                raise InstrumentError(f"The leaf {leaf} has fewer than two items. Add items or take the leaf out.")
        if not math.isclose(sum(self.weights.values()), 1.0, abs_tol=1e-6):
            raise InstrumentError(f"The weights sum to {sum(self.weights.values()):g}; they must sum to 1.")
        if self.options < 3:
            raise InstrumentError("A scale has at least three answers.")

    @property
    def leaves(self) -> tuple[str, ...]:
        """Leaves in the order of their weights."""
        return tuple(self.weights)

    @property
    def ids(self) -> tuple[str, ...]:
        """Ids of all items, scored or not."""
        return tuple(item.id for item in self.items)

    @property
    def scored(self) -> tuple[Item, ...]:
        """Items that belong to a leaf."""
        return tuple(item for item in self.items if item.leaf is not None)

    @property
    def unscored(self) -> tuple[Item, ...]:
        """Items that are reported on their own."""
        return tuple(item for item in self.items if item.leaf is None)

    def of_leaf(self, leaf: str) -> tuple[Item, ...]:
        """Items of a leaf."""
        return tuple(item for item in self.items if item.leaf == leaf)

    def veins(self, leaf: str) -> dict[str, tuple[Item, ...]]:
        """Items of a leaf by vein; items without a vein are left out."""
        names = dict.fromkeys(item.vein for item in self.of_leaf(leaf) if item.vein)
        return {name: tuple(item for item in self.of_leaf(leaf) if item.vein == name) for name in names}

    def edited(self, id: str, **changes: Any) -> Instrument:
        """A copy in which fields of one item are changed; `text` sets the English text."""
        if id not in self.ids:
            raise InstrumentError(f"There is no item {id!r}; there are {', '.join(self.ids)}.")
        old = next(item for item in self.items if item.id == id)
        if "text" in changes:
            changes["texts"] = {**old.texts, "en": changes.pop("text")}
        return replace(self, items=tuple(replace(old, **changes) if item is old else item for item in self.items))

    def without(self, *ids: str) -> Instrument:
        """A copy without some items."""
        return replace(self, items=tuple(item for item in self.items if item.id not in ids))

    def extended(self, items: Iterable[Item] | Item) -> Instrument:
        """A copy with items of one's own."""
        more = (items,) if isinstance(items, Item) else tuple(items)
        return replace(self, items=(*self.items, *more))


def _standard() -> Instrument:
    leaf_of = {leaf[0].upper(): leaf for leaf in LEAVES}
    scored = (
        Item(code, leaf_of[code[0]], VEIN_NAMES[vein], reverse, {"en": english, "de": german})
        for code, vein, reverse, english, german in ITEM_ROWS
    )
    apart = (Item(code, None, None, False, {"en": english, "de": german}) for code, english, german in WILLINGNESS_ROWS)
    return Instrument((*scored, *apart))


STANDARD: Final = _standard()
