"""A curriculum as one Markdown file: modules with their questions, written and read without loss.

The form, by example; the how-to guide "Begin with White belts" describes it::

    === module white-why
    title: Why people ask us in public
    belt: white
    place: 1
    summary: What is in it for customers, colleagues and the company.

    Text in Markdown, with pictures as ![what it shows](image:name.png).

    --- questions

    ? one q1: Who may answer for the company?
    [x] a: Whoever holds the belt for it
    [ ] b: Whoever sees the question first
    > The belt is the promise that the person has learned how.

Kinds of questions are one, many, true_false and order; for "order" the answers stand in their right order and carry
no mark, ``- a: First``. A line of the text that begins like a mark of this form has a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from fourleaf.engine.training.ladder import BELTS
from fourleaf.engine.training.quiz import KINDS, Option, Question

__all__ = ["KIND_NAMES", "MAX_MODULES", "Fault", "FileFaultsError", "ModuleText", "read_curriculum", "read_questions",
           "write_curriculum", "write_questions"]  # fmt: skip

KIND_NAMES: Final = ("lesson", "voice", "delta")
MAX_MODULES: Final = 200
_MODULE = re.compile(r"=== module +(\S+)\s*$")
_FIELD = re.compile(r"([a-z_]+):\s*(.*)$")
_QUESTION = re.compile(r"\? +(\w+) +([\w-]+): *(.*)$")
_MARKED = re.compile(r"\[( |x|X)\] +([\w-]+): *(.*)$")
_ORDERED = re.compile(r"- +([\w-]+): *(.*)$")
_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,59}$")
#: A line of a text that would be taken for a mark of the form.
_SPECIAL = re.compile(r"\\*(?:=== module|\s*--- questions)")
_FIELDS: Final = ("title", "belt", "place", "kind", "brand", "summary")


@dataclass(frozen=True)
class Fault:
    """What is wrong, where: line 1 is the first of the file, ``field`` may be empty."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        at = f"{self.file}, line {self.line}" if self.line else self.file
        return f"{at}{', ' + self.field if self.field else ''}: {self.message}"


class FileFaultsError(ValueError):
    """The file cannot be used; ``faults`` has everything that was found, in order of lines."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__(" ".join(str(fault) for fault in self.faults[:5]))


@dataclass(frozen=True)
class ModuleText:
    """A module as a file holds it. ``brand`` is the code of a brand, for the voice of one."""

    code: str
    title: str
    belt: str
    place: int = 1
    kind: str = "lesson"
    brand: str = ""
    summary: str = ""
    body: str = ""
    questions: tuple[Question, ...] = ()
    #: Where it begins in the file that it was read from.
    line: int = field(default=0, compare=False)


def write_curriculum(modules: Sequence[ModuleText]) -> str:
    """The file of these modules. Reading it gives the same modules back."""
    parts = []
    for module in modules:
        lines = [f"=== module {module.code}"]
        values = {name: str(getattr(module, name)) for name in _FIELDS}
        lines += [f"{name}: {value}" for name, value in values.items() if value or name in ("title", "belt")]
        lines += ["", *(_escaped(line) for line in module.body.split("\n")), "", "--- questions", ""]
        parts.append("\n".join(lines) + "\n" + write_questions(module.questions))
    return "\n".join(parts)


def write_questions(questions: Sequence[Question]) -> str:
    """Questions in the form of the file, for an editor."""
    lines = []
    for question in questions:
        lines.append(f"? {question.kind} {question.id}: {question.text}")
        for option in question.options:
            mark = "-" if question.kind == "order" else "[x]" if option.right else "[ ]"
            lines.append(f"{mark} {option.id}: {option.text}")
        if question.explanation:
            lines.append(f"> {question.explanation}")
        lines.append("")
    return "\n".join(lines)


def read_questions(text: str) -> list[Question]:
    """The questions of an editor; raises `FileFaultsError` with lines counted from its first."""
    lines = text.replace("\r\n", "\n").split("\n")
    faults: list[Fault] = []
    found = _Reader("questions", lines, 0, len(lines), faults).questions(0)
    if faults:
        raise FileFaultsError(faults)
    return found


def _escaped(line: str) -> str:
    return "\\" + line if _SPECIAL.match(line) else line


def _unescaped(line: str) -> str:
    return line[1:] if line.startswith("\\") and _SPECIAL.match(line) else line


def read_curriculum(text: str, file: str = "curriculum.md") -> list[ModuleText]:
    """The modules of a file; raises `FileFaultsError` with every fault, none is passed over silently."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    faults: list[Fault] = []
    starts = [number for number, line in enumerate(lines) if _MODULE.match(line)]
    for number, line in enumerate(lines[: starts[0]] if starts else lines):
        if line.strip():
            faults.append(Fault(file, number + 1, "", "Before the first “=== module CODE” only empty lines may stand."))
            break
    if not starts and not faults:
        faults.append(Fault(file, 0, "", "There is no module in it. A module begins with “=== module CODE”."))
    if len(starts) > MAX_MODULES:
        raise FileFaultsError([Fault(file, 0, "", f"More than {MAX_MODULES} modules; split the file.")])
    modules = []
    seen: dict[str, int] = {}
    for begin, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        found = _Reader(file, lines, begin, end, faults).module()
        if found.code in seen:
            faults.append(Fault(file, begin + 1, "code", f"{found.code} stands in line {seen[found.code]} already."))
        seen[found.code] = begin + 1
        modules.append(found)
    if faults:
        raise FileFaultsError(faults)
    return modules


