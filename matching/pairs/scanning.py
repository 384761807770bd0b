"""The candidates of many components at once: an exact scan over the offers of their tags.

For each component only the offers that can share enough of its topic are looked at
(:mod:`matching.pairs.tagged`). What they score is first summed in single precision, from tables over profiles
(:mod:`matching.pairs.profiles`), for all components of a tag at once (:mod:`matching.pairs.searching`).
Whoever could still be among the best, by more than the error of that sum, is scored again exactly, criterion
after criterion, as :func:`matching.criteria.score` does; so the outcome is the same as if every pair had been
scored, to the last digit.
"""

import copy
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property

import numpy as np

from matching.criteria import points_of, value_of
from matching.criteria.neutral import NEUTRAL
from matching.criteria.topic_bits import UNSTATED as UNSTATED_BIT
from matching.criteria.topic_bits import Bytes, Piece, TopicBits, ladder
from matching.pairs.choosing import Chosen, chosen
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.lines import Asking, Lines, Singles
from matching.pairs.prepared import Case, Prepared
from matching.pairs.profiles import Calendars, Languages, Providers, Ways, is_southern
from matching.pairs.reputations import Reputations
from matching.pairs.searching import OUT
from matching.pairs.tagged import Tag, Tagged
from matching.pairs.threads import one_thread
from matching.problem import Component, Need

THREADS = 4
"""Batches of needs that are scanned at a time at most, on as many processors."""
NEEDS_AT_A_TIME = 1_250
"""Needs of a batch at most: the more, the better tables serve."""
FEWEST_NEEDS = 100
"""Needs of a batch at least, where there are so many."""
CELLS_HELD = 20_000_000
"""Most values of profiles of providers that a batch holds."""


class Scan:
    """A problem made ready for the scan of any number of components.

    Parameters
    ----------
    prepared : Prepared
        The problem.

    Notes
    -----
    To make: O(offers). Per component: the offers of its tags, and the deliveries.
    """

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.hidden: Ints | None = None
        self.kept = prepared.kept
        self.languages = Languages(prepared)
        self.calendars = Calendars(prepared)
        self.ways = Ways(prepared)
        self.providers = Providers(prepared)
        self.reputations = Reputations(prepared, self.providers)
        self.of_row: dict[str, Ints] = {
            "languages": self.languages.of_row,
            "calendars": self.calendars.of_row,
            "ways": self.ways.of_row,
            "providers": self.providers.of_row,
        }
        self.sketches = prepared.texts.sketches(prepared.offer_text)
        self.tagged = Tagged(prepared, self.of_row)
        self._bits = TopicBits(prepared.lists, prepared.offers.topics)
        self._levels = ladder()
        self._of_area: dict[str | None, Floats] = {}
        self._reach: dict[tuple[str | None, tuple[str, ...]], tuple[Tag, ...]] = {}
        self._topic_points = {is_stated: self._points_of_topic(is_stated) for is_stated in (False, True)}

    @cached_property
    def southern(self) -> Bools:
        """Whether each offer is from a state of low or middle income, shape (offers,)."""
        return is_southern(self.prepared)[self.prepared.offers.place]

    def asked_by(self, prepared: Prepared, hidden: Ints | None) -> "Scan":
        """Return the same scan for needs of another that has the same offers, without the hidden rows."""
        other = copy.copy(self)
        other.prepared, other.hidden = prepared, hidden
        return other

    def find(self, needs: Sequence[Asking]) -> list[Chosen]:
        """Return the candidates of all components of some needs, batch by batch, in order.

        Parameters
        ----------
        needs : sequence of (Need, sequence of Component)
            Needs with those of their components that are asked for.

        Raises
        ------
        InvalidProblem
            A lock joins a pair to which somebody said no: code ``forbidden``.

        Notes
        -----
        Batches are scanned on all processors, up to :data:`THREADS`; none depends on another.
        """
        batches = list(self._batches(needs))
        with one_thread():
            if len(batches) < 2:  # noqa: PLR2004 - one thread would wait for the other
                return [self._found(batch) for batch in batches]
            with ThreadPoolExecutor(min(os.cpu_count() or 1, THREADS)) as threads:
                return list(threads.map(self._found, batches))

    def _found(self, needs: Sequence[Asking]) -> Chosen:
        return chosen(self, Lines(self, needs))

    def _batches(self, needs: Sequence[Asking]) -> Iterator[Sequence[Asking]]:
        """Give needs in groups whose tables can be held at a time."""
        parts = sum(len(parts) for _, parts in needs) / max(len(needs), 1)
        held = CELLS_HELD / max(parts * len(self.providers.rows), 1)
        share = -(-len(needs) // min(os.cpu_count() or 1, THREADS))
        size = max(1, min(max(share, FEWEST_NEEDS), NEEDS_AT_A_TIME, int(held)))
        for first in range(0, len(needs), size):
            yield needs[first : first + size]

    def tags(self, case: Case) -> tuple[Tag, ...]:
        """Return the tags within whose reach a component is."""
        asked = case.component.area, case.commitments
        if asked not in self._reach:
            self._reach[asked] = self.tagged.reach(*asked)
        return self._reach[asked]

    def topic_points(self, *, is_stated: bool) -> Floats:
        """Return what the topic adds for each byte of topic bits, shape (256,); NaN where it is too far."""
        return self._topic_points[is_stated]

    def topic_singles(self, *, is_stated: bool) -> Singles:
        """Return the same in single precision, minus infinity where the topic is too far."""
        points = self._topic_points[is_stated]
        return np.where(np.isnan(points), OUT, points).astype(np.float32)

    def _points_of_topic(self, is_stated: bool) -> Floats:  # noqa: FBT001 - the key of the table of two
        policy = self.prepared.policy
        unknown = (np.arange(256) & UNSTATED_BIT > 0) | (not is_stated)
        levels = np.where(unknown, NEUTRAL["topic"], self._levels)
        points = points_of("topic", levels, policy)
        return np.where(unknown | (levels >= policy.minimum_topic), points, np.nan)

    def block_bits(self, tag: Tag, case: Case) -> Bytes:
        """Return the topic bits of the offers of a block."""
        bits = np.zeros(len(self.tagged.block(tag)), dtype=np.uint8)
        for piece in self._bits.codes(case.component.area, case.commitments):
            bits |= self._piece(tag, piece)
        return bits

    def _piece(self, tag: Tag, piece: Piece) -> Bytes:
        rows = self.tagged.block(tag).rows
        return self.tagged.once((tag, piece), lambda: self._bits.pieces(piece)[rows])

    def block_evidence(self, tag: Tag, area: str | None) -> Singles:
        """Return about what the evidence of the offers of a block adds for an area."""
        rows = self.tagged.block(tag).rows
        return self.tagged.once((tag, area), lambda: self.evidence(area)[rows].astype(np.float32))

    def evidence(self, area: str | None) -> Floats:
        """Return what the evidence of each offer adds for an area, shape (offers,)."""
        if area not in self._of_area:
            some = Component(id="any", area=area)
            case = Case(self.prepared, Need(id="any", requesters=("any",), components=(some,)), some)
            rows = np.arange(len(self.prepared.offers), dtype=np.int64)
            weight = self.prepared.policy.weights["evidence"]
            self._of_area[area] = weight * value_of("evidence", case, rows)[0]
        return self._of_area[area]
