"""What a proof is, and the line that it prints."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A figure beside its bound."""

    item: str
    figure: str
    bound: str
    holds: bool
    count: int

    def line(self, seed: int) -> str:
        """Return the line that says how it went."""
        verdict = "ok" if self.holds else "short"
        return f"PROVE {self.item} {self.figure} {self.bound} {verdict} n={self.count} seed={seed}"


Prove = Callable[[int, int | None], Iterable[Figure]]
"""Takes the seed and the size (none: the item's own) and gives the figures."""