class _Reader:
    """Reads one module between two lines and notes what is wrong."""

    def __init__(self, file: str, lines: list[str], begin: int, end: int, faults: list[Fault]) -> None:
        self.file, self.lines, self.begin, self.end, self.faults = file, lines, begin, end, faults

    def fault(self, line: int, field: str, message: str) -> None:
        self.faults.append(Fault(self.file, line + 1, field, message))

    def module(self) -> ModuleText:
        match = _MODULE.match(self.lines[self.begin])
        code = match[1] if match else ""
        if not _CODE.match(code):
            self.fault(self.begin, "code", f"“{code}” is no code: lower-case letters, digits and hyphens, at most 60.")
        values, at = self.header()
        marks = [n for n in range(at, self.end) if self.lines[n].strip() == "--- questions"]
        middle = marks[0] if marks else self.end
        body = "\n".join(_unescaped(line) for line in self.lines[at:middle]).strip("\n")
        questions = self.questions(middle + 1) if marks else []
        return ModuleText(
            code=code,
            title=values.get("title", ""),
            belt=values.get("belt", ""),
            place=int(values.get("place", "1")) if values.get("place", "1").isdecimal() else 1,
            kind=values.get("kind", "lesson"),
            brand=values.get("brand", ""),
            summary=values.get("summary", ""),
            body=body,
            questions=tuple(questions),
            line=self.begin + 1,
        )

    def header(self) -> tuple[dict[str, str], int]:
        values: dict[str, str] = {}
        where: dict[str, int] = {}
        at = self.begin + 1
        while at < self.end and self.lines[at].strip():
            match = _FIELD.match(self.lines[at])
            if match is None or match[1] not in _FIELDS:
                known = ", ".join(_FIELDS)
                self.fault(at, "", f"“{self.lines[at][:60]}” is no field. An empty line ends the fields ({known}).")
            elif match[1] in values:
                self.fault(at, match[1], f"{match[1]} stands in line {where[match[1]] + 1} already.")
            else:
                values[match[1]], where[match[1]] = match[2].strip(), at
            at += 1
        here = self.begin
        if not values.get("title"):
            self.fault(where.get("title", here), "title", "A title is missing.")
        for name, most in (("title", 120), ("summary", 300)):
            if len(values.get(name, "")) > most:
                self.fault(where[name], name, f"At most {most} characters; these are {len(values[name])}.")
        belt = values.get("belt", "")
        if belt not in BELTS or belt == "none":
            self.fault(where.get("belt", here), "belt", f"“{belt}” is no belt: {', '.join(BELTS[1:])}.")
        place = values.get("place", "1")
        if not (place.isascii() and place.isdecimal() and 1 <= int(place[:6]) <= 999):
            self.fault(where.get("place", here), "place", f"“{place}” is no place: a whole number from 1 to 999.")
        kind = values.get("kind", "lesson")
        if kind not in KIND_NAMES:
            self.fault(where["kind"], "kind", f"“{kind}” is no kind of module: {', '.join(KIND_NAMES)}.")
        if kind == "voice" and not values.get("brand"):
            self.fault(where["kind"], "brand", "The voice of a brand names the brand by its code.")
        return values, at

    def questions(self, at: int) -> list[Question]:
        found: list[Question] = []
        line_of: dict[str, int] = {}
        current: dict[str, object] | None = None
        begun = at

        def close() -> None:
            if current is None:
                return
            question = Question(
                id=str(current["id"]),
                kind=current["kind"],  # type: ignore[arg-type]  # Question.faults says if it is none
                text=str(current["text"]),
                options=tuple(options),
                explanation=" ".join(explanation),
            )
            for message in question.faults:
                self.fault(begun, f"question {question.id}", message)
            if question.id in line_of:
                first = line_of[question.id] + 1
                self.fault(begun, f"question {question.id}", f"This id stands in line {first} already.")
            line_of[question.id] = begun
            found.append(question)

        options: list[Option] = []
        explanation: list[str] = []
        for number in range(at, self.end):
            line = self.lines[number].rstrip()
            if not line.strip():
                continue
            if match := _QUESTION.match(line):
                close()
                begun, options, explanation = number, [], []
                current = {"kind": match[1], "id": match[2], "text": match[3].strip()}
            elif current is None:
                self.fault(number, "", "A question begins with “? KIND ID: text”.")
                break
            elif current["kind"] != "order" and (match := _MARKED.match(line)):
                options.append(Option(match[2], match[3].strip(), match[1] != " "))
            elif current["kind"] == "order" and (match := _ORDERED.match(line)):
                options.append(Option(match[1], match[2].strip()))
            elif line.startswith(">"):
                explanation.append(line[1:].strip())
            else:
                form = "- ID: text" if current["kind"] == "order" else "[x] ID: text, or [ ] ID: text"
                self.fault(
                    number,
                    f"question {current['id']}",
                    f"“{line[:60]}” is neither an answer ({form}) nor an explanation (> text).",
                )
        close()
        return found


assert set(KINDS) == {"one", "many", "true_false", "order"}  # noqa: S101 - the form above names them
