"""``python -m tests.benchmarks.otherwise``: what answers about other answers cost, beside a solve."""

import argparse
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

from matching.allocation.flow import allocate
from matching.explanations.otherwise import Otherwise, Pair
from matching.policy import Policy
from tests.benchmarks.flow import generate


def seconds_of(work: Callable[[], Any]) -> float:
    """Return how long a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main(arguments: list[str] | None = None) -> int:
    """Print, for one instance, the solve and the medians of margins, why-nots and relaxations."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.otherwise", description=main.__doc__)
    parser.add_argument("--needs", type=int, default=2_000)
    parser.add_argument("--offers", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--samples", type=int, default=100)
    asked = parser.parse_args(arguments)
    problem = generate(asked.needs, asked.offers, asked.seed)
    chance = np.random.default_rng(asked.seed)
    allocation = allocate(problem.edges, problem.slots, problem.capacity, need=problem.need, prove=True)
    solving = seconds_of(
        lambda: allocate(problem.edges, problem.slots, problem.capacity, need=problem.need, prove=True)
    )
    other = Otherwise(allocation.network, allocation.flow)
    preparing = seconds_of(lambda: Otherwise(allocation.network, allocation.flow))
    print(f"{asked.needs} x {asked.offers}, {len(problem.edges)} edges, seed {asked.seed}")
    print(f"solve with proof {solving:.3f} s, preparation {preparing:.3f} s")
    arcs = Policy().margin_arcs
    nodes = chance.integers(0, problem.slots.size, asked.samples).tolist()
    exact = sum(other.closest([node], arcs).is_exact for node in nodes)
    tell("margin", solving, [seconds_of(lambda node=node: other.closest([node], arcs)) for node in nodes])
    print(f"margins that are exact within {arcs} arcs: {exact} of {asked.samples}")
    unused = chance.choice(np.flatnonzero(allocation.flow == 0), asked.samples, replace=False).tolist()
    tell("why not", solving, [seconds_of(lambda edge=edge: _path(other, edge)) for edge in unused])
    missing = np.flatnonzero(allocation.filled < problem.slots)[: asked.samples].tolist()
    tell("relaxation", solving, [seconds_of(lambda node=node: _add(other, node, chance)) for node in missing])
    return 0


def tell(what: str, solving: float, seconds: list[float]) -> None:
    """Print median and largest, and how many of the median fit into one solve."""
    if seconds:
        middle = median(seconds)
        print(
            f"{what}: median {1000 * middle:.2f} ms, largest {1000 * max(seconds):.1f} ms; "
            f"{solving / middle:.0f} to a solve (n={len(seconds)})"
        )


def _path(other: Otherwise, edge: int) -> None:
    edges = other.network.edges
    other.path(other.offer_node(int(edges.offer[edge])), other.demand_node(int(edges.demand[edge])))


def _add(other: Otherwise, node: int, chance: np.random.Generator) -> None:
    offers = np.unique(chance.integers(0, other.network.capacity.size, 20)).tolist()
    with other.trial():
        other.add(node, [Pair(offer, int(chance.integers(1, 10_001))) for offer in offers])


if __name__ == "__main__":
    sys.exit(main())
