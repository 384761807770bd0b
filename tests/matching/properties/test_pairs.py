"""What holds for the pairs of any world."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matching.checking.recheck import Recheck
from matching.criteria import CRITERIA, score, value_of
from matching.identity import content_keys, problem_digest
from matching.outcome import Candidate, CriterionScore
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.ranking import rank
from matching.pairs.rules import RULES, SCORED_RULES, locked
from matching.policy import WEIGHTS, Policy
from matching.problem import Need, Problem
from tests.matching.worlds import COMMITMENTS, shuffled, world
from tests.tries import tries

POLICY = Policy(text_model="character-ngrams", minimum_score=1)
SEVERE = Policy(text_model="character-ngrams", minimum_score=3500, candidates_per_component=2)
MODEST = settings(max_examples=tries(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])
ORDERS = st.integers(0, 1000)


@MODEST
@given(world(), ORDERS)
def test_ids_and_order_change_no_key_and_no_digest(original: Problem, order: int) -> None:
    """Renaming every id and shuffling every tuple leaves keys and digest as they are."""
    other = shuffled(original, order)
    assert problem_digest(original) == problem_digest(other)
    first, second = content_keys(original), content_keys(other)
    for kind in ("parties", "needs", "components", "offers", "deliveries"):
        assert sorted(getattr(first, kind).values()) == sorted(getattr(second, kind).values())


@MODEST
@given(world())
def test_no_two_records_share_a_key(original: Problem) -> None:
    """Keys tell all records of a kind apart, equal ones by their number."""
    keys = content_keys(original)
    for kind in ("parties", "needs", "components", "offers", "deliveries"):
        named = getattr(keys, kind)
        assert len(set(named.values())) == len(named)


@MODEST
@given(world(), ORDERS, st.sampled_from((POLICY, SEVERE)))
def test_candidates_do_not_depend_on_ids_or_order(original: Problem, order: int, policy: Policy) -> None:
    """The arrays are the same to the last number, and so are exclusions and capacities."""
    first, second = find_candidates(original, policy), find_candidates(shuffled(original, order), policy)
    for name in ("demand", "offer", "score", "limit"):
        assert getattr(first.edges, name).tolist() == getattr(second.edges, name).tolist()
    assert first.capacity.tolist() == second.capacity.tolist()
    assert first.lock.tolist() == second.lock.tolist()
    for index in range(len(first.components)):
        assert first.exclusions(index) == second.exclusions(index)


@MODEST
@given(world())
def test_every_value_lies_within_bounds_and_equals_its_explanation(original: Problem) -> None:
    """A pair's criteria are the same alone and in columns, lie in [0, 1] and add up to its score."""
    found = find_candidates(original, POLICY)
    rows = np.arange(len(found.offers))
    for index in range(len(found.components)):
        case = found.case(index)
        columns = {name: value_of(name, case, rows) for name in CRITERIA}
        scores = score(case, rows)
        for row in rows:
            pair = found.explain_pair(index, int(row))
            assert pair.score == scores[row] >= 1
            assert pair.score == pytest.approx(100 * sum(item.points for item in pair.criteria), abs=0.51)
            for item in pair.criteria:
                values, known = columns[item.criterion]
                assert 0 <= item.value <= 1
                assert (item.value, item.known) == (values[row], known[row])


@MODEST
@given(world())
def test_a_pair_is_a_candidate_or_has_a_named_reason(original: Problem) -> None:
    """Without a cut by number, every pair is an edge or excluded by a known rule; both only by a lock."""
    found = find_candidates(original, POLICY)
    edges = set(zip(found.edges.demand.tolist(), found.edges.offer.tolist(), strict=True))
    for index in range(len(found.components)):
        locks = locked(found.case(index))
        for row in range(len(found.offers)):
            rules = {reason.code for reason in found.excluded_by(index, row)}
            is_locked = locks is not None and bool(locks[row])
            assert ((index, row) in edges) == (not rules or is_locked)
            assert rules <= {*RULES, *SCORED_RULES}


