"""pages.axe: axe-core finds nothing on any page, in English and Arabic, wide and narrow, light and dark."""

from collections.abc import Iterable

from tests.proofs.browsing import browsed
from tests.proofs.proof import Figure


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Run the browser tests of it."""
    del seed, size
    yield from browsed("pages.axe", "test_accessibility", "pages_with_violations")
