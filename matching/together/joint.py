"""Joint actions: for each coalition, the one team that could serve it together, and what that saves."""

from collections.abc import Iterable, Iterator
from datetime import date
from types import MappingProxyType

import numpy as np

from matching.hosts.routing import Routing
from matching.outcome import Coalition, CoalitionMember, JointAction, JointSeat, Reason
from matching.pairs.columns import Ints
from matching.problem import Need, Offer
from matching.solving import Solution
from matching.together.coalitions import Alliance, find_alliances

COALITION_POINTS = MappingProxyType({"cohesion": 4000, "served": 3000, "saved": 2000, "states": 1000})
"""What each consideration gives at most; a coalition's score is their sum, 0 to 10000."""
STATES_FOR_FULL_POINTS = 5
"""States from which the number of states gives all its points."""
LEAST_SERVED = 2
"""Members that every expert of a joint team serves; whoever serves one alone saves nothing."""
IN_THE_COUNTRY = "in_requesting_country"


def coalitions(solution: Solution, routing: Routing) -> tuple[Coalition, ...]:
    """Return the coalitions of a round, each with the joint action that could serve it, best first.

    Parameters
    ----------
    solution : Solution
        What the round chose. Seats of other needs keep their experts.
    routing : Routing
        Finds who could host.

    Returns
    -------
    tuple of Coalition
        At most ``policy.coalitions``. All actions could be done together, each instead of the seats that
        the round proposes for the components that it serves.

    Notes
    -----
    The team is a greedy cover, one expert after the other: whoever serves most members that lack somebody,
    then with the highest scores. It holds at most ``ln(members) + 1`` times the experts that a smallest team
    with the same effect has.

    References
    ----------
    .. [1] V. Chvatal, "A greedy heuristic for the set-covering problem", Math. Oper. Res. 4 (1979).
    """
    most = solution.candidates.policy.coalitions
    alliances = find_alliances(solution, most)
    if not alliances:
        return ()
    room = _Room(solution)
    found = [_Joint(solution, routing, alliance, room).coalition() for alliance in alliances]
    order = sorted(range(len(found)), key=lambda place: (-found[place].score, alliances[place].members))
    return tuple(found[place] for place in order)


class _Room:
    """What each offer can still take; a joint action gives back the seats of those that it serves."""

    def __init__(self, solution: Solution) -> None:
        edges, chosen = solution.candidates.edges, solution.chosen
        self._demand, self._offer = edges.demand[chosen], edges.offer[chosen]
        used = np.bincount(self._offer, minlength=len(solution.candidates.capacity))
        self.left: Ints = np.maximum(solution.candidates.capacity - used, 0)

    def without(self, rows: Iterable[int]) -> Ints:
        """Return what is left if these components gave their seats back."""
        left = self.left.copy()
        np.add.at(left, self._offer[np.isin(self._demand, sorted(rows))], 1)
        return left


