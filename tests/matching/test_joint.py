"""Coalitions of like-minded states, the team that could serve them together, and mutual exchanges."""

from datetime import date
from typing import Any

import pytest

from matching import Policy, run_round
from matching.checking.joint_check import JointCheck
from matching.outcome import Coalition, Outcome
from matching.problem import Component, Expertise, Language, Need, Problem
from tests.matching import worlds

POLICY = Policy(text_model="character-ngrams", minimum_score=1)
FRENCH, ENGLISH = Language(code="fr"), Language(code="en")


def _need(number: int, state: str, **fields: Any) -> Need:
    part = {"id": f"N{number}.1", "area": "EXP-RET"} | fields.pop("part", {})
    given = {"requesters": (f"P-{state}",), "components": (Component(**part),)}
    return worlds.need(number, **(given | fields))


def _round(*needs: Need, offers: tuple[Any, ...] = (), policy: Policy = POLICY) -> Outcome:
    return run_round(_problem(*needs, offers=offers), policy)


def _problem(*needs: Need, offers: tuple[Any, ...] = ()) -> Problem:
    return worlds.problem(needs=needs, offers=offers)


def _pool(number: int, **fields: Any) -> Any:
    return worlds.offer(number, **({"party": "P-DDD", "capacity": 3, "sends": 2} | fields))


def test_like_needs_of_three_states_get_one_team() -> None:
    """Three states ask for two experts each; one offer of two experts serves all and saves four."""
    part = {"slots": 2, "days": 5}
    needs = (_need(number, state, part=part) for number, state in enumerate(("AAA", "BBB", "CCC"), 1))
    outcome = _round(*needs, offers=(_pool(1),))
    (found,) = outcome.coalitions
    assert {member.states for member in found.members} == {("AAA",), ("BBB",), ("CCC",)}
    assert found.topic == "area:EXP-RET"
    assert found.action is not None
    assert [(seat.offer, seat.experts, len(seat.components)) for seat in found.action.seats] == [("O1", 2, 3)]
    assert (found.action.experts_together, found.action.experts_separately) == (2, 6)
    assert (found.action.days_together, found.action.days_separately) == (10, 30)
    assert {reason.code for reason in found.action.reasons} == {"one_team_serves", "experts_saved"}
    assert {reason.code for reason in found.reasons} >= {"ask_same_area", "commitments_shared"}


@pytest.mark.parametrize(
    "other",
    [
        {"state": "AAA"},
        {"joint": False},
        {"starts_on": date(2027, 6, 1), "ends_on": date(2027, 7, 1)},
        {"part": {"languages": (ENGLISH,)}},
        {"part": {"modality": "MOD-STUDY"}},
        {"part": {"area": "EXP-DATA"}},
        {"endorsed": False},
    ],
    ids=min,
)
def test_what_one_team_could_not_do_at_once_is_no_coalition(other: dict[str, Any]) -> None:
    """Needs of one state, confidential ones, and ones without a common month, language or form stay apart."""
    window = {"starts_on": date(2027, 2, 1), "ends_on": date(2027, 3, 1)}
    part = {"languages": (FRENCH,), "modality": "MOD-TRAIN"}
    first = _need(1, "AAA", part=part, **window)
    fields = {**window, **other, "part": part | other.get("part", {})}
    second = _need(2, fields.pop("state", "BBB"), **fields)
    alike = _need(2, "BBB", part=part, **window)
    assert len(_round(first, alike, offers=(_pool(1),)).coalitions) == 1
    assert _round(first, second, offers=(_pool(1),)).coalitions == ()


def test_work_that_needs_no_language_goes_with_any() -> None:
    """A need whose work needs no language joins those that ask for one; the language is theirs."""
    french = (_need(1, "AAA", part={"languages": (FRENCH,)}), _need(2, "BBB", part={"languages": (FRENCH,)}))
    (found,) = _round(*french, _need(3, "CCC", part={"languages": ()})).coalitions
    assert (found.language, len(found.members)) == ("fr", 3)


def test_coalition_without_a_team_still_says_who_asks_together() -> None:
    """Where nobody could serve them, like-minded states are named all the same, without an action."""
    (found,) = _round(_need(1, "AAA"), _need(2, "BBB")).coalitions
    assert found.action is None
    assert [member.experts for member in found.members] == [0, 0]


def test_joint_team_takes_nothing_from_others() -> None:
    """An offer that the round gives to a need outside the coalition is not used a second time."""
    apart = _need(3, "CCC", components=(Component(id="N3.1", area="EXP-DATA"),), commitments=("T2-01",))
    both = (Expertise(area="EXP-RET"), Expertise(area="EXP-DATA"))
    outcome = _round(
        _need(1, "AAA"), _need(2, "BBB"), apart, offers=(_pool(1, capacity=1, sends=1, expertise=both),)
    )
    holder = {seat.component for proposal in outcome.proposals for seat in proposal.seats}
    (found,) = outcome.coalitions
    assert (found.action is None) == (holder == {"N3.1"})


def test_policy_bounds_what_is_named() -> None:
    """A policy that asks for none gets none."""
    none = POLICY.model_copy(update={"coalitions": 0, "exchanges": 0})
    outcome = _round(_need(1, "AAA"), _need(2, "BBB"), offers=(_pool(1),), policy=none)
    assert (outcome.coalitions, outcome.exchanges) == ((), ())


