"""``python -m tests.proofs [ITEM] [--seed N] [--size N]``: run the proofs; 1 if one of them falls short."""

import argparse
import sys
from importlib import import_module
from pathlib import Path

from tests.proofs.proof import Prove


def _items() -> dict[str, str]:
    modules = sorted(Path(__file__).parent.glob("[a-z]*_[a-z]*.py"))
    return {module.stem.replace("_", ".", 1): f"tests.proofs.{module.stem}" for module in modules}


def _prove(module: str) -> Prove:
    found: Prove = import_module(module).prove
    return found


def main() -> int:
    """Run the proofs that were asked for, print their lines, and tell whether all hold."""
    items = _items()
    parser = argparse.ArgumentParser(prog="make prove", description="Run the slow proofs.")
    parser.add_argument("item", nargs="?", choices=sorted(items), help="only this one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, help="how much of it; the item says what that means")
    asked = parser.parse_args()
    all_hold = True
    for item in [asked.item] if asked.item else sorted(items):
        for figure in _prove(items[item])(asked.seed, asked.size):
            print(figure.line(asked.seed), flush=True)
            all_hold = all_hold and figure.holds
    return 0 if all_hold else 1


if __name__ == "__main__":
    sys.exit(main())
