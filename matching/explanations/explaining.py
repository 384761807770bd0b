"""Why a team is proposed, and who stood next in line.

Every reason is a code with parameters and evidence; nothing here names another need, because the parties to
a proposal learn only of their own seats.
"""

from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest

import numpy as np

from matching.allocation.edges import Integers
from matching.criteria.neutral import NEUTRAL
from matching.explanations.telling import Pair, Telling
from matching.outcome import Alternative, CriterionScore, Reason, Seat
from matching.pairs.candidates import Candidates, to_be_confirmed
from matching.pairs.prepared import Params
from matching.solving import Solution
from matching.teams.assembling import Place, Team

WORSE = 100_000
"""More than any score."""
REASONS_NAMED = 8
"""Criteria reasons that a proposal names at most; each seat has all of its own."""


def telling_of(candidates: Candidates, teams: Iterable[Team]) -> Telling:
    """Return what the criteria say of every place of some teams, worked out together."""
    pairs = (Pair(place.component, place.offer) for team in teams for place in team.places)
    return Telling(candidates.prepared, candidates.components, pairs)


def seats(candidates: Candidates, team: Team, telling: Telling) -> tuple[Seat, ...]:
    """Return the seats of a team, each with its criteria and with what has to be asked.

    Parameters
    ----------
    candidates : Candidates
        The pairs.
    team : Team
        A team with at least one place.
    telling : Telling
        What the criteria say of its places, see :func:`telling_of`.

    Returns
    -------
    tuple of Seat
        In the order of the team's places.
    """
    return tuple(_seat(candidates, place, telling) for place in team.places)


def _seat(candidates: Candidates, place: Place, telling: Telling) -> Seat:
    pair = Pair(place.component, place.offer)
    case, row = telling.case(pair)
    return Seat(
        component=case.component.id,
        offer=case.offers.offers[row].id,
        experts=place.experts,
        days=case.component.days,
        score=place.score,
        locked=bool(candidates.lock[place.edge]),
        criteria=telling.criteria(pair),
        to_be_confirmed=to_be_confirmed(case, row),
        months=place.months,
    )


def team_reasons(
    team: Team, seated: tuple[Seat, ...], provider_states: tuple[str, ...]
) -> tuple[Reason, ...]:
    """Return why a team is proposed: what speaks for its seats, strongest first, then what it is as a team.

    A criterion speaks for a seat where its value is known and above what nobody knowing would have given.

    Parameters
    ----------
    team : Team
        The team.
    seated : tuple of Seat
        Its explained seats.
    provider_states : tuple of str
        Codes of the states that its offers come from.

    Returns
    -------
    tuple of Reason
        Each code once, as the seat has it to which it gives most points. Never empty.
    """
    by_content = sorted(zip(team.places, seated, strict=True), key=lambda pair: pair[0].by_content)
    strongest = _strongest(_weighed(seat for _, seat in by_content))[:REASONS_NAMED]
    return (*strongest, *_as_team(team, seated, provider_states))


def _weighed(seated: Iterable[Seat]) -> Iterator[tuple[float, Reason]]:
    for seat in seated:
        for criterion in seat.criteria:
            if criterion.known and criterion.value > NEUTRAL[criterion.criterion]:
                yield from ((criterion.points, reason) for reason in criterion.reasons)


def _strongest(weighed: Iterable[tuple[float, Reason]]) -> list[Reason]:
    """Return the reason with the most points of each code, strongest first; the first among equals."""
    best: dict[str, tuple[float, Reason]] = {}
    for points, reason in weighed:
        held = best.get(reason.code)
        if held is None or held[0] < points or (held[0] == points and _is_before(held[1], reason)):
            best[reason.code] = points, reason
    order = sorted(best, key=lambda code: (-best[code][0], code))
    return [best[code][1] for code in order]


def _is_before(one: Reason, other: Reason) -> bool:
    if one is other or one.params == other.params:
        return False
    return _text(one) < _text(other)


def _text(reason: Reason) -> str:
    return repr(sorted(reason.params.items()))


