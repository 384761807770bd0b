"""What holding capacity back gains: needs come in batches, served greedily, with prices, and in hindsight.

Run as ``python tests/benchmarks/holding.py --needs 120 --offers 160 --seed 1``. Exit status 1 if prices fill
fewer slots than greed, over all orders of arrival together.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching import Policy, Replay, replay
from tests.benchmarks.round import World

ORDERS = 5


def shares(found: list[Replay], way: str) -> str:
    """Return what a way of serving reached of hindsight: slots, and total."""
    reached, most = [getattr(each, way) for each in found], [each.hindsight for each in found]
    slots = sum(each.slots for each in reached) / sum(each.slots for each in most)
    total = sum(each.total for each in reached) / sum(each.total for each in most)
    return f"{slots:.2%} of the slots and {total:.2%} of the total of hindsight"


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=120)
    parser.add_argument("--offers", type=int, default=160)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--batches", type=int, default=8)
    asked = parser.parse_args(arguments)
    problem = World(asked.seed).problem(asked.needs, asked.offers)
    policy = Policy(text_model="character-ngrams")
    found = [
        replay(problem, policy, batches=asked.batches, seed=seed)
        for seed in range(asked.seed, asked.seed + ORDERS)
    ]
    print(
        f"{asked.needs} needs, {found[0].slots} slots, {asked.offers} offers, {asked.batches} batches,"
        f" {ORDERS} orders of arrival, seed {asked.seed}"
    )
    print(f"greed: {shares(found, 'greedy')}")
    print(f"prices: {shares(found, 'held')}")
    met = sum(each.held.slots for each in found) >= sum(each.greedy.slots for each in found)
    print(f"prices fill at least as many slots as greed: {'yes' if met else 'no'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
