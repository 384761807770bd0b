"""Which weight would give a need another team: what is said is what solving again finds."""

import random
from datetime import date
from typing import Any

import pytest

from matching import Component, InvalidProblem, Language, Policy, Problem, run_round, smallest_change
from matching.criteria import CRITERIA
from matching.explanations.reweighing import Move, moved
from matching.outcome import Reason, SmallestChange
from matching.pairs.candidates import find_candidates
from matching.solving import solve
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=3000)
ASKED: dict[str, Any] = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 31)}
Team = dict[tuple[str, str], int]


def teams(made: Problem, policy: Policy) -> dict[str, Team]:
    """The team of each need in a round that is run from the start."""
    solution = solve(find_candidates(made, policy))
    edges, candidates = solution.candidates.edges, solution.candidates
    found: dict[str, Team] = {each.id: {} for each in made.needs}
    for edge in solution.flow.nonzero()[0].tolist():
        owner, part = candidates.components[int(edges.demand[edge])]
        found[owner.id][part.id, candidates.offers[int(edges.offer[edge])].id] = int(solution.flow[edge])
    return found


def team(made: Problem, policy: Policy, asked: str) -> Team:
    """The team of one need."""
    return teams(made, policy)[asked]


def with_weight(move: Move, policy: Policy = POLICY) -> Policy | None:
    """The policy after a move."""
    weights = moved(policy, move)
    return None if weights is None else Policy(**policy.model_dump(exclude={"weights"}), weights=weights)


def after(before: Team, told: SmallestChange) -> Team:
    """The team with the changes that are told."""
    changed = dict(before)
    for change in told.changes:
        pair = change.component, change.offer
        changed[pair] = changed.get(pair, 0) + change.experts
    return {pair: experts for pair, experts in changed.items() if experts}


def crowded(seed: int) -> Problem:
    """Four needs among ten offers that differ a little in several ways."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    return problem(
        needs=tuple(
            need(number, components=(Component(id=f"N{number}.1", area="EXP-RET", slots=2),), **ASKED)
            for number in (1, 2, 3, 4)
        ),
        offers=tuple(
            offer(
                number,
                confirmed_on=date(2026, chance.randint(1, 12), 1),
                months=chance.choice((None, (2,), (2, 3))),
                languages=chance.choice((None, (Language(code="fr"),))),
                modalities=chance.choice((None, ("MOD-TRAIN",))),
            )
            for number in range(1, 11)
        ),
    )


def test_smallest_move_of_a_weight_is_the_first_that_changes_the_team() -> None:
    """Every round with a smaller move keeps each team; the one that is told has the team that is told."""
    changed = 0
    for seed in range(3):
        made = crowded(seed)
        told = {each.id: smallest_change(made, POLICY, each.id, hundredths=1) for each in made.needs}
        before = teams(made, POLICY)
        found: dict[str, tuple[Move, Team]] = {}
        for move in (Move(name, by) for name in CRITERIA for by in (1, -1)):
            policy = with_weight(move)
            for asked, now in teams(made, policy).items() if policy else ():
                if now != before[asked]:
                    found.setdefault(asked, (move, now))
        for asked, answer in told.items():
            changed += asked in found
            assert (answer.criterion is not None) == (asked in found)
            if asked in found:
                move, now = found[asked]
                assert answer.weight is not None
                assert answer.criterion == move.criterion
                assert answer.changed == pytest.approx(answer.weight + move.hundredths / 100)
                assert after(before[asked], answer) == now
    assert changed > 1


CONFIRMED, COVERED = {"confirmed_on": date(2027, 1, 10)}, {"months": (2, 3)}


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
