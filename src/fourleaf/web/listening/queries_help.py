"""The query language, explained by examples. What each example means and finds is computed, so it cannot go stale."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from fourleaf.engine.listening import QuerySpec, explain
from fourleaf.web.listening.queries_reading import reading
from fourleaf.web.listening.texts import marked

__all__ = ["RULES", "Example", "Found", "Lesson", "lessons"]


@dataclass(frozen=True)
class Lesson:
    """One means of the language: what it is for, an example, and two invented posts of which only the first fits."""

    name: str
    about: str
    text: str
    fits: str
    fits_not: str
    post: tuple[tuple[str, str], ...] = ()


_LESSONS = (
    Lesson(
        "Words",
        "A word finds the whole word, whatever its capitals and accents. Words side by side must all be there.",
        "ember grill",
        "My Ember is the best grill I ever had",
        "I remember that grill",
    ),
    Lesson(
        "Phrases",
        "In quotes, words must stand side by side in this order.",
        '"flare up"',
        "Had a flare up on the first evening",
        "Up it went like a flare",
    ),
    Lesson(
        "OR",
        "One of them is enough. Write it in capitals.",
        "emberlyn OR emberlin",
        "Emberlin are sold out again",
        "Embers glow in the dark",
    ),
    Lesson(
        "AND",
        "Both must be there. Between terms it may be left out; beside OR, parentheses make plain what is meant.",
        "(emberlyn OR emberlin) AND delivery",
        "Emberlyn, where is my delivery",
        "Emberlyn tastes of summer",
    ),
    Lesson(
        "NOT",
        "What must not be there; a hyphen directly before a term says the same.",
        'emberlyn NOT "baby name"',
        "The Emberlyn lid is stuck",
        "Emberlyn is our favourite baby name",
    ),
    Lesson(
        "A star",
        "At the end of a word: every word that begins so. At least three letters before it.",
        "deliver*",
        "They delivered on Sunday",
        "The livery is red",
    ),
    Lesson(
        "NEAR/n",
        "Two sides at most n words apart, in either order; 1 is side by side. A side may be terms joined by OR.",
        "lid NEAR/3 (fire OR burn*)",
        "The lid was on fire",
        "The lid arrived today. In other news there was a fire in the forest",
    ),
    Lesson(
        "Tags and handles",
        "With # or @ only the tag or the handle is found, not the word.",
        "#emberlyn OR @emberlyn",
        "Sunday ribs #emberlyn",
        "Sunday ribs on the Emberlyn",
    ),
    Lesson(
        "lang:",
        "Only posts in these languages, by their two letters.",
        "grill lang:de,fr",
        "Der Grill ist da",
        "The grill is here",
        (("lang", "de"),),
    ),
    Lesson(
        "source:",
        "Only posts from these platforms.",
        "oven source:forum",
        "Which oven for forty covers?",
        "Which oven?",
        (("platform", "forum"),),
    ),
    Lesson(
        "author:",
        "Only posts of these authors.",
        "author:grill_news",
        "Price cuts this weekend",
        "Price cuts, says grill_news",
        (("author", "grill_news"),),
    ),
)

RULES = (
    "AND binds tighter than OR; NOT binds tighter than both.",
    "At least one word, phrase, tag, handle or author must be asked for: a NOT or a language alone fits too much.",
    "AND, OR, NOT and NEAR are operators in capitals only; in small letters they are searched as words.",
    "Quotes of every kind work, so texts can be pasted from a document.",
)


@dataclass(frozen=True)
class Found:
    """An invented post, its marked places, and whether the example finds it."""

    html: SafeString
    matched: bool
    why: str


@dataclass(frozen=True)
class Example:
    """A lesson with what the engine says about it."""

    lesson: Lesson
    meaning: str
    posts: tuple[Found, Found]


def _found(lesson: Lesson, text: str, properties: dict[str, object]) -> Found:
    why = explain(QuerySpec(1, lesson.name, lesson.text), {"lang": "en", **properties, "text": text})
    return Found(marked(text, why.root.spans), why.matched, why.sentence)


@lru_cache(maxsize=1)
def lessons() -> tuple[Example, ...]:
    """All lessons, worked out by the engine."""
    return tuple(
        Example(
            lesson,
            reading(lesson.text),
            (_found(lesson, lesson.fits, dict(lesson.post)), _found(lesson, lesson.fits_not, {})),
        )
        for lesson in _LESSONS
    )
