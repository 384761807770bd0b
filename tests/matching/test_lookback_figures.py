"""Looking back: figures, intervals, and weights that follow from cases."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.lookback.cases import KnownCase
from matching.lookback.learning import JUDGED, _loss, judged, learn
from matching.lookback.scoring import NAMES, Seen, Weighing
from matching.lookback.statistics import figures, hit, paired_difference, recall, reciprocal_rank
from matching.policy import WEIGHTS
from tests.tries import tries

STATES = ("AAA", "BBB", "CCC", "DDD")


def _seen(number: int, *, telling: str | None = None) -> Seen:
    """Return a made-up case of twelve offers whose helper one criterion tells, if it is named."""
    chance = np.random.default_rng(number)
    values = chance.random((12, len(NAMES)))
    state = np.array(chance.integers(0, 4, 12), dtype=np.int64)
    helped = STATES[int(state[0])]
    if telling is not None:
        values[:, NAMES.index(telling)] = state == state[0]
    return Seen(KnownCase(str(number), ("EEE",), providers=(helped,)), STATES, values, state)


def test_figures_by_hand() -> None:
    """Two cases worked by hand: one found at once and in part, one found third."""
    found = figures([STATES, STATES], [["AAA", "DDD"], ["CCC"]])
    assert found.hit_at == {1: 0.5, 3: 1.0, 5: 1.0, 10: 1.0}
    assert found.recall_at == {1: 0.25, 3: 0.75, 5: 1.0, 10: 1.0}
    assert found.mrr == pytest.approx((1 + 1 / 3) / 2)
    assert found.count == 2


@given(st.permutations(STATES), st.sets(st.sampled_from(STATES), min_size=1))
def test_measures_agree_with_each_other(ranking: list[str], helped: set[str]) -> None:
    """A deeper look never finds less, and finds something exactly where the first find lies in it."""
    who = sorted(helped)
    for depth in range(1, 5):
        assert recall(ranking, who, depth) <= recall(ranking, who, depth + 1)
        assert hit(ranking, who, depth) == (reciprocal_rank(ranking, who) >= 1 / depth)
        assert (recall(ranking, who, depth) > 0) == bool(hit(ranking, who, depth))


def test_who_is_not_ranked_is_not_found() -> None:
    """A helper without a place gives nothing, and is no error."""
    assert reciprocal_rank(STATES, ["ZZZ"]) == 0
    assert figures([], []).mrr == 0


@given(st.lists(st.tuples(st.sampled_from([0, 1]), st.sampled_from([0, 1])), min_size=1, max_size=30))
@settings(max_examples=tries(25), deadline=None)
def test_intervals_hold_the_mean(pairs: list[tuple[int, int]]) -> None:
    """The interval holds the mean difference, turns over with the two sides, and is the same for a seed."""
    ours, theirs = zip(*pairs, strict=True)
    found, turned = paired_difference(ours, theirs, 3), paired_difference(theirs, ours, 3)
    assert found.low <= found.mean <= found.high
    assert (found.low, found.high) == pytest.approx((-turned.high, -turned.low))
    assert found == paired_difference(ours, theirs, 3)
    assert found.count == len(pairs)


def test_the_judged_weights_name_every_criterion() -> None:
    """Learning starts from a whole policy."""
    assert set(JUDGED) == set(WEIGHTS) == set(NAMES)
    assert sum(JUDGED.values()) == pytest.approx(1)


def test_the_slope_is_that_of_the_loss() -> None:
    """The slope that is followed agrees with small steps of the loss itself."""
    cases, start = [_seen(number) for number in range(5)], judged().points
    points = start + 0.3
    _, slope = _loss(points, cases, start, 0.1)
    for place in range(len(points)):
        step = np.zeros(len(points))
        step[place] = 1e-5
        up, down = (_loss(points + sign * step, cases, start, 0.1)[0] for sign in (1, -1))
        assert slope[place] == pytest.approx((up - down) / 2e-5, abs=1e-5)


def test_what_tells_gains_weight() -> None:
    """A criterion that always points to those who helped gains, in every reading of the same cases."""
    cases = [_seen(number, telling="proximity") for number in range(12)]
    learned = learn(cases)
    assert learned.weights["proximity"] > 2 * JUDGED["proximity"]
    assert learn(cases) == learned
    assert sum(learned.weights.values()) == pytest.approx(1)
    assert min(learned.weights.values()) >= 0


def test_a_strong_hold_moves_nothing() -> None:
    """With a high price on every step the judged weights stay, and so they do with nothing to learn from."""
    kept = learn([_seen(number) for number in range(5)], penalty=1e9)
    assert kept.weights == pytest.approx(dict(JUDGED), abs=1e-4)
    nobody = Seen(KnownCase("X", ("EEE",)), STATES, np.zeros((1, len(NAMES))), np.zeros(1, dtype=np.int64))
    assert learn([]) == learn([nobody]) == judged()


def test_more_offers_as_good_lift_a_state() -> None:
    """Of two states with equal best offers the one with a second comes first; equal ones stand by code."""
    values = np.zeros((3, len(NAMES)))
    case = Seen(KnownCase("X", ()), ("AAA", "BBB"), values, np.array([0, 1, 1]))
    assert case.ranking(Weighing(dict(JUDGED), 10.0)) == ("BBB", "AAA")
    even = Seen(KnownCase("X", ()), ("AAA", "BBB"), values[:2], np.array([0, 1]))
    assert even.ranking(Weighing(dict(JUDGED), 10.0)) == ("AAA", "BBB")
