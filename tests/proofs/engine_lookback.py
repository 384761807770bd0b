"""engine.lookback: the command on the project's own copy of the cases, against simpler rankings."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.proofs.instance import ROOT
from tests.proofs.proof import Figure

DATA = ROOT / "service" / "reference" / "data"
MEASURES = ("hit_at_5", "mrr")


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Look back on all cases under both protocols, whatever the size; leave-one-out has the bounds."""
    del size
    yield from _above(_looked_back("leave-one-out", seed))
    earlier = _looked_back("earlier", seed)
    yield from (
        Figure("engine.lookback", f"earlier:{name}={_said(found)}", "none", holds=True, count=found["n"])
        for name, found in _differences(earlier, "baseline").items()
    )


def _above(document: dict[str, Any]) -> Iterable[Figure]:
    """Yield the differences to popularity, and outside the EU to tag counting."""
    for place, other in ((document, "baseline"), (document["outside_eu"], "tag_counting")):
        where = "outside_eu:" if other == "tag_counting" else ""
        for name, found in _differences(place, other).items():
            # All cases: the whole interval; the smaller part: that the engine is ahead.
            holds = (found["low"] if place is document else found["mean"]) > 0
            what = f"{where}{name}-{other}={_said(found)}"
            bound = "interval>0" if place is document else "mean>0"
            yield Figure("engine.lookback", what, bound, holds, found["n"])


def _differences(place: dict[str, Any], other: str) -> dict[str, Any]:
    return {name: place["against"][other][name] for name in MEASURES}


def _said(found: dict[str, float]) -> str:
    return f"{found['mean']:+.3f}[{found['low']:+.3f},{found['high']:+.3f}]"


def _looked_back(protocol: str, seed: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "lookback.json"
        done = subprocess.run(
            [
                *(sys.executable, "-m", "service", "lookback", "--protocol", protocol, "--json", str(out)),
                *("--known", str(DATA / "real_cases.csv"), "--cases", str(DATA / "real_cases.csv")),
                *("--offers", str(DATA / "real_offers.csv"), "--seed", str(seed)),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        print(done.stdout or done.stderr)
        done.check_returncode()
        document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
        return document
