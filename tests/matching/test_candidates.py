"""Which pairs are kept, and how many experts they carry."""

from datetime import date
from typing import Any

import numpy as np
import pytest

from matching.pairs.candidates import find_candidates
from matching.policy import Policy
from matching.problem import Component, Language, MonthlyBooking, Pin
from matching.text import RememberedTexts, load_text_model
from tests.matching.worlds import need, offer, party, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=1)


@pytest.mark.parametrize(
    ("offered", "limit"),
    [
        ({"named_expert": True, "capacity": 4, "sends": 3}, 1),
        ({"capacity": 4, "sends": 3}, 3),
        ({"capacity": 4}, 4),
        ({"capacity": None}, 1),
        ({"capacity": 2, "sends": 3}, 2),
    ],
)
def test_an_edge_carries_what_the_offer_can_send(offered: dict[str, Any], limit: int) -> None:
    """One for a named expert; what an institution sends, else its capacity; never more than is left."""
    found = find_candidates(problem(offers=(offer(**offered),)), POLICY)
    assert found.edges.limit.tolist() == [limit]


def test_capacity_is_what_is_left_in_the_tightest_window() -> None:
    """With one of three booked in March, a March need and a June need together get two, and each at most."""
    march = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 3, 31)}
    june = {"starts_on": date(2027, 6, 1), "ends_on": date(2027, 6, 30)}
    booked = (MonthlyBooking(month="2027-03", assignments=1),)
    found = find_candidates(
        problem(needs=(need(1, **march), need(2, **june)), offers=(offer(capacity=3, booked=booked),)), POLICY
    )
    names = [found.components[index][0].id for index in found.edges.demand]
    assert dict(zip(names, found.edges.limit.tolist(), strict=True)) == {"N1": 2, "N2": 3}
    assert found.capacity.tolist() == [2]


def test_the_best_are_kept_with_southern_ones_and_locks() -> None:
    """Beyond the policy's number, locks stay, and so do the best offers of poorer states."""
    northern = [offer(number, party="P-DDD", text=f"offer {number}") for number in range(30)]
    southern = offer(98, party="P-EEE", text="far away")
    weakest = offer(99, party="P-DDD", expertise=(), commitments=("T2-01",))
    pins = (Pin(decision="lock", component="N1.1", offer="O99"),)
    policy = Policy(text_model="character-ngrams", minimum_score=1, candidates_per_component=5)
    found = find_candidates(problem(offers=(*northern, southern, weakest), pins=pins), policy)
    kept = {found.offers[index].id for index in found.edges.offer}
    assert {"O98", "O99"} <= kept
    assert 6 <= len(kept) <= 7


def test_few_candidates_are_all_kept() -> None:
    """A component with fewer candidates than the policy keeps has them all."""
    found = find_candidates(problem(offers=tuple(offer(n, text=str(n)) for n in range(12))), POLICY)
    assert len(found.edges) == 12


def test_open_questions_are_listed() -> None:
    """Everything that nobody stated about a pair is there to be asked."""
    bare = offer(named_expert=True, capacity=None)
    asked = need(components=(Component(id="N1.1", area="EXP-RET", modality="MOD-TRAIN"),), max_cost=9.0)
    found = find_candidates(problem(needs=(asked,), offers=(bare,)), POLICY)
    assert {reason.code for reason in found.explain(0).to_be_confirmed} == {
        "language_unknown",
        "offer_modality_unknown",
        "capacity_assumed",
        "months_unknown",
        "release_unknown",
        "cost_unknown",
        "not_reconfirmed",
    }


def test_a_complete_offer_leaves_nothing_to_ask() -> None:
    """What was stated and is fresh needs no confirmation."""
    full = offer(
        languages=(Language(code="fr"),), months=(1, 2), released=True, confirmed_on=date(2026, 12, 1)
    )
    asked = need(components=(Component(id="N1.1", area="EXP-RET", languages=(Language(code="fr"),)),))
    found = find_candidates(problem(needs=(asked,), offers=(full,)), POLICY)
    assert found.explain(0).to_be_confirmed == ()


def test_an_old_confirmation_is_asked_again() -> None:
    """An offer confirmed longer ago than the policy allows is not reconfirmed."""
    found = find_candidates(problem(offers=(offer(confirmed_on=date(2025, 1, 1)),)), POLICY)
    assert "not_reconfirmed" in {reason.code for reason in found.explain(0).to_be_confirmed}


def test_an_empty_problem_has_no_candidates() -> None:
    """No needs, or no offers, is no fault."""
    assert len(find_candidates(problem(needs=()), POLICY).edges) == 0
    assert len(find_candidates(problem(offers=()), POLICY).edges) == 0
    assert find_candidates(problem(needs=(), offers=()), POLICY).capacity.tolist() == []


def test_a_world_without_reference_data_works() -> None:
    """States, groups and commitments may all be missing; then nothing is known and nothing fails."""
    parties = (party("AAA", states=()), party("BBB", states=()))
    text = "Somebody who advises a ministry on its plans"
    bare = problem(
        states=(), commitments=(), areas=(), groups=(), memberships=(), modalities=(), parties=parties,
        needs=(need(components=(Component(id="c"),), commitments=(), text=text),),
        offers=(offer(expertise=(), commitments=()),),
    )  # fmt: skip
    found = find_candidates(bare, POLICY)
    assert len(found.edges) == 1
    assert [score.criterion for score in found.explain(0).criteria if score.known] == ["availability"]


def test_remembered_vectors_give_the_same_scores() -> None:
    """A caller that keeps vectors gets what a caller without gets."""
    world = problem(needs=(need(text="return home"),), offers=(offer(text="home again"),))
    texts = RememberedTexts(load_text_model("character-ngrams"))
    texts.encode(["home again"])
    remembered = find_candidates(world, POLICY, texts)
    assert np.array_equal(remembered.edges.score, find_candidates(world, POLICY).edges.score)
    assert remembered.text_model == "character-ngrams/1"
