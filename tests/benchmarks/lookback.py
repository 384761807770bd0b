"""A harder look-back: half of the known pages are asked with only the other half known, several times over.

``python -m tests.benchmarks.lookback [--times N] [--seed N]``
"""

import argparse
import random
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

from matching.lookback.cases import KnownCase, World, beyond, page, scored
from matching.lookback.looking import Look, look_back
from matching.lookback.protocols import Facts
from matching.lookback.statistics import figures
from matching.text import RememberedTexts, load_text_model
from service.lookback.reading import read_cases, read_offers
from service.lookback.world import lists_of, world_on
from service.reference.files import data_folder, read_facts

AS_OF = date(2027, 1, 1)
FACTS = read_facts(data_folder())
DATA = Path(str(data_folder()))
RANKINGS = ("ranking", "judged", "popularity", "tags")


@cache
def _on(day: date) -> World:
    return world_on(FACTS, day)


def _halves(cases: tuple[KnownCase, ...], seed: int) -> Iterator[tuple[list[KnownCase], list[KnownCase]]]:
    """Yield known and asked cases, each half in turn; cases of one page stay together."""
    pages = sorted({page(case) for case in cases})
    random.Random(seed).shuffle(pages)  # noqa: S311 - a split, no secret
    half = set(pages[: len(pages) // 2])
    first = [case for case in cases if page(case) in half]
    second = [case for case in cases if page(case) not in half]
    yield from ((first, second), (second, first))


def _looks(times: int, seed: int) -> list[Look]:
    lists, text = lists_of(FACTS), RememberedTexts(load_text_model())
    cases = read_cases(DATA / "real_cases.csv", lists)
    offers = read_offers(DATA / "real_offers.csv", lists)
    return [
        look
        for number in range(times)
        for known, asked in _halves(cases, seed + number)
        for look in look_back(_on, Facts(tuple(known), offers), scored(asked), as_of=AS_OF, text=text)
    ]


def _print(title: str, looks: list[Look]) -> None:
    print(f"{title}: {len(looks)} askings")
    for name in RANKINGS:
        found = figures([getattr(look, name) for look in looks], [look.case.helpers for look in looks])
        print(f"  {name:<11} hit@5 {found.hit_at[5]:.3f}  MRR {found.mrr:.3f}")


def main() -> None:
    """Split, ask and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    looks = _looks(asked.times, asked.seed)
    _print("all", looks)
    _print("outside the EU", [look for look in looks if beyond(look.case, _on(AS_OF).members("EU"))])


if __name__ == "__main__":
    main()
