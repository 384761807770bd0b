"""networkx and igraph behind the same functions on the same graphs, and the graph notes of a round.

Run as ``python tests/benchmarks/graph.py --needs 2000 --offers 20000 --seed 1``. Exit status 1 if the two
backends differ by more than 1e-9.
"""

import argparse
import math
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import networkx as nx

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from round import World

from matching import Policy, graph
from matching.graph import backends
from matching.graph.facts import facts_of_problem
from matching.hosts.routing import Routing
from matching.pairs.candidates import find_candidates
from matching.solving import solve
from matching.together.joint import coalitions
from matching.together.mutual import exchanges


def timed(what: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call takes, and its answer."""
    started = time.perf_counter()
    answer = what()
    return time.perf_counter() - started, answer


def same(first: dict[Any, float], second: dict[Any, float]) -> bool:
    """Tell whether two answers agree within 1e-9."""
    return all(math.isclose(first[node], second[node], rel_tol=1e-9, abs_tol=1e-9) for node in first)


def compare(seed: int, edges: int) -> bool:
    """Print the ratio of both backends for each measure on one random graph."""
    plain: nx.Graph[int] = nx.gnm_random_graph(max(edges // 15, 10), edges, seed=seed)
    plain.remove_nodes_from(list(nx.isolates(plain)))
    some = random.Random(seed).sample(sorted(plain), 10)  # noqa: S311 - no secret depends on it
    asked: dict[str, Callable[[Any], dict[Any, float]]] = {
        "betweenness between 10": lambda who: backends.betweenness_centrality_subset(
            plain, some, some, backend=who
        ),
        "constraint": lambda who: backends.constraint(plain, backend=who),
        "effective size": lambda who: backends.effective_size(plain, backend=who),
    }
    agree = True
    for name, ask in asked.items():
        slow, first = timed(lambda ask=ask: ask("networkx"))
        quick, second = timed(lambda ask=ask: ask("igraph"))
        agree &= same(first, second)
        print(f"{edges} edges, {name}: networkx {slow:.3f} s, igraph {quick:.3f} s, ratio {slow / quick:.1f}")
    return agree


def measure_round(needs: int, offers: int, seed: int) -> None:
    """Print what the parts of a round take that look at the whole."""
    problem = World(seed).problem(needs, offers)
    print(f"notes: {timed(lambda: graph.notes(problem))[0]:.2f} s")
    print(f"of this, gathering: {timed(lambda: facts_of_problem(problem))[0]:.2f} s")
    policy = Policy(text_model="character-ngrams")
    solution = solve(find_candidates(problem, policy))
    routing = Routing(problem, policy)
    seconds, _ = timed(lambda: [routing.hosts(need) for need in problem.needs])
    print(f"hosts of {needs} needs: {seconds:.2f} s")
    print(f"coalitions: {timed(lambda: coalitions(solution, routing))[0]:.2f} s")
    print(f"exchanges: {timed(lambda: exchanges(solution.candidates))[0]:.2f} s")


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=500)
    parser.add_argument("--offers", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args(arguments)
    agree = all(compare(asked.seed, edges) for edges in (1000, backends.LARGE_EDGES, 15_000))
    print(f"both backends agree within 1e-9: {'yes' if agree else 'no'}")
    measure_round(asked.needs, asked.offers, asked.seed)
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
