"""Why not that offer, what would fill an empty slot, what one more expert would be worth: by example."""

from datetime import date
from typing import Any

import pytest

from matching import Component, Expertise, InvalidProblem, Language, Outcome, Policy, Problem, run_round
from matching.explanations.beaten import why_not
from matching.explanations.scarcity import shortages
from matching.outcome import Reason
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams", minimum_score=1)
FRENCH, ENGLISH = Language(code="fr", level="B2"), Language(code="en")


def the_round(world: Problem, policy: Policy = POLICY) -> Outcome:
    """The world's round."""
    return run_round(world, policy)


def fills(outcome: Outcome) -> list[Reason]:
    """What would fill slots of the first unmet component, as it is ranked."""
    return [reason for reason in outcome.unmet[0].reasons if reason.code.endswith(("fills", "fill"))]


def asking(**fields: Any) -> Any:
    """A need for two experts."""
    part = {name: fields.pop(name) for name in ("languages", "days", "modality") if name in fields}
    return need(components=(Component(id="N1.1", area="EXP-RET", slots=2, **part),), **fields)


APPLIED: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    # The rule: what the need and the offers state, and what relaxing it changes in need and policy.
    "language_gap": ({"languages": (FRENCH,)}, {"languages": (ENGLISH,)}, {"interpretation": True}, {}),
    "language_level": (
        {"languages": (FRENCH,)},
        {"languages": (Language(code="fr", level="A2"),)},
        {"languages": (Language(code="fr", level="A1"),)},
        {},
    ),
    "over_cost_cap": ({"max_cost": 100.0}, {"cost_per_day": 300.0}, {"max_cost": None}, {}),
    "over_days_cap": ({"days": 9}, {"days_per_year": 5}, {"days": None}, {}),
    "not_a_public_body": (
        {"public_bodies_only": True},
        {"party": "P-CCC"},
        {"public_bodies_only": False},
        {},
    ),
    "excluded_provider": ({"excluded": ("P-BBB",)}, {}, {"excluded": ()}, {}),
    "no_availability": (
        {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 31)},
        {"months": (9,)},
        {"starts_on": None, "ends_on": None},
        {},
    ),
    "topic_too_far": (
        {},
        {"expertise": (Expertise(area="EXP-ASY"),), "commitments": ()},
        {},
        {"minimum_topic": 0.0},
    ),
    "below_minimum_score": ({}, {}, {}, {"minimum_score": 1}),
}


@pytest.mark.parametrize("rule", APPLIED)
def test_relaxation_does_what_it_says(rule: str) -> None:
    """A round over the world in which the rule is relaxed fills what was said, here and in all."""
    asked, offered, changed, policy = APPLIED[rule]
    severe = {"below_minimum_score": 9999}.get(rule, 1)
    strict = POLICY.model_copy(update={"minimum_score": severe})
    parties = tuple(
        party.model_copy(update={"public_body": party.id != "P-CCC"}) for party in problem().parties
    )
    world = problem(
        parties=parties,
        needs=(asking(**asked),),
        offers=tuple(offer(number, **offered) for number in (1, 2, 3)),
    )
    before = the_round(world, strict)
    said = next(reason for reason in fills(before) if reason.params["rule"] == rule)
    assert (said.params["offers"], said.params["slots"], said.params["displaced"]) == (3, 2, 0)
    relaxed = world.model_copy(update={"needs": (asking(**(asked | changed)),)})
    after = the_round(relaxed, strict.model_copy(update=policy))
    assert after.figures.filled - before.figures.filled == said.params["slots"] == said.params["here"]


def test_one_more_assignment_of_a_full_provider_is_a_relaxation() -> None:
    """Where everybody suitable is full, one assignment more of theirs fills a slot."""
    world = problem(needs=(asking(),), offers=(offer(1, capacity=0),))
    before = the_round(world)
    said = fills(before)[0].params
    assert (said["rule"], said["slots"]) == ("no_capacity_left", 1)
    after = the_round(world.model_copy(update={"offers": (offer(1, capacity=1),)}))
    assert after.figures.filled - before.figures.filled == 1


