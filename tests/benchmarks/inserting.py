"""Inserting one need into a standing allocation, against solving anew.

Run as ``python tests/benchmarks/inserting.py --size L --seed 1``. Needs of the generated round are left out,
the rest is solved, and they come back one by one. Exit status 1 if the median insertion takes more than a
fiftieth of a full solve, or if what stands under ``free`` in the end is not worth what that is worth.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate
from matching.allocation.standing import POLICIES, Standing
from tests.benchmarks.flow import SIZES, Round, generate, large_enough, peak_megabytes

AT_MOST = 1 / 50


def without(problem: Round, needs: NDArray[np.int64]) -> Round:
    """The round before these needs came: their demand nodes are left out."""
    stays = ~np.isin(problem.need, needs)
    place = np.cumsum(stays) - 1
    kept = np.flatnonzero(stays[problem.edges.demand])
    edges = problem.edges
    return Round(
        Edges(place[edges.demand[kept]], edges.offer[kept], edges.score[kept]),
        problem.slots[stays],
        problem.capacity,
        problem.need[stays],
    )


def arrivals(problem: Round, needs: NDArray[np.int64]) -> list[tuple[NDArray[np.int64], Edges]]:
    """Slots and edges of each need."""
    starts = np.searchsorted(problem.edges.demand, np.arange(problem.slots.size + 1))
    found = []
    for need in needs.tolist():
        nodes = np.flatnonzero(problem.need == need)
        own = np.arange(starts[nodes[0]], starts[nodes[-1] + 1])
        edges = problem.edges
        found.append(
            (problem.slots[nodes], Edges(edges.demand[own] - nodes[0], edges.offer[own], edges.score[own]))
        )
    return found


def seconds_each(works: Sequence[Callable[[], object]]) -> list[float]:
    """Seconds that each of these calls takes."""
    spent = []
    for work in works:
        started = time.perf_counter()
        work()
        spent.append(time.perf_counter() - started)
    return spent


def resolved(problem: Round, repeats: int) -> tuple[Allocation, float]:
    """Solve the whole round, and say how long that takes at the median."""
    times, allocation = [], problem.allocate(fairness="tiered")
    for _ in range(repeats):
        started = time.perf_counter()
        allocation = problem.allocate(fairness="tiered")
        times.append(time.perf_counter() - started)
    return allocation, median(times)


def measure(problem: Round, needs: NDArray[np.int64], how: str, full: tuple[Allocation, float]) -> bool:
    """Insert needs one by one under a policy, print what it took, and say whether the bounds are met."""
    before = without(problem, needs)
    start = time.perf_counter()
    standing = Standing(before.allocate(fairness="tiered"))
    opening = time.perf_counter() - start
    works = [
        lambda slots=slots, edges=edges: standing.insert_need(slots, edges, how=how)
        for slots, edges in arrivals(problem, needs)
    ]
    spent = seconds_each(works)
    allocation, solving = full
    ratio = median(spent) / solving
    shown = [1000 * number for number in (median(spent), float(np.mean(spent)), max(spent))]
    print(f"{how}: median {shown[0]:.2f} ms, mean {shown[1]:.2f}, longest {shown[2]:.1f};", end=" ")
    print(f"1/{1 / ratio:.0f} of a full solve (at most 1/{1 / AT_MOST:.0f}); opened in {opening:.2f} s")
    reached = int(standing.filled.sum()), standing.total
    best = int(allocation.filled.sum()), allocation.total
    if how == "free":
        same = "equal" if reached == best else "NOT EQUAL"
        print(f"  slots and score {reached}, full solve {best}: {same}")
        return ratio <= AT_MOST and reached == best
    print(f"  slots and score {reached}, full solve {best}")
    return ratio <= AT_MOST and reached[0] <= best[0]


def refills(problem: Round, allocation: Allocation, count: int, seed: int, solving: float) -> bool:
    """Let seats be declined one by one under each policy, and compare with solving anew in the end."""
    met = []
    for how in POLICIES:
        standing = Standing(replace(allocation))
        random = np.random.default_rng(seed)
        seats = random.choice(np.unique(allocation.chosen), count, replace=False)
        edges = problem.edges
        spent = []
        for demand, offer in zip(edges.demand[seats].tolist(), edges.offer[seats].tolist(), strict=True):
            if not (
                (standing.edges.demand == demand) & (standing.edges.offer == offer) & (standing.flow > 0)
            ).any():
                continue  # moved meanwhile
            started = time.perf_counter()
            standing.refill(demand, offer, how=how)
            spent.append(time.perf_counter() - started)
        known = standing.settings
        anew = allocate(standing.edges, known["slots"], known["capacity"], need=known["need"])
        same = (int(anew.filled.sum()), anew.total) == (int(standing.filled.sum()), standing.total)
        shown = 1000 * median(spent)
        print(f"refill, {how}: median {shown:.2f} ms over {len(spent)} seats;", end=" ")
        print(f"1/{1000 * solving / shown:.0f} of a full solve; as good as anew: {'yes' if same else 'no'}")
        met.append(median(spent) <= AT_MOST * solving and (same or how != "free"))
    return all(met)


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="M")
    parser.add_argument("--needs", type=int)
    parser.add_argument("--offers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args(arguments)
    many, offers = asked.needs or SIZES[asked.size][0], asked.offers or SIZES[asked.size][1]
    problem = generate(many, offers, asked.seed)
    needs = np.sort(np.random.default_rng(asked.seed).choice(many, min(asked.count, many), replace=False))
    print(f"{many} needs x {offers} offers, {len(problem.edges)} edges, seed {asked.seed}")
    full = resolved(problem, asked.repeats)
    print(f"full solve: {full[1]:.3f} s (median of {asked.repeats}); {asked.count} needs come one by one")
    met = [measure(problem, needs, how, full) for how in POLICIES]
    met.append(refills(problem, full[0], min(asked.count, 100), asked.seed, full[1]))
    print(f"peak memory: {peak_megabytes():.0f} MB")
    held = "" if large_enough(problem) else " (those on time hold from size M on)"
    print(f"all bounds met: {'yes' if all(met) else 'no'}{held}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
