"""The flow core: who takes which slot, as one integer min-cost flow over plain arrays.

It knows demand nodes (components of needs) that want ``slots``, offers that have ``capacity``, and scored
edges between them. What the nodes mean is the caller's business, and so is their order: the answer is a
function of the arrays, so a caller who sorts by content gets an answer that depends on content alone.

The objective and why it is met exactly are described in :mod:`matching.allocation.network`.
"""

import math
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matching.allocation.answer import Answer
from matching.allocation.edges import Edges, Integers
from matching.allocation.network import Network, build_network
from matching.allocation.prices import bound, find_prices, value_of
from matching.errors import UnknownSetting
from matching.fairness.dial import SOLVERS, solve
from matching.fairness.requirements import best_case
from matching.policy import LADDER_ALONE
from matching.quotas.groups import Groups
from matching.quotas.rationing import solve_quotas, towards_floors

FAIRNESS = tuple(SOLVERS)
ROUNDING = 1e-6


@dataclass(eq=False)
class Allocation:
    """Which edges are used, and what that is worth.

    Attributes
    ----------
    chosen : array of int
        Indices into the edges, ascending, repeated where an edge is used more than once.
    total : int
        Sum of the scores of all filled slots.
    filled : array of int, shape (demand nodes,)
        Filled slots.
    utility : array of float, shape (needs,)
        Sum of scores divided by slots, per need; 0 for a need without slots.
    seconds : float
        Time that finding the allocation took, proof left out.
    network : Network
        The checked problem.
    fairness : str
        The fairness that was asked for.
    answer : Answer
        What the solver of the fairness said: the flow, that of the highest total of equal coverage, bounds.
    value : int
        What the slots are worth on the ladder, and their scores.
    certificate : int or None
        What no allocation can exceed in value, by the prices. None until it is proved.
    proof : str, int or None
        ``"optimal"``, or by how much the certificate exceeds the value.
    offer_price : array of int, shape (offers,), or None
        What one more unit of the offer's capacity would add to the value: exactly that.
    demand_price : array of int, shape (demand nodes,), or None
        Worth of a slot: at least what one more would add, at most what one fewer would cost.
    slot_worth : array of int, shape (demand nodes,), or None
        What one more expert, of score 0, would be worth to the group of the demand node.
    quota_price : array of int, shape (quotas,), or None
        Where quotas form trees: what each unit pays for counting in a quota that is used up; below 0, what it
        earns towards a lower bound. With quotas, prices of offers are at least what one more unit would add.

    Notes
    -----
    A price is a number of ladder steps times ``network.step``, and a score; ``steps_and_score`` of
    :mod:`matching.allocation.prices` takes the two apart.
    """

    chosen: Integers
    total: int
    filled: Integers
    utility: NDArray[np.float64]
    seconds: float
    network: Network = field(repr=False)
    fairness: str
    answer: Answer = field(repr=False)
    certificate: int | None = None
    proof: str | int | None = None
    offer_price: Integers | None = None
    demand_price: Integers | None = None
    slot_worth: Integers | None = None
    quota_price: Integers | None = None

    @property
    def value(self) -> int:
        """What the slots are worth on the ladder, towards floors, and their scores."""
        return value_of(self.network, self.filled, self.total) + towards_floors(self.network, self.flow)

    def prove(self) -> Self:
        """Add the prices and what is proved. Where quotas cross there are no prices, only the certificate."""
        if self.answer.certificate is not None:
            self.certificate = self.answer.certificate
            self.proof = (self.certificate - self.value) or "optimal"
            return self
        prices = find_prices(self.network, self.answer.reference)
        self.certificate = bound(self.network, prices)
        gap = self.certificate - self.value if self.fairness in LADDER_ALONE else self.shortfall
        self.proof = gap or "optimal"
        self.offer_price = prices.offer
        self.demand_price = prices.demand
        self.slot_worth = prices.group[self.network.group]
        self.quota_price = prices.quota
        return self

    @property
    def lowest(self) -> float:
        """Least utility of a need that wants slots, 0 where there is none."""
        return float(self.utility[self._asking].min(initial=math.inf)) if self._asking.any() else 0.0

    @property
    def lowest_served(self) -> float:
        """Least utility of a need that got something, 0 where none did."""
        served = self.utility[self.utility > 0]
        return float(served.min()) if served.size else 0.0

    @cached_property
    def fairness_certificate(self) -> float:
        """What no allocation of this coverage can exceed in its lowest utility."""
        if self.answer.ceiling is not None:
            return self.answer.ceiling
        return best_case(self.network)

    @property
    def fairness_gap(self) -> float:
        """Share of the fairness certificate that the lowest utility is short of, from 0 to 1."""
        bound = self.fairness_certificate
        return max(bound - self.lowest, 0.0) / bound if bound else 0.0

    @property
    def best_total(self) -> int:
        """Highest total of all allocations of this coverage."""
        return int((self.answer.reference * self.network.edges.score).sum())

    @property
    def total_gap(self) -> float:
        """Share of the best total that was given up for fairness, from 0 to 1."""
        return (self.best_total - self.total) / self.best_total if self.best_total else 0.0

    @property
    def shortfall(self) -> int:
        """By how much a better answer could lie above this one in what the fairness is about, rounded up."""
        if self.fairness in LADDER_ALONE or self.answer.is_proved:
            return 0
        return max(math.ceil(self.answer.aim_ceiling - self.answer.aim - ROUNDING), 0)

    @property
    def _asking(self) -> NDArray[np.bool_]:
        wanted = np.zeros(self.utility.size, np.int64)
        np.add.at(wanted, self.network.need, self.network.slots)
        return wanted > 0

    @property
    def quota_shortfall(self) -> Integers:
        """What each quota lacks of its lower bound, shape (quotas,)."""
        quotas = self.network.quotas
        if quotas is None:
            return np.zeros(0, np.int64)
        missing: Integers = np.maximum(quotas.low - quotas.used(self.flow), 0)
        return missing

    @property
    def flow(self) -> Integers:
        """How often each edge is used."""
        return np.bincount(self.chosen, minlength=len(self.network.edges)).astype(np.int64)


