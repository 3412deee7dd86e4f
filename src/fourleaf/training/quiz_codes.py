"""Values that stand for the answers of a try on its pages; they are decoded here and mean nothing elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from django.conf import settings

from fourleaf.engine.training.quiz import Drawn, option_codes
from fourleaf.training.models import QuizAttempt

__all__ = ["codes_of", "option_of"]


def codes_of(attempt: QuizAttempt, drawn: Drawn) -> dict[str, str]:
    """Option id -> its value in this try; the same whenever the try is continued, another in every other try."""
    secret = f"fourleaf quiz\0{settings.SECRET_KEY}\0{attempt.pk}\0{attempt.key}"
    return option_codes(drawn, hashlib.sha256(secret.encode()).digest())


def option_of(codes: Mapping[str, str], value: str) -> str:
    """The option id behind a value; empty for a value of another try, for an author's letter, for anything else."""
    return next((option for option, code in codes.items() if code == value), "")
