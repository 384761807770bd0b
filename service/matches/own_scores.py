"""Scores as the asking side reads them: without what a provider wishes in private.

That a provider would rather work with a requester moves a pair up. The desk's figures hold it, the
requester's do not: it would read the wish from the points.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from service.matches import engine, rules
from service.matches.tables import Proposal, Seat

OWN_WISHES = {
    "preferred_by_requester": engine.PREFERRED,
    "meant_for_requester": engine.TARGETED,
    "meant_for_others": -engine.NOT_TARGETED,
}
"""What moves the criterion of wishes and is no secret of the provider's, by its reason."""
NO_WISH = 0.5


class Scored(Protocol):
    """A seat, as far as its place among others goes."""

    id: str
    score: int
    criteria: list[dict[str, Any]]


Seated = TypeVar("Seated", bound=Scored)


class OwnScore(NamedTuple):
    """A pair's score and criteria without the provider's private wish."""

    score: int
    criteria: list[dict[str, Any]]


def own_score(score: int, criteria: Sequence[Mapping[str, Any]]) -> OwnScore:
    """Return the score of a pair, of 10000, and its criteria as the asking side reads them."""
    told = [_own(criterion) for criterion in criteria]
    more = sum(one["points"] - other["points"] for one, other in zip(criteria, told, strict=True))
    return OwnScore(max(score - round(more * 100), 0), told)


def in_own_order(seats: Iterable[Seated]) -> list[Seated]:
    """Return seats best first as the asking side reads their scores; ties say nothing of a wish either."""
    return sorted(seats, key=lambda seat: (-own_score(seat.score, seat.criteria).score, seat.id))


def own_team_score(score: int, seats: Iterable[tuple[int, int, Sequence[Mapping[str, Any]]]]) -> int:
    """Return a team's score, the mean over its experts; each seat is given as experts, score, criteria."""
    seats = list(seats)
    experts = sum(count for count, _, _ in seats)
    more = sum(count * (told - own_score(told, criteria).score) for count, told, criteria in seats)
    return max(score - round(more / experts), 0) if experts else score


def score_of_team(row: Proposal, seats: Sequence[Seat]) -> int:
    """Return a team's score as the asking side reads it; it is that of the team that the round proposed."""
    later = {seat.replaced_by for seat in seats}
    team = ((seat.experts, seat.score, seat.criteria) for seat in seats if seat.id not in later)
    return own_team_score(row.score, team)


def _own(criterion: Mapping[str, Any]) -> dict[str, Any]:
    codes = {reason["code"] for reason in criterion["reasons"]}
    if criterion["criterion"] != "wishes" or not codes & rules.WISHED_IN_PRIVATE:
        return dict(criterion)
    value = min(max(NO_WISH + sum(OWN_WISHES.get(code, 0.0) for code in codes), 0.0), 1.0)
    kept = [reason for reason in criterion["reasons"] if reason["code"] not in rules.WISHED_IN_PRIVATE]
    # Rounded as the engine does, or the last digit would tell that something was left out.
    points = round(criterion["weight"] * value * 100, engine.DIGITS)
    own = {"value": round(value, engine.DIGITS), "points": points, "known": bool(kept), "reasons": kept}
    return {**criterion, **own}