def allocate(  # noqa: PLR0913 - the arrays of one problem, each with its name
    edges: Edges,
    slots: ArrayLike,
    capacity: ArrayLike,
    *,
    need: ArrayLike | None = None,
    mandatory: ArrayLike | None = None,
    priority: ArrayLike | None = None,
    groups: Groups | None = None,
    pins: ArrayLike | None = None,
    vetoes: ArrayLike | None = None,
    fairness: str = "tiered",
    prove: bool = False,
    deadline_s: float | None = None,
    seed: int = 0,
) -> Allocation:
    """Fill slots from offers: the most slots, fairly, then with the highest scores.

    Parameters
    ----------
    edges : Edges
        Pairs that may be used.
    slots : array_like of int, shape (demand nodes,)
        Slots that each demand node wants.
    capacity : array_like of int, shape (offers,)
        Slots that each offer can still take.
    need : array_like of int, shape (demand nodes,), optional
        Need of each demand node; each is its own need where nothing is given.
    mandatory : array_like of bool, shape (demand nodes,), optional
        Whether the demand node comes before optional ones; all do where nothing is given.
    priority : array_like of int, shape (demand nodes,), optional
        Weight of the need, from 1; the same for all demand nodes of a need.
    groups : Groups, optional
        Quotas over sets of edges. Upper bounds are hard; lower bounds come after the ladder and before
        scores, for reasons that :mod:`matching.allocation.network` gives.
    pins, vetoes : array_like of int, optional
        Indices of edges that are used at least once, and of edges that are never used.
    fairness : {"tiered", "total", "bottleneck", "maxmin", "leximin"}
        ``tiered`` leaves no need empty while that can be avoided; ``total`` has no first slots. The others
        have the coverage of ``tiered``: ``bottleneck`` with the highest floor under the scores of all pairs,
        ``maxmin`` with the highest utility of the need that gets least, ``leximin`` then of the next one, and
        so on.
    prove : bool
        Whether to compute prices and the proof of optimality at once.
    deadline_s : float, optional
        Seconds above 0 after which ``maxmin`` and ``leximin`` stop searching and answer with the best so
        far. A limit on work decides normally, so that answers can be reproduced. What is a few flows only
        (``total``, ``tiered``, ``bottleneck``) is not interrupted; who must runs it in a process of its own.
    seed : int
        Nothing is drawn: the same arrays give the same allocation with every seed.

    Returns
    -------
    Allocation

    Raises
    ------
    InvalidProblem
        An array is wrong, an index names nothing, a pin is vetoed or does not fit (``exceeds_slots``,
        ``exceeds_capacity``), or the numbers are too large for 64-bit arithmetic (``too_large``).
    UnknownSetting
        A fairness or another setting is not available.

    Notes
    -----
    Exact. Cost scaling: O(n^2 m log(n C)) at worst for n nodes, m arcs, cost C; near linear in practice. The
    objective is described in :mod:`matching.allocation.network`.

    References
    ----------
    .. [1] A. V. Goldberg, "An efficient implementation of a scaling minimum-cost flow algorithm", Journal of
       Algorithms 22 (1997), 1-29.
    .. [2] R. K. Ahuja, T. L. Magnanti, J. B. Orlin, "Network Flows", Prentice Hall, 1993, chapters 9 and 14.

    Examples
    --------
    Two needs want the same expert, and one of them has another choice:

    >>> edges = Edges(demand=[0, 0, 1], offer=[0, 1, 0], score=[9000, 4000, 7000])
    >>> allocation = allocate(edges, slots=[1, 1], capacity=[1, 1])
    >>> allocation.chosen.tolist(), allocation.total
    ([1, 2], 11000)
    """
    started = time.perf_counter()
    _refuse_unknown(groups, fairness, deadline_s, seed)
    network = build_network(
        edges, slots, capacity, need, mandatory, priority, pins, vetoes, fairness=fairness
    )
    if groups is None:
        answer = solve(network, fairness, deadline_s)
    else:
        network, answer = solve_quotas(network, groups, deadline_s)
    allocation = _allocation(network, answer, fairness, started)
    return allocation.prove() if prove else allocation