def _as_team(team: Team, seated: tuple[Seat, ...], provider_states: tuple[str, ...]) -> Iterator[Reason]:
    covered = sum(not lack for lack in team.missing)
    yield Reason(code="covers_components", params={"covered": covered, "of": len(team.missing)})
    if len({seat.offer for seat in seated}) > 1:
        params: Params = {"offers": len({seat.offer for seat in seated}), "states": len(provider_states)}
        yield Reason(code="team_of_several", params=params, evidence=_states(provider_states))
    if seated and all(_value(seat.criteria, "south_south") == 1 for seat in seated):
        yield Reason(code="south_south_team", evidence=_states(provider_states))
    if any(seat.locked for seat in seated):
        yield Reason(code="locked_by_a_person", params={"seats": sum(seat.locked for seat in seated)})


def _value(criteria: tuple[CriterionScore, ...], name: str) -> float:
    return next((item.value for item in criteria if item.criterion == name and item.known), 0.0)


def _states(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"state:{code}" for code in codes)


class NextInLine:
    """Finds the nearest offers that were not chosen, over all teams of a round.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.
    """

    def __init__(self, solution: Solution) -> None:
        candidates = solution.candidates
        edges = candidates.edges
        self._candidates = candidates
        is_chosen = np.zeros(len(edges), dtype=bool)
        is_chosen[solution.chosen] = True
        self._is_taken = solution.is_taken
        rest = np.flatnonzero(~is_chosen)
        # Edges stand by component and then offer, and a stable sort keeps that among equal scores.
        order = np.argsort(edges.demand[rest] * WORSE - edges.score[rest], kind="stable")
        self._line_up: Integers = rest[order]
        ends = np.searchsorted(edges.demand[rest], np.arange(len(candidates.components) + 1))
        self._starts = ends.tolist()

    def alternatives(self, team: Team, limit: int) -> tuple[Alternative, ...]:
        """Return the nearest alternatives of a team: first one per component, then the next ones.

        Parameters
        ----------
        team : Team
            The team.
        limit : int
            Most alternatives to name.

        Returns
        -------
        tuple of Alternative
            Those of equal turn stand nearest first.
        """
        lines = [self._line(team, component, limit) for component in sorted(team.components)]
        turns = zip_longest(*lines)
        ordered = chain.from_iterable(sorted(filter(None, turn), key=_nearness) for turn in turns)
        return tuple(ordered)[:limit]

    def _line(self, team: Team, component: int, limit: int) -> list[Alternative]:
        seated = [place for place in team.places if place.component == component]
        if not seated:
            return []
        return [self._alternative(team, seated, edge) for edge in self._nearest(component, limit)]

    def _nearest(self, component: int, limit: int) -> list[int]:
        start, end = self._starts[component], self._starts[component + 1]
        nearest: list[int] = self._line_up[start : min(start + limit, end)].tolist()
        return nearest

    def _alternative(self, team: Team, seated: list[Place], edge: int) -> Alternative:
        edges = self._candidates.edges
        component, score = int(edges.demand[edge]), int(edges.score[edge])
        weakest = min(place.score for place in seated)
        return Alternative(
            component=self._candidates.components[component][1].id,
            offer=self._candidates.offers[int(edges.offer[edge])].id,
            score=score,
            behind=weakest - score,
            reasons=(self._reason(team, seated, edge, weakest - score),),
        )

    def _reason(self, team: Team, seated: list[Place], edge: int, behind: int) -> Reason:
        params: Params = {"behind": behind}
        if self._is_taken[edge]:
            offer = int(self._candidates.edges.offer[edge])
            is_own = any(place.offer == offer for place in team.places)
            return Reason(code="used_in_this_team" if is_own else "taken_by_other_need", params=params)
        if behind < 0:
            return Reason(code=self._why_in_front(seated, edge), params=params)
        return Reason(code="lower_score" if behind else "same_score", params=params)

    def _why_in_front(self, seated: list[Place], edge: int) -> str:
        """Say what keeps out an offer with room that scores more: a lock, or that it is spared for later."""
        candidates = self._candidates
        score = int(candidates.edges.score[edge])
        beaten = [place for place in seated if place.score < score]
        all_locked = all(candidates.lock[place.edge] for place in beaten)
        return "seat_locked" if all_locked or not candidates.policy.spares_for_later else "spared_for_later"


def _nearness(alternative: Alternative) -> tuple[int, str]:
    return alternative.behind, alternative.reasons[0].code
