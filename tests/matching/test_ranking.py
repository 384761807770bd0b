"""One need's candidates, best first."""

import pytest

from matching.errors import InvalidProblem
from matching.pairs.candidates import find_candidates
from matching.pairs.ranking import rank
from matching.policy import Policy
from matching.problem import Component, Delivery, Expertise, Pin
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=1)


def test_the_provider_who_did_it_before_comes_first() -> None:
    """Of two equal offers, that of the state which helped with the same thing leads, and says so."""
    helped = Delivery(id="D1", requesters=("CCC",), providers=("EEE",), areas=("EXP-RET",), year_to=2026)
    offers = (offer(1, party="P-FFF"), offer(2, party="P-EEE"))
    ranked = rank(problem(offers=offers, deliveries=(helped,)), "N1", POLICY)
    assert [item.offer for item in ranked] == ["O2", "O1"]
    reasons = {reason.code: reason.evidence for score in ranked[0].criteria for reason in score.reasons}
    assert reasons["delivered_on_topic"] == ("delivery:D1",)


def test_every_offer_comes_once_for_the_component_it_fits_best() -> None:
    """An offer that could serve two components is listed for the better one."""
    parts = (Component(id="asylum", area="EXP-ASY"), Component(id="return", area="EXP-RET"))
    ranked = rank(problem(needs=(need(components=parts),)), "N1", POLICY)
    assert [(item.offer, item.component) for item in ranked] == [("O1", "return")]
    only = rank(problem(needs=(need(components=parts),)), "N1", POLICY, component_id="asylum")
    assert [item.component for item in only] == ["asylum"]


def test_scores_are_those_of_a_round() -> None:
    """A pair has the same score in the ranking of its need and among the candidates of all needs."""
    needs = (need(1, text="return"), need(2, text="registers", commitments=("T2-01",)), need(3))
    offers = tuple(offer(n, text=f"return {n}") for n in range(6))
    world = problem(needs=needs, offers=offers)
    found = find_candidates(world, POLICY)
    everywhere = {
        (found.components[demand][1].id, found.offers[supply].id): int(score)
        for demand, supply, score in zip(
            found.edges.demand, found.edges.offer, found.edges.score, strict=True
        )
    }
    for item in needs:
        for candidate in rank(world, item.id, POLICY):
            assert everywhere[candidate.component, candidate.offer] == candidate.score


def test_the_limit_keeps_the_best() -> None:
    """The first of twenty are the first of three."""
    offers = tuple(offer(n, expertise=(Expertise(area="EXP-RET"),), text="return" * n) for n in range(6))
    world = problem(needs=(need(text="return"),), offers=offers)
    assert rank(world, "N1", POLICY, limit=3) == rank(world, "N1", POLICY)[:3]
    assert rank(world, "N1", POLICY, limit=0) == []


def test_vetoed_offers_are_absent() -> None:
    """A person's no holds in daily work too, and pins of other needs do not disturb."""
    pins = (
        Pin(decision="veto", component="N1.1", offer="O1"),
        Pin(decision="veto", component="N2.1", offer="O2"),
    )
    world = problem(needs=(need(1), need(2)), offers=(offer(1), offer(2)), pins=pins)
    assert [item.offer for item in rank(world, "N1", POLICY)] == ["O2"]


def test_a_chain_of_duplicates_is_no_fault() -> None:
    """A need that duplicates a duplicate has no candidates, and nothing breaks."""
    needs = (need(1, duplicate_of="N2"), need(2, duplicate_of="N3"), need(3, duplicate_of="N1"))
    assert rank(problem(needs=needs), "N1", POLICY) == []


def test_an_unknown_need_is_refused_by_name() -> None:
    """Asking for a need or component that is not there says so."""
    with pytest.raises(InvalidProblem) as refused:
        rank(problem(), "N9", POLICY)
    assert (refused.value.record, refused.value.code) == ("need:N9", "unknown")
    with pytest.raises(InvalidProblem) as refused:
        rank(problem(), "N1", POLICY, component_id="x")
    assert (refused.value.record, refused.value.field) == ("need:N1", "components.x")
