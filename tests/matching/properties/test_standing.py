"""Insertions into a standing allocation against the full solve, and what nobody loses by them."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.allocation.edges import Edges
from matching.allocation.flow import allocate
from matching.allocation.standing import Inserted, Standing
from tests.matching.strategies import SCORES, FlowProblem, flow_problems
from tests.tries import tries

POLICIES = st.sampled_from(["never_displace", "swap_unconfirmed", "free"])
Levels = tuple[int, dict[Any, int], int]


@dataclass(frozen=True)
class Newcomer:
    """A need or an offer that is added, or a seat that is declined."""

    kind: str
    amounts: list[int]
    pairs: list[tuple[int, int, int, int]]
    mandatory: list[bool]
    priority: int
    choice: int

    def join(self, standing: Standing, how: str) -> Inserted | None:
        """Add it to what stands; nothing to refill is no newcomer."""
        demands, offers = standing.filled.size, standing.settings["capacity"].size
        if self.kind == "need":
            pairs = (
                _distinct((i % len(self.amounts), j % offers, s, k) for i, j, s, k in self.pairs)
                if offers
                else []
            )
            edges = Edges(*(np.array([pair[at] for pair in pairs], np.int64) for at in range(4)))
            return standing.insert_need(
                self.amounts, edges, mandatory=self.mandatory, priority=self.priority, how=how
            )
        if self.kind == "offer":
            pairs = _distinct((i % demands, 0, s, k) for i, _, s, k in self.pairs) if demands else []
            demand, _, score, limit = (np.array([pair[at] for pair in pairs], np.int64) for at in range(4))
            return standing.insert_offer(self.amounts[0], demand, score, limit, how=how)
        seats = np.flatnonzero(standing.flow)
        if not seats.size:
            return None
        seat = int(seats[self.choice % seats.size])
        edges = standing.edges
        return standing.refill(int(edges.demand[seat]), int(edges.offer[seat]), how=how)


def _distinct(pairs: Any) -> list[tuple[int, int, int, int]]:
    return list({pair[:2]: pair for pair in pairs}.values())


@st.composite
def newcomers(draw: st.DrawFn, kinds: tuple[str, ...] = ("need", "need", "offer", "seat")) -> Newcomer:
    """Newcomers of every kind; their pairs are brought within bounds when they join."""
    nodes = draw(st.integers(1, 2))
    pair = st.tuples(st.integers(0, 9), st.integers(0, 9), SCORES, st.sampled_from([1, 1, 2, 3]))
    return Newcomer(
        draw(st.sampled_from(kinds)),
        draw(st.lists(st.integers(0, 3), min_size=nodes, max_size=nodes)),
        draw(st.lists(pair, max_size=6)),
        draw(st.lists(st.booleans(), min_size=nodes, max_size=nodes)),
        draw(st.integers(1, 4)),
        draw(st.integers(0, 9)),
    )


def opened(problem: FlowProblem, confirmed: list[bool] | None = None) -> Standing:
    """What stands after the full solve."""
    return Standing(
        problem.solve(),
        mandatory=np.array(problem.mandatory, np.bool_),
        priority=problem.priority,
        confirmed=None if confirmed is None else np.array(confirmed, np.bool_),
    )


def levels(standing: Standing, flow: Any = None) -> Levels:
    """Slots, slots on each rung of the ladder, and score, counted from the flow alone."""
    edges, known = standing.edges, standing.settings
    flow = standing.flow if flow is None else flow
    filled, groups = Counter[int](), Counter[Any]()
    for demand, units in zip(edges.demand.tolist(), flow.tolist(), strict=True):
        filled[demand] += units
    for node, units in filled.items():
        key = (known["need"][node], known["mandatory"][node])
        groups[
            key if known["fairness"] == "tiered" else node, known["mandatory"][node], known["priority"][node]
        ] += units
    ladder = Counter[Any]()
    for (_, must, weight), units in groups.items():
        first = min(units, 1) if known["fairness"] == "tiered" else 0
        ladder[must, True, weight] += first
        ladder[must, False, weight] += units - first
    return sum(filled.values()), {rung: n for rung, n in ladder.items() if n}, int((edges.score * flow).sum())


def best(standing: Standing, pins: Any = ()) -> Levels:
    """What a full solve of the same problem reaches."""
    known = dict(standing.settings)
    slots, capacity = known.pop("slots"), known.pop("capacity")
    return levels(standing, allocate(standing.edges, slots, capacity, pins=pins, **known).flow)


def is_feasible(standing: Standing) -> bool:
    """Whether no slot, capacity or limit is exceeded, and the books agree with the flow."""
    edges, flow, known = standing.edges, standing.flow, standing.settings
    filled = np.zeros(known["slots"].size, np.int64)
    used = np.zeros(known["capacity"].size, np.int64)
    np.add.at(filled, edges.demand, flow)
    np.add.at(used, edges.offer, flow)
    return bool(
        (filled <= known["slots"]).all()
        and (used <= known["capacity"]).all()
        and ((flow >= 0) & (flow <= edges.limit)).all()
        and (filled == standing.filled).all()
        and standing.total == int((edges.score * flow).sum())
    )


def units_of(standing: Standing) -> Counter[tuple[int, int]]:
    """Slots by pair."""
    edges = standing.edges
    pairs = zip(edges.demand.tolist(), edges.offer.tolist(), strict=True)
    return Counter({pair: units for pair, units in zip(pairs, standing.flow.tolist(), strict=True) if units})


def without_vetoes(problem: FlowProblem) -> FlowProblem:
    """The problem with nothing locked or vetoed."""
    return FlowProblem(**(vars(problem) | {"pins": [], "vetoes": []}))


@settings(max_examples=tries(20))
@given(flow_problems(), st.lists(newcomers(), min_size=1, max_size=3))
def test_free_is_worth_what_the_full_solve_is_worth(problem: FlowProblem, arriving: list[Newcomer]) -> None:
    """Slots, every rung of the ladder and the score are those of solving anew, after each arrival."""
    standing = opened(without_vetoes(problem))
    for newcomer in arriving:
        newcomer.join(standing, "free")
        assert is_feasible(standing)
        assert levels(standing) == best(standing)


@settings(max_examples=tries(20))
@given(flow_problems(), st.lists(st.tuples(newcomers(), POLICIES), min_size=1, max_size=4), newcomers())
def test_free_makes_up_for_whatever_was_done_before(
    problem: FlowProblem, arriving: list[tuple[Newcomer, str]], last: Newcomer
) -> None:
    """After arrivals under any policies, one under free leads to what solving anew leads to."""
    standing = opened(without_vetoes(problem))
    for newcomer, how in arriving:
        newcomer.join(standing, how)
        assert is_feasible(standing)
    if last.join(standing, "free") is not None:
        assert levels(standing) == best(standing)


@settings(max_examples=tries(20))
@given(flow_problems(), st.lists(newcomers(), min_size=1, max_size=3))
def test_never_displace_moves_nobody(problem: FlowProblem, arriving: list[Newcomer]) -> None:
    """What stood stands, and where the newcomer displaces nobody the full solve is no better than it says."""
    standing = opened(problem)
    for newcomer in arriving:
        before = units_of(standing)
        told = newcomer.join(standing, "never_displace")
        if told is None:
            continue
        after = units_of(standing)
        gone = before - after
        assert is_feasible(standing)
        assert sum(gone.values()) == sum(change.before - change.after for change in told.removed)
        assert {pair[0] for pair in gone} <= set(told.demand)
        assert newcomer.kind == "seat" or not gone


@settings(max_examples=tries(20))
@given(flow_problems(), st.lists(st.tuples(newcomers(), POLICIES), min_size=1, max_size=4))
def test_swapping_takes_no_slot_from_anybody(
    problem: FlowProblem, arriving: list[tuple[Newcomer, str]]
) -> None:
    """Every node keeps its number of slots, but for the one whose offer declined."""
    standing = opened(problem)
    for newcomer, how in arriving:
        before = standing.filled
        told = newcomer.join(standing, how)
        if how != "free" and told is not None:
            lost = np.flatnonzero(standing.filled[: before.size] < before)
            assert set(lost.tolist()) <= (set(told.demand) if newcomer.kind == "seat" else set())


@settings(max_examples=tries(20))
@given(flow_problems(), newcomers(kinds=("need",)))
def test_swapping_equals_the_full_solve_where_nobody_must_be_displaced(
    problem: FlowProblem, newcomer: Newcomer
) -> None:
    """If the best allocation leaves all their slots, swapping reaches it; never does if nobody is swapped."""
    freely, swapping, idly = (opened(without_vetoes(problem)) for _ in range(3))
    before = freely.filled
    newcomer.join(freely, "free")
    told = newcomer.join(swapping, "swap_unconfirmed")
    newcomer.join(idly, "never_displace")
    assert is_feasible(swapping)
    if (freely.filled[: before.size] >= before).all():
        assert levels(swapping)[:2] == levels(freely)[:2]
        assert levels(swapping) == levels(freely)
    assert told is not None
    if not told.removed:
        assert levels(idly) == levels(swapping)


@settings(max_examples=tries(20))
@given(
    flow_problems(),
    st.lists(st.booleans(), min_size=25, max_size=25),
    st.lists(st.tuples(newcomers(kinds=("need", "offer")), POLICIES), min_size=1, max_size=4),
)
def test_what_is_confirmed_or_locked_never_moves(
    problem: FlowProblem, confirmed: list[bool], arriving: list[tuple[Newcomer, str]]
) -> None:
    """Confirmed pairs and locks keep every slot under every policy."""
    standing = opened(problem, confirmed[: len(problem.pairs)])
    flow = problem.solve().flow
    kept = {pair[:2]: int(flow[at]) for at, pair in enumerate(problem.pairs) if confirmed[at]}
    kept |= {problem.pairs[at][:2]: max(1, kept.get(problem.pairs[at][:2], 0)) for at in problem.pins}
    for newcomer, how in arriving:
        newcomer.join(standing, how)
        assert is_feasible(standing)
        now = units_of(standing)
        assert all(now[pair] >= units for pair, units in kept.items())


@settings(max_examples=tries(20))
@given(flow_problems(), newcomers(kinds=("need", "offer")))
def test_locks_bind_the_free_insertion_as_they_bind_the_full_solve(
    problem: FlowProblem, newcomer: Newcomer
) -> None:
    """With locks and vetoes, free reaches the value of solving anew under the same decisions."""
    standing = opened(problem)
    newcomer.join(standing, "free")
    place = {
        pair: at
        for at, pair in enumerate(
            zip(standing.edges.demand.tolist(), standing.edges.offer.tolist(), strict=True)
        )
    }
    pins = [place[problem.pairs[at][:2]] for at in problem.pins]
    assert levels(standing) == best(standing, pins)


@settings(max_examples=tries(20))
@given(flow_problems(), newcomers(kinds=("need",)), newcomers(kinds=("need",)))
def test_the_order_of_arrival_does_not_count_under_free(
    problem: FlowProblem, one: Newcomer, other: Newcomer
) -> None:
    """Two needs lead to the same slots, rungs and score whichever comes first."""
    first, second = opened(problem), opened(problem)
    one.join(first, "free")
    other.join(first, "free")
    other.join(second, "free")
    one.join(second, "free")
    assert levels(first) == levels(second)


@settings(max_examples=tries(20))
@given(flow_problems(), newcomers(), POLICIES)
def test_what_is_told_is_what_changed(problem: FlowProblem, newcomer: Newcomer, how: str) -> None:
    """Changes, slots, rungs and score are the difference between before and after."""
    standing = opened(without_vetoes(problem))
    before, slots, ladder, total = units_of(standing), *levels(standing)
    told = newcomer.join(standing, how)
    if told is None:
        return
    after, more_slots, more_ladder, more_total = units_of(standing), *levels(standing)
    pairs = before.keys() | after.keys()
    changed = {(*pair, before[pair], after[pair]) for pair in pairs if before[pair] != after[pair]}
    assert set(told.changes) == changed
    assert (told.slots, told.total) == (more_slots - slots, more_total - total)
    rungs = ladder.keys() | more_ladder.keys()
    assert dict(told.ladder) == {
        rung: more_ladder.get(rung, 0) - ladder.get(rung, 0)
        for rung in rungs
        if more_ladder.get(rung, 0) != ladder.get(rung, 0)
    }


@settings(max_examples=tries(20))
@given(flow_problems(), flow_problems(), newcomers(kinds=("need", "offer")))
def test_what_people_seated_can_be_made_the_best_or_left_alone(
    problem: FlowProblem, other: FlowProblem, newcomer: Newcomer
) -> None:
    """From any seating, free reaches what solving anew reaches, and swapping takes no slot from anybody."""
    problem = without_vetoes(problem)
    empty = FlowProblem(**(vars(problem) | {"slots": [0] * len(problem.slots)})).solve()
    fewer = [min(pair) for pair in zip(problem.slots, [*other.slots, 9, 9, 9, 9, 9], strict=False)]
    flow = FlowProblem(**(vars(problem) | {"slots": fewer})).solve().flow
    levels_of: dict[str, Any] = {
        "mandatory": np.array(problem.mandatory, np.bool_),
        "priority": problem.priority,
    }
    freely, swapping = (Standing.seated(empty, problem.slots, flow, **levels_of) for _ in range(2))
    before = swapping.filled
    newcomer.join(freely, "free")
    newcomer.join(swapping, "swap_unconfirmed")
    assert levels(freely) == best(freely)
    assert is_feasible(swapping)
    assert (swapping.filled[: before.size] >= before).all()
