"""What makes rounds quick changes nothing: sketches of texts, twins told apart nearby, written reasons."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from matching.fingerprint import fingerprint
from matching.identity import _links, _plain_keys, _refined, _refined_everywhere, content_keys
from matching.outcome import CriterionScore, Reason
from matching.pairs import sketches
from matching.pairs.candidates import find_candidates
from matching.pairs.sketches import Sketches
from matching.policy import Policy
from matching.problem import Problem
from matching.round import run_round
from matching.text import on_grid
from tests.benchmarks.round import World
from tests.matching.every_pair import kept_by_scan, kept_of_every_pair
from tests.matching.worlds import world
from tests.tries import tries


@pytest.mark.parametrize("spread", [0.01, 0.3, 3.0])
def test_a_sketch_bounds_the_cosine(spread: float) -> None:
    """Whether texts lie near a few directions, far from them, or say nothing."""
    draw = np.random.default_rng(7)
    common = draw.normal(size=(20, 128))
    vectors = draw.normal(size=(2_400, 20)) @ common + spread * draw.normal(size=(2_400, 128))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors[::97] = 0
    texts = on_grid(vectors.astype(np.float32))
    sketched = Sketches(texts, np.arange(2_400))
    assert sketched.all.shape == (2_400, sketches.DIRECTIONS + 1)
    bound = sketched.of(texts[:200]) @ sketched.all.T
    assert (bound >= texts[:200] @ texts.T).all()


def test_candidates_are_the_same_where_texts_are_sketched(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound passes over texts that cannot be near, and over nobody who stays."""
    monkeypatch.setattr(sketches, "FEWEST_TEXTS", 50)
    monkeypatch.setattr(sketches, "SAMPLED", 50)
    monkeypatch.setattr(sketches, "DIRECTIONS", 8)
    policy = Policy(text_model="character-ngrams", candidates_per_component=5)
    found = find_candidates(World(11).problem(4, 300), policy)
    for number, pair in enumerate(found.components):
        assert kept_by_scan(found, number) == kept_of_every_pair(found.prepared, *pair)


@settings(max_examples=tries(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(world(6))
def test_twins_are_told_apart_as_if_all_records_were_looked_at(problem: Problem) -> None:
    """Following links from the twins alone gives them the labels of refining everything."""
    plain = _plain_keys(problem)
    everywhere = _refined_everywhere(plain, _links(problem))
    nearby = _refined(problem, plain)
    assert all(everywhere[node] == label for node, label in nearby.items())


def test_each_field_of_a_reason_is_part_of_the_fingerprint() -> None:
    """A reason with another code, parameter or evidence is another outcome."""
    problem = World(2).problem(3, 40)
    outcome, keys = run_round(problem, Policy(text_model="character-ngrams")), content_keys(problem)
    proposal = outcome.proposals[0]
    for field, other in {"code": "other", "params": {"other": 1}, "evidence": ("other", "more")}.items():
        changed = proposal.reasons[0].model_copy(update={field: other})
        reasons = (changed, *proposal.reasons[1:])
        proposals = (proposal.model_copy(update={"reasons": reasons}), *outcome.proposals[1:])
        assert fingerprint(outcome.model_copy(update={"proposals": proposals}), keys) != outcome.fingerprint
    assert set(Reason.model_fields) == {"code", "params", "evidence"}


def test_each_field_of_a_criterion_is_part_of_the_fingerprint() -> None:
    """A criterion with another name, value or reason is another outcome, and no field is forgotten."""
    problem = World(2).problem(3, 40)
    outcome, keys = run_round(problem, Policy(text_model="character-ngrams")), content_keys(problem)
    proposal, seat = outcome.proposals[0], outcome.proposals[0].seats[0]
    first = seat.criteria[0]
    others = {"criterion": "other", "weight": 0.5, "value": 0.015, "points": 0.25, "known": not first.known}
    for field, other in {**others, "reasons": (Reason(code="other"),)}.items():
        criteria = (first.model_copy(update={field: other}), *seat.criteria[1:])
        seats = (seat.model_copy(update={"criteria": criteria}), *proposal.seats[1:])
        proposals = (proposal.model_copy(update={"seats": seats}), *outcome.proposals[1:])
        assert fingerprint(outcome.model_copy(update={"proposals": proposals}), keys) != outcome.fingerprint
    assert set(CriterionScore.model_fields) == {*others, "reasons"}


def test_a_criterion_outside_its_range_is_refused() -> None:
    """Also where it is made without a look at each field."""
    with pytest.raises(ValueError, match="topic"):
        CriterionScore.told("topic", 0.2, 1.5, 30.0, (), known=True)
