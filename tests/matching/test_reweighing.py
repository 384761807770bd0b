"""Which weight would give a need another team: what is said is what solving again finds."""

from datetime import date

import pytest
from hypothesis import HealthCheck, assume, given, settings

from matching import InvalidProblem, Policy, Problem, run_round, smallest_change
from matching.candidates import find_candidates
from matching.criteria import CRITERIA
from matching.outcome import Reason, SmallestChange
from matching.reweighing import Move, moved
from matching.solving import solve
from tests.matching.properties.test_round import any_world
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=3000)
Team = dict[tuple[str, str], int]


def team(made: Problem, policy: Policy, asked: str) -> Team:
    """The team of a need in a round that is run from the start."""
    solution = solve(find_candidates(made, policy))
    edges, candidates = solution.candidates.edges, solution.candidates
    return {
        (part.id, candidates.offers[int(edges.offer[edge])].id): int(solution.flow[edge])
        for edge in solution.flow.nonzero()[0]
        for owner, part in [candidates.components[int(edges.demand[edge])]]
        if owner.id == asked
    }


def with_weight(move: Move, policy: Policy = POLICY) -> Policy | None:
    """The policy after a move."""
    weights = moved(policy, move)
    return weights and Policy(**policy.model_dump(exclude={"weights"}), weights=weights)


def after(before: Team, told: SmallestChange) -> Team:
    """The team with the changes that are told."""
    changed = dict(before)
    for change in told.changes:
        pair = change.component, change.offer
        changed[pair] = changed.get(pair, 0) + change.experts
    return {pair: experts for pair, experts in changed.items() if experts}


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_world)
def test_smallest_move_of_a_weight_is_the_first_that_changes_the_team(made: Problem) -> None:
    """Every round with a smaller move keeps the team; the one that is told has the team that is told."""
    assume(made.needs and made.offers)
    asked = made.needs[0].id
    try:
        told = smallest_change(made, POLICY, asked, hundredths=1)
    except InvalidProblem:
        assume(False)  # noqa: FBT003 - the way to give an example up
    before = team(made, POLICY, asked)
    moves = [Move(name, by) for name in CRITERIA for by in (1, -1)]
    others = ((move, with_weight(move)) for move in moves)
    teams = ((move, team(made, policy, asked)) for move, policy in others if policy)
    first = next(((move, found) for move, found in teams if found != before), None)
    if first is None:
        assert told.criterion is None
        assert [reason.code for reason in told.reasons] == ["no_weight_change"]
        return
    move, found = first
    assert told.criterion == move.criterion
    assert told.weight is not None
    assert told.changed == pytest.approx(told.weight + move.hundredths / 100)
    assert after(before, told) == found


CONFIRMED, COVERED = {"confirmed_on": date(2027, 1, 10)}, {"months": (2, 3)}
ASKED = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 31)}


def two_offers() -> Problem:
    """One offer was confirmed lately, the other states that it has time."""
    return problem(needs=(need(**ASKED),), offers=(offer(1, **CONFIRMED), offer(2, **COVERED)))


def test_team_changes_at_the_weight_that_is_told_and_not_a_hundredth_before() -> None:
    """Rounds on both sides of the threshold have the one team and the other; no other weight is nearer."""
    made = two_offers()
    told = smallest_change(made, POLICY, "N1", hundredths=30)
    assert told.criterion is not None
    assert told.weight is not None
    assert told.changed is not None
    size = round(100 * (told.changed - told.weight))
    before = team(made, POLICY, "N1")
    direction = 1 if size > 0 else -1
    assert abs(size) > 1
    for move in (Move(name, by) for name in CRITERIA for by in (abs(size) - 1, 1 - abs(size))):
        policy = with_weight(move)
        assert policy is None or team(made, policy, "N1") == before
    policy = with_weight(Move(told.criterion, size))
    assert policy is not None
    assert team(made, policy, "N1") == after(before, told) != before
    assert direction * (told.changed - told.weight) > 0
    assert told.margin.code == "margin"


def test_round_names_the_weight_as_far_as_the_policy_asks() -> None:
    """By default a round says nothing of it; with hundredths each proposal has one reason more."""
    made = two_offers()
    size = _hundredths(smallest_change(made, POLICY, "N1", hundredths=30))
    codes = {
        asked: [reason.code for reason in _of_round(made, asked) if "weight_change" in reason.code]
        for asked in (0, size - 1, size)
    }
    assert codes == {0: [], size - 1: ["no_weight_change"], size: ["weight_change"]}


def _hundredths(told: SmallestChange) -> int:
    assert told.changed is not None
    assert told.weight is not None
    return abs(round(100 * (told.changed - told.weight)))


def _of_round(made: Problem, hundredths: int) -> tuple[Reason, ...]:
    policy = POLICY.model_copy(update={"weight_hundredths": hundredths})
    return run_round(made, policy).proposals[0].reasons


def test_unknown_need_is_refused() -> None:
    """A need that the problem does not have is named."""
    with pytest.raises(InvalidProblem, match="need:N9"):
        smallest_change(two_offers(), POLICY, "N9")
