"""``homologue lookback``: read the files, ask the cases, print what was found. No database is needed."""

import json
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from service.lookback.engine import Facts, KnownCase, Look, Protocol, World, look_back
from service.lookback.reading import FileRefused, Lists, read_cases, read_offers
from service.lookback.report import print_report
from service.lookback.results import document
from service.lookback.world import lists_of, world_on
from service.reference.files import data_folder, read_facts

CODE_OF_REFUSAL = 2


def run(
    known: Path,
    cases: Path,
    offers: Path | None,
    protocol: Protocol,
    out: Path | None,
    *,
    learning: bool = True,
    seed: int = 0,
) -> None:
    """Look back on ``cases``, print the report, and write the document if asked; 2 for a refused file."""
    reference = read_facts(data_folder())
    try:
        facts, asked = _read(known, cases, offers, lists_of(reference))
    except FileRefused as refused:
        print(f"refused: {refused}", file=sys.stderr)  # noqa: T201 - a command tells its refusal
        sys.exit(CODE_OF_REFUSAL)
    as_of = _day_after(facts, asked)

    @cache
    def on(day: date) -> World:
        return world_on(reference, day)

    console = Console()
    with _progress() as progress:
        task = progress.add_task("Asking the cases", total=len(asked))

        def told(stage: str, done: int, total: int) -> None:
            progress.update(task, description=stage, completed=done, total=total)

        looks = look_back(on, facts, asked, protocol, as_of=as_of, learning=learning, told=told)
    eu = on(as_of).members("EU")
    _write(out, looks, eu, protocol, seed)
    print_report(console, looks, eu, protocol, seed)


def _read(known: Path, cases: Path, offers: Path | None, lists: Lists) -> tuple[Facts, tuple[KnownCase, ...]]:
    read = read_cases(known, lists)
    published = () if offers is None else read_offers(offers, lists)
    return Facts(read, published), read_cases(cases, lists)


def _day_after(facts: Facts, asked: Sequence[KnownCase]) -> date:
    """Return the first day after all years that the files name: the same files are asked on the same day."""
    years: Iterable[int | None] = (
        *(year for case in (*facts.cases, *asked) for year in (case.year_start, case.year_end)),
        *(year for offer in facts.offers for year in (offer.year_from, offer.year_to)),
    )
    return date(max((year for year in years if year is not None), default=2000) + 1, 1, 1)


def _write(out: Path | None, looks: Sequence[Look], eu: Sequence[str], protocol: str, seed: int) -> None:
    if out is not None:
        text = json.dumps(document(looks, eu, protocol, seed), indent=1, ensure_ascii=False)
        out.write_text(text + "\n", encoding="utf-8")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description:<24}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
