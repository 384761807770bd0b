"""The candidates of a component the slow way: every pair is looked at, nothing found by tag or profile.

The scan (``matching/pairs/scanning.py``) has to keep exactly these.
"""

import numpy as np

from matching.criteria import score, value_of
from matching.pairs.candidates import Candidates
from matching.pairs.choosing import SOUTHERN_KEPT
from matching.pairs.prepared import Case, Prepared
from matching.pairs.rules import capacity_left, excluded_rows, locked, topic_too_far
from matching.problem import Component, Need

Kept = list[tuple[str, int, int, bool]]
"""Offer, score, limit and whether it is locked, by offer."""


def kept_of_every_pair(prepared: Prepared, need: Need, component: Component) -> Kept:
    """Return the pairs of a component that stay, from the rules and criteria over all offers."""
    case = Case(prepared, need, component)
    rows = np.arange(len(prepared.offers))
    locks = locked(case)
    lock = np.zeros(len(rows), dtype=bool) if locks is None else locks
    out = np.any([*excluded_rows(case).values(), topic_too_far(case, *value_of("topic", case, rows))], axis=0)
    scores = score(case, rows)
    enough = np.flatnonzero(lock | (~out & (scores >= prepared.policy.minimum_score)))
    best = sorted(enough.tolist(), key=lambda row: (-scores[row], row))
    most = prepared.policy.candidates_per_component
    southern = [row for row in best if _is_southern(prepared, row)][:SOUTHERN_KEPT]
    kept = best if len(best) <= most else {*best[:most], *southern, *np.flatnonzero(lock).tolist()}
    left = np.maximum(capacity_left(case), lock)
    return [
        (
            prepared.offers.offers[row].id,
            int(scores[row]),
            _limit(prepared, row, int(left[row])),
            bool(lock[row]),
        )
        for row in sorted(kept)
    ]


def _is_southern(prepared: Prepared, row: int) -> bool:
    income = {state.code: state.income for state in prepared.problem.states}
    return any(income[code] not in (None, "high") for code in prepared.offers.parties[row].states)


def _limit(prepared: Prepared, row: int, left: int) -> int:
    offer = prepared.offers.offers[row]
    sends = 1 if offer.named_expert else offer.sends
    return min(max(1, sends or offer.capacity or 1), left)


def kept_by_scan(found: Candidates, component: int) -> Kept:
    """Return what the scan kept of a component."""
    edges = found.edges
    mine = np.flatnonzero(edges.demand == component)
    return [
        (
            found.offers[edges.offer[edge]].id,
            int(edges.score[edge]),
            int(edges.limit[edge]),
            bool(found.lock[edge]),
        )
        for edge in mine.tolist()
    ]
