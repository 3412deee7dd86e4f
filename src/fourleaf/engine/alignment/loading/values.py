"""Scalars of a plan file: from the text that was written to the value a field wants, or a sentence."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Final

from fourleaf.engine.alignment.loading.problems import Problems
from fourleaf.engine.alignment.loading.shapes import FieldShape

__all__ = ["WrongValueError", "convert"]

_INTEGER: Final = re.compile(r"[+-]?\d{1,15}")
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TRUTH: Final = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
_LONGEST_SHOWN: Final = 60


class WrongValueError(ValueError):
    """The text is no value for the field: .message says why, .hint how to mend it."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


def shown(text: str) -> str:
    """The text in quotes, shortened."""
    return f"'{text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + '…'}'"


def convert(text: str, shape: FieldShape, problems: Problems) -> object:
    """The value of the text for a scalar field. Raises WrongValueError."""
    match shape.kind:
        case "text":
            return text
        case "choice" | "code":
            return _choice(text.strip(), shape, problems)
        case "date":
            return _date(text.strip(), shape)
        case "time":
            return _time(text.strip(), shape)
        case "truth":
            if (truth := _TRUTH.get(text.strip().lower())) is not None:
                return truth
            raise WrongValueError(f"{shape.name} is {shown(text)}, but needs true or false.", "Write true or false.")
        case "integer":
            if _INTEGER.fullmatch(text.strip()):
                return int(text)
            raise WrongValueError(f"{shape.name} is {shown(text)}, but needs a whole number.", "Write it in digits.")
        case _:
            return _number(text.strip(), shape)


def _choice(text: str, shape: FieldShape, problems: Problems) -> object:
    if text in shape.choices:
        return int(text) if shape.kind == "code" else text
    known = ", ".join(shape.choices)
    hint = problems.suggestion(text, shape.choices) or "Write one of these words."
    raise WrongValueError(f"{shape.name} is {shown(text)}, but must be one of: {known}.", hint)


def _date(text: str, shape: FieldShape) -> date:
    if _DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = f"{shape.name} is {shown(text)}, and there is no such day."
            raise WrongValueError(message, "Check month and day; the order is year-month-day.") from None
    raise WrongValueError(f"{shape.name} is {shown(text)}, but needs a date.", "Write year-month-day, like 2026-01-31.")


def _time(text: str, shape: FieldShape) -> datetime:
    example = "Write it like 2026-01-31T09:00:00+01:00."
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise WrongValueError(f"{shape.name} is {shown(text)}, but needs a date and time.", example) from None
    if time.tzinfo is None:
        raise WrongValueError(f"{shape.name} is {shown(text)}, which has no zone.", f"Add it. {example}")
    return time


def _number(text: str, shape: FieldShape) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number) and "_" not in text:
        return number
    if text.endswith("%"):
        hint = "Write a share from 0 to 1: 80 % is 0.8."
    elif "," in text:
        hint = "Write a point for the decimals, and nothing between the thousands."
    else:
        hint = "Write it in digits."
    raise WrongValueError(f"{shape.name} is {shown(text)}, but needs a number.", hint)
