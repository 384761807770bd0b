"""Candidates over many offers: milliseconds a need, recall against every pair, preparation, peak memory.

Run as ``python tests/benchmarks/candidates.py --needs 1000 --offers 100000 --seed 1``. Vectors of texts are
given, as they are in a round: each is made once, when a text is saved, and is no part of a round's time. Exit
status 1 if recall is below 1, a need takes longer than 0.5 ms, or peak memory is above 2 GiB.
"""

import argparse
import random
import resource
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2]))  # a plain script does not know the checkout

from matching import Policy, Problem
from matching.pairs.candidates import find_prepared
from matching.pairs.prepared import Prepared
from matching.pairs.scanning import Scan
from matching.text import RememberedTexts, load_text_model, on_grid
from tests.benchmarks.round import WORDS, World
from tests.matching.every_pair import kept_by_scan, kept_of_every_pair

MILLISECONDS_A_NEED = 0.5
GIBIBYTES = 2.0
DIMENSIONS = 512


def given_vectors(problem: Problem, seed: int) -> RememberedTexts:
    """Return a text model that knows all texts: each is near to texts with the same words, and its own."""
    draw = np.random.default_rng(seed)
    words = {word: place for place, word in enumerate(WORDS.split())}
    texts = sorted({record.text for record in (*problem.needs, *problem.offers, *problem.deliveries)})
    counts = np.zeros((len(texts), len(words)), dtype=np.float32)
    for row, text in enumerate(texts):
        for word in text.split():
            counts[row, words[word]] += 1
    meaning = draw.normal(size=DIMENSIONS) + draw.normal(size=(len(words), DIMENSIONS))
    vectors: NDArray[np.float32] = counts @ meaning.astype(np.float32)
    vectors += 3 * draw.normal(size=vectors.shape).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return RememberedTexts(
        load_text_model("character-ngrams"), dict(zip(texts, on_grid(vectors), strict=True))
    )


def main(arguments: list[str] | None = None) -> int:
    """Print one run's figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--needs", type=int, default=1_000)
    parser.add_argument("--offers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, default=20, help="components whose every pair is looked at")
    asked = parser.parse_args(arguments)
    problem = World(asked.seed).problem(asked.needs, asked.offers)
    text, policy = given_vectors(problem, asked.seed), Policy(text_model="character-ngrams")
    print(
        f"{asked.needs} needs x {asked.offers} offers, {len(problem.deliveries)} deliveries,"
        f" seed {asked.seed}"
    )

    began = time.perf_counter()
    prepared = Prepared(problem, policy, text)
    scan = Scan(prepared)
    preparing = time.perf_counter() - began
    began, spent = time.perf_counter(), time.process_time()
    found = find_prepared(scan)
    seconds, spent = time.perf_counter() - began, time.process_time() - spent
    components = len(found.components)
    each = 1000 * seconds / asked.needs
    print(f"preparation: {preparing:.2f} s (vectors of texts given: they are made when a text is saved)")
    print(
        f"candidates: {seconds:.2f} s, {each:.2f} ms a need (bound {MILLISECONDS_A_NEED}),"
        f" {1000 * seconds / components:.2f} ms a component;"
        f" {1000 * spent / asked.needs:.2f} ms of processor a need;"
        f" {components} components, {len(found.edges)} pairs kept"
    )
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory: {memory:.2f} GiB (bound {GIBIBYTES:g})")

    sample = random.Random(asked.seed).sample(range(components), min(asked.sample, components))  # noqa: S311
    slow = {number: kept_of_every_pair(prepared, *found.components[number]) for number in sample}
    missed = sum(len(set(kept) - set(kept_by_scan(found, number))) for number, kept in slow.items())
    wanted = sum(map(len, slow.values()))
    exact = all(kept == kept_by_scan(found, number) for number, kept in slow.items())
    print(
        f"recall: {(wanted - missed) / wanted:.6f} of {wanted} pairs of {len(sample)} components,"
        f" equal: {exact}"
    )
    return 0 if exact and each <= MILLISECONDS_A_NEED and memory <= GIBIBYTES else 1


if __name__ == "__main__":
    sys.exit(main())
