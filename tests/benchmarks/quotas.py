"""Quotas: one flow against the same model as an integer program in HiGHS, in one run; and quotas that cross.

Run as ``python tests/benchmarks/quotas.py --needs 2000 --offers 10000 --seed 1``. Exit status 1 if a bound is
not met; the bound on time holds from 2,000 needs on.
"""

import argparse
import sys
import time
from pathlib import Path

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching.allocation.check import verify_allocation
from matching.allocation.flow import Allocation, allocate
from matching.quotas.groups import Groups
from tests.benchmarks.flow import SIZES, Round, generate, peak_megabytes

STATES, REGIONS = 120, 6
FASTER_THAN_HIGHS = 40
FLOOR, STEP = 20_001, 60_003
LARGE = 2_000


class Places:
    """Where offers are from: a state, its region, and whether it is southern."""

    def __init__(self, offers: int, seed: int) -> None:
        random = np.random.default_rng(seed + 1)
        share = random.dirichlet(np.full(STATES, 0.6))
        self.state = random.choice(STATES, offers, p=share)
        self.region = random.choice(REGIONS, STATES)[self.state]
        self.is_southern = self.region >= REGIONS // 2
        self.is_senior = random.random(offers) < 0.3


def cells(label: NDArray[np.int64], low: int, high: int) -> Groups:
    """One quota for each label that an edge has; -1 is none."""
    edge = np.flatnonzero(label >= 0)
    names, quota = np.unique(label[edge], return_inverse=True)
    return Groups(quota, edge, np.full(names.size, low), np.full(names.size, high))


def tree_quotas(problem: Round, places: Places, filled: NDArray[np.int64]) -> Groups:
    """Caps per state and region, a southern floor, one per state in a component.

    ``filled`` are the slots that each offer fills without quotas; caps are set below what states give then.
    """
    offer, demand = problem.edges.offer, problem.edges.demand
    by_state = np.bincount(places.state, filled, minlength=STATES).astype(int)
    cap = max(int(np.quantile(by_state[by_state > 0], 0.8)), 1)
    by_region = np.bincount(places.region, filled, minlength=REGIONS).astype(int)
    southern = int(filled[places.is_southern].sum() * 1.2)
    return (
        cells(demand * STATES + places.state[offer], 0, 1)
        .joined(cells(places.state[offer], 0, cap))
        .joined(cells(places.region[offer], 0, max(int(by_region.max() * 0.9), 1)))
        .joined(cells(np.where(places.is_southern[offer], 0, -1), southern, int(problem.slots.sum())))
    )


def crossing_quotas(problem: Round, places: Places, filled: NDArray[np.int64]) -> Groups:
    """Caps per state, one per state in a need of several components, a senior in each need."""
    offer, need = problem.edges.offer, problem.need[problem.edges.demand]
    by_state = np.bincount(places.state, filled, minlength=STATES).astype(int)
    cap = max(int(np.quantile(by_state[by_state > 0], 0.8)), 1)
    return (
        cells(need * STATES + places.state[offer], 0, 1)
        .joined(cells(places.state[offer], 0, cap))
        .joined(cells(np.where(places.is_senior[offer], need, -1), 1, int(problem.slots.sum())))
    )


def integer_program(
    problem: Round, allocation: Allocation, limit_s: float
) -> tuple[float, float, float, float]:
    """Seconds, value and bound of the whole model in HiGHS, and the engine's value in it.

    Its worths of steps and floors are the short ones that the engine tries first, which is kind to HiGHS.
    """
    network, groups = allocation.network, allocation.network.quotas
    if groups is None:
        raise ValueError("no quotas")
    edges, group = problem.edges, network.group[problem.edges.demand]
    size, every = len(edges), np.arange(len(edges))
    firsts, floors = network.groups, np.flatnonzero(groups.low)
    columns = size + firsts + floors.size
    place = np.full(len(groups), -1)
    place[floors] = np.arange(floors.size)
    low = place[groups.quota] >= 0

    def block(rows: NDArray[np.int64], at: NDArray[np.int64], sign: int, count: int) -> csr_array:
        return csr_array((np.full(rows.size, float(sign)), (rows, at)), shape=(count, columns))

    matrix = vstack(
        [
            block(edges.demand, every, 1, problem.slots.size),
            block(edges.offer, every, 1, problem.capacity.size),
            block(groups.quota, groups.edge, 1, len(groups)),
            block(np.arange(firsts), size + np.arange(firsts), 1, firsts) + block(group, every, -1, firsts),
            block(np.arange(floors.size), size + firsts + np.arange(floors.size), 1, floors.size)
            + block(place[groups.quota[low]], groups.edge[low], -1, floors.size),
        ],
        format="csr",
    )
    most = np.concatenate(
        [problem.slots, problem.capacity, groups.high, np.zeros(firsts), np.zeros(floors.size)]
    )
    ladder, floor, score = (np.zeros(columns) for _ in range(3))
    ladder[:size], ladder[size : size + firsts] = network.rest[group], network.first - network.rest
    ladder *= STEP
    floor[size + firsts :], score[:size] = FLOOR, edges.score
    solver = highspy.Highs()
    for option, setting in (("output_flag", False), ("threads", 1)):
        solver.setOptionValue(option, setting)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, most.size
    program.col_cost_, program.col_lower_ = ladder + floor + score, np.zeros(columns)
    program.col_upper_ = np.concatenate([np.ones(size + firsts), groups.low[floors]])
    program.row_lower_, program.row_upper_ = np.full(most.size, -highspy.kHighsInf), most
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_, program.a_matrix_.index_ = matrix.indptr, matrix.indices
    program.a_matrix_.value_ = matrix.data
    kinds = highspy.HighsVarType
    program.integrality_ = [kinds.kInteger] * size + [kinds.kContinuous] * (columns - size)
    program.sense_ = highspy.ObjSense.kMaximize
    solver.passModel(program)
    solver.setOptionValue("mip_rel_gap", 0.0)
    solver.setOptionValue("mip_abs_gap", 0.999)
    solver.setOptionValue("time_limit", limit_s)
    started = time.perf_counter()
    solver.run()
    found, spent = solver.getInfo().objective_function_value, time.perf_counter() - started
    return spent, found, solver.getInfo().mip_dual_bound, worth_of(allocation, ladder, score)