def test_relaxations_are_ranked_by_slots() -> None:
    """What fills two slots stands before what fills one."""
    offers = (
        offer(1, cost_per_day=300.0),
        offer(2, languages=(ENGLISH,)),
        offer(3, languages=(ENGLISH,)),
    )
    world = problem(needs=(asking(languages=(FRENCH,), max_cost=100.0),), offers=offers)
    assert [(reason.params["rule"], reason.params["slots"]) for reason in fills(the_round(world))] == [
        ("language_gap", 2),
        ("over_cost_cap", 1),
    ]


def test_two_rules_are_dropped_together_only_where_none_alone_helps() -> None:
    """Somebody who is kept out by two rules is found by dropping both, and a round without both has them."""
    asked: dict[str, Any] = {"languages": (FRENCH,), "max_cost": 100.0}
    world = problem(needs=(asking(**asked),), offers=(offer(1, languages=(ENGLISH,), cost_per_day=300.0),))
    before = the_round(world)
    (said,) = fills(before)
    assert said.code == "two_relaxations_fill"
    assert {said.params["rule"], said.params["and_rule"]} == {"over_cost_cap", "language_gap"}
    both = asked | {"interpretation": True, "max_cost": None}
    after = the_round(world.model_copy(update={"needs": (asking(**both),)}))
    assert after.figures.filled - before.figures.filled == said.params["slots"] == 1


def test_later_window_is_tried_month_by_month() -> None:
    """A window that ends two months later lets somebody come, one month later does not."""
    window: dict[str, Any] = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 31)}
    world = problem(needs=(asking(**window),), offers=(offer(1, months=(5,)),))
    before = the_round(world)
    said = next(reason for reason in fills(before) if reason.code == "later_window_fills")
    assert (said.params["months"], said.params["slots"]) == (2, 1)
    for ends_on, filled in ((date(2027, 4, 30), 0), (date(2027, 5, 31), 1)):
        moved = asking(**(window | {"ends_on": ends_on}))
        assert the_round(world.model_copy(update={"needs": (moved,)})).figures.filled == filled


def test_what_takes_from_others_alone_is_no_relaxation() -> None:
    """An urgent need that could only take the other's expert fills no slot more."""
    urgent = need(1, urgency="emergency", max_cost=100.0, components=(Component(id="N1.1", area="EXP-RET"),))
    world = problem(needs=(urgent, need(2)), offers=(offer(1, cost_per_day=300.0),))
    outcome = the_round(world)
    assert [unmet.need for unmet in outcome.unmet] == ["N1"]
    assert fills(outcome) == []


def test_what_was_not_tried_is_said() -> None:
    """A policy that tries nothing says so for each unmet component, and so does a fairness without prices."""
    world = problem(needs=(asking(max_cost=100.0),), offers=(offer(1, cost_per_day=300.0),))
    none = the_round(world, POLICY.model_copy(update={"relaxations": 0}))
    assert [
        reason.params for reason in none.unmet[0].reasons if reason.code == "relaxations_not_examined"
    ] == [{"most": 0}]
    assert fills(none) == []


def test_shortage_names_what_is_short() -> None:
    """Two return experts are asked for in French and one is there: one more fills a slot."""
    world = problem(needs=(asking(languages=(FRENCH,)),), offers=(offer(1, languages=(FRENCH,)),))
    found = {shortage.kind: shortage for shortage in shortages(world, POLICY)}
    both = found["area_language"]
    assert (both.area, both.language, both.slots, both.components) == ("EXP-RET", "fr", 1, 1)
    assert both.gain == both.score == the_round(world).proposals[0].score
    assert the_round(world).shortages == tuple(shortages(world, POLICY))


def test_nobody_is_short_where_everybody_has_the_best() -> None:
    """With all slots filled by equals, one more as good as they are adds nothing."""
    assert shortages(problem(), POLICY) == ()


