"""base.walls: the import contracts hold, and each notices a planted violation."""

import re
import subprocess
import sys
from collections.abc import Iterable

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the tests of the walls."""
    del seed, size
    command = [sys.executable, "-m", "pytest", "tests/architecture/test_walls.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)
    failed = re.search(r"(\d+) failed", done.stdout)
    count = int(passed[1]) if passed else 0
    figure = f"failed={failed[1] if failed else 0}"
    yield Figure("base.walls", figure, "0", done.returncode == 0 and count > 0, count)