@MODEST
@given(world(with_pins=False))
def test_two_readings_of_the_rules_agree(original: Problem) -> None:
    """Rules over columns and the checker's own, pair by pair, exclude the same pairs by the same names.

    Where the months do not meet, what is left in them is a question without a meaning.
    """
    found, checker = find_candidates(original, POLICY), Recheck(original)
    for index, (need, component) in enumerate(found.components):
        for row, offer in enumerate(found.offers):
            here = {reason.code for reason in found.excluded_by(index, row)} - set(SCORED_RULES)
            there = set(checker.broken_rules(need, component, offer))
            moot = {"no_capacity_left"} if "no_availability" in here else set()
            assert here - moot == there - moot


@MODEST
@given(world(with_pins=False))
def test_two_readings_of_the_topic_agree(original: Problem) -> None:
    """The checker's own reading of the ladder gives every pair the criterion's value, or neither knows."""
    found, checker = find_candidates(original, POLICY), Recheck(original)
    rows = np.arange(len(found.offers))
    for index, (need, component) in enumerate(found.components):
        values, known = value_of("topic", found.case(index), rows)
        here = [float(value) if is_known else None for value, is_known in zip(values, known, strict=True)]
        assert here == [checker.topic(need, component, offer) for offer in found.offers]


@MODEST
@given(world())
def test_exclusions_count_what_is_said_of_each_pair(original: Problem) -> None:
    """The counts per rule are those of the pairs, one by one."""
    found = find_candidates(original, SEVERE)
    for index in range(len(found.components)):
        pairs = [{r.code for r in found.excluded_by(index, row)} for row in range(len(found.offers))]
        rules = set().union(*pairs) if pairs else set()
        assert found.exclusions(index) == {
            rule: (sum(rule in pair for pair in pairs), sum(pair == {rule} for pair in pairs))
            for rule in rules
        }


@MODEST
@given(world())
def test_no_edge_without_room(original: Problem) -> None:
    """Every edge carries at least one expert, a named expert's one, and every used offer has capacity."""
    found = find_candidates(original, POLICY)
    assert (found.edges.limit >= 1).all()
    assert (found.capacity[found.edges.offer] >= 1).all()
    for row, limit in zip(found.edges.offer, found.edges.limit, strict=True):
        assert limit == 1 or not found.offers[row].named_expert


def _changed(original: Problem, row: int, **fields: Any) -> Problem:
    offers = list(original.offers)
    offers[row] = offers[row].model_copy(update=fields)
    return original.model_copy(update={"offers": tuple(offers)})


def _edges_by_id(found: Candidates) -> set[tuple[str, str]]:
    pairs = zip(found.edges.demand, found.edges.offer, strict=True)
    return {(found.components[demand][1].id, found.offers[row].id) for demand, row in pairs}


@MODEST
@given(world(least=1, with_pins=False), st.data())
def test_what_is_forgotten_never_excludes(original: Problem, data: st.DataObject) -> None:
    """Taking back a statement of an offer loses it no candidate, as long as scores do not decide."""
    row = data.draw(st.integers(0, len(original.offers) - 1))
    field = data.draw(
        st.sampled_from(("languages", "capacity", "months", "days_per_year", "cost_per_day", "released"))
    )
    before = _edges_by_id(find_candidates(original, POLICY))
    after = _edges_by_id(find_candidates(_changed(original, row, **{field: None}), POLICY))
    assert before <= after


@MODEST
@given(world(least=1, with_pins=False), st.data())
def test_sharing_one_more_commitment_never_lowers_the_topic(original: Problem, data: st.DataObject) -> None:
    """Topic is monotonic in what both sides share."""
    row = data.draw(st.integers(0, len(original.offers) - 1))
    code = data.draw(st.sampled_from(COMMITMENTS))
    first, *others = original.needs
    shared = first.model_copy(update={"commitments": (*first.commitments, code)})
    more = _changed(original, row, commitments=(*original.offers[row].commitments, code))
    more = more.model_copy(update={"needs": (shared, *others)})
    part, name = first.components[0].id, original.offers[row].id
    assert _value(more, part, name, "topic") >= _value(original, part, name, "topic")


