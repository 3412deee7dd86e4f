"""From query text to tokens, in one pass from left to right.

Quotes of every typographic kind count as quotes, full-width parentheses as parentheses. A hyphen in front of a term
is a NOT, inside a word it is part of the word.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias

from fourleaf.engine.listening.query.ast import FIELDS
from fourleaf.engine.listening.query.errors import QueryError, QueryWarning

__all__ = ["MAX_CHARACTERS", "MAX_DISTANCE", "Token", "TokenKind", "tokenise"]

MAX_CHARACTERS: Final = 20_000
MAX_DISTANCE: Final = 100

TokenKind: TypeAlias = Literal["(", ")", "and", "or", "not", "near", "word", "phrase", "tag", "handle", "field"]

_QUOTES: Final = '"“”„‟«»＂〝〞〟'
_OPEN, _CLOSE = "(（", ")）"
_SPACE: Final = re.compile(r"\s+")
_QUOTE: Final = re.compile(f"[{_QUOTES}]")
_WORD: Final = re.compile(rf"[^\s{_QUOTES}{re.escape(_OPEN + _CLOSE)}]+")
_FIELD: Final = re.compile(r"([^\W\d_]+)[:：](.*)", re.DOTALL)
_NEAR: Final = re.compile(r"NEAR(?:/(.*))?", re.DOTALL)
_OPERATORS: Final[dict[str, TokenKind]] = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `value` is the text without quotes, sigil, field name or star; `number` the distance of a NEAR."""

    kind: TokenKind
    value: str
    position: int
    length: int
    wildcard: bool = False
    number: int = 0
    name: str = ""

    @property
    def end(self) -> int:
        """The position just after the token."""
        return self.position + self.length


def _refuse(message: str, position: int, length: int, suggestion: str = "") -> NoReturn:
    raise QueryError(message, position=position, length=length, suggestion=suggestion)


def tokenise(text: str) -> tuple[list[Token], list[QueryWarning]]:
    """The tokens of a query and remarks on them; raises QueryError at the first token that cannot be read."""
    if len(text) > MAX_CHARACTERS:
        _refuse(
            f"The query has {len(text):,} characters; {MAX_CHARACTERS:,} is the most.",
            MAX_CHARACTERS,
            len(text) - MAX_CHARACTERS,
            "Split it into several queries.",
        )
    tokens: list[Token] = []
    warnings: list[QueryWarning] = []
    position = 0
    while position < len(text):
        space = _SPACE.match(text, position)
        if space:
            position = space.end()
            continue
        token = _read(text, position, warnings)
        tokens.append(token)
        position = token.end
    return tokens, warnings


def _read(text: str, position: int, warnings: list[QueryWarning]) -> Token:
    char = text[position]
    if char in _OPEN:
        return Token("(", char, position, 1)
    if char in _CLOSE:
        return Token(")", char, position, 1)
    if char in _QUOTES:
        value, end = _quoted(text, position)
        return _phrase(value, position, end - position)
    if char == "-":
        following = text[position + 1 : position + 2]
        if not following or following.isspace() or following in _CLOSE:
            _refuse(
                "A hyphen that stands alone excludes nothing.",
                position,
                1,
                "Put it directly before a term, as in -recall, or remove it.",
            )
        return Token("not", "-", position, 1)
    found = _WORD.match(text, position)
    assert found is not None  # noqa: S101 - space, quotes and parentheses were dealt with above
    return _word(text, found.group(), position, warnings)


def _quoted(text: str, position: int) -> tuple[str, int]:
    """The text between the quote at `position` and the next one, and the position after that one."""
    closing = _QUOTE.search(text, position + 1)
    if closing is None:
        _refuse(
            "This quotation mark is never closed.",
            position,
            1,
            'Put a second " where the phrase ends.',
        )
    return text[position + 1 : closing.start()], closing.end()


def _phrase(value: str, position: int, length: int) -> Token:
    inner = " ".join(value.split())
    wildcard = inner.endswith("*")
    inner = inner.removesuffix("*")
    if "*" in inner:
        _refuse(
            "In a phrase a star can stand only at the end of the last word.",
            position + 1 + value.index("*"),
            1,
            "Remove it, or join two terms with NEAR/n.",
        )
    if not inner.strip():
        _refuse("There is nothing between these quotation marks.", position, length, "Write a word between them.")
    if inner.endswith(" "):
        _refuse("The star stands alone.", position + length - 2, 1, "Put it directly after a word.")
    return Token("phrase", inner, position, length, wildcard)


