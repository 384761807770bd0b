"""The scan over tags keeps exactly what looking at every pair keeps."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.pairs.candidates import find_candidates
from matching.pairs.ranking import Ranker, rank
from matching.policy import WEIGHTS, Policy
from matching.problem import Problem
from tests.benchmarks.round import World
from tests.matching.every_pair import kept_by_scan, kept_of_every_pair
from tests.matching.worlds import world
from tests.tries import tries

MODEST = settings(max_examples=tries(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])
LADDER = (0.0, 0.2, 0.22, 0.25, 0.3, 0.35, 0.4, 0.5, 0.65, 0.8, 0.95, 1.0)
policies = st.builds(
    Policy,
    text_model=st.just("character-ngrams"),
    minimum_topic=st.sampled_from(LADDER),
    minimum_score=st.sampled_from((1, 2, 2500, 3500)),
    candidates_per_component=st.sampled_from((1, 2, 200)),
)


def _same(problem: Problem, policy: Policy) -> None:
    found = find_candidates(problem, policy)
    for number, pair in enumerate(found.components):
        assert kept_by_scan(found, number) == kept_of_every_pair(found.prepared, *pair)


@MODEST
@given(world(6), policies)
def test_the_scan_keeps_what_every_pair_would(original: Problem, policy: Policy) -> None:
    """Whatever is unknown, pinned or excluded, and however weak a topic the policy admits."""
    _same(original, policy)


@pytest.mark.parametrize("most", [5, 40])
@pytest.mark.parametrize("minimum", [0.0, 0.4])
def test_the_scan_keeps_the_best_of_many(most: int, minimum: float) -> None:
    """With far more offers than are kept, the same ones stay, southern ones and ties included."""
    policy = Policy(text_model="character-ngrams", candidates_per_component=most, minimum_topic=minimum)
    _same(World(most).problem(4, 300), policy)


def test_one_criterion_decides_among_many() -> None:
    """With all weight on one criterion, where most scores are equal, ties are kept by content."""
    problem = World(3).problem(1, 60)
    for name in WEIGHTS:
        weights = dict.fromkeys(WEIGHTS, 0.0) | {name: 1.0}
        chosen = Policy(
            text_model="character-ngrams", weights=weights, candidates_per_component=7, minimum_score=1
        )
        _same(problem, chosen)


@MODEST
@given(world(), st.data())
def test_a_ranker_ranks_any_need_as_if_it_stood_in_the_problem(
    original: Problem, data: st.DataObject
) -> None:
    """A need that the ranker never saw, among some offers, is ranked as if there were only these."""
    policy = Policy(text_model="character-ngrams", minimum_score=1)
    ids = [offer.id for offer in original.offers]
    among = frozenset(data.draw(st.sets(st.sampled_from(ids)))) if ids else frozenset()
    ranker = Ranker(original.model_copy(update={"needs": (), "pins": ()}), policy)
    shown = tuple(offer for offer in original.offers if offer.id in among)
    pins = tuple(pin for pin in original.pins if pin.offer in among)
    alone = original.model_copy(update={"offers": shown, "pins": pins})
    for need in original.needs:
        expected = {item.offer: item for item in rank(alone, need.id, policy, limit=100)}
        found = ranker.rank(need, 100, pins=original.pins, among=among)
        assert {item.offer: item.score for item in found} == {
            offer: item.score for offer, item in expected.items()
        }
        assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
        for item in found:
            assert (
                item.criteria == expected[item.offer].criteria
                or item.component != expected[item.offer].component
            )