@MODEST
@given(world(least=1, with_pins=False), st.data())
def test_another_delivery_never_lowers_the_record(original: Problem, data: st.DataObject) -> None:
    """Track record and relations are monotonic in what was delivered."""
    fewer = original.model_copy(update={"deliveries": original.deliveries[1:]})
    part = data.draw(st.sampled_from(original.needs)).components[0].id
    name = data.draw(st.sampled_from(original.offers)).id
    for criterion in ("track_record", "relations"):
        assert _value(original, part, name, criterion) >= _value(fewer, part, name, criterion)


def _value(original: Problem, component: str, offer: str, criterion: str) -> float:
    found = find_candidates(original, POLICY)
    pair = found.explain_pair(found.component_index[component], found.offer_index[offer])
    return next(item.value for item in pair.criteria if item.criterion == criterion)


@MODEST
@given(world())
def test_ranking_agrees_with_the_round(original: Problem) -> None:
    """A need's ranking is sorted, names an offer once, and has the scores of the round's candidates."""
    found = find_candidates(original, POLICY)
    scores = {
        (found.components[demand][1].id, found.offers[row].id): int(points)
        for demand, row, points in zip(found.edges.demand, found.edges.offer, found.edges.score, strict=True)
    }
    for need in original.needs:
        ranked = rank(original, need.id, POLICY, limit=100)
        points = [item.score for item in ranked]
        assert points == sorted(points, reverse=True)
        assert len({item.offer for item in ranked}) == len(ranked)
        for item in ranked:
            assert scores[item.component, item.offer] == item.score
        parts = {part.id for part in need.components}
        assert {item.offer for item in ranked} == {row for part, row in scores if part in parts}


@settings(MODEST, max_examples=tries(40))
@given(world(least=1, with_pins=False))
def test_a_needs_own_page_counts_as_if_it_were_not_there(original: Problem) -> None:
    """Without what stands on its page, a need has the same candidates with the same reasons."""
    full = find_candidates(original, POLICY)
    for need in original.needs:
        if need.source is not None:
            without = find_candidates(_without(original, need.source), POLICY)
            assert _explained(full, need) == _explained(without, need)


def _without(original: Problem, source: str) -> Problem:
    kept = {
        kind: tuple(item for item in getattr(original, kind) if item.source != source)
        for kind in ("offers", "deliveries")
    }
    return original.model_copy(update=kept)


def _explained(found: Candidates, need: Need) -> dict[tuple[str, str], Candidate]:
    """Return a need's candidates; of equal deliveries it does not matter which is named first."""
    pairs = [found.explain(edge) for edge in range(len(found.edges))]
    own = {part.id for part in need.components}
    return {
        (pair.component, pair.offer): pair.model_copy(
            update={"criteria": tuple(_in_one_order(item) for item in pair.criteria)}
        )
        for pair in pairs
        if pair.component in own
    }


def _in_one_order(item: CriterionScore) -> CriterionScore:
    reasons = (
        reason.model_copy(update={"evidence": tuple(sorted(reason.evidence))}) for reason in item.reasons
    )
    return item.model_copy(update={"reasons": tuple(reasons)})


@MODEST
@given(world(), st.sampled_from(sorted(WEIGHTS)))
def test_one_criterion_alone_decides_when_it_has_all_the_weight(original: Problem, name: str) -> None:
    """With all weight on one criterion, the score is that criterion."""
    weights = dict.fromkeys(WEIGHTS, 0.0) | {name: 1.0}
    found = find_candidates(original, POLICY.model_copy(update={"weights": weights}))
    for index in range(min(len(found.edges), 3)):
        pair = found.explain(index)
        value = next(item.value for item in pair.criteria if item.criterion == name)
        assert pair.score == max(1, round(round(value * 10_000, 6)))
