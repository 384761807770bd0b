"""Proofs that are browser tests: run once, told as a figure."""

import re
import subprocess
import sys
from collections.abc import Iterator

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure

LONGEST_SECONDS = 1800


def browsed(item: str, chosen: str, what: str) -> Iterator[Figure]:
    """Run browser tests that a file or an expression chooses, print what failed, and tell how many passed."""
    command = [sys.executable, "-m", "pytest", "-n", "2", "-rf", "--tb=short", "tests/browser", "-k", chosen]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    passed = _number(r"tests: (\d+) passed", done.stdout)
    failed = len(re.findall(r"^(?:FAILED|ERROR) ", done.stdout, re.MULTILINE))
    if done.returncode:
        print(done.stdout[-20_000:], done.stderr[-2_000:])
    holds = done.returncode == 0 and passed > 0
    yield Figure(item, f"{what}={failed}", "0", holds, passed + failed)


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    return int(found[1]) if found else 0
