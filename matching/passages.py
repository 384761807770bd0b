"""Long texts in passages, so that one fitting page of a long document is not lost among the others.

A sentence encoder makes one vector of a text, however long: of a CV of pages it keeps what all pages have in
common, and that is little. So a long text is compared passage by passage.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

LENGTH = 200
"""Characters of a passage, as far as sentences allow. Of 120 to 800, 120 and 200 found the right one of long
documents most often."""
BEST_SHARE = 0.8
"""Share of the best passage; the rest is the mean of the best three, so that a document that keeps to the
matter stands before one that only names it."""
BEST_FEW = 3

_ENDS = re.compile("\\n+|(?<=[.!?\u2026\u061f\u06d4\u0964])\\s+|(?<=[\u3002\uff01\uff1f])")
"""Ends of paragraphs and sentences, as Latin, Cyrillic, Arabic, Indic and Chinese texts write them."""


def passages(text: str, length: int = LENGTH) -> list[str]:
    """Return a text in passages of whole sentences, each of about ``length`` characters at most.

    A sentence of more than twice that length is cut at a blank, or in the middle where there is none. A short
    text is one passage, and so is an empty one.

    Examples
    --------
    >>> passages("One. Two. Three.", length=9)
    ['One. Two.', 'Three.']
    >>> passages("")
    ['']
    """
    if len(text) <= length:
        return [text]
    found = [""]
    for piece in _pieces(text, length):
        if found[-1] and len(found[-1]) + len(piece) >= length:
            found.append(piece)
        else:
            found[-1] = f"{found[-1]} {piece}".strip()
    return found


def _pieces(text: str, length: int) -> Iterator[str]:
    for sentence in _ENDS.split(text):
        rest = sentence.strip()
        while len(rest) > 2 * length:
            blank = rest.rfind(" ", length // 2, length)
            cut = blank if blank > 0 else length
            yield rest[:cut].strip()
            rest = rest[cut:].strip()
        if rest:
            yield rest


def pooled(near: NDArray[np.float64], asked: Sequence[int], said: Sequence[int]) -> NDArray[np.float64]:
    """Return how near texts are from how near their passages are.

    Parameters
    ----------
    near : float array, shape (passages of all queries, passages of all documents)
        Nearness of each pair of passages.
    asked, said : sequence of int
        Number of passages of each of the q queries and d documents, each at least 1.

    Returns
    -------
    float array, shape (q, d)
        For each passage of a query its best passages in the document, see :data:`BEST_SHARE`; the mean of
        these over the query.

    Notes
    -----
    Sorts the passages of each document once: O(passages of queries times passages of documents times log).
    """
    ends = np.cumsum([0, *said])
    columns = [_best(near[:, start:end]) for start, end in pairwise(ends.tolist())]
    by_document = np.stack(columns, axis=1) if columns else np.zeros((len(near), 0))
    starts = np.cumsum([0, *asked])
    rows = [by_document[start:end].mean(axis=0) for start, end in pairwise(starts.tolist())]
    return np.stack(rows) if rows else np.zeros((0, len(said)))


def _best(near: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what the best passages of one document give each passage that is asked, shape (passages,)."""
    best = np.sort(near, axis=1)[:, ::-1][:, :BEST_FEW]
    together: NDArray[np.float64] = BEST_SHARE * best[:, 0] + (1 - BEST_SHARE) * best.mean(axis=1)
    return together
