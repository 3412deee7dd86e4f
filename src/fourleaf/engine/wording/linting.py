"""Reading a text against the families."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from fourleaf.engine.wording.families import (
    BANS,
    DEFINES,
    EXAMPLE,
    FREES,
    HARMLESS,
    LANGUAGES,
    ONLY,
    PURPOSE,
    RULES,
    STATUS,
    Rule,
)
from fourleaf.engine.wording.sentences import Section, Sentence, sections_of

__all__ = ["Hint", "around", "is_read", "lint"]

_CLAUSE = re.compile(r";|,?\s+\b(?:but|however|yet|whereas)\b", re.IGNORECASE)
_NO_PURPOSE = next(rule for rule in RULES if rule.code == "no_purpose")


@dataclass(frozen=True)
class Hint:
    """Something for counsel to look at. ``start`` and ``end`` are code points of the text, the end exclusive."""

    start: int
    end: int
    rule: str
    excerpt: str
    why: str
    suggestion: str
    status: str = STATUS


def _clauses(sentence: Sentence) -> Iterator[tuple[int, str]]:
    """Clauses with their place, so that "nothing limits you, but never disparage us" is two."""
    begins = 0
    for mark in _CLAUSE.finditer(sentence.text):
        yield sentence.start + begins, sentence.text[begins : mark.start()]
        begins = mark.end()
    yield sentence.start + begins, sentence.text[begins:]


def _bans(text: str) -> bool:
    return bool(ONLY.search(text) or BANS.search(HARMLESS.sub(" ", text)))


def _frees(text: str) -> bool:
    return bool(FREES.search(text)) and not ONLY.search(text)


def _restricts(clause: str, lead: str = "") -> bool:
    return (_bans(clause) or _bans(lead)) and not (_frees(clause) or _frees(lead))


def _speaks(rule: Rule, clause: str, sentence: Sentence, after: str) -> bool:
    """Whether the conditions of a family hold for a clause in which it found something."""
    if rule.banned and not _restricts(clause, sentence.lead):
        return False
    if rule.code != "savings_alone" and (_frees(clause) or _frees(sentence.lead)):
        return False
    around = f"{sentence.lead} {sentence.text}"
    if rule.unless is not None and rule.unless.search(around):
        return False
    if rule.with_words is not None and not rule.with_words.search(around):
        return False
    return not (rule.example_mends and (EXAMPLE.search(sentence.text) or EXAMPLE.search(after)))


def _phrases(section: Section, *, defined: bool) -> Iterator[tuple[int, int, Rule]]:
    for number, sentence in enumerate(section.sentences):
        after = section.after(number)
        for place, clause in _clauses(sentence):
            for rule in RULES:
                if rule.looks_for is None or (defined and rule.code == "confidential_undefined"):
                    continue
                for found in rule.looks_for.finditer(clause):
                    if _speaks(rule, clause, sentence, after):
                        yield place + found.start(), place + found.end(), rule


def _without_purpose(section: Section) -> Iterator[tuple[int, int, Rule]]:
    """The first restriction of a section that says neither why nor gives an example."""
    texts = [sentence.text for sentence in section.sentences]
    if any(PURPOSE.search(text) or EXAMPLE.search(text) for text in texts):
        return
    for sentence in section.sentences:
        if any(_restricts(clause, sentence.lead) for _, clause in _clauses(sentence)):
            yield sentence.start, sentence.end, _NO_PURPOSE
            return


def is_read(language: str) -> bool:
    """Whether texts in this language are read at all."""
    return language.partition("-")[0].lower() in LANGUAGES


def around(text: str, hint: Hint, *, room: int = 60) -> tuple[str, str]:
    """What stands before and after a hint in its line, cut between words; an ellipsis shows that there is more."""
    begin = text.rfind("\n", 0, hint.start) + 1
    end = text.find("\n", hint.end)
    before, after = text[begin : hint.start], text[hint.end : end if end >= 0 else len(text)]
    if len(before) > room:
        kept = before[-room:]
        before = f"… {kept[kept.find(' ') + 1 :] if ' ' in kept else ''}"
    if len(after) > room:
        kept = after[:room]
        after = f"{kept[: kept.rfind(' ')] if ' ' in kept else ''} …"
    return before, after


def lint(text: str, language: str = "en") -> list[Hint]:
    """Hints in the order of the text; the same text always gives the same.

    Texts in languages other than `LANGUAGES` give none: the families are English, as is the law that they are about.
    """
    if not is_read(language):
        return []
    sections = sections_of(text)
    defined = any(DEFINES.search(sentence.text) for section in sections for sentence in section.sentences)
    found: set[tuple[int, int, str]] = set()
    rules = {rule.code: rule for rule in RULES}
    for section in sections:
        for start, end, rule in (*_phrases(section, defined=defined), *_without_purpose(section)):
            found.add((start, end, rule.code))
    return [
        Hint(start, end, code, text[start:end], rules[code].why, rules[code].suggestion)
        for start, end, code in sorted(found)
    ]
