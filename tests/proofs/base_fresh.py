"""base.fresh: what a newcomer does: a fresh clone, the demonstration, once more, and the tests."""

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure

FIRST_SECONDS, SECOND_SECONDS, TEST_SECONDS = 240, 20, 600


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Clone what is committed and run the two commands. Needs the package registry."""
    del seed, size
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "homologue"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)  # noqa: S607 - any git
        yield _timed("demo", _make(clone, "demo", "SERVE=0"), FIRST_SECONDS)
        yield _timed("again", _make(clone, "demo", "SERVE=0"), SECOND_SECONDS)
        tested = _make(clone, "test")
        yield _timed("test", tested, TEST_SECONDS)
        on = dict(re.findall(r"^(sqlite|postgresql): (\d+) passed", tested[1], re.MULTILINE))
        same = len(set(on.values())) == 1 and len(on) == 2
        passed = int(on.get("sqlite", 0))
        yield Figure("base.fresh", f"passed={on}", "equal on both", same and passed > 0, passed)


def _make(clone: Path, *arguments: str) -> tuple[float, str, int]:
    """Run make in the clone, without anything of this environment that could help it."""
    kept = {"PATH", "HOME", "LANG", "SSL_CERT_FILE"} | {
        name for name in os.environ if name.startswith("PIP_")
    }
    began = time.monotonic()
    done = subprocess.run(
        ["make", *arguments],  # noqa: S607 - any make
        cwd=clone,
        env={name: value for name, value in os.environ.items() if name in kept},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(done.stdout[-3000:], done.stderr[-3000:])
    return time.monotonic() - began, done.stdout, done.returncode


def _timed(what: str, done: tuple[float, str, int], bound: int) -> Figure:
    seconds, _, status = done
    return Figure("base.fresh", f"{what}={seconds:.0f}s", f"{bound}s", status == 0 and seconds < bound, 1)
