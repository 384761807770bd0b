"""engine.properties: what holds for every problem holds for many more of them than ``make test`` tries."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure
from tests.tries import VARIABLE

TIMES = 10


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Try every property ``size`` times as often as ``make test``, with the examples of this seed."""
    times = size or TIMES
    command = [sys.executable, "-m", "pytest", "tests/matching", "-n", "2", f"--hypothesis-seed={seed}"]
    surroundings = os.environ | {VARIABLE: str(times)}
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = re.search(r"(\d+) (?:failed|error)", done.stdout)
    if done.returncode:
        print(done.stdout, file=sys.stderr)
    figure = f"times={times},failed={failed[1] if failed else 0}"
    count = int(passed[1]) if passed else 0
    yield Figure("engine.properties", figure, "0", done.returncode == 0 and count > 0, count)
