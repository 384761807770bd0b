"""Explaining many pairs at once says what explaining each of them alone says."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Policy, Problem, find_candidates
from matching.explanations.telling import Pair, Telling
from tests.matching.properties.test_round import any_world
from tests.tries import tries


@settings(max_examples=tries(20), deadline=None)
@given(any_world, st.integers(0, 2**16))
def test_together_equals_one_by_one(problem: Problem, seed: int) -> None:
    """Values, points, knowledge and reasons of any pairs, candidates or not, are those of each alone."""
    found = find_candidates(problem, Policy(text_model="character-ngrams"))
    every = [Pair(part, row) for part in range(len(found.components)) for row in range(len(found.offers))]
    pairs = random.Random(seed).sample(every, min(len(every), 6))  # noqa: S311 - no secret depends on it
    telling = Telling(found.prepared, found.components, pairs)
    for pair in pairs:
        assert telling.criteria(pair) == found.explain_pair(*pair).criteria
