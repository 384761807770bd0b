"""Whether the offer can be used now, and how sure that is."""

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case, Params
from matching.pairs.rules import capacity_left

HELD_BACK = 0.4
"""Share of its availability that an offer keeps where it is held back and the need is no emergency."""


def availability(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Months of the window that the offer is open in, and capacity left against capacity.

    Half and half; where one is unknown its half is neutral. Held-back offers keep little of it, unless the
    need is an emergency: they wait for harder needs.
    """
    values, known = case.once("availability", lambda: _availability(case))
    return values[rows], known[rows]


def _availability(case: Case) -> tuple[Floats, Bools]:
    offers = case.offers
    months, months_known = _months(case)
    capacity_known = offers.capacity >= 0
    left = np.maximum(capacity_left(case), 0) / np.maximum(offers.capacity, 1)
    capacity = np.where(capacity_known, np.minimum(left, 1.0), NEUTRAL["availability"])
    value = (months + capacity) / 2
    kept = np.where(offers.held_back & (case.need.urgency != "emergency"), HELD_BACK, 1.0)
    return value * kept, months_known | capacity_known | offers.held_back


def _months(case: Case) -> tuple[Floats, Bools]:
    offers = case.offers
    if case.window is None:
        return np.full(len(offers), NEUTRAL["availability"]), np.zeros(len(offers), dtype=bool)
    numbers = [int(month[5:]) - 1 for month in case.window]
    unlike = sorted(set(numbers))
    counts = np.zeros(len(offers))
    for number in unlike:
        counts = counts + offers.month[number]
    return np.where(offers.month_stated, counts / len(unlike), NEUTRAL["availability"]), offers.month_stated


def availability_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """Months and capacity, each where it was stated."""
    offer = case.offers.offers[row]
    evidence = (f"offer:{offer.id}",)
    reasons = []
    if case.window is not None and offer.months is not None:
        wanted = {int(month[5:]) for month in case.window}
        params: Params = {"months": len(wanted.intersection(offer.months)), "of": len(wanted)}
        reasons.append(Reason(code="months_open", params=params, evidence=evidence))
    if offer.capacity is not None:
        params = {"left": max(int(capacity_left(case)[row]), 0), "capacity": offer.capacity}
        reasons.append(Reason(code="capacity_left", params=params, evidence=evidence))
    if offer.held_back:
        reasons.append(Reason(code="held_back", evidence=evidence))
    return tuple(reasons)


VOUCHED, FRESH, STATED = 0.5, 0.25, 0.25
"""Shares of who vouches for the expertise, of how fresh the offer is and of how much it states."""


def evidence(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """How good and how well vouched for the expertise is, how fresh the offer, how much of it is stated.

    An offer that was never confirmed counts as stale. Each of language, capacity, months and modality that
    nobody stated lowers it: unknown is shown, and costs a little.
    """
    offers = case.offers
    fresh = case.prepared.once("freshness", lambda: _freshness(case))[rows]
    stated = case.prepared.once("stated", lambda: _stated_share(case))[rows]
    known = offers.vouched[rows] | ~np.isnan(offers.days_since_confirmed[rows])
    return VOUCHED * _vouched(case, rows) + FRESH * fresh + STATED * stated, known


def _vouched(case: Case, rows: Ints) -> Floats:
    """Return the grade in the component's area; where the offer states other areas only, its best, halved."""
    grade, area = case.offers.grade, case.component.area
    best = case.prepared.once("best grade", lambda: _best_grade(grade))[rows]
    if area is not None:
        exact = grade[case.prepared.lists.areas.place[area], rows]
        best = np.where(exact >= 0, exact, best / 2)
    return np.where(best >= 0, best, NEUTRAL["evidence"])


def _best_grade(grade: Floats) -> Floats:
    best: Floats = np.append(grade, np.full((1, grade.shape[1]), -1.0), axis=0).max(axis=0)
    return best


def _freshness(case: Case) -> Floats:
    """Return 1 falling to a half after the days of the policy; 0.2 where it was never confirmed."""
    days = case.offers.days_since_confirmed
    fresh = 0.5 ** (np.where(np.isnan(days), 0, days) / case.prepared.policy.stale_after_days)
    return np.where(np.isnan(days), 0.2, fresh)


def _stated_share(case: Case) -> Floats:
    offers = case.offers
    stated = [offers.language_stated, offers.capacity >= 0, offers.month_stated, offers.modality_stated]
    total = np.zeros(len(offers))
    for column in stated:
        total = total + column
    return total / len(stated)


def evidence_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """Proficiency and who vouches for it, and when the offer was last confirmed."""
    offer, area = case.offers.offers[row], case.component.area
    about = (f"offer:{offer.id}",)
    reasons = []
    for item in sorted(offer.expertise, key=lambda item: item.area):
        if area in (None, item.area) and (item.proficiency or item.evidence):
            params: Params = {"area": item.area, "proficiency": item.proficiency, "evidence": item.evidence}
            reasons.append(Reason(code="expertise_vouched", params=params, evidence=about))
    if offer.confirmed_on is not None:
        days = int(case.offers.days_since_confirmed[row])
        reasons.append(Reason(code="last_confirmed", params={"days_ago": days}, evidence=about))
    return tuple(reasons)
