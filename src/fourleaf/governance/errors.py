"""Exceptions of governance. Their messages are sentences that may be shown to the person who asked."""

from __future__ import annotations

from collections.abc import Sequence

from fourleaf.kernel.errors import InvalidError

__all__ = ["OpenPlacesError", "UnansweredError", "WrongAnswersError"]


class OpenPlacesError(InvalidError):
    """Places of a draft are not filled in; ``places`` are their words."""

    def __init__(self, places: Sequence[str]) -> None:
        self.places = list(places)
        shown = ", ".join(f"[{place}]" for place in self.places[:5])
        more = f" and {len(self.places) - 5} more" if len(self.places) > 5 else ""
        sentence = (
            f"Places are not filled in: {shown}{more}. "
            "Fill them in, or name those that may stay open during legal review."
        )
        super().__init__(fields={"open_places": [sentence]})


class UnansweredError(InvalidError):
    """Not every question on what changed has an answer; ``places`` are those that have none. Nothing was marked."""

    def __init__(self, places: list[int], total: int) -> None:
        self.places = places
        sentence = "Answer the question." if total == 1 else f"Answer all {total} questions."
        super().__init__(sentence, fields={f"answer_{place}": ["Choose an answer."] for place in places})


class WrongAnswersError(InvalidError):
    """Answers to the questions on what changed are wrong; ``sections`` maps the question's place to its section."""

    def __init__(self, sections: dict[int, str]) -> None:
        self.sections = sections
        super().__init__(
            fields={f"answer_{place}": ["Not quite. Read the section again and try once more."] for place in sections}
        )
