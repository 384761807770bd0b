"""Every hard rule excludes on what was stated, and on nothing else."""

from datetime import date
from typing import Any

import pytest

from matching.errors import InvalidProblem
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.rules import FORBIDS_LOCK, RULES, SCORED_RULES, public_code
from matching.policy import Policy
from matching.problem import Component, Expertise, Language, MonthlyBooking, Pin
from tests.matching.worlds import AS_OF, STATES, need, offer, party, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=1)
SPRING = {"starts_on": date(2027, 3, 1), "ends_on": date(2027, 4, 30)}
FRENCH = (Language(code="fr", level="B2"),)


def _component(**fields: Any) -> dict[str, Any]:
    return {"components": (Component(**({"id": "N1.1", "area": "EXP-RET"} | fields)),)}


def _found(asked: dict[str, Any], offered: dict[str, Any], **fields: Any) -> Candidates:
    return find_candidates(problem(needs=(need(**asked),), offers=(offer(**offered),), **fields), POLICY)


def _rules(asked: dict[str, Any], offered: dict[str, Any], **fields: Any) -> set[str]:
    return {reason.code for reason in _found(asked, offered, **fields).excluded_by(0, 0)}


STATED = [
    ("requester_not_eligible", {"eligible": False}, {}),
    ("not_endorsed", {"endorsed": False}, {}),
    ("out_of_scope", {"in_scope": False}, {}),
    ("own_request", {}, {"party": "P-AAA"}),
    ("same_source", {"source": "https://a.example/1"}, {"source": "https://a.example/1"}),
    ("do_not_pair", {"do_not_pair": ("P-BBB",)}, {}),
    ("excluded_provider", {"excluded": ("P-BBB",)}, {}),
    ("refused_by_provider", {}, {"refuses": ("P-AAA",)}),
    ("conflict_of_interest", {}, {"conflicts": ("P-AAA",)}),
    ("not_released", {}, {"released": False}),
    ("over_days_cap", _component(days=10) | {"max_days": 9}, {}),
    ("over_days_cap", _component(days=10), {"days_per_year": 9}),
    ("over_cost_cap", {"max_cost": 100.0}, {"cost_per_day": 100.5}),
    ("language_gap", _component(languages=FRENCH), {"languages": (Language(code="en"),)}),
    ("language_gap", _component(languages=FRENCH), {"languages": (Language(code="fr", level="B1"),)}),
    ("language_gap", _component(languages=FRENCH), {"languages": ()}),
    ("no_availability", SPRING, {"months": (1, 2, 5)}),
    ("no_capacity_left", {}, {"capacity": 0}),
    ("expired", {"starts_on": date(2026, 12, 1), "ends_on": date(2027, 1, 14)}, {}),
    ("expired", {"ends_on": date(2027, 1, 14)}, {}),
    ("too_generic", _component(area=None) | {"commitments": (), "text": "Please help us"}, {}),
    ("topic_too_far", {}, {"expertise": (Expertise(area="EXP-ASY"),), "commitments": ("T3-01",)}),
    ("topic_too_far", {}, {"expertise": (Expertise(area="EXP-DATA"),), "commitments": ("T2-01",)}),
    (
        "topic_too_far",
        {"commitments": ("T1-01",)},
        {"expertise": (Expertise(area="EXP-ASY"),), "commitments": ("T1-01",)},
    ),
]

