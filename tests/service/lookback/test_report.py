"""What the terminal shows of a look-back."""

import random

from rich.console import Console

from matching.lookback.cases import KnownCase
from matching.lookback.learning import judged
from matching.lookback.looking import Look
from matching.lookback.scoring import NAMES
from matching.lookback.teams import Team
from service.lookback.report import print_report

STATES = ("AAA", "BBB", "CCC", "DDD", "EEE", "FFF")


def _look(number: int) -> Look:
    """Return a made-up case whose helper is AAA, BBB or CCC in turn, with rankings drawn by its number."""
    chance = random.Random(number)  # noqa: S311 - made-up rankings, no secret

    def drawn() -> tuple[str, ...]:
        return tuple(chance.sample(STATES, len(STATES)))

    return Look(
        case=KnownCase(str(number), ("ZZZ",), providers=(STATES[number % 3],)),
        ranking=drawn(),
        popularity=drawn(),
        tags=drawn(),
        without={name: drawn() for name in NAMES},
        judged=drawn(),
        weighing=judged(),
        team=Team(("AAA",), components=2, covered=1, found=0.0),
    )


def _printed(count: int, eu: tuple[str, ...]) -> str:
    console = Console(width=80)
    with console.capture() as captured:
        print_report(console, [_look(number) for number in range(count)], eu, "leave-one-out", seed=0)
    return captured.get()


def test_enough_cases_are_compared_with_their_intervals() -> None:
    """Every ranking, criterion and difference is shown with the number of cases, legible in 80 columns."""
    text = _printed(30, ("AAA",))
    assert "All scored cases (n=30)" in text
    assert "outside the European Union (n=20)" in text
    assert all(name in text for name in NAMES)
    assert text.count("Homologue  ") == 4
    assert text.count("95 % bootstrap interval") == 3
    assert "50.0% of the forms of help" in text
    assert max(len(line) for line in text.splitlines()) <= 80
    assert "…│" not in text.replace(" ", "")


def test_few_cases_are_listed_and_nothing_is_claimed() -> None:
    """Below ten cases each is shown, without share, interval or comparison; so too beyond the EU."""
    text = _printed(9, ("AAA",))
    assert "prove nothing together" in text
    assert "hit@" not in text
    assert "interval" not in text
    part = _printed(12, ("AAA", "BBB"))
    assert "All scored cases (n=12)" in part
    assert "outside the European Union: 4 cases, too few to claim anything" in part.replace("\n", " ")
