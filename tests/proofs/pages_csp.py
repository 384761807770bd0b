"""pages.csp: a strict policy everywhere, no form from elsewhere, and nothing that people wrote is lost."""

from collections.abc import Iterable

from tests.proofs.browsing import browsed
from tests.proofs.proof import Figure


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the browser tests of it."""
    del seed, size
    yield from browsed("pages.csp", "test_strictness", "broken")
