"""Why a text got its label: what each of its tokens adds to each class."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from fourleaf.engine.listening.sentiment.features import (
    LINK,
    TEXT_LIMIT,
    USER,
    Features,
    clean,
    featurise,
    symbol_parts,
)
from fourleaf.engine.listening.sentiment.model import LANES, PAIR_FACTOR, LinearModel
from fourleaf.engine.listening.text_column import as_text_column, first_code_points

__all__ = ["EVERY_TEXT", "WHOLE_TEXT", "Contribution", "explain_with"]

#: Stands for capitals, lengthened words, exclamation and question marks, as far as they count for the whole text.
WHOLE_TEXT: Final = "(capitals and marks)"
#: Stands for what the model gives to any text before it has read a word.
EVERY_TEXT: Final = "(any text)"

_SHOWN: Final = str.maketrans({USER: "@user", LINK: "link"})


class Contribution(NamedTuple):
    """What one token adds to the score of each class; above 0 speaks for the class, below 0 against it."""

    token: str
    negative: float
    neutral: float
    positive: float


def explain_with(model: LinearModel, text: str) -> list[Contribution]:
    """Contributions in the order of the text, then those of `WHOLE_TEXT` and `EVERY_TEXT`.

    A token is what stands between blanks, written as in the text, but links and handles are one word each. The three
    numbers of an entry sum to 0, and the sums over all entries are the scores, up to a constant, whose
    softmax are the probabilities.
    """
    [(_, features)] = featurise(as_text_column([text]), model.symbols)
    tokens, token_at = _tokens(features)
    tokens = _as_written(text, tokens, model)
    parts = np.zeros((len(tokens) + 2, LANES), np.float64)
    for numbers in features.grams:
        at = np.flatnonzero(numbers >= 0)
        np.add.at(parts, token_at[at], _values(model, others=numbers[at]))
    np.add.at(parts, token_at[features.word_at], _values(model, words=features.words))
    at = np.flatnonzero(features.pairs >= 0)
    halves = _values(model, others=features.pairs[at]) * (PAIR_FACTOR / 2)
    np.add.at(parts, token_at[features.word_at[at]], halves)
    np.add.at(parts, token_at[features.word_at[at + 1]], halves)
    parts[-2] = _values(model, others=features.whole[0]).sum(axis=0)
    parts /= features.sizes[0]
    parts[-1] = model.bias
    parts -= parts.mean(axis=1, keepdims=True)
    names = [*tokens, WHOLE_TEXT, EVERY_TEXT]
    return [Contribution(name, *values) for name, values in zip(names, parts.tolist(), strict=True)]


def _tokens(features: Features) -> tuple[list[str], npt.NDArray[np.int64]]:
    """Tokens, and for each symbol the token that it belongs to; a blank belongs to the token after it."""
    text = "".join(map(chr, features.symbols.tolist()))
    tokens = [token.translate(_SHOWN) for token in text.split(" ") if token]
    blank = np.array([char == " " for char in text])
    starts = np.append(blank[:-1] & ~blank[1:], False)  # a token starts after this blank
    return tokens, np.maximum(np.cumsum(starts) - 1, 0)


def _as_written(text: str, tokens: list[str], model: LinearModel) -> list[str]:
    """The tokens as they stand in the text: the model reads every digit as 0, all letters small, long runs short.

    Symbols that the model drops belong to the word they stand in, and make no word by themselves.
    """
    [shown] = clean(first_code_points(as_text_column([text]), TEXT_LIMIT)).to_pylist()
    dropped, blank = symbol_parts(shown, model.symbols)
    words: list[str] = []
    begin = None
    for at, ends in enumerate([*blank, True]):
        if not ends:
            begin = at if begin is None else begin
        elif begin is not None:
            if not all(dropped[begin:at]):
                words.append(shown[begin:at].translate(_SHOWN))
            begin = None
    return words if len(words) == len(tokens) else tokens


def _values(
    model: LinearModel,
    words: npt.NDArray[np.int64] | None = None,
    others: npt.NDArray[np.int64] | None = None,
) -> npt.NDArray[np.float32]:
    count = len(words) if words is not None else len(others) if others is not None else 0
    nothing = np.full(count, -1)
    return model.logits(
        model.words.take(nothing if words is None else words),
        model.others.take(nothing if others is None else others),
    )
