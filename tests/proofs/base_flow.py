"""base.flow: the flow core against networkx and against the bare solver, in one run of the benchmark."""

import re
import subprocess
import sys
from collections.abc import Iterable

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the benchmark at 2,000 needs (or ``size``) with five times as many offers."""
    needs = size or 2_000
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.benchmarks.flow", "--seed", str(seed)),
            *("--needs", str(needs), "--offers", str(5 * needs)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(done.stdout)
    ratios = " ".join(re.findall(r"(\S*\d\S*) times", done.stdout)) or "none"
    yield Figure("base.flow", f"exit={done.returncode}", f"0 ({ratios})", done.returncode == 0, needs)
