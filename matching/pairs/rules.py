"""The hard rules: what keeps an offer from being a candidate at all, each under a name of its own.

A rule excludes only on what was stated. What is unknown (``None``) never excludes.

Which rule kept a pair apart is for the desk. To the requester a veto, a conflict, a private list and a full
diary look the same: :func:`public_code`.
"""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints, level_number
from matching.pairs.prepared import Case, Params

FORBIDS_LOCK = frozenset({"do_not_pair", "excluded_provider", "refused_by_provider", "conflict_of_interest"})
"""Rules that not even a lock overrides: they are somebody's explicit no."""

SHORT_TEXT = 40
"""Characters below which a text says too little to act on."""

NOT_AVAILABLE = "not_available"
PUBLIC_CODES = MappingProxyType(
    dict.fromkeys((*FORBIDS_LOCK, "vetoed", "no_capacity_left", "no_availability"), NOT_AVAILABLE)
)


def public_code(rule: str) -> str:
    """Return the code under which a requester may see what excluded an offer.

    Examples
    --------
    >>> public_code("vetoed") == public_code("conflict_of_interest") == public_code("no_capacity_left")
    True
    >>> public_code("language_gap")
    'language_gap'
    """
    return PUBLIC_CODES.get(rule, rule)


class Rule(NamedTuple):
    """A hard rule: whom it excludes, and the facts of one exclusion."""

    excludes: Callable[[Case], Bools | None]
    """Whether it excludes each offer, shape (offers,); None where it excludes nobody."""
    params: Callable[[Case, int], Params]
    """The facts for one offer that it excludes."""
    stops: Callable[[Case], bool] | None = None
    """Whether it excludes all offers that there could be; None where it depends on the offer."""


def _nothing(_case: Case, _row: int) -> Params:
    return {}


def _everybody(*, condition: bool, case: Case) -> Bools | None:
    return np.ones(len(case.offers), dtype=bool) if condition else None


def _rows(case: Case, groups: Iterable[Ints | None]) -> Bools | None:
    excluded = None
    for rows in groups:
        if rows is not None:
            excluded = np.zeros(len(case.offers), dtype=bool) if excluded is None else excluded
            excluded[rows] = True
    return excluded


def _offered_by(case: Case, parties: Iterable[str]) -> Bools | None:
    return _rows(case, (case.offers.of_party.get(name) for name in parties))


def _is_expired(case: Case) -> bool:
    """Tell whether the window is over; a window that nobody stated never is."""
    return case.need.ends_on is not None and case.need.ends_on < case.prepared.problem.as_of


def _ended_params(case: Case, _row: int) -> Params:
    return {"ended_on": str(case.need.ends_on)}


def _is_too_generic(case: Case) -> bool:
    """Tell whether there is nothing to compare offers with: no area, no commitment, too short a text."""
    says_topic = case.component.area is not None or bool(case.need.commitments)
    return not says_topic and len(case.need.text.strip()) < SHORT_TEXT


def _length_params(case: Case, _row: int) -> Params:
    return {"characters": len(case.need.text.strip())}


def _stop(stops: Callable[[Case], bool], params: Callable[[Case, int], Params] = _nothing) -> Rule:
    """Return a rule on the need or component itself, which excludes all offers or none."""
    return Rule(lambda case: _everybody(condition=stops(case), case=case), params, stops)


def _own_request(case: Case) -> Bools | None:
    """A party never serves itself, nor an offer whose states all ask themselves."""
    excluded = _offered_by(case, case.need.requesters)
    asking = set(case.requester_states)
    own: Bools = case.prepared.once(("own", case.requester_states), lambda: _own_places(case, asking))
    if not own.any():
        return excluded
    same_state = own[case.offers.place]
    return same_state if excluded is None else same_state | excluded


def _own_places(case: Case, asking: set[int]) -> Bools:
    sets = case.prepared.places.sets
    return np.array([bool(members) and asking.issuperset(members) for members in sets], dtype=bool)


def _same_source(case: Case) -> Bools | None:
    """What stands on the need's own page may be its answer; it proves nothing."""
    source = case.need.source
    return None if source is None else _rows(case, (case.offers.of_source.get(source),))


def _not_a_public_body(case: Case) -> Bools | None:
    return ~case.offers.public_body if case.need.public_bodies_only else None


def _over_days_cap(case: Case) -> Bools | None:
    days = case.component.days
    if days is None:
        return None
    if case.need.max_days is not None and days > case.need.max_days:
        return _everybody(condition=True, case=case)
    return (case.offers.days_per_year >= 0) & (case.offers.days_per_year < days)


