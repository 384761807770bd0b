"""Mutual exchange: rings of states in which each can give what the next one asks for."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np


class Cycle(NamedTuple):
    """A ring: the first gives to the second, and so on; the last gives to the first."""

    nodes: tuple[str, ...]
    """The least node stands first."""
    value: int
    """The weakest of its links."""


def chordless_cycles(gives: Mapping[str, Mapping[str, int]], limit: int | None = None) -> list[Cycle]:
    """Return the rings of two or three that hold no shorter ring, strongest weakest link first.

    Parameters
    ----------
    gives : mapping of node to (mapping of node to int)
        How well each can serve each other, above 0. What a node gives itself is left out.
    limit : int, optional
        How many are returned at most. Default: all.

    Returns
    -------
    list of Cycle
        The cycles of ``networkx.chordless_cycles(graph, length_bound=3)`` with their weakest link, by that
        link, then the shorter ones, then by name.

    Notes
    -----
    O(n^3) over n nodes, as whole arrays, one node after the other: n^2 numbers are held at a time.
    """
    names = sorted({*gives, *(taker for takers in gives.values() for taker in takers)})
    place = {name: number for number, name in enumerate(names)}
    weight = np.zeros((len(names), len(names)), dtype=np.int64)
    for giver, takers in gives.items():
        for taker, value in takers.items():
            if giver != taker:
                weight[place[giver], place[taker]] = value
    mutual = np.minimum(weight, weight.T)
    pairs = np.argwhere(np.triu(mutual) > 0).tolist()
    found = [Cycle((names[a], names[b]), int(mutual[a, b])) for a, b in pairs]
    one_way = np.where(mutual > 0, 0, weight)
    for first in range(len(names)):
        found.extend(_through(one_way, first, names, limit))
    found.sort(key=lambda cycle: (-cycle.value, len(cycle.nodes), cycle.nodes))
    return found[:limit]


def _through(
    one_way: "np.ndarray[tuple[int, int], np.dtype[np.int64]]",
    first: int,
    names: list[str],
    limit: int | None,
) -> list[Cycle]:
    """Return the rings of three whose least node is ``first``."""
    later = one_way[first + 1 :, first + 1 :]
    out, back = one_way[first, first + 1 :], one_way[first + 1 :, first]
    values = np.minimum(np.minimum(out[:, None], later), back[None, :])
    rows, columns = np.nonzero(values)
    strength = values[rows, columns]
    best = np.lexsort((columns, rows, -strength))[:limit]
    return [
        Cycle(
            (names[first], names[first + 1 + int(rows[k])], names[first + 1 + int(columns[k])]),
            int(strength[k]),
        )
        for k in best
    ]
