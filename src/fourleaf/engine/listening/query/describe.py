"""A query as text again: one canonical form for storing and comparing, and plain words for people."""

from __future__ import annotations

from fourleaf.engine.listening.query.ast import And, Field, Near, Node, Not, Or, Query, Term

__all__ = ["canonical", "describe", "label"]


def label(term: Term) -> str:
    """A term as it would be typed."""
    star = "*" if term.wildcard else ""
    match term.kind:
        case "phrase":
            return f'"{term.text}{star}"'
        case "tag":
            return f"#{term.text}{star}"
        case "handle":
            return f"@{term.text}{star}"
        case _:
            return f"{term.text}{star}"


def _side(terms: tuple[Term, ...]) -> str:
    joined = " OR ".join(label(term) for term in terms)
    return joined if len(terms) == 1 else f"({joined})"


def canonical(node: Node) -> str:
    """The text form of a tree: capitals for operators, AND written out, parentheses only where they are needed."""
    match node:
        case Term():
            return label(node)
        case Field():
            values = ",".join(node.values)
            return f'{node.name}:"{values}"' if any(mark in values for mark in " ()（）") else f"{node.name}:{values}"
        case Near():
            return f"{_side(node.left)} NEAR/{node.distance} {_side(node.right)}"
        case Not():
            inner = canonical(node.child)
            return f"NOT ({inner})" if isinstance(node.child, And | Or) else f"NOT {inner}"
        case And():
            return " AND ".join(
                f"({canonical(child)})" if isinstance(child, Or) else canonical(child) for child in node.children
            )
        case Or():
            return " OR ".join(
                f"({canonical(child)})" if isinstance(child, And) else canonical(child) for child in node.children
            )


_FIELD_WORDS = {"lang": "the language is", "author": "the author is", "source": "the source is"}
_KIND_WORDS = {"word": "the word", "phrase": "the phrase", "tag": "the tag", "handle": "the handle"}


def describe(query: Query | Node) -> str:
    """What the query asks for, in plain words, for the editor's preview."""
    return f"Posts in which {_words(query.root if isinstance(query, Query) else query)}."


def _name(term: Term) -> str:
    shown = label(term).strip('"').removesuffix("*")
    return f"{_KIND_WORDS[term.kind]} {'beginning with ' if term.wildcard else ''}«{shown}»"


def _words(node: Node) -> str:
    match node:
        case Term():
            return f"{_name(node)} stands"
        case Field():
            return f"{_FIELD_WORDS[node.name]} {' or '.join(node.values)}"
        case Near():
            left, right = (" or ".join(_name(term) for term in side) for side in (node.left, node.right))
            return f"{left} stands within {node.distance} word{'s' * (node.distance > 1)} of {right}"
        case Not():
            return f"it is not so that {_grouped(node.child)}"
        case And():
            return " and ".join(_grouped(child) if isinstance(child, Or) else _words(child) for child in node.children)
        case Or():
            if all(isinstance(child, Term) for child in node.children):
                names = [_name(child) for child in node.children if isinstance(child, Term)]
                return f"{', '.join(names[:-1])} or {names[-1]} stands"
            return " or ".join(_grouped(child) if isinstance(child, And) else _words(child) for child in node.children)


def _grouped(node: Node) -> str:
    return f"({_words(node)})" if isinstance(node, And | Or) else _words(node)
