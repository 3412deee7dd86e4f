"""A Markdown text cut into sections and sentences, each with its place in code points of the original."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["Section", "Sentence", "sections_of"]

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"^ {0,3}#{1,6}(?:\s+(?P<title>.*?))?\s*#*\s*$")
_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"^\s*>\s?")
#: The end of a sentence: its mark, closing quotes, and a space; not after the usual abbreviations or single letters.
_END = re.compile(r"(?<!\be\.g)(?<!\bi\.e)(?<!\bNo)(?<!\bcf)(?<!\bvs)(?<!\b[A-Z])[.!?]+[\"'”’)\]*_]*(?=\s|$)")


@dataclass(frozen=True)
class Sentence:
    """A sentence or item of a list; ``lead`` is the line before a list that its items complete ("You must not:")."""

    start: int
    end: int
    text: str
    lead: str = ""


@dataclass(frozen=True)
class Section:
    """What stands under one heading; the part before the first heading has the title ""."""

    title: str
    sentences: tuple[Sentence, ...]

    def after(self, number: int) -> str:
        """The text of the sentence behind the one with this number; "" at the end."""
        return self.sentences[number + 1].text if number + 1 < len(self.sentences) else ""


@dataclass(frozen=True)
class _Block:
    start: int
    end: int
    kind: str  # "heading", "item" or "text"
    title: str = ""


def _blocks(text: str) -> Iterator[_Block]:
    """Headings, items and paragraphs in order; code in fences is left out."""
    place, fence, started, kind, last = 0, "", -1, "text", 0
    for line in text.splitlines(keepends=True):
        begins, place = place, place + len(line)
        found = _FENCE.match(line)
        if fence or found:
            if started >= 0:
                yield _Block(started, last, kind)
                started = -1
            if found and not fence:
                fence = found[1]
            elif found and found[1].startswith(fence):
                fence = ""
            continue
        heading = _HEADING.match(line)
        item = _ITEM.match(line)
        quote = _QUOTE.match(line)
        if started >= 0 and (heading or item or not line.strip() or line.lstrip().startswith("|")):
            yield _Block(started, last, kind)
            started = -1
        if heading:
            yield _Block(begins, begins + len(line.rstrip()), "heading", heading["title"] or "")
        elif line.strip() and started < 0:
            mark = item or quote
            started, kind = (
                begins + (mark.end() if mark else len(line) - len(line.lstrip())),
                "item" if item else "text",
            )
        if started >= 0:
            last = begins + len(line.rstrip())
    if started >= 0:
        yield _Block(started, last, kind)


def _cut(text: str, start: int, end: int, lead: str) -> Iterator[Sentence]:
    begins = start
    for mark in _END.finditer(text, start, end):
        if text[begins : mark.end()].strip():
            yield Sentence(begins, mark.end(), text[begins : mark.end()], lead)
        begins = mark.end()
        while begins < end and text[begins].isspace():
            begins += 1
    if text[begins:end].strip():
        yield Sentence(begins, end, text[begins:end], lead)


def sections_of(text: str) -> list[Section]:
    """Sections in order. Items of a list know the line that leads into them."""
    found: list[Section] = []
    title, sentences, lead = "", list[Sentence](), ""
    for block in _blocks(text):
        if block.kind == "heading":
            if sentences or title:
                found.append(Section(title, tuple(sentences)))
            title, sentences, lead = block.title, [], ""
            continue
        if block.kind == "text":
            lead = ""
        sentences.extend(_cut(text, block.start, block.end, lead if block.kind == "item" else ""))
        if block.kind == "text" and text[block.start : block.end].rstrip().endswith(":"):
            lead = sentences[-1].text if sentences else ""
    if sentences or title:
        found.append(Section(title, tuple(sentences)))
    return found
