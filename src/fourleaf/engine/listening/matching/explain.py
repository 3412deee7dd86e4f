"""Why a post matches a query, or why it does not: part by part, and in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fourleaf.engine.listening.matching.columns import Columns
from fourleaf.engine.listening.matching.hits import Searcher
from fourleaf.engine.listening.matching.plan import Plan, QuerySpec, compile_plan
from fourleaf.engine.listening.query.ast import And, Field, Near, Node, Not, Or, Term
from fourleaf.engine.listening.query.describe import canonical
from fourleaf.engine.listening.query.errors import QueryErrors
from fourleaf.engine.listening.query.parser import parse_query
from fourleaf.engine.listening.text_column import as_text_column

__all__ = ["ExplainedNode", "Explanation", "explain"]

_MOST_PLACES = 3


@dataclass(frozen=True, slots=True)
class ExplainedNode:
    """A part of a query: `text` as in the canonical form, whether it holds, and where its terms stand.

    `spans` are (start, end) in code points of the text, end exclusive. `note` says it in words.
    """

    text: str
    matched: bool
    spans: tuple[tuple[int, int], ...]
    note: str
    children: tuple[ExplainedNode, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a post matches, the tree of parts, and a sentence."""

    matched: bool
    sentence: str
    root: ExplainedNode


def explain(spec: QuerySpec, post: Mapping[str, object]) -> Explanation:
    """Explain one query on one post with the keys `text` and, where known, `author`, `platform` and `lang`.

    It runs the matcher's own search, so it cannot disagree with `Matcher.match`. Raises QueryError.
    """
    try:
        plan = compile_plan([spec])
    except QueryErrors as errors:
        raise errors.errors[0] from None
    root = _explained(parse_query(spec.query).root, _Found(plan, post))
    verdict = "Matches" if root.matched else "Does not match"
    return Explanation(root.matched, f"{verdict} because {root.note}.", root)


class _Found:
    """What the search found in one post."""

    def __init__(self, plan: Plan, post: Mapping[str, object]) -> None:
        names = [name for name in ("author", "platform", "lang") if post.get(name) is not None]
        # A lone surrogate cannot stand in Arrow text; it becomes one other character, so places stay true.
        values = [str(post.get(name) or "").encode("utf-8", "replace").decode() for name in ("text", *names)]
        batch = pa.RecordBatch.from_arrays([pa.array([value], pa.string()) for value in values], ["text", *names])
        self._plan = plan
        self._columns = Columns(batch, as_text_column(batch.column(0)))
        self._buffer, self._hits = Searcher(plan).find(self._columns.texts, self._columns.authors)

    def places(self, node: Term | Near | Field) -> tuple[bool, tuple[tuple[int, int], ...]]:
        """Whether an atom or a field holds, and where it stands."""
        number, is_filter = self._plan.number(node)
        if is_filter:
            wanted = self._plan.filters[number]
            return bool(self._columns.has(wanted.name, wanted.values, np.zeros(1, np.int64))[0]), ()
        hits = self._hits.take(self._hits.atom == number)
        if not len(hits.atom):
            return False, ()
        placed = hits.take(hits.start >= 0)
        first, last = placed.start, placed.end
        loose = np.flatnonzero(~placed.settled)
        first[loose], last[loose] = self._buffer.original_spans(placed.row[loose], first[loose], last[loose])
        return True, tuple(sorted(set(zip(first.tolist(), last.tolist(), strict=True))))


def _at(spans: tuple[tuple[int, int], ...]) -> str:
    shown = ", ".join(f"{start}-{end}" for start, end in spans[:_MOST_PLACES])
    more = len(spans) - _MOST_PLACES
    return f"{shown} and {more} more" if more > 0 else shown


_FIELD_WORDS = {"lang": "language", "author": "author", "source": "source"}


def _explained(node: Node, found: _Found) -> ExplainedNode:
    """One part with all parts under it; depth is bounded by the parser."""
    text = canonical(node)
    match node:
        case Term():
            matched, spans = found.places(node)
            return ExplainedNode(text, matched, spans, _term_note(text.strip('"'), matched, spans))
        case Near():
            matched, spans = found.places(node)
            children = tuple(_explained(term, found) for term in (*node.left, *node.right))
            note = f"{text} stands at {_at(spans)}" if matched else f"{text} found nothing"
            return ExplainedNode(text, matched, spans, note, children)
        case Field():
            matched, _ = found.places(node)
            note = f"the {_FIELD_WORDS[node.name]} is {'' if matched else 'not '}{' or '.join(node.values)}"
            return ExplainedNode(text, matched, (), note)
        case Not():
            child = _explained(node.child, found)
            note = f"{text} does not hold: {child.note}" if child.matched else f"{text} found nothing"
            if isinstance(node.child, Field) and not child.matched:
                note = child.note
            return ExplainedNode(text, not child.matched, (), note, (child,))
        case And() | Or():
            return _joined(node, text, tuple(_explained(child, found) for child in node.children))


def _term_note(name: str, matched: bool, spans: tuple[tuple[int, int], ...]) -> str:
    return f"«{name}» stands at {_at(spans)}" if matched else f"«{name}» found nothing"


def _joined(node: And | Or, text: str, children: tuple[ExplainedNode, ...]) -> ExplainedNode:
    holding = [child for child in children if child.matched]
    missing = [child for child in children if not child.matched]
    matched = not missing if isinstance(node, And) else bool(holding)
    notes = [child.note for child in (holding if matched else missing)]
    spans = tuple(sorted({span for child in holding for span in child.spans})) if matched else ()
    return ExplainedNode(text, matched, spans, " and ".join(notes), children)