def _days_params(case: Case, row: int) -> Params:
    return {
        "days": case.component.days,
        "max_days": case.need.max_days,
        "days_per_year": case.offers.offers[row].days_per_year,
    }


def _over_cost_cap(case: Case) -> Bools | None:
    if case.need.max_cost is None:
        return None
    excluded: Bools = case.offers.cost > case.need.max_cost
    return excluded


def _cost_params(case: Case, row: int) -> Params:
    return {"cost_per_day": case.offers.offers[row].cost_per_day, "max_cost": case.need.max_cost}


def months_met(case: Case) -> Bools:
    """Whether the window and the offer's months meet, shape (offers,); True where either is not stated."""
    offers = case.offers
    if case.window is None:
        return np.ones(len(offers), dtype=bool)
    months = sorted({int(month[5:]) - 1 for month in case.window})
    met: Bools = offers.month[months].any(axis=0) | ~offers.month_stated
    return met


def capacity_left(case: Case) -> Ints:
    """Return the assignments that each offer can still take in the best month of the window, shape (offers,).

    The best month is the one with the fewest bookings among the months that both sides stated (all months
    of the window where the offer stated none). Without a window on both ends no booking counts, because the
    work can go to a month without any. Where the capacity is unknown, one more is assumed
    to be possible whatever is booked. Never below 0; -1 where the months do not meet.
    """
    return case.prepared.once(("capacity_left", case.window), lambda: _capacity_left(case))


def _capacity_left(case: Case) -> Ints:
    offers = case.offers
    capacity = np.where(offers.capacity < 0, 1, offers.capacity)
    if case.window is None:
        return capacity
    best = np.full(len(offers), -1, dtype=np.int64)
    free = {int(month[5:]) for month in case.window if month not in offers.booked}
    for number in sorted(free):
        best = np.where(_usable(case, number), capacity, best)
    for month in case.window:
        if month in offers.booked:
            left = np.where(offers.capacity < 0, 1, np.maximum(capacity - offers.booked[month], 0))
            best = np.where(_usable(case, int(month[5:])), np.maximum(best, left), best)
    return best


def _usable(case: Case, month: int) -> Bools:
    usable: Bools = case.offers.month[month - 1] | ~case.offers.month_stated
    return usable


def _no_capacity_left(case: Case) -> Bools | None:
    stated = case.offers.capacity
    excluded: Bools = (stated == 0) | ((stated > 0) & (capacity_left(case) == 0))
    return excluded


def _capacity_params(case: Case, row: int) -> Params:
    return {"capacity": case.offers.offers[row].capacity}


def common_language(case: Case) -> Bools:
    """Whether an offer states one of the component's languages at its level, shape (offers,).

    An offer's language without a level is enough for any level asked.
    """
    offers = case.offers
    common = np.zeros(len(offers), dtype=bool)
    for language in case.component.languages or ():
        place = offers.languages.place.get(language.code)
        if place is not None:
            asked = 1 if language.level is None else level_number(language.level)
            common |= offers.level[place] >= asked
    return common


def has_common_language(case: Case, row: int) -> bool:
    """Tell what :func:`common_language` says of one offer, without looking at the others."""
    place, level = case.offers.languages.place, case.offers.level
    return any(
        level[place[asked.code], row] >= (1 if asked.level is None else level_number(asked.level))
        for asked in case.component.languages or ()
        if asked.code in place
    )


def _language_gap(case: Case) -> Bools | None:
    """Both sides stated their languages, none is common at the level asked, no interpretation is offered."""
    if not case.component.languages or case.need.interpretation:
        return None
    return case.offers.language_stated & ~common_language(case)


def _language_params(case: Case, row: int) -> Params:
    offered = case.offers.offers[row].languages or ()
    return {
        "asked": " ".join(sorted(item.code for item in case.component.languages or ())),
        "offered": " ".join(sorted(item.code for item in offered)),
    }


def _vetoed(case: Case) -> Bools | None:
    return _pinned(case, "veto")


def locked(case: Case) -> Bools | None:
    """Return whether a person locked each offer to the component, shape (offers,); None where nobody did."""
    return _pinned(case, "lock")


def _pinned(case: Case, decision: str) -> Bools | None:
    rows = pinned_rows(case, decision)
    return None if rows is None else _rows(case, [rows])


