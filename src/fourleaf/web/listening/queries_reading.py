"""What a query asks for, read aloud: "Posts that contain “ember” or “#ember”, but not “baby name”." """

from __future__ import annotations

from collections.abc import Sequence

from fourleaf.engine.listening import Query, parse_query
from fourleaf.engine.listening.query.ast import And, Field, Near, Node, Not, Or, Term
from fourleaf.web.listening.reports_filters import language_name

__all__ = ["reading"]

#: Of longer lists the beginning is read, and the number of the rest.
_MOST = 14


def reading(text: str) -> str:
    """The sentence for a text that can be read as a query; raises QueryError otherwise."""
    query: Query = parse_query(text)
    return f"Posts that {_clause(query.root)}."


def _listed(parts: Sequence[str], word: str) -> str:
    shown = list(parts[:_MOST])
    if len(parts) > _MOST:
        shown.append(f"{len(parts) - _MOST} more")
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {word} {shown[-1]}"


def _name(term: Term) -> str:
    sign = {"tag": "#", "handle": "@"}.get(term.kind, "")
    return f"“{sign}{term.text}{'…' if term.wildcard else ''}”"


def _field(node: Field) -> str:
    if node.name == "lang":
        return f"are in {_listed([language_name(value) for value in node.values], 'or')}"
    if node.name == "author":
        return f"are by {_listed([f'@{value}' for value in node.values], 'or')}"
    return f"come from {_listed([f'“{value}”' for value in node.values], 'or')}"


def _near(node: Near) -> str:
    left, right = (_listed([_name(term) for term in side], "or") for side in (node.left, node.right))
    gap = "side by side" if node.distance == 1 else f"at most {node.distance} words apart"
    return f"{left} and {right} {gap}"


def _clause(node: Node) -> str:
    """What comes after "Posts that"."""
    match node:
        case Term():
            return f"contain {_name(node)}"
        case Near():
            return f"contain {_near(node)}"
        case Field():
            return _field(node)
        case Not():
            return _refused(node.child)
        case Or():
            if all(isinstance(child, Term | Near) for child in node.children):
                return f"contain {_listed([_object(child) for child in node.children], 'or')}"
            clauses = [_clause(child) for child in node.children]
            return f"either {'; or '.join(clauses) if any(',' in one for one in clauses) else _listed(clauses, 'or')}"
        case And():
            asked = [child for child in node.children if not isinstance(child, Not)]
            refused = [child.child for child in node.children if isinstance(child, Not)]
            said = _all(asked)
            if refused:
                said += f"{', but ' if asked else ''}{_listed([_refused(child) for child in refused], 'and')}"
            return said


def _object(node: Node) -> str:
    return _name(node) if isinstance(node, Term) else _near(node) if isinstance(node, Near) else _clause(node)


def _all(nodes: Sequence[Node]) -> str:
    """Several that must all hold: what to contain first, in one breath where it is simple."""
    terms = [_object(node) for node in nodes if isinstance(node, Term | Near)]
    rest = [_clause(node) for node in nodes if not isinstance(node, Term | Near)]
    parts = [f"contain {_listed(terms, 'and')}"] if terms else []
    return ", and ".join([*parts, *rest])


def _refused(node: Node) -> str:
    match node:
        case Term():
            return f"do not contain {_name(node)}"
        case Near():
            return f"do not contain {_near(node)}"
        case Field():
            return _field(node).replace("are ", "are not ", 1).replace("come from", "do not come from", 1)
        case Not():
            return _clause(node.child)
        case Or() if all(isinstance(child, Term | Near) for child in node.children):
            return f"contain none of {_listed([_object(child) for child in node.children], 'or')}"
        case And() if all(isinstance(child, Term | Near) for child in node.children):
            return f"do not contain all of {_listed([_object(child) for child in node.children], 'and')}"
        case _:
            return f"are not such that they {_clause(node)}"
