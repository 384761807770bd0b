"""In which language the work can be done."""

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case
from matching.pairs.rules import common_language, has_common_language

COMMON = 1.0
INTERPRETED = 0.25
"""No common language, and interpretation is offered: possible, at a cost."""
OFFICIAL = 0.6
"""A side stated none, and what it states or its official languages meet the other's."""
NOT_OFFICIAL = 0.2


def language(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Stated working languages first; official languages of the states as weaker, derived evidence.

    Known only where both sides stated theirs. ``()`` on the component says that any language will do.
    """
    offers, asked = case.offers, case.component.languages
    if asked == ():
        return np.full(len(rows), COMMON), np.ones(len(rows), dtype=bool)
    known = offers.language_stated[rows] & (asked is not None)
    stated = np.where(common_language(case)[rows], COMMON, INTERPRETED)
    return np.where(known, stated, _derived(case)[rows]), known


def language_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """The languages in common, stated or official."""
    offer = case.offers.offers[row]
    evidence = (f"offer:{offer.id}",)
    if case.component.languages == ():
        return (Reason(code="any_language", evidence=(f"component:{case.component.id}",)),)
    known = case.component.languages is not None and offer.languages is not None
    if known and has_common_language(case, row):
        asked = {item.code for item in case.component.languages or ()}
        common = sorted(asked.intersection(item.code for item in offer.languages or ()))
        return (Reason(code="common_language", params={"languages": " ".join(common)}, evidence=evidence),)
    if known:
        return (Reason(code="interpretation_needed", evidence=evidence),)
    common = sorted(_asked(case).intersection(_spoken(case, row)))
    if not common:
        return ()
    return (Reason(code="official_language", params={"languages": " ".join(common)}, evidence=evidence),)


def _asked(case: Case) -> set[str]:
    if case.component.languages is not None:
        return {item.code for item in case.component.languages}
    return _official(case, case.requester_states)


def _spoken(case: Case, row: int) -> set[str]:
    stated = case.offers.offers[row].languages
    if stated is not None:
        return {item.code for item in stated}
    return _official(case, case.prepared.places.sets[case.offers.place[row]])


def _official(case: Case, states: tuple[int, ...]) -> set[str]:
    facts = case.prepared.peers.states
    return {code for place in states for code in facts[place].languages}


def _derived(case: Case) -> Floats:
    """Return the value from what is known where a side stated nothing, shape (offers,)."""
    asked = frozenset(_asked(case))
    values: Floats = case.prepared.once(("derived language", asked), lambda: _derive(case, asked))
    return values


def _derive(case: Case, asked: frozenset[str]) -> Floats:
    offers = case.offers
    met = np.zeros(len(offers), dtype=bool)
    for code in sorted(asked.intersection(offers.languages.place)):
        met |= offers.level[offers.languages.place[code]] > 0
    by_place = np.array(
        [_meet(asked, _official(case, members)) for members in case.prepared.places.sets], dtype=np.float64
    )
    of_stated = np.where(met, OFFICIAL, NOT_OFFICIAL) if asked else np.full(len(offers), NEUTRAL["language"])
    return np.where(offers.language_stated, of_stated, by_place[offers.place])


def _meet(asked: frozenset[str], spoken: set[str]) -> float:
    if not asked or not spoken:
        return NEUTRAL["language"]
    return OFFICIAL if asked & spoken else NOT_OFFICIAL
