"""From tokens to a tree. Precedence, tightest first: NEAR/n, NOT, AND (also between terms side by side), OR."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NoReturn, cast

from fourleaf.engine.listening.matching.exact import Piece, pieces_of
from fourleaf.engine.listening.matching.folding import DROP, WORD, flags_of
from fourleaf.engine.listening.query.ast import (
    And,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Query,
    Term,
    TermKind,
    is_bounded,
)
from fourleaf.engine.listening.query.errors import QueryError, QueryWarning
from fourleaf.engine.listening.query.lexer import Token, tokenise

__all__ = ["MAX_NESTING", "MAX_PHRASE_WORDS", "MAX_TERMS", "parse_query"]

MAX_TERMS: Final = 2_000
MAX_NESTING: Final = 50
MAX_PHRASE_WORDS: Final = 100

_MIN_WILDCARD: Final = 3
_MIN_WILDCARD_CJK: Final = 2
_OPERANDS: Final = {"word", "phrase", "tag", "handle", "field"}
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")


def parse_query(text: str) -> Query:
    """Read a query; raises QueryError with place, message and a way to mend it.

    Time is linear in the length of the text, and depth is limited, so hostile input is refused and not suffered.
    """
    tokens, warnings = tokenise(text)
    if not tokens:
        raise QueryError(
            "The query is empty.", position=0, length=len(text), suggestion="Write at least one word to look for."
        )
    parser = _Parser(tokens, warnings)
    root = parser.read()
    if not is_bounded(root):
        raise QueryError(
            "This query would match nearly everything: a NOT, a language or a source only narrows what a term finds.",
            position=0,
            length=len(text),
            suggestion="Add a word, phrase, tag, handle or author that must be there, in each part of an OR.",
        )
    return Query(root, text, tuple(sorted(parser.warnings, key=lambda warning: warning.position)))


class _Parser:
    """Recursive descent over a token list; the depth of parentheses and NOTs is counted, so recursion is bounded."""

    def __init__(self, tokens: list[Token], warnings: list[QueryWarning]) -> None:
        self.tokens = tokens
        self.warnings = warnings
        self.index = 0
        self.depth = 0
        self.terms = 0
        self.grouped: set[tuple[int, int]] = set()  # places of parentheses with what is in them

    def read(self) -> Node:
        root = self._or()
        extra = self._peek()
        if extra is not None:  # only a closing parenthesis can be left over
            self._refuse("This parenthesis closes nothing.", extra, "Remove it, or open one with ( before.")
        return root

    def _peek(self) -> Token | None:
        return self.tokens[self.index] if self.index < len(self.tokens) else None

    def _refuse(self, message: str, token: Token, suggestion: str = "") -> NoReturn:
        raise QueryError(message, position=token.position, length=token.length, suggestion=suggestion)

    def _deeper(self, token: Token) -> None:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self._refuse(
                f"Parentheses and NOTs are nested more than {MAX_NESTING} deep here.",
                token,
                "Most can go: a OR (b OR c) is the same as a OR b OR c.",
            )

    def _or(self) -> Node:
        parts = [self._and()]
        operator = None
        while (token := self._peek()) is not None and token.kind == "or":
            operator = operator or token
            self.index += 1
            self._expect_operand(token)
            parts.append(self._and())
        if operator and any(isinstance(part, And) and not self._in_parentheses(part) for part in parts):
            self.warnings.append(
                QueryWarning(
                    operator.position,
                    operator.length,
                    "AND, also the unwritten one between terms, binds tighter than OR.",
                    "Parentheses make plain what is meant.",
                )
            )
        return _joined(Or, parts)

    def _in_parentheses(self, node: And) -> bool:
        return (node.position, node.length) in self.grouped

    def _and(self) -> Node:
        parts = [self._not()]
        while (token := self._peek()) is not None:
            if token.kind == "and":
                self.index += 1
                self._expect_operand(token)
            elif token.kind not in _OPERANDS | {"(", "not"}:
                break
            parts.append(self._not())
        return _joined(And, parts)

    def _not(self) -> Node:
        token = self._peek()
        if token is None or token.kind != "not":
            return self._near()
        self._deeper(token)
        self.index += 1
        self._expect_operand(token)
        child = self._not()
        self.depth -= 1
        return Not(child, token.position, child.position + child.length - token.position)

    def _expect_operand(self, operator: Token) -> None:
        following = self._peek()
        if following is None or following.kind == ")":
            self._refuse(f"Nothing follows {operator.value}.", operator, "Add a term after it, or remove it.")

    def _near(self) -> Node:
        left = self._primary()
        token = self._peek()
        if token is None or token.kind != "near":
            return left
        self.index += 1
        self._expect_operand(token)
        right = self._primary()
        again = self._peek()
        if again is not None and again.kind == "near":
            self._refuse(
                "NEAR joins two sides only.",
                again,
                "Write pairs joined by AND, as in (a NEAR/3 b) AND (b NEAR/3 c).",
            )
        start = left.position
        return Near(
            self._side(left, token),
            self._side(right, token),
            token.number,
            start,
            right.position + right.length - start,
        )

    def _side(self, node: Node, operator: Token) -> tuple[Term, ...]:
        parts = node.children if isinstance(node, Or) else (node,)
        if all(isinstance(part, Term) for part in parts):
            return cast("tuple[Term, ...]", parts)
        raise QueryError(
            f"{operator.value} can join only terms and phrases, or several of them as in (a OR b).",
            position=node.position,
            length=node.length,
            suggestion="Join the rest with AND outside.",
        )

    def _primary(self) -> Node:
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "(":
            return self._group(token)
        if token.kind == "field":
            return self._field(token)
        if token.kind in _OPERANDS:
            return self._term(token)
        raise self._no_operand(token)

    def _no_operand(self, token: Token) -> QueryError:
        if token.kind == ")":
            message = "There is nothing before this parenthesis to close."
            suggestion = "Remove it, or put a term before it."
        else:
            message = f"{token.value} has nothing before it to join."
            suggestion = "Put a term before it, or remove it."
        if token.kind == "near":
            suggestion = "NEAR stands between two terms, as in grill NEAR/5 lid."
        return QueryError(message, position=token.position, length=token.length, suggestion=suggestion)

    def _group(self, opening: Token) -> Node:
        self._deeper(opening)
        following = self._peek()
        if following is None:
            self._refuse_open(opening)
        if following.kind == ")":
            raise QueryError(
                "There is nothing between these parentheses.",
                position=opening.position,
                length=following.end - opening.position,
                suggestion="Put a term in, or remove them.",
            )
        inner = self._or()
        closing = self._peek()
        if closing is None:
            self._refuse_open(opening)
        self.index += 1
        self.depth -= 1
        if isinstance(inner, And | Or):
            length = closing.end - opening.position
            self.grouped.add((opening.position, length))
            return type(inner)(inner.children, opening.position, length)
        return inner

    def _refuse_open(self, opening: Token) -> NoReturn:
        self._refuse("This parenthesis is never closed.", opening, "Put a ) where the group ends.")

    def _count(self, token: Token) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            self._refuse(
                f"The query has more than {MAX_TERMS:,} terms; this is the first too many.",
                token,
                "Split it into several queries.",
            )

    def _field(self, token: Token) -> Field:
        values = []
        for part in token.value.replace("，", ",").split(","):
            value = unicodedata.normalize("NFC", part.strip().lower())
            if token.name == "author":
                value = value.lstrip("@＠")
            if not value:
                self._refuse(f"A value is missing in {token.name}:.", token, "Remove the comma too many.")
            if token.name == "lang" and not _LANGUAGE.fullmatch(value):
                self._refuse(
                    f"«{value[:40]}» is not a language code.",
                    token,
                    "Write the two letters of ISO 639-1, as in lang:en or lang:de,fr.",
                )
            if value not in values:
                values.append(value)
            self._count(token)
        return Field(cast("FieldName", token.name), tuple(values), token.position, token.length)

    def _term(self, token: Token) -> Term:
        self._count(token)
        term = Term(
            cast("TermKind", token.kind),
            token.value,
            token.wildcard,
            token.position,
            token.length,
        )
        pieces = pieces_of(term.text)
        if not any(piece.text for piece in pieces):
            self._refuse(
                f"«{token.value[:40]}» has no letter, digit or emoji to look for.",
                token,
                "Remove it, or write the word itself.",
            )
        if len(pieces) > MAX_PHRASE_WORDS:
            self._refuse(
                f"This phrase has {len(pieces):,} words; {MAX_PHRASE_WORDS} is the most.",
                token,
                "Search a telling part of it.",
            )
        if term.kind == "tag" and not all(piece.glued for piece in pieces[1:]):
            self._refuse(
                f"A tag ends at the first sign that is no letter, digit or _, so «#{token.value[:40]}» is not one tag.",
                token,
                f"Write #{pieces[0].text}, or put the words in quotes.",
            )
        if term.wildcard:
            self._check_wildcard(token, pieces[-1])
        return term

    def _check_wildcard(self, token: Token, last: Piece) -> None:
        star = token.end - (2 if token.kind == "phrase" else 1)
        if last.symbol or not flags_of(token.value[-1]) & (WORD | DROP):
            raise QueryError(
                "A star can follow only letters or digits.", position=star, length=1, suggestion="Remove the star."
            )
        letters = [char for char in last.text if unicodedata.category(char)[0] != "M" and char != " "]
        dense = any(_is_dense(char) for char in letters)
        least = _MIN_WILDCARD_CJK if dense else _MIN_WILDCARD
        if len(letters) < least:
            raise QueryError(
                f"A word with a star needs at least {least} characters before it, or it would find nearly everything.",
                position=star,
                length=1,
                suggestion="Write more of the word, or list the forms with OR.",
            )


def _is_dense(char: str) -> bool:
    """Han, kana and Hangul say in two characters what other scripts say in three or more."""
    name = unicodedata.name(char, "")
    return name.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL"))


def _joined(kind: type[And | Or], parts: list[Node]) -> Node:
    """One node for several parts; a part of the same kind gives its children, so that chains stay flat."""
    if len(parts) == 1:
        return parts[0]
    flat: list[Node] = []
    for part in parts:
        if isinstance(part, And | Or) and type(part) is kind:
            flat.extend(part.children)
        else:
            flat.append(part)
    start = parts[0].position
    return kind(tuple(flat), start, parts[-1].position + parts[-1].length - start)
