"""Whether a text is a query at all, said with the place of the fault."""

from __future__ import annotations

from fourleaf.engine.listening.query import QueryError, parse_query
from fourleaf.listening.errors import QueryTextError

__all__ = ["LONGEST", "check_text"]

#: Characters that a query may have.
LONGEST = 20_000


def check_text(text: str) -> None:
    """Raise `QueryTextError` with the place of the fault unless the text is a query."""
    if not text.strip():
        sentence = "Write what to look for, for example: emberlyn OR #emberlyn"
        raise QueryTextError([(0, 0, sentence, "")], fields={"text": [sentence]})
    if len(text) > LONGEST:
        sentence = f"The query has {len(text):,} characters; {LONGEST:,} are possible. Split it into several queries."
        raise QueryTextError([(LONGEST, len(text) - LONGEST, sentence, "")], fields={"text": [sentence]})
    try:
        parse_query(text)
    except QueryError as error:
        raise QueryTextError(
            [(error.position, error.length, error.message, error.suggestion)], fields={"text": [str(error)]}
        ) from error
