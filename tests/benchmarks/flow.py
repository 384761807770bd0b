"""The flow core on a generated round, against networkx's network simplex and the bare OR-Tools solve.

Run as ``python tests/benchmarks/flow.py --size M --seed 1``; ``--size L`` takes networkx some ten
minutes, which ``--without-networkx`` saves. At ``--size XL`` networkx is left out, and each solve is timed
once. Exit status 1 if a bound is not met; bounds on time hold from size M on.
"""

import argparse
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching.allocation.check import verify_allocation
from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate
from matching.allocation.mincost import quick_model
from matching.allocation.network import SINK, SOURCE, Network, arcs

SIZES = {"S": (200, 1_000), "M": (2_000, 10_000), "L": (10_000, 100_000), "XL": (100_000, 1_000_000)}
TOPICS = 40
MOST_DRAWS = 2 * 10**8
"""Pairs of a topic up to which each is drawn by itself; beyond, as many as would come are picked."""
PAIRS_PER_NODE = 58
FASTER_THAN_NETWORKX = 100
OVER_BARE = {"M": (1.5, 2.5), "L": (1.3, 1.8)}
"""Times the bare solve that the engine may take, without proof and with it, from each size on."""


@dataclass
class Round:
    """A generated problem."""

    edges: Edges
    slots: NDArray[np.int64]
    capacity: NDArray[np.int64]
    need: NDArray[np.int64]

    def allocate(self, *, fairness: str, prove: bool = False) -> Allocation:
        """Solve with the engine."""
        return allocate(self.edges, self.slots, self.capacity, need=self.need, fairness=fairness, prove=prove)


def generate(needs: int, offers: int, seed: int) -> Round:
    """Needs of one to three components; topics that many ask for and few offer, and the other way round."""
    random = np.random.default_rng(seed)
    need = np.repeat(np.arange(needs), random.choice([1, 2, 3], needs, p=[0.6, 0.3, 0.1]))
    asked = random.dirichlet(np.full(TOPICS, 2.0))
    topic = random.choice(TOPICS, need.size, p=asked)
    offered = random.choice(TOPICS, (offers, 2), p=random.dirichlet(np.full(TOPICS, 2.0)))
    quality, wish = random.random(offers), random.random(need.size)
    pairs = []
    for number in range(TOPICS):
        able = np.flatnonzero((offered == number).any(axis=1))
        wanting = np.flatnonzero(topic == number)
        row, column = draw_pairs(random, wanting.size, able.size)
        pairs.append((wanting[row], able[column]))
    demand, offer = (np.concatenate(parts) for parts in zip(*pairs, strict=True))
    order = np.lexsort((offer, demand))
    demand, offer = demand[order], offer[order]
    affinity = 0.5 * quality[offer] + 0.2 * wish[demand] + 0.3 * random.random(demand.size)
    score = np.clip((affinity * 10_000).astype(np.int64), 1, 10_000)
    slots = random.choice([1, 2, 3], need.size, p=[0.6, 0.3, 0.1])
    capacity = random.choice([1, 2, 3], offers, p=[0.7, 0.2, 0.1])
    return Round(Edges(demand, offer, score), slots, capacity, need)