def _refuse_unknown(groups: object, fairness: object, deadline_s: object, seed: object) -> None:
    if fairness not in FAIRNESS:
        raise UnknownSetting("fairness", fairness, FAIRNESS)
    if groups is not None and not isinstance(groups, Groups):
        raise UnknownSetting("groups", type(groups).__name__, ("Groups", "None"))
    if groups is not None and fairness not in LADDER_ALONE:
        raise UnknownSetting("fairness with quotas", fairness, LADDER_ALONE)
    if deadline_s is not None and not _is_a_duration(deadline_s):
        raise UnknownSetting("deadline_s", deadline_s, ("None", "seconds above 0"))
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise UnknownSetting("seed", seed, ("an integer",))


def _is_a_duration(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return math.isfinite(value) and value > 0


def _allocation(network: Network, answer: Answer, fairness: str, started: float) -> Allocation:
    edges, flow = network.edges, answer.flow
    used = np.flatnonzero(flow)
    chosen = np.repeat(used, flow[used])
    scores = edges.score[chosen]
    filled = np.bincount(edges.demand[chosen], minlength=network.slots.size)
    return Allocation(
        chosen=chosen,
        total=int(scores.sum()),
        filled=filled,
        utility=_utility(network, edges.demand[chosen], scores),
        seconds=time.perf_counter() - started,
        network=network,
        fairness=fairness,
        answer=answer,
    )


def _utility(network: Network, demand: Integers, scores: Integers) -> NDArray[np.float64]:
    needs = int(network.need.max(initial=-1)) + 1
    reached = np.zeros(needs, np.int64)
    wanted = np.zeros(needs, np.int64)
    np.add.at(reached, network.need[demand], scores)
    np.add.at(wanted, network.need, network.slots)
    return reached / np.maximum(wanted, 1)
