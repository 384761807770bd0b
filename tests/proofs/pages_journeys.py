"""pages.journeys: the three journeys by keyboard alone and without scripts, and one in Arabic."""

from collections.abc import Iterable

from tests.proofs.browsing import browsed
from tests.proofs.proof import Figure


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the browser tests of it."""
    del seed, size
    yield from browsed("pages.journeys", "test_journeys", "journeys_broken")
