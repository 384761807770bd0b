"""Scenarios side by side: who gains, who loses, what it costs."""

from hypothesis import HealthCheck, given, settings

from matching import Component, Policy, Problem, compare, run_round
from tests.matching.worlds import need, offer, problem, world
from tests.tries import tries

PLAIN = Policy(text_model="character-ngrams", minimum_score=1000)
STRICT = PLAIN.model_copy(update={"minimum_score": 4000})
SETTINGS = settings(max_examples=tries(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(world())
@SETTINGS
def test_a_scenario_does_not_differ_from_itself(made: Problem) -> None:
    """Nobody gains, nobody loses, nothing is listed."""
    outcome = run_round(made, PLAIN)
    found = compare(outcome, outcome, made)
    assert (found.gained, found.lost, found.other_team, found.slots_cost, found.total_cost) == (0, 0, 0, 0, 0)
    assert found.unchanged == len(made.needs)
    assert [*found.needs, *found.loads, *found.hosts] == []


@given(world())
@SETTINGS
def test_what_one_gains_the_other_way_round_it_loses(made: Problem) -> None:
    """Exchanging the two scenarios turns gains into losses, and every difference around."""
    plain, strict = run_round(made, PLAIN), run_round(made, STRICT)
    there, back = compare(plain, strict, made), compare(strict, plain, made)
    assert (there.gained, there.lost, there.other_team) == (back.lost, back.gained, back.other_team)
    assert (there.slots_cost, there.total_cost) == (-back.slots_cost, -back.total_cost)
    assert {change.need: change.joined for change in there.needs} == {
        change.need: change.left for change in back.needs
    }


@given(world())
@SETTINGS
def test_the_differences_of_the_needs_add_up_to_the_cost(made: Problem) -> None:
    """What needs and parties gain or lose in experts is what the second scenario fills more or fewer."""
    found = compare(run_round(made, PLAIN), run_round(made, STRICT), made)
    assert found.slots_cost == sum(change.experts[0] - change.experts[1] for change in found.needs)
    assert found.slots_cost == sum(change.experts[0] - change.experts[1] for change in found.loads)
    assert found.unchanged + len(found.needs) == len(made.needs)


def test_a_need_of_one_round_only_is_named_as_such() -> None:
    """Two rounds need not have the same needs."""
    first = problem(needs=(need(1), need(2)), offers=(offer(1), offer(2)))
    second = problem(needs=(need(2), need(3, urgency="urgent")), offers=(offer(1), offer(2)))
    found = compare(run_round(first, PLAIN), run_round(second, PLAIN), first, second)
    assert not found.same_problem
    assert {change.need: change.change for change in found.needs if "only" in change.change} == {
        "N1": "only_in_first",
        "N3": "only_in_second",
    }


def test_a_lost_expert_counts_before_a_better_one() -> None:
    """A need that keeps one of two experts has lost, however good the one is."""
    made = problem(
        needs=(need(1, components=(Component(id="N1.1", area="EXP-RET", slots=2),)),),
        offers=(offer(1), offer(2, commitments=(), confirmed_on=None)),
    )
    fewer = made.model_copy(update={"offers": made.offers[:1]})
    found = compare(run_round(made, PLAIN), run_round(fewer, PLAIN), made, fewer)
    assert [(change.change, change.experts, change.left) for change in found.needs] == [
        ("lost", (2, 1), ("O2",))
    ]