def test_two_states_that_could_help_each_other_are_an_exchange() -> None:
    """AAA asks what BBB offers and the other way round; a confidential need is in no exchange."""
    asked = Component(id="N2.1", area="EXP-DATA")
    offers = (
        worlds.offer(1, party="P-BBB"),
        worlds.offer(2, party="P-AAA", expertise=(Expertise(area="EXP-DATA"),), commitments=()),
    )
    needs = (_need(1, "AAA"), _need(2, "BBB", components=(asked,), commitments=()))
    (found,) = _round(*needs, offers=offers).exchanges
    assert found.states == ("AAA", "BBB")
    assert [(link.giver, link.taker, link.offer) for link in found.links] == [
        ("AAA", "BBB", "O2"),
        ("BBB", "AAA", "O1"),
    ]
    assert found.score == min(link.score for link in found.links)
    secret = needs[1].model_copy(update={"joint": False})
    assert _round(needs[0], secret, offers=offers).exchanges == ()


def _faults(problem: Problem, outcome: Outcome) -> set[str]:
    return {fault.split()[0] for fault in JointCheck(problem, POLICY, outcome).faults()}


def _spoiled(outcome: Outcome, place: str, **changes: Any) -> Outcome:
    (coalition,) = outcome.coalitions
    action = coalition.action
    assert action is not None
    if place == "seat":
        seats = (action.seats[0].model_copy(update=changes), *action.seats[1:])
        coalition = coalition.model_copy(update={"action": action.model_copy(update={"seats": seats})})
    elif place == "action":
        coalition = coalition.model_copy(update={"action": action.model_copy(update=changes)})
    elif place == "member":
        members = (coalition.members[0].model_copy(update=changes), *coalition.members[1:])
        coalition = coalition.model_copy(update={"members": members})
    else:
        coalition = coalition.model_copy(update=changes)
    return outcome.model_copy(update={"coalitions": (coalition,)})


@pytest.mark.parametrize(
    ("fault", "place", "changes"),
    [
        ("unknown_member", "member", {"component": "X"}),
        ("member_misreported", "member", {"slots": 7}),
        ("member_states_wrong", "member", {"states": ("EEE",)}),
        ("member_overserved", "member", {"experts": 9}),
        ("joint_experts_invented", "member", {"experts": 9}),
        ("member_off_topic", "coalition", {"topic": "area:EXP-DATA"}),
        ("window_misreported", "coalition", {"starts_on": "2027-01-01"}),
        ("unknown_joint_offer", "seat", {"offer": "X"}),
        ("joint_limit_exceeded", "seat", {"experts": 3}),
        ("joint_seat_for_others", "seat", {"components": ("N4.1",)}),
        ("joint_sum_wrong", "action", {"experts_together": 1}),
        ("joint_saves_nothing", "action", {"experts_together": 6}),
    ],
)
def test_checker_finds_each_fault(fault: str, place: str, changes: dict[str, Any]) -> None:
    """What is wrong with a coalition or its team is named, and a true one passes."""
    needs = [_need(number, state, part={"slots": 2}) for number, state in enumerate(("AAA", "BBB", "CCC"), 1)]
    apart = _need(4, "EEE", components=(Component(id="N4.1", area="EXP-DATA"),), commitments=())
    problem = _problem(*needs, apart, offers=(_pool(1),))
    outcome = run_round(problem, POLICY)
    assert _faults(problem, outcome) == set()
    assert fault in _faults(problem, _spoiled(outcome, place, **changes))


def test_checker_finds_what_depends_on_the_problem() -> None:
    """Members that may not be combined, that are of one state, and teams without room are faults."""
    needs = [_need(number, state, part={"slots": 2}) for number, state in enumerate(("AAA", "BBB", "CCC"), 1)]
    outcome = run_round(_problem(*needs, offers=(_pool(1),)), POLICY)
    secret = [need.model_copy(update={"joint": False}) for need in needs]
    assert "member_not_joint" in _faults(_problem(*secret, offers=(_pool(1),)), outcome)
    same = [need.model_copy(update={"requesters": ("P-AAA",)}) for need in needs]
    assert "member_state_twice" in _faults(_problem(*same, offers=(_pool(1),)), outcome)
    assert "joint_capacity_exceeded" in _faults(_problem(*needs, offers=(_pool(1, capacity=1),)), outcome)
    assert "joint_language_gap" in _faults(
        _problem(*(_spoken(need) for need in needs), offers=(_pool(1, languages=(FRENCH,)),)), outcome
    )
    twice = outcome.model_copy(update={"coalitions": outcome.coalitions * 2})
    assert "member_twice" in _faults(_problem(*needs, offers=(_pool(1),)), twice)


def _spoken(need: Need) -> Need:
    part = need.components[0].model_copy(update={"languages": (ENGLISH,)})
    return need.model_copy(update={"components": (part,)})


def test_score_rises_with_what_is_served() -> None:
    """The same states with a team that serves them stand above the same states without one."""
    needs = (_need(1, "AAA"), _need(2, "BBB"))

    def only(outcome: Outcome) -> Coalition:
        (found,) = outcome.coalitions
        return found

    assert only(_round(*needs, offers=(_pool(1),))).score > only(_round(*needs)).score
