"""What the engine has to beat: two ways of ranking states that need no engine."""

from collections import Counter
from collections.abc import Mapping

from matching.lookback.cases import KnownCase, World
from matching.lookback.protocols import Facts

OFFER_COMMITMENT, OFFER_THEME = 3.0, 0.5
CASE_COMMITMENT, CASE_THEME = 2.0, 0.3


def by_popularity(world: World, visible: Facts, asked: KnownCase) -> tuple[str, ...]:
    """Return the states by the number of visible cases in which they helped, ties by code."""
    counts = Counter(state for case in visible.cases for state in set(case.providers))
    return _ranked(world, asked, counts)


def by_tags(world: World, visible: Facts, asked: KnownCase) -> tuple[str, ...]:
    """Return the states by tags in common: an offer's commitment 3, its theme 0.5; a case's 2 and 0.3."""
    points: Counter[str] = Counter()
    theme_of = {item.code: item.theme for item in world.commitments}
    for offer in visible.offers:
        same = bool(set(offer.commitments) & set(asked.commitments))
        themed = asked.theme in {theme_of[code] for code in offer.commitments}
        for state in set(offer.providers):
            points[state] += OFFER_COMMITMENT * same + OFFER_THEME * themed  # type: ignore[assignment]  # halves
    for case in visible.cases:
        same = bool(set(case.commitments) & set(asked.commitments))
        themed = asked.theme is not None and case.theme == asked.theme
        for state in set(case.providers):
            points[state] += CASE_COMMITMENT * same + CASE_THEME * themed  # type: ignore[assignment]  # tenths
    return _ranked(world, asked, points)


def _ranked(world: World, asked: KnownCase, points: Mapping[str, float]) -> tuple[str, ...]:
    named = {*world.can_provide, *points}.difference(asked.requesters)
    return tuple(sorted(named, key=lambda state: (-round(points.get(state, 0), 6), state)))
