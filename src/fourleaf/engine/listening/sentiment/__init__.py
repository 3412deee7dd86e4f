"""How a post feels about what it talks about: negative, neutral or positive.

Two tiers are foreseen. `fast` is a linear model over hashed character and word n-grams that keeps up with a whole
import; `accurate` is not built yet and is refused with a sentence. The probabilities are those of a reader to whom the
three classes are equally common, so the label is always the most probable class; see the model card,
`docs/reference/model-card-sentiment.md`, for what the figures mean and what the model must not be used for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from fourleaf.engine.listening.sentiment.explaining import Contribution, explain_with
from fourleaf.engine.listening.sentiment.model import load_model
from fourleaf.engine.listening.text_column import as_text_column
from fourleaf.engine.posts import SENTIMENTS

if TYPE_CHECKING:
    from fourleaf.engine.listening.text_column import Texts

__all__ = ["MODEL_NAME", "TIERS", "Contribution", "UnknownTierError", "classify", "explain"]

#: Name and version of the model behind the fast tier; stored with each mention.
MODEL_NAME: Final = "linear-v1"
#: Tiers that exist.
TIERS: Final = ("fast",)

_LABELS: Final = pa.array(SENTIMENTS)


class UnknownTierError(ValueError):
    """Asked for a tier that this installation doesn't have."""


def classify(texts: Texts, tier: Literal["fast"] = "fast") -> tuple[Any, npt.NDArray[np.float32]]:
    """Label and probabilities of each text.

    Returns a string array of n labels out of SENTIMENTS and a float32 array (n, 3) of probabilities in that order,
    each row summing to 1. A missing or empty text carries no sign of feeling: it is neutral. Only the first 2,000
    characters of a text count. Raises UnknownTierError for a tier other than "fast".
    """
    if tier not in TIERS:
        raise UnknownTierError(f'There is no sentiment tier "{tier}"; the tiers are: {", ".join(TIERS)}.')
    column = as_text_column(texts)
    scores = load_model(MODEL_NAME).scores(column)
    scores -= scores.max(axis=1, keepdims=True, initial=-np.inf) if len(scores) else 0
    probabilities = np.exp(scores)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    winners = probabilities.argmax(axis=1)
    return _LABELS.take(pa.array(winners)), probabilities


def explain(text: str) -> list[Contribution]:
    """What each token of the text adds to each class, in the order of the text; see `explaining.explain_with`."""
    return explain_with(load_model(MODEL_NAME), text)