UNKNOWN_OR_MET = [
    (_component(days=10), {"days_per_year": None}),
    ({"source": None}, {"source": None}),
    ({"source": "https://a.example/1"}, {"source": None}),
    ({"source": "https://a.example/1"}, {"source": "https://a.example/2"}),
    (_component(days=10) | {"max_days": 10}, {"days_per_year": 10}),
    ({"max_days": 1}, {"days_per_year": 0}),
    ({"max_cost": 100.0}, {"cost_per_day": None}),
    ({"max_cost": 100.0}, {"cost_per_day": 100.0}),
    (_component(languages=FRENCH), {"languages": None}),
    (_component(languages=None), {"languages": (Language(code="en"),)}),
    (_component(languages=()), {"languages": (Language(code="en"),)}),
    (_component(languages=FRENCH), {"languages": (Language(code="fr", level="B2"),)}),
    (_component(languages=FRENCH), {"languages": (Language(code="fr"),)}),
    (_component(languages=FRENCH) | {"interpretation": True}, {"languages": (Language(code="en"),)}),
    (SPRING, {"months": None}),
    (SPRING, {"months": (4,)}),
    ({"starts_on": date(2027, 3, 1)}, {"months": (1,)}),
    ({}, {"released": None, "named_expert": True}),
    ({}, {"capacity": None}),
    (SPRING, {"capacity": None, "booked": (MonthlyBooking(month="2027-03", assignments=5),)}),
    (_component(area=None) | {"commitments": (), "text": "Help for those who advise people on return"}, {}),
    (_component(area=None) | {"text": "Please help us"}, {}),
    ({"commitments": (), "text": "Please help us"}, {}),
    ({"starts_on": date(2026, 12, 1)}, {}),
    ({"ends_on": AS_OF}, {}),
    ({"commitments": ("T1-01a",)}, {"expertise": (Expertise(area="EXP-ASY"),), "commitments": ("T1-01a",)}),
    ({}, {"expertise": (), "commitments": ()}),
]


@pytest.mark.parametrize(("rule", "asked", "offered"), STATED)
def test_a_stated_fact_excludes_under_its_rule(
    rule: str, asked: dict[str, Any], offered: dict[str, Any]
) -> None:
    """The pair is no candidate, only this rule says so, and dropping it would bring the offer back."""
    found = _found(asked, offered)
    assert len(found.edges) == 0
    assert [reason.code for reason in found.excluded_by(0, 0)] == [rule]
    assert found.exclusions(0) == {rule: (1, 1)}


@pytest.mark.parametrize(("asked", "offered"), UNKNOWN_OR_MET)
def test_what_nobody_stated_never_excludes(asked: dict[str, Any], offered: dict[str, Any]) -> None:
    """Where a side is silent, or what both stated is met, the pair stays a candidate."""
    found = _found(asked, offered)
    assert len(found.edges) == 1
    assert found.excluded_by(0, 0) == ()


def test_only_public_bodies_where_the_requester_says_so() -> None:
    """A pool that is no public body is excluded only where public bodies are required."""
    parties = (party("AAA"), party("BBB", public_body=False))
    assert _rules({"public_bodies_only": True}, {}, parties=parties) == {"not_a_public_body"}
    assert _rules({}, {}, parties=parties) == set()


def test_a_state_does_not_serve_itself_through_another_ministry() -> None:
    """Another ministry of the asking state is excluded; a pool that it runs with others is not."""
    pool = party("AAA", id="P-POOL", states=("AAA", "BBB"))
    parties = (*(party(code) for code in STATES), party("AAA", id="P-TOO"), pool)
    assert _rules({}, {"party": "P-TOO"}, parties=parties) == {"own_request"}
    assert _rules({}, {"party": "P-POOL"}, parties=parties) == set()
    assert _rules({"requesters": ("P-AAA", "P-BBB")}, {"party": "P-POOL"}, parties=parties) == {"own_request"}


def test_a_full_diary_excludes_only_where_every_usable_month_is_full() -> None:
    """One free month of the window is enough, and it has to be one that the offer is open in."""
    march = MonthlyBooking(month="2027-03", assignments=1)
    april = MonthlyBooking(month="2027-04", assignments=1)
    assert _rules(SPRING, {"booked": (march, april)}) == {"no_capacity_left"}
    assert _rules(SPRING, {"booked": (march,)}) == set()
    assert _rules(SPRING, {"booked": (march,), "months": (3,)}) == {"no_capacity_left"}


def test_a_duplicate_need_gets_no_candidates() -> None:
    """A need of the same content as one that is served waits for the other."""
    needs = (need(1), need(2, duplicate_of="N1"))
    found = find_candidates(problem(needs=needs), POLICY)
    assert [found.components[index][0].id for index in found.edges.demand] == ["N1"]