def pinned_rows(case: Case, decision: str) -> Ints | None:
    """Return the rows of the offers that a person locked to the component or vetoed; None without any."""
    pins = case.prepared.once("pins", lambda: _pins_by_component(case))
    return pins.get((decision, case.component.id))


def _pins_by_component(case: Case) -> dict[tuple[str, str], Ints]:
    pins: dict[tuple[str, str], list[int]] = {}
    for pin in case.prepared.problem.pins:
        if pin.offer in case.offers.row:
            pins.setdefault((pin.decision, pin.component), []).append(case.offers.row[pin.offer])
    return {key: np.array(sorted(rows), dtype=np.int64) for key, rows in pins.items()}


RULES: MappingProxyType[str, Rule] = MappingProxyType(
    {
        "duplicate": _stop(lambda case: case.need.duplicate_of is not None),
        "out_of_scope": _stop(lambda case: not case.need.in_scope),
        "requester_not_eligible": _stop(lambda case: not case.need.eligible),
        "not_endorsed": _stop(lambda case: not case.need.endorsed),
        "expired": _stop(_is_expired, _ended_params),
        "too_generic": _stop(_is_too_generic, _length_params),
        "own_request": Rule(_own_request, _nothing),
        "same_source": Rule(_same_source, _nothing),
        "vetoed": Rule(_vetoed, _nothing),
        "do_not_pair": Rule(lambda case: _offered_by(case, case.need.do_not_pair), _nothing),
        "excluded_provider": Rule(lambda case: _offered_by(case, case.need.excluded), _nothing),
        "refused_by_provider": Rule(
            lambda case: _rows(case, (case.offers.refuses.get(name) for name in case.need.requesters)),
            _nothing,
        ),
        "conflict_of_interest": Rule(
            lambda case: _rows(case, (case.offers.conflicts.get(name) for name in case.need.requesters)),
            _nothing,
        ),
        "not_released": Rule(lambda case: case.offers.refused_release, _nothing),
        "not_a_public_body": Rule(_not_a_public_body, _nothing),
        "over_days_cap": Rule(_over_days_cap, _days_params),
        "over_cost_cap": Rule(_over_cost_cap, _cost_params),
        "language_gap": Rule(_language_gap, _language_params),
        "no_availability": Rule(lambda case: ~months_met(case), _nothing),
        "no_capacity_left": Rule(_no_capacity_left, _capacity_params),
    }
)
"""The rules that need no score, in the order in which they are reported.

Two more depend on the criteria and the policy, and are decided in :mod:`matching.pairs.candidates`:
``topic_too_far`` (both sides stated a topic and share less of it than the policy asks for) and
``below_minimum_score``.
"""

SCORED_RULES = ("topic_too_far", "below_minimum_score")


def stopped_by(case: Case) -> tuple[str, Params] | None:
    """Return the first rule that keeps a component from being matched at all, with its facts."""
    for name, rule in RULES.items():
        if rule.stops is not None and rule.stops(case):
            return name, rule.params(case, 0)
    return None


def excluded_rows(case: Case) -> dict[str, Bools]:
    """Return the offers that each rule excludes, leaving out rules that exclude nobody."""
    found = {name: rule.excludes(case) for name, rule in RULES.items()}
    return {name: rows for name, rows in found.items() if rows is not None and rows.any()}


def topic_too_far(case: Case, topic: Floats, known: Bools) -> Bools:
    """Return whether the policy asks for more of the topic; an unknown topic is never too far."""
    too_far: Bools = known & (topic < case.prepared.policy.minimum_topic)
    return too_far


def scored_rows(case: Case, topic: Floats, known: Bools, scores: Ints) -> dict[str, Bools]:
    """Return the offers that the rules of :data:`SCORED_RULES` exclude.

    Parameters
    ----------
    case : Case
        The component.
    topic : float array, shape (n,)
        The topic criterion.
    known : bool array, shape (n,)
        Whether both sides stated a topic.
    scores : int array, shape (n,)
        Score of each pair.
    """
    return {
        "below_minimum_score": scores < case.prepared.policy.minimum_score,
        "topic_too_far": topic_too_far(case, topic, known),
    }


def explain(case: Case, rule: str, row: int) -> Reason:
    """Return why ``rule`` excludes the offer in that row, as a reason with its facts."""
    params = RULES[rule].params(case, row) if rule in RULES else {}
    return Reason(code=rule, params=params, evidence=(f"offer:{case.offers.offers[row].id}",))