def _word(text: str, raw: str, position: int, warnings: list[QueryWarning]) -> Token:
    length = len(raw)
    operator = _OPERATORS.get(raw)
    if operator:
        return Token(operator, raw, position, length)
    near = _NEAR.fullmatch(raw)
    if near:
        return _near(near.group(1), position, length)
    if raw[0] in "#＃":
        return _sigil("tag", raw, position)
    if raw[0] in "@＠":
        return _sigil("handle", raw, position)
    named = _FIELD.fullmatch(raw)
    if named and not named.group(2).startswith("//"):
        return _field(text, named.group(1), named.group(2), position, length)
    value, wildcard = _star(raw, position)
    _remark(raw, position, warnings)
    return Token("word", value, position, length, wildcard)


def _near(number: str | None, position: int, length: int) -> Token:
    if number is None or not (number.isascii() and number.isdigit()):
        _refuse(
            "NEAR needs a number of words.",
            position,
            length,
            "Write for example NEAR/5: at most five words apart.",
        )
    # A long run of digits is never read as a number: the length says enough.
    distance = int(number) if len(number) <= 4 else MAX_DISTANCE + 1
    if not 1 <= distance <= MAX_DISTANCE:
        _refuse(
            f"NEAR takes a number of words from 1 to {MAX_DISTANCE}.",
            position,
            length,
            "NEAR/1 means side by side; for words in a fixed order write a phrase in quotes."
            if distance < 1
            else "To look in the whole post, write AND.",
        )
    return Token("near", f"NEAR/{distance}", position, length, number=distance)


def _star(raw: str, position: int) -> tuple[str, bool]:
    """A word without the star at its end; any other star is refused."""
    value = raw.removesuffix("*")
    wildcard = value != raw
    if not value:
        _refuse("A star alone would find everything.", position, len(raw), "Put it after a word, as in deliver*.")
    if "*" in value:
        _refuse(
            "A star can stand only at the end of a word.",
            position + value.index("*"),
            1,
            "Write the beginning of the word and then the star, as in deliver*.",
        )
    return value, wildcard


def _sigil(kind: Literal["tag", "handle"], raw: str, position: int) -> Token:
    value, wildcard = (raw[1:], False) if len(raw) == 1 else _star(raw[1:], position + 1)
    if not value:
        what = "tag" if kind == "tag" else "handle"
        _refuse(f"«{raw}» needs a {what} directly after it.", position, 1, f"Write it as in {raw}name.")
    return Token(kind, value, position, len(raw), wildcard)


def _field(text: str, name: str, value: str, position: int, length: int) -> Token:
    lowered = name.lower()
    if lowered not in FIELDS:
        close = difflib.get_close_matches(lowered[:40], FIELDS, n=1, cutoff=0.6)
        quoted = f'To search the words themselves, put them in quotes: "{name}:{value}".' if len(value) < 40 else ""
        _refuse(
            f"There is no field «{name[:40]}:».",
            position,
            len(name) + 1,
            f"Did you mean {close[0]}:?" if close else f"The fields are lang:, author: and source:. {quoted}".strip(),
        )
    if not value and text[position + length : position + length + 1] in tuple(_QUOTES):
        value, end = _quoted(text, position + length)
        length = end - position
    if not value.strip():
        example = {"lang": "lang:en", "author": "author:name", "source": "source:microblog"}[lowered]
        _refuse(f"{lowered}: needs a value directly after the colon.", position, length, f"Write it as in {example}.")
    if "*" in value:
        _refuse(
            f"{lowered}: takes whole values, not a star.",
            position + length - len(value) + value.index("*"),
            1,
            "Name several values with commas between them.",
        )
    return Token("field", value, position, length, name=lowered)


_SMALL: Final = {"and": "AND", "or": "OR", "not": "NOT"}
_SMALL_NEAR: Final = re.compile(r"near/\d+", re.IGNORECASE)


def _remark(raw: str, position: int, warnings: list[QueryWarning]) -> None:
    lowered = raw.lower()
    meant = _SMALL.get(lowered) or (raw.upper() if _SMALL_NEAR.fullmatch(raw) else None)
    if meant:
        warnings.append(
            QueryWarning(
                position,
                len(raw),
                f"«{raw}» in small letters is searched as a word.",
                f"Write {meant} in capitals if the operator is meant.",
            )
        )
    elif raw[-1] in ",;、，；":
        warnings.append(
            QueryWarning(
                position + len(raw) - 1,
                1,
                f"«{raw[-1]}» joins nothing: terms side by side must all be there.",
                "Write OR between terms if one of them is enough.",
            )
        )
