"""engine.fair: max-min against an integer program, and the certificates of large rounds.

The integer program is written here anew, over the arrays alone: most slots, fewest needs left empty, then the
highest lowest utility of the others.
"""

import time
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack

from matching.allocation.flow import Allocation, allocate
from tests.benchmarks.flow import Round, generate
from tests.proofs.proof import Figure

SMALL, MIDDLE, LARGE = (24, 120), (2_000, 10_000), (10_000, 100_000)
SMALL_SEEDS, MIDDLE_SEEDS = 20, 4
SAME = 1e-6
GAP_OF_MAXMIN, GAP_OF_BOTTLENECK, TIMES_PLAIN = 0.025, 0.03, 5.0


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Solve ``size`` small rounds (20) exactly, and large ones against their certificates."""
    count = size or SMALL_SEEDS
    worst = max(_distance_from_exact(number) for number in range(seed, seed + count))
    yield Figure("engine.fair", f"maxmin_off_the_exact_optimum={worst:.9f}", f"{SAME}", worst <= SAME, count)
    gaps = [_gap_of_maxmin(number) for number in range(seed, seed + MIDDLE_SEEDS)]
    yield Figure(
        "engine.fair",
        f"maxmin_gap_at_2000x10000={max(gaps):.4f}",
        f"{GAP_OF_MAXMIN}",
        max(gaps) <= GAP_OF_MAXMIN,
        len(gaps),
    )
    yield from _bottleneck(seed)


def _distance_from_exact(seed: int) -> float:
    """Return how far the lowest utility of those who are served is from the integer program's, as a share."""
    problem = generate(*SMALL, seed)
    allocation = problem.allocate(fairness="maxmin", prove=True)
    best = _exact(problem)
    print(f"small seed {seed}: lowest {allocation.lowest_served:.3f}, exact {best:.3f}, {allocation.proof}")
    return abs(allocation.lowest_served - best) / max(best, 1.0)


def _gap_of_maxmin(seed: int) -> float:
    problem = generate(*MIDDLE, seed)
    allocation = problem.allocate(fairness="maxmin", prove=True)
    answer = allocation.answer
    print(
        f"2,000 x 10,000 seed {seed}: lowest {allocation.lowest_served:.1f}, at most {answer.aim_ceiling:.1f}"
        f" (each need's own best case: {_own_best(problem):.1f}), price of fairness"
        f" {allocation.total_gap:.4f} of the total, {allocation.seconds:.1f} s, {allocation.proof}"
    )
    return 1 - allocation.lowest_served / answer.aim_ceiling


def _bottleneck(seed: int) -> Iterable[Figure]:
    """Measure the first seed in which every need can be served: else the lowest is 0, and so is its bound.

    Seconds are those of the processor, so that other work on the machine does not count.
    """
    problem, plain = _servable(seed)
    started = time.process_time()
    problem.allocate(fairness="tiered")
    between = time.process_time()
    fair = problem.allocate(fairness="bottleneck")
    seconds = time.process_time() - between
    times = seconds / (between - started)
    print(
        f"10,000 x 100,000: floor {fair.answer.floor}, lowest {fair.lowest:.1f} of at most"
        f" {fair.fairness_certificate:.1f} (plain: {plain.lowest:.1f}), {seconds:.1f} s of the processor,"
        f" {times:.1f} times the plain solve; price of fairness {fair.total_gap:.4f}"
    )
    yield Figure(
        "engine.fair",
        f"bottleneck_gap_at_10000x100000={fair.fairness_gap:.4f}",
        f"{GAP_OF_BOTTLENECK}",
        fair.fairness_gap <= GAP_OF_BOTTLENECK,
        len(problem.edges),
    )
    yield Figure(
        "engine.fair", f"bottleneck_times_plain={times:.1f}", f"{TIMES_PLAIN}", times <= TIMES_PLAIN, 1
    )


def _servable(seed: int) -> tuple[Round, Allocation]:
    while True:
        problem = generate(*LARGE, seed)
        allocation = problem.allocate(fairness="tiered")
        if allocation.fairness_certificate:
            return problem, allocation
        print(f"10,000 x 100,000 seed {seed}: some need must stay empty; the next seed is taken")
        seed += 1


def _own_best(problem: Round) -> float:
    alone = allocate(problem.edges, problem.slots, np.full(problem.capacity.size, 10**6), need=problem.need)
    return float(alone.utility.min())


def _exact(problem: Round) -> float:
    """Return the highest lowest utility of the needs that are served, by an integer program."""
    edges, needs = problem.edges, int(problem.need.max()) + 1
    count = len(edges)
    of_edge = problem.need[edges.demand]
    wanted = np.bincount(problem.need, problem.slots, needs)
    slots, capacity = _sums(edges.demand, count), _sums(edges.offer, count)
    own = csr_array((np.ones(count), (of_edge, np.arange(count))), shape=(needs, count))
    worth = csr_array((edges.score.astype(float), (of_edge, np.arange(count))), shape=(needs, count))
    rest = needs + 1
    rules = [
        LinearConstraint(_wider(slots, rest), 0, problem.slots[np.unique(edges.demand)]),
        LinearConstraint(_wider(capacity, rest), 0, problem.capacity[np.unique(edges.offer)]),
        LinearConstraint(hstack([own, -np.eye(needs), np.zeros((needs, 1))]), 0, np.inf),
        LinearConstraint(
            hstack([worth, -10_000.0 * np.diag(wanted), -wanted[:, None]]), -10_000.0 * wanted, np.inf
        ),
    ]
    zeros, ones = np.zeros(count + rest), np.ones(count + rest)
    for chosen in (slice(0, count), slice(count, count + needs)):  # most slots, then most needs served
        aim = zeros.copy()
        aim[chosen] = 1
        reached = round(_highest(aim, rules))
        rules.append(LinearConstraint(aim[None, :], reached, reached))
    return _highest(zeros + (np.arange(ones.size) == count + needs), rules)


def _highest(aim: NDArray[np.float64], rules: list[LinearConstraint]) -> float:
    upper = np.ones(aim.size)
    upper[-1] = 10_000
    whole = np.ones(aim.size)
    whole[-1] = 0
    found = milp(
        -aim, constraints=rules, bounds=Bounds(0, upper), integrality=whole, options={"mip_rel_gap": 0}
    )
    if found.status != 0:
        raise RuntimeError(found.message)
    return float(-found.fun)


def _sums(owner: NDArray[np.int64], count: int) -> csr_array:
    names, row = np.unique(owner, return_inverse=True)
    return csr_array((np.ones(count), (row, np.arange(count))), shape=(names.size, count))


def _wider(matrix: csr_array, more: int) -> csr_array:
    return hstack([matrix, csr_array((matrix.shape[0], more))], format="csr")
