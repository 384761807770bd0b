"""Short vectors whose product is never below the cosine of two texts: who cannot be near is soon passed over.

A vector is split into its part in a few directions, those in which texts differ most, and the rest. The
product of two rests is at most that of their lengths (Cauchy and Schwarz). So the part, with the length of
the rest as one more coordinate, gives an upper bound at a sixteenth of the work.
"""

from functools import cached_property

import numpy as np

from matching.pairs.columns import Floats, Ints
from matching.text import Vectors

DIRECTIONS = 64
FEWEST_TEXTS = 2_000
"""With fewer texts the whole vectors are as quick."""
SAMPLED = 1_000
"""Texts of which the directions are taken."""
ROUNDS = 2
MARGIN = 1e-5
"""More than the error of a squared length in single precision."""
TEXTS_AT_A_TIME = 4_000


class Sketches:
    """The sketches of some texts.

    Parameters
    ----------
    vectors : float array, shape (texts, dim)
        Vectors of all texts.
    numbers : int array, shape (n,)
        Which of them are sketched, in this order.
    """

    def __init__(self, vectors: Vectors, numbers: Ints) -> None:
        self._vectors, self._numbers = vectors, numbers

    @cached_property
    def _directions(self) -> Vectors:
        """Directions at right angles, shape (dim, few), from a sample of the texts, by subspace iteration."""
        width = self._vectors.shape[1]
        if len(self._numbers) < FEWEST_TEXTS or width <= DIRECTIONS:
            return np.zeros((width, 0), dtype=np.float32)
        step = len(self._numbers) // SAMPLED
        sample: Floats = self._vectors[self._numbers[::step]].astype(np.float64)
        found = sample[
            :DIRECTIONS
        ].T  # any start will do: what comes of it changes the work, never the answer
        for _ in range(ROUNDS):
            found, _ = np.linalg.qr(sample.T @ (sample @ found))
        return found.astype(np.float32)

    @cached_property
    def all(self) -> Vectors:
        """The sketches, shape (n, few)."""
        parts = [
            self.of(self._vectors[self._numbers[first : first + TEXTS_AT_A_TIME]])
            for first in range(0, len(self._numbers), TEXTS_AT_A_TIME)
        ]
        return np.concatenate([self.of(self._vectors[:0]), *parts])

    def of(self, vectors: Vectors) -> Vectors:
        """Return the sketches of other texts, shape (n, few)."""
        part = vectors @ self._directions
        rest = np.einsum("ij,ij->i", vectors, vectors) - np.einsum("ij,ij->i", part, part)
        return np.column_stack([part, np.sqrt(np.maximum(rest, 0) + np.float32(MARGIN))])