def test_margin_is_the_distance_to_the_next() -> None:
    """The team is ahead by what the second offer scores less; with two equal offers another is as good."""
    offers = (offer(1, confirmed_on=date(2027, 1, 1)), offer(2, confirmed_on=date(2025, 1, 1)))
    (proposal,) = the_round(problem(offers=offers)).proposals
    behind = proposal.alternatives[0].behind
    assert behind > 0
    assert proposal.reasons[-1] == Reason(code="margin", params={"points": behind})
    (tied,) = the_round(problem(offers=(offer(1), offer(2)))).proposals
    assert tied.reasons[-1].code == "another_team_as_good"
    none = the_round(problem(offers=offers), POLICY.model_copy(update={"margins": 0})).proposals[0]
    assert none.reasons[-1] == Reason(code="margin_not_examined", params={"most": 0})


def test_why_not_names_every_rule_to_the_desk_and_own_facts_to_a_party() -> None:
    """The desk learns the conflict and the price; the party only what it asked for itself."""
    kept = offer(2, party="P-DDD", conflicts=("P-AAA",), cost_per_day=300.0)
    world = problem(needs=(asking(max_cost=100.0),), offers=(offer(1), kept))
    desk = why_not(world, POLICY, "N1.1", "O2")
    assert [reason.code for reason in desk.reasons] == ["conflict_of_interest", "over_cost_cap"]
    assert desk.reasons[1].params == {"cost_per_day": 300.0, "max_cost": 100.0}
    party = why_not(world, POLICY, "N1.1", "O2", party=True)
    assert [(reason.code, reason.params) for reason in party.reasons] == [
        ("not_available", {}),
        ("over_cost_cap", {"max_cost": 100.0}),
    ]
    assert (party.enters_at, party.changes) == (None, ())


def test_why_not_tells_the_desk_whom_it_would_displace() -> None:
    """An offer that another need has would come back to it: both changes are named, to the desk alone."""
    offers = (offer(1, confirmed_on=date(2027, 1, 1)), offer(2, confirmed_on=date(2025, 1, 1)))
    world = problem(needs=(need(1), need(2, requesters=("P-EEE",))), offers=offers)
    seats = {seat.component: seat.offer for proposal in the_round(world).proposals for seat in proposal.seats}
    taken = seats["N2.1"]
    answer = why_not(world, POLICY, "N1.1", taken)
    assert {(change.component, change.offer, change.experts) for change in answer.changes} == {
        ("N1.1", seats["N1.1"], -1),
        ("N1.1", taken, 1),
        ("N2.1", taken, -1),
        ("N2.1", seats["N1.1"], 1),
    }
    party = why_not(world, POLICY, "N1.1", taken, party=True)
    assert {reason.code for reason in party.reasons} <= {"not_available", "lower_score", "same_score"} | {
        "candidates_considered"
    }
    assert party.reasons[-1].params == {"offers": "few"}


def test_why_not_of_a_seat_says_that_it_was_chosen() -> None:
    """Who asks about a member of the team is told that it is one."""
    for party in (False, True):
        answer = why_not(problem(), POLICY, "N1.1", "O1", party=party)
        assert answer.reasons[0] == Reason(code="chosen", params={"experts": 1})


def test_coverage_comes_before_any_score() -> None:
    """An offer without which another need would have nobody does not enter, whatever it scores."""
    only = offer(2, expertise=(Expertise(area="EXP-ASY"), Expertise(area="EXP-RET")), commitments=())
    other = need(2, components=(Component(id="N2.1", area="EXP-ASY"),), commitments=())
    world = problem(needs=(need(1), other), offers=(offer(1), only))
    answer = why_not(world, POLICY, "N1.1", "O2")
    assert [reason.code for reason in answer.reasons] == ["coverage_comes_first"]
    assert answer.enters_at is None


@pytest.mark.parametrize(("component", "of_offer"), [("nobody", "O1"), ("N1.1", "nobody")])
def test_why_not_refuses_what_is_not_there(component: str, of_offer: str) -> None:
    """A component or an offer that the problem does not have is refused by name."""
    with pytest.raises(InvalidProblem) as refusal:
        why_not(problem(), POLICY, component, of_offer)
    assert refusal.value.code == "unknown"