def worth_of(allocation: Allocation, ladder: NDArray[np.float64], score: NDArray[np.float64]) -> float:
    """Value of the engine's answer in the constants of the integer program."""
    network, flow = allocation.network, allocation.flow
    held = np.bincount(network.group[network.edges.demand], flow, network.groups)
    firsts = ladder[flow.size : flow.size + network.groups] @ np.minimum(held, 1)
    return float(ladder[: flow.size] @ flow + firsts + score[: flow.size] @ flow) + FLOOR * float(
        np.minimum(network.quotas.used(flow), network.quotas.low).sum() if network.quotas else 0
    )


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="M")
    parser.add_argument("--needs", type=int)
    parser.add_argument("--offers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600.0, help="seconds for each level in HiGHS")
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds for quotas that cross")
    parser.add_argument("--without-highs", action="store_true")
    asked = parser.parse_args(arguments)
    asked.needs, asked.offers = asked.needs or SIZES[asked.size][0], asked.offers or SIZES[asked.size][1]
    problem, places = generate(asked.needs, asked.offers, asked.seed), Places(asked.offers, asked.seed)
    plain = problem.allocate(fairness="tiered")
    filled = np.bincount(problem.edges.offer[plain.chosen], minlength=asked.offers)
    print(
        f"{asked.needs} needs ({problem.slots.size} components) x {asked.offers} offers, "
        f"{len(problem.edges)} edges, seed {asked.seed}; "
        f"without quotas {plain.filled.sum()} slots, {plain.seconds:.3f} s"
    )
    met = in_trees(problem, tree_quotas(problem, places, filled), asked)
    met += crossing(problem, crossing_quotas(problem, places, filled), asked)
    print(f"peak memory: {peak_megabytes():.0f} MB")
    print(f"all bounds met: {'yes' if all(met) else 'no'}")
    return 0 if all(met) else 1


def solve(problem: Round, groups: Groups, deadline_s: float | None = None) -> Allocation:
    """Solve with the engine."""
    return allocate(
        problem.edges,
        problem.slots,
        problem.capacity,
        need=problem.need,
        groups=groups,
        deadline_s=deadline_s,
    )


def in_trees(problem: Round, groups: Groups, asked: argparse.Namespace) -> list[bool]:
    """Measure quotas that form trees."""
    runs = [solve(problem, groups) for _ in range(asked.repeats)]
    allocation, seconds = runs[0], float(np.median([run.seconds for run in runs]))
    started = time.perf_counter()
    allocation.prove()
    proving = time.perf_counter() - started
    faults = verify_allocation(
        problem.edges, problem.slots, problem.capacity, allocation, need=problem.need, groups=groups
    )
    quotas = allocation.network.quotas
    placed = allocation.network.trees.placed.size if allocation.network.trees is not None else 0
    binding = 0 if quotas is None else int((quotas.used(allocation.flow) == quotas.high).sum())
    print(f"trees: {len(groups)} quotas, {placed} of them in the network, {binding} used up")
    print(f"  {allocation.filled.sum()} slots; proof: {allocation.proof}; faults of the check: {len(faults)}")
    print(f"  allocate: {seconds:.3f} s (median of {asked.repeats}); proof {proving:.3f} s")
    met = [allocation.proof == "optimal", not faults]
    if not asked.without_highs:
        spent, value, limit, own = integer_program(problem, allocation, asked.limit)
        faster, is_solved = spent / seconds, abs(limit - value) < 1
        is_same = is_solved and round(value) == round(own)
        print(f"  HiGHS integer program: {spent:.1f} s, {faster:.0f} times (at least {FASTER_THAN_HIGHS})")
        print(f"  HiGHS value {value:.0f}, bound {limit:.0f}; the engine's {own:.0f}")
        print(f"  same optimum: {'yes' if is_same else 'no' if is_solved else 'not solved in time'}")
        met.append(is_same if is_solved else own <= limit)
        met += [faster >= FASTER_THAN_HIGHS] if asked.needs >= LARGE else []
    return met


def crossing(problem: Round, groups: Groups, asked: argparse.Namespace) -> list[bool]:
    """Measure quotas that cross."""
    allocation = solve(problem, groups, asked.deadline).prove()
    faults = verify_allocation(
        problem.edges, problem.slots, problem.capacity, allocation, need=problem.need, groups=groups
    )
    method, seconds = allocation.answer.method, allocation.seconds
    print(f"crossing: {len(groups)} quotas, solved by {method} in {seconds:.1f} s")
    print(f"  {allocation.filled.sum()} slots; proof: {allocation.proof}; faults of the check: {len(faults)}")
    return [not faults]


if __name__ == "__main__":
    sys.exit(main())