def draw_pairs(
    random: np.random.Generator, wanting: int, able: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Draw which of those who want meet which of those who are able, some 58 each."""
    chance = min(1.0, PAIRS_PER_NODE / max(able, 1))
    if wanting * able <= MOST_DRAWS:
        row, column = np.nonzero(random.random((wanting, able)) < chance)
        return row, column
    row = np.repeat(np.arange(wanting), random.binomial(able, chance, wanting))
    pair = np.unique(row * able + random.integers(0, able, row.size))
    return pair // able, pair % able


def seconds_of(repeats: int, *works: Callable[[], Any]) -> list[float]:
    """Median seconds of each work, in changing turns so that a busy moment, or what ran before, meets all."""
    times: list[list[float]] = [[] for _ in works]
    for turn in range(repeats * len(works)):
        number = (turn + turn // len(works)) % len(works)
        started = time.perf_counter()
        works[number]()
        times[number].append(time.perf_counter() - started)
    return [median(spent) for spent in times]


def bare_solve(network: Network) -> Callable[[], int]:
    """OR-Tools alone on the model that the engine solves first, from arrays that are ready."""
    model = quick_model(network) or arcs(network)
    supply = int(model.rooms[model.tails == SOURCE].sum())

    def solve() -> int:
        solver = SimpleMinCostFlow()
        solver.add_arcs_with_capacity_and_unit_cost(model.tails, model.heads, model.rooms, model.costs)
        solver.set_node_supply(SOURCE, supply)
        solver.set_node_supply(SINK, -supply)
        if solver.solve_max_flow_with_min_cost() != solver.OPTIMAL:
            raise RuntimeError("not solved")
        return int(solver.maximum_flow())

    return solve


def networkx_value(network: Network) -> tuple[float, int]:
    """Seconds of network simplex alone, and the largest value of an allocation."""
    model = arcs(network)
    step = np.where(model.tails == SOURCE, network.step, 0)
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    columns = (model.tails, model.heads, model.rooms, model.costs - step)
    for tail, head, room, cost in zip(*(column.tolist() for column in columns), strict=True):
        graph.add_edge(tail, head, capacity=room, weight=cost)
    graph.add_edge(SINK, SOURCE, weight=0, capacity=int(model.rooms.sum()))
    started = time.perf_counter()
    cost, _ = nx.network_simplex(graph)
    return time.perf_counter() - started, -cost


def large_enough(problem: Round) -> bool:
    """Whether the problem is of size M or larger; below, a few milliseconds around the solver decide."""
    return int(problem.need.max()) + 1 >= SIZES["M"][0]


def peak_megabytes() -> float:
    """Most memory that this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(problem: Round, fairness: str, repeats: int) -> tuple[Allocation, float, list[bool]]:
    """Time the engine against the bare solve."""
    with_proof = problem.allocate(fairness=fairness, prove=True)
    solve = bare_solve(with_proof.network)
    most = solve()
    bare, plain, proved = seconds_of(
        repeats,
        solve,
        lambda: problem.allocate(fairness=fairness),
        lambda: problem.allocate(fairness=fairness, prove=True),
    )
    faults = verify_allocation(
        problem.edges, problem.slots, problem.capacity, with_proof, need=problem.need, fairness=fairness
    )
    print(f"slots filled: {with_proof.filled.sum()} of {problem.slots.sum()}; OR-Tools alone: {most}")
    print(f"proof: {with_proof.proof}; faults of the independent check: {len(faults)}")
    print(f"bare OR-Tools solve: {bare:.3f} s (median of {repeats})")
    most_plain, most_proved = OVER_BARE["L" if int(problem.need.max()) + 1 >= SIZES["L"][0] else "M"]
    print(f"allocate: {plain:.3f} s, {plain / bare:.2f} times the bare solve (at most {most_plain})")
    print(
        f"allocate with proof: {proved:.3f} s, {proved / bare:.2f} times the bare solve"
        f" (at most {most_proved})"
    )
    quick = [plain <= most_plain * bare, proved <= most_proved * bare]
    met = [not faults, *(quick if large_enough(problem) else [])]
    return with_proof, plain, met


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=sorted(SIZES), default="M")
    parser.add_argument("--needs", type=int)
    parser.add_argument("--offers", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, help="default: 9, at size XL 1")
    parser.add_argument("--fairness", choices=["tiered", "total"], default="tiered")
    parser.add_argument("--without-networkx", action="store_true")
    asked = parser.parse_args(arguments)
    needs, offers = asked.needs or SIZES[asked.size][0], asked.offers or SIZES[asked.size][1]
    problem = generate(needs, offers, asked.seed)
    print(
        f"{needs} needs ({problem.slots.size} components) x {offers} offers, {len(problem.edges)} edges,"
        f" fairness {asked.fairness}, seed {asked.seed}"
    )
    is_largest = asked.size == "XL"
    repeats = asked.repeats or (1 if is_largest else 9)
    allocation, seconds, met = measure(problem, asked.fairness, repeats)
    print(f"peak memory before networkx: {peak_megabytes():.0f} MB")
    if not asked.without_networkx and not is_largest:
        reference, value = networkx_value(allocation.network)
        same = value == allocation.value
        print(f"same optimum as networkx network simplex: {'yes' if same else 'no'} (value {value})")
        print(f"networkx: {reference:.1f} s; allocate is {reference / seconds:.0f} times faster", end="")
        print(f" (at least {FASTER_THAN_NETWORKX})")
        print(f"peak memory with networkx: {peak_megabytes():.0f} MB")
        met.append(same)
        if large_enough(problem):
            met.append(reference >= FASTER_THAN_NETWORKX * seconds)
    held = "" if large_enough(problem) else " (those on time hold from size M on)"
    print(f"all bounds met: {'yes' if all(met) else 'no'}{held}")
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
