"""A replay: what holding capacity back would have gained, had the needs of a problem come in a few batches.

The needs come in an order drawn from the seed, in equal batches, and each batch is served for good when it
comes. This is done three times: greedily, each batch as if it were the last; with prices drawn only from the
needs that have come so far (:mod:`matching.foresight.holding`); and in hindsight, all at once, which nobody
can do.
"""

from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np

from matching.allocation.edges import Integers
from matching.errors import InvalidProblem, UnknownSetting
from matching.foresight.holding import draw, hold_prices, solve_drawn, steered
from matching.pairs.candidates import Candidates, find_candidates
from matching.policy import HoldBack, Policy
from matching.problem import Problem
from matching.records import Record
from matching.text import TextSimilarity

FEWEST_BATCHES = 2


class Served(Record):
    """What a way of serving reached."""

    kind_of_record: ClassVar[str] = "served"

    slots: int
    """Slots that were filled."""
    total: int
    """Sum of their scores."""


class Replay(Record):
    """What three ways of serving the same needs reached, in the same order of arrival."""

    kind_of_record: ClassVar[str] = "replay"

    needs: int
    batches: int
    slots: int
    """Slots that the needs wanted."""
    greedy: Served
    held: Served
    hindsight: Served
    """No way of serving fills more slots, nor reaches a higher total with as many."""


def replay(
    problem: Problem,
    policy: Policy,
    *,
    batches: int = 8,
    samples: int = 20,
    seed: int = 0,
    text: TextSimilarity | None = None,
) -> Replay:
    """Serve the needs of a problem as if they had come in batches: greedily, with prices, and in hindsight.

    Parameters
    ----------
    problem : Problem
        Its needs come one batch after the other. What people locked is not kept here.
    policy : Policy
        Weights and thresholds. It is ``total`` or ``tiered``.
    batches : int
        How many batches, at least 2.
    samples : int
        How many futures are drawn per batch.
    seed : int
        Draws the order of arrival and the futures.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    Replay

    Raises
    ------
    InvalidProblem
        There are fewer than two batches, or fewer needs than batches.
    UnknownSetting
        The policy fills months one by one.

    Notes
    -----
    A flow per batch, and one per batch and sample.
    """
    if not FEWEST_BATCHES <= batches <= max(len(problem.needs), FEWEST_BATCHES):
        raise InvalidProblem("replay", "batches", "out_of_range")
    if policy.calendar != "whole_window":
        raise UnknownSetting("calendar with a replay", policy.calendar, ("whole_window",))
    candidates = find_candidates(problem.model_copy(update={"pins": ()}), policy, text)
    order = np.random.default_rng(seed).permutation(len(candidates.needs))
    arrivals = np.array_split(order.astype(np.int64), batches)
    return Replay(
        needs=len(order),
        batches=batches,
        slots=int(candidates.slots.sum()),
        greedy=_served(_Course(candidates), arrivals),
        held=_served(_Course(candidates, samples, seed), arrivals),
        hindsight=_served(_Course(candidates), [order.astype(np.int64)]),
    )


@dataclass
class _Course:
    """One way through the batches; ``samples`` is 0 for the greedy one."""

    candidates: Candidates
    samples: int = 0
    seed: int = 0
    capacity: Integers = field(init=False)
    slots: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.capacity = self.candidates.capacity.copy()

    def serve(self, now: Integers, seen: Integers, still_to_come: int) -> None:
        """Serve a batch for good."""
        edges = self.candidates.edges
        drawn = draw(self.candidates, now)
        score = self._steering(now, seen, still_to_come)
        chosen = drawn.edges[solve_drawn(self.candidates, drawn, score, self.capacity).chosen]
        self.capacity = self.capacity - np.bincount(edges.offer[chosen], minlength=self.capacity.size)
        self.slots += chosen.size
        self.total += int(edges.score[chosen].sum())

    def _steering(self, now: Integers, seen: Integers, still_to_come: int) -> Integers:
        edges = self.candidates.edges
        if not self.samples:
            return edges.score
        ahead = HoldBack(arrivals=still_to_come, samples=self.samples)
        prices = hold_prices(self.candidates, now, seen, self.capacity, ahead, self.seed)
        return steered(edges.score, prices)


def _served(course: _Course, arrivals: list[Integers]) -> Served:
    seen = np.zeros(0, np.int64)
    still_to_come = sum(batch.size for batch in arrivals)
    for batch in arrivals:
        seen = np.concatenate([seen, batch])
        still_to_come -= batch.size
        course.serve(batch, seen, still_to_come)
    return Served(slots=course.slots, total=course.total)
