"""The seven steps of the ladder, what each grants and what it asks for (domain 03, "belts")."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

__all__ = [
    "BELTS",
    "LADDER",
    "RIGHTS",
    "RIGHT_LABELS",
    "VOICED",
    "Belt",
    "Right",
    "Step",
    "Work",
    "WorkKind",
    "above",
    "as_belt",
    "at_least",
    "below",
    "belt_of_right",
    "rank",
    "rights_of",
]

Belt = Literal["none", "white", "yellow", "orange", "green", "blue", "black"]
Right = Literal[
    "internal_post",
    "share_approved",
    "triage",
    "submit_draft",
    "author_official",
    "byline",
    "reply",
    "moderate",
    "publish",
    "review",
    "crisis",
    "break_glass",
    "train",
    "appeal",
]
WorkKind = Literal["triage", "draft", "role_play", "reply", "project", "clean_items", "drill", "panel"]

#: From the lowest to the highest.
BELTS: Final[tuple[Belt, ...]] = ("none", "white", "yellow", "orange", "green", "blue", "black")

#: Right -> the lowest belt that grants it, in the order of the ladder.
RIGHTS: Final[dict[str, Belt]] = {
    "internal_post": "white",
    "share_approved": "white",
    "triage": "yellow",
    "submit_draft": "yellow",
    "author_official": "orange",
    "byline": "orange",
    "reply": "green",
    "moderate": "green",
    "publish": "blue",
    "review": "blue",
    "crisis": "black",
    "break_glass": "black",
    "train": "black",
    "appeal": "black",
}
RIGHT_LABELS: Final[dict[str, str]] = {
    "internal_post": "Post on the in-house network",
    "share_approved": "Share approved content, with disclosure",
    "triage": "Tag and route what people say",
    "submit_draft": "Submit drafts",
    "author_official": "Write for official channels",
    "byline": "Write as an expert under your own name",
    "reply": "Reply to customers",
    "moderate": "Hide and remove under the moderation policy",
    "publish": "Publish unsupervised what may be relaxed",
    "review": "Review other people's drafts",
    "crisis": "Act with authority in a crisis",
    "break_glass": "Publish past the route in an emergency",
    "train": "Train, and check practical work",
    "appeal": "Decide appeals against reviews",
}
#: Rights to write in a brand's name: they need the brand's voice badge as well.
VOICED: Final[frozenset[str]] = frozenset({"author_official", "byline", "reply", "publish"})


@dataclass(frozen=True)
class Work:
    """Practical work that a belt asks for: how many pieces must be accepted."""

    kind: WorkKind
    needed: int
    label: str
    #: Whether a trainer decides it; otherwise it is marked or counted by the product.
    checked: bool = True


@dataclass(frozen=True)
class Step:
    """One step of the ladder. ``months`` is how long it is valid; ``modules`` how many lessons domain 03 plans."""

    belt: Belt
    label: str
    name: str
    about: str
    months: int
    modules: int
    quiz: bool
    work: tuple[Work, ...] = ()
    #: What a renewal asks for besides the quiz.
    renewal: tuple[Work, ...] = ()

    @property
    def rights(self) -> frozenset[str]:
        """The rights that this step adds."""
        return frozenset(right for right, belt in RIGHTS.items() if belt == self.belt)


_ONE_DRILL: Final = Work("drill", 1, "One drill since the belt began")

LADDER: Final[dict[str, Step]] = {
    step.belt: step
    for step in (
        Step("none", "No belt", "Not begun", "Reading, and private use under general law.", 0, 0, False),
        Step("white", "White", "Aware", "Knows the rules and where to get help.", 24, 6, True),
        Step(
            "yellow",
            "Yellow",
            "Listener",
            "Hears what people say and brings it to the right desk.",
            24,
            6,
            True,
            (Work("triage", 1, "Sort five sample posts, four or more rightly", checked=False),),
        ),
        Step(
            "orange",
            "Orange",
            "Contributor",
            "Writes well, with claims that hold.",
            12,
            8,
            True,
            (Work("draft", 3, "Three drafts accepted without a major change"),),
        ),
        Step(
            "green",
            "Green",
            "Responder",
            "Talks with customers, also when it is difficult.",
            12,
            8,
            True,
            (Work("role_play", 3, "Three cases played with a trainer"), Work("reply", 10, "Ten supervised replies")),
        ),
        Step(
            "blue",
            "Blue",
            "Publisher",
            "Publishes alone what may be relaxed, and reviews others.",
            12,
            10,
            True,
            (
                Work("project", 1, "A project of your own"),
                Work("clean_items", 27, "27 reviewed items without a defect", checked=False),
            ),
            (_ONE_DRILL,),
        ),
        Step(
            "black",
            "Black",
            "Guardian",
            "Holds authority when it matters, and trains.",
            12,
            8,
            True,
            (Work("drill", 2, "Two drills, one of them out of hours"), Work("panel", 1, "A talk with the panel")),
            (_ONE_DRILL,),
        ),
    )
}


def rank(belt: str) -> int:
    """0 for none, 1 for white, up to 6 for black. An unknown belt raises ``ValueError``."""
    return BELTS.index(belt)


def as_belt(text: str) -> Belt:
    """The belt of this code; ``ValueError`` for an unknown one."""
    return BELTS[rank(text)]


def at_least(held: str, needed: str) -> bool:
    """Whether a belt that is held is as high as the one that is needed."""
    return rank(held) >= rank(needed)


@cache
def rights_of(belt: str) -> frozenset[str]:
    """All rights of a belt: its own and those of every belt below it."""
    return frozenset(right for right, lowest in RIGHTS.items() if at_least(belt, lowest))


def belt_of_right(right: str) -> Belt:
    """The lowest belt that grants a right. An unknown right raises ``KeyError``."""
    return RIGHTS[right]


def below(belt: str) -> Belt:
    """The belt one step lower; none stays none."""
    return BELTS[max(0, rank(belt) - 1)]


def above(belt: str) -> Belt | None:
    """The belt one step higher; None above black."""
    place = rank(belt) + 1
    return BELTS[place] if place < len(BELTS) else None
