"""Offers by tag: which of them can share enough of a topic at all, found without looking at the others."""

from collections.abc import Callable, Hashable
from typing import TypeVar

import numpy as np

from matching.criteria.topics import (
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
from matching.pairs.columns import Bools, Ints
from matching.pairs.kept import ArraysKept, Sized
from matching.pairs.prepared import Prepared

Made = TypeVar("Made", bound=Sized)
Tag = tuple[str, int]
"""A kind of tag and the place of its code: ``area``, ``commitment``, ``bare`` (a commitment of an offer
without areas), ``unstated`` (offers that state no topic) or ``all``."""

ALL: Tag = ("all", 0)
UNSTATED: Tag = ("unstated", 0)
BYTES_KEPT = 200_000_000
"""Most bytes of intermediate columns that blocks remember together."""


class Block:
    """The offers of one tag, whose institutions release them, with what a scan looks up of each.

    Attributes
    ----------
    rows : int array, shape (n,)
        Rows of the offers, ascending.
    """

    def __init__(self, rows: Ints, profiles: dict[str, Ints]) -> None:
        self.rows = rows
        self.profile = {kind: of_row[rows] for kind, of_row in profiles.items()}

    def __len__(self) -> int:
        return len(self.rows)


class Tagged:
    """The offers of a problem by tag.

    Parameters
    ----------
    prepared : Prepared
        The problem.
    profiles : dict of str to int array, shape (offers,)
        Profile of each offer, by kind.

    Notes
    -----
    A block is made when its tag is first asked for: O(offers).
    """

    def __init__(self, prepared: Prepared, profiles: dict[str, Ints]) -> None:
        self._prepared = prepared
        self._profiles = profiles
        self._released: Bools = ~prepared.offers.refused_release
        self._blocks: dict[Tag, Block] = {}
        self._kept = ArraysKept(BYTES_KEPT)

    def block(self, tag: Tag) -> Block:
        """Return the block of a tag."""
        if tag not in self._blocks:
            rows: Ints = np.flatnonzero(self._has(tag) & self._released)
            self._blocks[tag] = Block(rows, self._profiles)
        return self._blocks[tag]

    def _has(self, tag: Tag) -> Bools:
        found: Bools
        topics, (kind, place) = self._prepared.offers.topics, tag
        match kind:
            case "area":
                found = topics.area[place]
            case "commitment":
                found = topics.commitment[place]
            case "bare":
                found = topics.commitment[place] & ~topics.area_stated
            case "unstated":
                found = ~topics.stated
            case _:
                found = np.ones(len(self._prepared.offers), dtype=bool)
        return found

    def reach(self, area: str | None, commitments: tuple[str, ...]) -> tuple[Tag, ...]:
        """Return tags whose offers hold every one that shares enough of a subject for the policy.

        The policy's minimum decides how weak a link may be. Offers that state no topic are always in reach.
        """
        if area is None and not commitments:
            return (ALL,)
        about = Subject(self._prepared.lists, area, commitments)
        tags = tuple(dict.fromkeys((*_tags(about, self._prepared.policy.minimum_topic), UNSTATED)))
        size = {tag: len(self.block(tag)) for tag in tags}
        if ALL in tags or sum(size.values()) > len(self._prepared.offers):
            return (ALL,)
        return tuple(tag for tag in tags if size[tag])

    def once(self, signature: Hashable, make: Callable[[], Made]) -> Made:
        """Return the arrays of a signature, made once as long as they are asked for again."""
        return self._kept.once(signature, make)


def _tags(about: Subject, minimum: float) -> list[Tag]:
    """Return the tags over which a subject can be reached at the level asked for."""
    if minimum <= THEME:
        return [ALL]
    tags = [] if about.area is None else [("area", about.area)]
    single = set(about.single)
    for place in about.commitments:
        apart = COMMITMENT_OTHER_AREA if place in single else HEADLINE_OTHER_AREA
        tags += _commitment(about, place, minimum, COMMITMENT, apart)
    for place in about.related:
        tags += _commitment(about, place, minimum, RELATED_COMMITMENT, RELATED_OTHER_AREA)
    for place in about.served:
        tags += _commitment(about, place, minimum, AREA_SERVES_COMMITMENT, SERVES_OTHER_AREA)
    level = AREA_SERVES_COMMITMENT if about.area is None else SERVES_OTHER_AREA
    if minimum <= level:
        tags += [("area", place) for place in about.serving]
    return tags


def _commitment(about: Subject, place: int, minimum: float, near: float, apart: float) -> list[Tag]:
    """Return the tag over which a commitment reaches far enough: all its offers, or those without areas."""
    if minimum <= (near if about.area is None else apart):
        return [("commitment", place)]
    return [("bare", place)] if minimum <= near else []