def test_the_minimum_score_is_a_rule_with_a_name() -> None:
    """A pair below the published minimum says so."""
    policy = Policy(text_model="character-ngrams", minimum_score=10_000)
    found = find_candidates(problem(), policy)
    assert [reason.code for reason in found.excluded_by(0, 0)] == ["below_minimum_score"]


@pytest.mark.parametrize(("minimum", "kept"), [(0.0, {"O1", "O2", "O3"}), (0.2, {"O2", "O3"}), (0.9, {"O3"})])
def test_the_policy_says_how_much_of_the_topic_is_shared(minimum: float, kept: set[str]) -> None:
    """A pair that shares as much as the setting stays, one that shares less does not; 0 asks for nothing."""
    policy = Policy(text_model="character-ngrams", minimum_score=1, minimum_topic=minimum)
    offers = (
        offer(1, expertise=(Expertise(area="EXP-ASY"),), commitments=()),
        offer(2, expertise=(Expertise(area="EXP-DATA"),), commitments=("T2-01",)),
        offer(3, commitments=()),
    )
    found = find_candidates(problem(offers=offers), policy)
    assert {found.offers[row].id for row in found.edges.offer} == kept


def test_a_veto_is_no_candidate() -> None:
    """A person's no keeps the pair out."""
    pins = (Pin(decision="veto", component="N1.1", offer="O1"),)
    assert _rules({}, {}, pins=pins) == {"vetoed"}


@pytest.mark.parametrize(
    "offered",
    [
        {"capacity": 0},
        {"released": False},
        {"expertise": (), "commitments": ("T3-01",)},
        {"expertise": (Expertise(area="EXP-DATA"),), "commitments": ("T2-01",)},
        {"source": "https://a.example/1"},
    ],
)
def test_a_lock_overrides_rules_and_says_which(offered: dict[str, Any]) -> None:
    """A person's decision is kept, with a seat for it and a warning per overridden rule."""
    pins = (Pin(decision="lock", component="N1.1", offer="O1"),)
    found = _found({"source": "https://a.example/1"}, offered, pins=pins)
    assert found.lock.tolist() == [True]
    assert found.capacity.tolist() == [1]
    assert found.edges.limit.tolist() == [1]
    overridden = {
        str(reason.params["rule"])
        for reason in found.explain(0).to_be_confirmed
        if reason.code == "lock_overrides"
    }
    assert overridden == {reason.code for reason in found.excluded_by(0, 0)} != set()


@pytest.mark.parametrize(
    ("asked", "offered"),
    [
        ({"do_not_pair": ("P-BBB",)}, {}),
        ({"excluded": ("P-BBB",)}, {}),
        ({}, {"refuses": ("P-AAA",)}),
        ({}, {"conflicts": ("P-AAA",)}),
    ],
)
def test_no_lock_against_somebodys_no(asked: dict[str, Any], offered: dict[str, Any]) -> None:
    """A lock on a pair that a side refused is itself refused, by the name of the pin."""
    pins = (Pin(decision="lock", component="N1.1", offer="O1"),)
    with pytest.raises(InvalidProblem) as refused:
        _found(asked, offered, pins=pins)
    assert (refused.value.record, refused.value.field, refused.value.code) == (
        "pin:N1.1/O1",
        "decision",
        "forbidden",
    )


def test_alone_counts_what_dropping_one_rule_would_bring_back() -> None:
    """An offer that two rules exclude counts for both, and for neither alone."""
    offers = (offer(1, released=False), offer(2, released=False, capacity=0))
    found = find_candidates(problem(offers=offers), POLICY)
    assert found.exclusions(0) == {"not_released": (2, 1), "no_capacity_left": (1, 0)}


def test_private_reasons_look_alike_to_the_requester() -> None:
    """Veto, conflict, private lists and a full diary share one public code; open rules keep theirs."""
    private = {*FORBIDS_LOCK, "vetoed", "no_capacity_left", "no_availability"}
    assert {public_code(rule) for rule in private} == {"not_available"}
    assert all(public_code(rule) == rule for rule in {*RULES, *SCORED_RULES} - private)
