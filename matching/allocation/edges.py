"""Edges between demand and offers as integer arrays, and the checks that every array passes."""

from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.errors import InvalidProblem

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

TOP_SCORE = 10_000
LARGEST = 2**31 - 1
"""Largest index, slot number or capacity: sums over a billion of them stay within int64."""


@dataclass(frozen=True, eq=False)
class Edges:
    """The pairs that pass every hard rule, as equal-length integer arrays.

    Parameters
    ----------
    demand, offer : array_like of int, shape (edges,)
        Indices of the demand node and of the offer.
    score : array_like of int, shape (edges,)
        Affinity, from 1 to 10000.
    limit : array_like of int, shape (edges,), optional
        Most slots of the demand node that the offer may take, at least 1; 1 where nothing is given.

    Raises
    ------
    InvalidProblem
        For the record ``edges`` and the field, with the index of the first wrong entry: an array is not
        one-dimensional or not of integers (floats, NaN and booleans are refused), lengths are unequal, a
        value is out of range, or a pair stands twice.

    Notes
    -----
    Linear where the pairs are sorted by demand and offer; else one sort.

    Examples
    --------
    >>> edges = Edges(demand=[0, 0, 1], offer=[0, 1, 1], score=[9000, 4000, 7000])
    >>> len(edges), edges.limit.tolist()
    (3, [1, 1, 1])
    """

    demand: Integers = field(init=False)
    offer: Integers = field(init=False)
    score: Integers = field(init=False)
    limit: Integers = field(init=False)

    def __init__(
        self, demand: ArrayLike, offer: ArrayLike, score: ArrayLike, limit: ArrayLike | None = None
    ) -> None:
        first = integers("edges", "demand", demand)
        bounds = {"offer": (offer, 0, LARGEST), "score": (score, 1, TOP_SCORE)}
        if limit is not None:
            bounds["limit"] = (limit, 1, LARGEST)
        arrays = {"demand": first, "limit": np.ones(first.size, np.int64)}
        for name, (values, low, high) in bounds.items():
            arrays[name] = integers("edges", name, values, low=low, high=high, size=first.size)
        for name, array in arrays.items():
            object.__setattr__(self, name, array)
        self._refuse_repeated_pairs()

    def taken(self, places: Integers) -> Self:
        """Return the pairs at these places, in this order."""
        other = object.__new__(type(self))
        for name in ("demand", "offer", "score", "limit"):
            object.__setattr__(other, name, getattr(self, name)[places])
        return other

    def rescored(self, score: Integers) -> Self:
        """Return the same pairs with other scores. They are not checked: a solver may weigh as it likes."""
        other = object.__new__(type(self))
        for name, array in (("demand", self.demand), ("offer", self.offer), ("limit", self.limit)):
            object.__setattr__(other, name, array)
        object.__setattr__(other, "score", score)
        return other

    def __len__(self) -> int:
        return int(self.demand.size)

    def _refuse_repeated_pairs(self) -> None:
        pair = (self.demand << 31) | self.offer
        if bool((pair[1:] > pair[:-1]).all()):
            return
        order = np.argsort(pair, kind="stable")
        again = order[1:][pair[order[1:]] == pair[order[:-1]]]
        if again.size:
            raise InvalidProblem("edges", f"offer[{again.min()}]", "repeated")


def integers(
    record: str, name: str, values: ArrayLike, *, low: int = 0, high: int = LARGEST, size: int | None = None
) -> Integers:
    """Return the values as an int64 array, or refuse them.

    Raises
    ------
    InvalidProblem
        With the code ``one_dimensional``, ``int_type``, ``unequal_lengths``, ``greater_than_equal`` or
        ``less_than_equal``.
    """
    array = _one_dimensional(record, name, values)
    if array.size and array.dtype.kind not in "iu":
        raise InvalidProblem(record, name, "int_type")
    _of_size(record, name, array, size)
    refuse_where(array < low, record, name, "greater_than_equal")
    refuse_where(array > high, record, name, "less_than_equal")
    return np.ascontiguousarray(array, dtype=np.int64)


def booleans(record: str, name: str, values: ArrayLike, *, size: int) -> Booleans:
    """Return the values as a boolean array, or refuse them with ``bool_type`` or ``unequal_lengths``."""
    array = _one_dimensional(record, name, values)
    if array.size and array.dtype.kind != "b":
        raise InvalidProblem(record, name, "bool_type")
    _of_size(record, name, array, size)
    return np.ascontiguousarray(array, dtype=np.bool_)


def within(record: str, name: str, indices: Integers, count: int) -> None:
    """Refuse an index that names nothing."""
    refuse_where(indices >= count, record, name, "unknown")


def each_once(record: str, name: str, indices: Integers) -> None:
    """Refuse an index that stands twice."""
    order = np.argsort(indices, kind="stable")
    again = order[1:][indices[order[1:]] == indices[order[:-1]]]
    if again.size:
        raise InvalidProblem(record, _place(name, int(again.min())), "repeated")


def _one_dimensional(record: str, name: str, values: ArrayLike) -> NDArray[Any]:
    try:
        array = np.asarray(values)
    except ValueError:  # rows of unequal lengths
        raise InvalidProblem(record, name, "one_dimensional") from None
    if array.ndim != 1:
        raise InvalidProblem(record, name, "one_dimensional")
    if array.size == 0 and isinstance(values, np.ndarray) and values.dtype.kind not in "iub":
        raise InvalidProblem(record, name, "int_type")
    return array


def _of_size(record: str, name: str, array: NDArray[Any], size: int | None) -> None:
    if size is not None and array.size != size:
        raise InvalidProblem(record, name, "unequal_lengths")


def refuse_where(wrong: NDArray[np.bool_], record: str, name: str, code: str) -> None:
    """Refuse the first entry that is marked as wrong."""
    if wrong.any():
        raise InvalidProblem(record, _place(name, int(wrong.argmax())), code)


def _place(name: str, index: int) -> str:
    return f"{name}[{index}]"
