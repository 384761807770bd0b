"""engine.speed: the core, quotas, insertions, candidates and a whole round, each measured in its own run.

Every measurement compares what it measures with others, or with the bare solver, on the same instance in one
process, and ends with status 1 if a bound is not met.
"""

import re
import subprocess
import sys
from collections.abc import Iterable

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure

RUNS = {
    "flow": ("--size", "M"),
    "flow-large": ("--size", "L", "--without-networkx"),
    "quotas": ("--size", "M"),
    "inserting": ("--size", "L"),
    "candidates": (),
    "round": ("--size", "L"),
}
"""The benchmarks, with their sizes; ``size`` of the proof, a number of needs, takes the place of these."""
NEEDS = 10_000


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run each benchmark at its published size, or with ``size`` needs and five times as many offers."""
    for name, sized in RUNS.items():
        chosen = ("--needs", str(size), "--offers", str(5 * size)) if size else sized
        done = subprocess.run(
            [*_benchmark(name), "--seed", str(seed), *chosen],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        print(f"{name}:\n{done.stdout}{done.stderr[-2000:]}")
        ratios = ", ".join(re.findall(r"\S*\d\S* times", done.stdout)[:6]) or "see above"
        met = done.returncode == 0
        yield Figure("engine.speed", f"{name}: exit={done.returncode}", f"0 ({ratios})", met, size or NEEDS)


def _benchmark(name: str) -> tuple[str, str, str]:
    return sys.executable, "-m", f"tests.benchmarks.{name.partition('-')[0]}"
