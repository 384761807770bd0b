"""Which facts an asked case may see.

*leave-one-out*: all known cases but itself. *earlier*: only what had ended before the case began; what bears
no date is not seen. Under both, nothing counts that stands on the case's own page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from matching.errors import UnknownSetting
from matching.lookback.cases import KnownCase, KnownOffer, page

Protocol = Literal["leave-one-out", "earlier"]
PROTOCOLS: tuple[Protocol, ...] = get_args(Protocol)


@dataclass(frozen=True, slots=True)
class Facts:
    """Documented cases and published offers."""

    cases: tuple[KnownCase, ...]
    offers: tuple[KnownOffer, ...]

    def without_pages(self, pages: Iterable[str]) -> "Facts":
        """Return the facts of which none stands on any of these pages."""
        hidden = frozenset(pages)
        return Facts(
            tuple(case for case in self.cases if page(case) not in hidden),
            tuple(offer for offer in self.offers if page(offer) not in hidden),
        )


def chosen_protocol(name: str) -> Protocol:
    """Return the protocol of that name.

    Raises
    ------
    UnknownSetting
        There is none.
    """
    for known in PROTOCOLS:
        if name == known:
            return known
    raise UnknownSetting("protocol", name, PROTOCOLS)


def seen_in(facts: Facts, asked: KnownCase, protocol: Protocol) -> Facts:
    """Return what a case would see but for its own page: nothing of itself, and nothing later.

    Cases that see the same can be asked of one problem; the engine itself hides each need's own page.
    """
    cases = tuple(case for case in facts.cases if case.id != asked.id or page(case) == page(asked))
    if protocol == "leave-one-out":
        return Facts(cases, facts.offers)
    start = asked.year_start
    return Facts(
        tuple(case for case in cases if _is_over(case.year_end, start)),
        tuple(offer for offer in facts.offers if _is_over(offer.year_to, start)),
    )


def visible_to(facts: Facts, asked: KnownCase, protocol: Protocol) -> Facts:
    """Return all that a case may see."""
    return seen_in(facts, asked, protocol).without_pages([page(asked)])


def by_what_they_see(
    facts: Facts, asked: Sequence[KnownCase], protocol: Protocol
) -> list[tuple[Facts, tuple[KnownCase, ...]]]:
    """Return the asked cases in groups that see the same on one day, in the order of the first of each."""
    groups: dict[tuple[int | None, Facts], list[KnownCase]] = {}
    for case in asked:
        year = case.year_start if protocol == "earlier" else None
        groups.setdefault((year, seen_in(facts, case, protocol)), []).append(case)
    return [(seen, tuple(cases)) for (_, seen), cases in groups.items()]


def _is_over(end: int | None, start: int | None) -> bool:
    return end is not None and start is not None and end < start
