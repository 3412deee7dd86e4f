"""What can be wrong with a query, said with its place in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["QueryError", "QueryErrors", "QueryWarning"]


class QueryError(ValueError):
    """A query that cannot be read.

    `position` and `length` are characters of the query text; `suggestion` says how to mend it, or is empty;
    `query_name` is filled when the query belongs to a named set.
    """

    def __init__(self, message: str, *, position: int, length: int, suggestion: str = "", query_name: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.length = length
        self.suggestion = suggestion
        self.query_name = query_name

    def named(self, query_name: str) -> QueryError:
        """The same error with the name of its query."""
        return QueryError(
            self.message,
            position=self.position,
            length=self.length,
            suggestion=self.suggestion,
            query_name=query_name,
        )

    def __str__(self) -> str:
        where = (
            f"Query «{self.query_name}», character {self.position + 1}"
            if self.query_name
            else (f"Character {self.position + 1}")
        )
        return f"{where}: {self.message} {self.suggestion}".rstrip()


class QueryErrors(ValueError):  # noqa: N818 - the name says that it holds several
    """All errors of a set of queries, one for each query that cannot be read, in `errors`."""

    def __init__(self, errors: Sequence[QueryError]) -> None:
        super().__init__("\n".join(str(error) for error in errors))
        self.errors = list(errors)


@dataclass(frozen=True, slots=True)
class QueryWarning:
    """Something legal that is probably not meant; places are as in `QueryError`."""

    position: int
    length: int
    message: str
    suggestion: str = ""