class _Joint:
    """One coalition and the team that could serve it; takes its experts out of ``room``."""

    def __init__(self, solution: Solution, routing: Routing, alliance: Alliance, room: _Room) -> None:
        self._candidates = solution.candidates
        self._routing = routing
        self._alliance = alliance
        self._parts = [self._candidates.components[row] for row in alliance.members]
        self._slots = np.array([part.slots for _, part in self._parts], dtype=np.int64)
        self._states = {party.id: party.states for party in self._candidates.problem.parties}
        self._offers, self._score, self._limit = self._pairs()
        room.left = self._settle(room)

    def _pairs(self) -> tuple[Ints, Ints, Ints]:
        """Return the offers that could come, and their scores and limits, shape (offers, members)."""
        edges = self._candidates.edges
        rows = [slice(*np.searchsorted(edges.demand, (row, row + 1))) for row in self._alliance.members]
        offers = np.unique(np.concatenate([edges.offer[own] for own in rows]))
        able = [self._can_come(self._candidates.offers[row]) for row in offers.tolist()]
        offers = offers[np.array(able, dtype=bool)]
        score = np.zeros((len(offers), len(rows)), dtype=np.int64)
        limit = np.zeros_like(score)
        for member, own in enumerate(rows):
            known = np.isin(edges.offer[own], offers)
            place = np.searchsorted(offers, edges.offer[own][known])
            score[place, member] = edges.score[own][known]
            limit[place, member] = edges.limit[own][known]
        return offers, score, limit

    def _can_come(self, offer: Offer) -> bool:
        alliance = self._alliance
        speaks = alliance.language is None or offer.languages is None
        is_free = offer.months is None or bool(set(offer.months) & set(_months(alliance)))
        return is_free and (speaks or alliance.language in {item.code for item in offer.languages or ()})

    def _settle(self, room: _Room) -> Ints:
        """Find the team; return what is left of all offers. Whom it does not serve keeps what it had."""
        served = set(self._alliance.members)
        while True:
            left = room.without(served)
            self._fill(left)
            reached = {
                row
                for row, count in zip(self._alliance.members, self._given.sum(axis=0), strict=True)
                if count
            }
            if reached >= served:
                return left
            served = reached & served

    def _fill(self, room: Ints) -> None:
        """Add one expert after the other, as long as one serves several members."""
        self._given = np.zeros_like(self._score)
        self._experts = np.zeros(len(self._offers), dtype=np.int64)
        while len(self._offers):
            lacks = self._slots - self._given.sum(axis=0) > 0
            free = room[self._offers] > 0
            # An expert more of an offer serves those that it could send one more to.
            serves = (self._experts[:, None] < self._limit) & lacks & free[:, None]
            count = serves.sum(axis=1)
            worth = np.where(serves, self._score, 0).sum(axis=1)
            best = int(np.lexsort((np.arange(len(count)), -worth, -count))[0])
            if count[best] < LEAST_SERVED:
                return
            self._given[best] += serves[best]
            self._experts[best] += 1
            room[self._offers[best]] -= 1

    def coalition(self) -> Coalition:
        """Return the coalition as the outcome names it."""
        alliance, action = self._alliance, self._action()
        got = self._given.sum(axis=0).tolist()
        states = {code for need, _ in self._parts for code in self._of(need)}
        shares = {
            "cohesion": alliance.cohesion,
            "served": sum(got) / int(self._slots.sum()),
            "saved": 1 - action.experts_together / action.experts_separately if action else 0.0,
            "states": min(len(states), STATES_FOR_FULL_POINTS) / STATES_FOR_FULL_POINTS,
        }
        return Coalition(
            topic=":".join(alliance.topic),
            score=round(sum(COALITION_POINTS[name] * share for name, share in shares.items())),
            cohesion=alliance.cohesion,
            across_regions=len(self._regions(states)) > 1,
            modality=alliance.modality,
            language=alliance.language,
            starts_on=_iso(alliance.starts_on),
            ends_on=_iso(alliance.ends_on),
            members=tuple(
                CoalitionMember(
                    need=need.id, component=part.id, states=self._of(need), slots=part.slots, experts=count
                )
                for (need, part), count in zip(self._parts, got, strict=True)
            ),
            reasons=tuple(self._reasons(sorted(states))),
            action=action,
        )

    def _action(self) -> JointAction | None:
        coming = np.flatnonzero(self._experts)
        if not coming.size:
            return None
        served = [part for member, (_, part) in enumerate(self._parts) if self._given[:, member].any()]
        together, separately = int(self._experts.sum()), int(self._given.sum())
        seats = tuple(self._seat(row) for row in coming.tolist())
        days = self._days()
        givers = {code for seat in seats for code in self._states[self._offer(seat.offer).party]}
        return JointAction(
            seats=seats,
            experts_together=together,
            experts_separately=separately,
            days_together=days[0],
            days_separately=days[1],
            hosts=self._routing.hosts_of_all((need for need, _ in self._parts), givers),
            reasons=(
                _reason("one_team_serves", members=len(served), experts=together),
                _reason(
                    "experts_saved", saved=separately - together, separately=separately, together=together
                ),
            ),
            to_be_confirmed=tuple(self._open_questions()),
        )

    def _seat(self, row: int) -> JointSeat:
        return JointSeat(
            offer=self._candidates.offers[int(self._offers[row])].id,
            experts=int(self._experts[row]),
            components=tuple(
                part.id for member, (_, part) in enumerate(self._parts) if self._given[row, member]
            ),
        )

    def _offer(self, name: str) -> Offer:
        return self._candidates.offers[self._candidates.offer_index[name]]

    def _days(self) -> tuple[int | None, int | None]:
        """Return expert-days of the team and of separate work; None where a component states none."""
        days = [part.days for member, (_, part) in enumerate(self._parts) if self._given[:, member].any()]
        stated = np.array([part.days or 0 for _, part in self._parts], dtype=np.int64)
        if any(count is None for count in days):
            return None, None
        longest = np.where(self._given > 0, stated, 0).max(axis=1)
        return int((self._experts * longest).sum()), int((self._given * stated).sum())

    def _reasons(self, states: list[str]) -> Iterator[Reason]:
        kind, code = self._alliance.topic
        yield _reason(f"ask_same_{kind}", f"{kind}:{code}", states=len(states))
        shared = set.intersection(*(set(need.commitments) for need, _ in self._parts))
        if shared and kind != "commitment":
            yield _reason("commitments_shared", *(f"commitment:{item}" for item in sorted(shared)))
        if self._alliance.starts_on or self._alliance.ends_on:
            window = {"starts_on": _iso(self._alliance.starts_on), "ends_on": _iso(self._alliance.ends_on)}
            yield _reason("windows_meet", **window)
        if self._alliance.language is not None:
            yield _reason("languages_meet", languages=self._alliance.language)
        regions = self._regions(set(states))
        if len(regions) == 1:
            yield _reason("in_one_region", region=min(regions))
        elif regions:
            yield _reason("across_regions", regions=len(regions))
        groups = self._groups(set(states))
        if groups:
            yield _reason("sit_together", *groups, groups=len(groups))

    def _open_questions(self) -> Iterator[Reason]:
        if any(need.delivery == IN_THE_COUNTRY for need, _ in self._parts):
            yield _reason("place_to_be_agreed")
        if any(part.modality is None for _, part in self._parts):
            yield _reason("form_to_be_agreed")

    def _of(self, need: Need) -> tuple[str, ...]:
        return tuple(sorted({code for name in need.requesters for code in self._states[name]}))

    def _regions(self, states: set[str]) -> set[str]:
        problem = self._candidates.problem
        return {item.region for item in problem.states if item.code in states and item.region is not None}

    def _groups(self, states: set[str]) -> list[str]:
        """Return the groups in which all of the states sit."""
        return self._routing.groups_of_all(states)


def _months(alliance: Alliance) -> Iterator[int]:
    """Return the calendar months of a window; all where an end is open."""
    first, last = alliance.starts_on, alliance.ends_on
    if first is None or last is None:
        return iter(range(1, 13))
    return (month % 12 + 1 for month in range(_number(first), _number(last) + 1))


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _reason(code: str, *evidence: str, **params: str | int | None) -> Reason:
    return Reason(code=code, params=dict(params), evidence=evidence)
