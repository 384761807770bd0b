"""The topic of many rows at once: what a row shares with a subject as bits of a byte, and its level.

:class:`matching.criteria.topics.Subject` works out the ladder for one subject over all rows. Where there are
many subjects, the bits of each code are made once, a subject's are the union of those of its codes, and each
of the 256 bytes has one level. The levels are the same.
"""

import numpy as np
from numpy.typing import NDArray

from matching.criteria.topics import (
    AREA,
    AREA_AND_COMMITMENT,
    AREA_SERVES_COMMITMENT,
    COMMITMENT,
    COMMITMENT_OTHER_AREA,
    HEADLINE_OTHER_AREA,
    RELATED_COMMITMENT,
    RELATED_OTHER_AREA,
    SERVES_OTHER_AREA,
    THEME,
    Subject,
)
from matching.pairs.columns import Bools, Floats, Ints, Lists, Topics

Bytes = NDArray[np.uint8]
Piece = tuple[str, str]
"""A kind of code and the code."""
UNSTATED_PIECE: Piece = ("unstated", "")

HAS_AREA, SHARED, SINGLE, RELATED, SERVES, THEMED, APART, UNSTATED = (1 << bit for bit in range(8))


class TopicBits:
    """What rows share with each code, as bits.

    Parameters
    ----------
    lists : Lists
        The code lists.
    topics : Topics
        Areas and commitments of the rows.

    Notes
    -----
    O(rows) per code that is asked for, and one byte per row and code to keep.
    """

    def __init__(self, lists: Lists, topics: Topics) -> None:
        self._lists = lists
        self._topics = topics
        unstated: Bytes = np.where(topics.stated, 0, UNSTATED).astype(np.uint8)
        self._made: dict[Piece, Bytes] = {UNSTATED_PIECE: unstated}

    def codes(self, area: str | None, commitments: tuple[str, ...]) -> list[Piece]:
        """Return the pieces that a subject's bits are the union of."""
        areas: list[Piece] = [] if area is None else [("area", area)]
        return [UNSTATED_PIECE, *areas, *(("commitment", code) for code in commitments)]

    def of(self, area: str | None, commitments: tuple[str, ...], rows: Ints | None = None) -> Bytes:
        """Return the bits of a subject for some rows (all), shape (n,)."""
        parts = [self.pieces(code) for code in self.codes(area, commitments)]
        taken = parts if rows is None else [part[rows] for part in parts]
        bits: Bytes = np.bitwise_or.reduce(taken)
        return bits

    def pieces(self, piece: Piece) -> Bytes:
        """Return the bits of one code, shape (n,)."""
        if piece not in self._made:
            kind, code = piece
            make = self._from_area if kind == "area" else self._from_commitment
            self._made[piece] = make(code)
        return self._made[piece]

    def _from_area(self, area: str) -> Bytes:
        about, topics = Subject(self._lists, area, ()), self._topics
        has = topics.area[about.area]
        bits = np.where(has, HAS_AREA, np.where(topics.area_stated, APART, 0)).astype(np.uint8)
        bits[_any(topics.commitment, about.served)] |= SERVES
        bits[_themed(about, topics)] |= THEMED
        return bits

    def _from_commitment(self, code: str) -> Bytes:
        about, topics = Subject(self._lists, None, (code,)), self._topics
        bits = np.zeros(topics.commitment.shape[1], dtype=np.uint8)
        bits[_any(topics.commitment, about.commitments)] |= SHARED
        bits[_any(topics.commitment, about.single)] |= SINGLE
        # A relative that the subject names itself is shared, and that stands above being related.
        bits[_any(topics.commitment, about.related)] |= RELATED
        bits[_any(topics.area, about.serving)] |= SERVES
        bits[_themed(about, topics)] |= THEMED
        return bits


def _themed(about: Subject, topics: Topics) -> Bools:
    return _any(topics.commitment, about.themed) | _any(topics.area, about.themed_areas)


def _any(matrix: Bools, places: list[int]) -> Bools:
    found: Bools = np.asarray(matrix[places].any(axis=0))
    return found


def ladder() -> Floats:
    """Return the level of every byte, shape (256,); 0 for what shares nothing."""
    return np.array([_level(bits) for bits in range(256)], dtype=np.float64)


def _level(bits: int) -> float:
    apart = bool(bits & APART)
    if bits & HAS_AREA:
        return AREA_AND_COMMITMENT if bits & SHARED else AREA
    if bits & SHARED:
        far = COMMITMENT_OTHER_AREA if bits & SINGLE else HEADLINE_OTHER_AREA
        return far if apart else COMMITMENT
    if bits & RELATED:
        return RELATED_OTHER_AREA if apart else RELATED_COMMITMENT
    if bits & SERVES:
        return SERVES_OTHER_AREA if apart else AREA_SERVES_COMMITMENT
    return THEME if bits & THEMED else 0.0
