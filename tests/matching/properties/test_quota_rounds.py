"""What a round promises under the quotas and the calendar of its policy."""

from typing import Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from matching import InvalidProblem, Outcome, Policy, Problem, faults, run_round
from matching.policy import QuotaRule
from tests.matching.worlds import STATES, shuffled, world
from tests.tries import tries

SOME = settings(max_examples=tries(12), deadline=None)
RULES = st.one_of(
    st.builds(
        QuotaRule,
        kind=st.just("provider_state_cap"),
        slots=st.integers(1, 2),
        states=st.sampled_from([(), ("AAA",), ("BBB", "CCC")]),
    ),
    st.builds(QuotaRule, kind=st.just("provider_state_cap"), share=st.sampled_from([0.2, 0.5])),
    st.builds(QuotaRule, kind=st.just("one_per_provider_state"), slots=st.sampled_from([None, 1, 2])),
    st.builds(QuotaRule, kind=st.just("south_south_floor"), slots=st.integers(1, 3)),
    st.builds(QuotaRule, kind=st.just("south_south_floor"), share=st.sampled_from([0.3, 1.0])),
    st.builds(QuotaRule, kind=st.just("minimum_load"), slots=st.integers(1, 2), states=st.just(STATES[:2])),
    st.builds(QuotaRule, kind=st.just("senior_expert"), slots=st.sampled_from([None, 2])),
)


def _policy(**fields: Any) -> Policy:
    few: dict[str, Any] = {
        "coalitions": 0,
        "exchanges": 0,
        "relaxations": 0,
        "shortages": 0,
        "alternatives": 1,
    }
    return Policy(text_model="character-ngrams", minimum_score=1, minimum_topic=0, **few, **fields)


def _open(problem: Problem) -> Problem:
    """The same world with its needs open, so that most rounds have something to decide."""
    wishes = {"eligible": True, "endorsed": True, "in_scope": True, "public_bodies_only": False}
    needs = [need.model_copy(update=wishes | {"max_days": None, "max_cost": None}) for need in problem.needs]
    offers = [offer.model_copy(update={"released": None}) for offer in problem.offers]
    return problem.model_copy(update={"needs": tuple(needs), "offers": tuple(offers)})


def _run(problem: Problem, policy: Policy) -> Outcome:
    try:
        return run_round(problem, policy)
    except InvalidProblem:
        reject()


@SOME
@given(world(6).map(_open), st.lists(RULES, min_size=1, max_size=3, unique_by=lambda rule: rule.kind))
def test_every_round_under_quotas_is_verified_and_proved(problem: Problem, rules: list[QuotaRule]) -> None:
    """The independent checker has no objection, each quota is reported, and nothing better exists."""
    policy = _policy(quotas=tuple(rules))
    outcome = _run(problem, policy)
    assert faults(problem, policy, outcome) == ()
    assert {figure.kind for figure in outcome.quotas} == {rule.kind for rule in rules}
    assert outcome.figures.proof == "optimal"


@SOME
@given(world(5).map(_open), st.lists(RULES, min_size=1, max_size=2), st.integers(0, 99))
def test_names_and_order_change_nothing_under_quotas(
    problem: Problem, rules: list[QuotaRule], seed: int
) -> None:
    """A problem under other ids in another order has an outcome of the same content."""
    assume(not any(rule.parties for rule in rules))
    policy = _policy(quotas=tuple(rules))
    outcome = _run(problem, policy)
    assert _run(shuffled(problem, seed), policy).fingerprint == outcome.fingerprint


@SOME
@given(world(5).map(_open), st.lists(RULES, min_size=1, max_size=2))
def test_floors_leave_no_slot_empty(problem: Problem, rules: list[QuotaRule]) -> None:
    """Quotas that only ask for something fill as many slots as no quota at all."""
    floors = tuple(
        rule for rule in rules if rule.kind in ("south_south_floor", "minimum_load", "senior_expert")
    )
    plain = _run(problem, _policy())
    assert _run(problem, _policy(quotas=floors)).figures.filled == plain.figures.filled


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"kind": "lottery"}, "kind: literal_error"),
        ({"kind": "provider_state_cap"}, "slots: missing"),
        ({"kind": "minimum_load", "slots": 1}, "parties: missing"),
        ({"kind": "senior_expert", "share": 0.5}, "share: not_of_this_kind"),
        ({"kind": "south_south_floor", "slots": 1, "share": 0.5}, "share: beside_slots"),
    ],
)
def test_quotas_that_say_nothing_clear_are_refused(fields: dict[str, Any], refusal: str) -> None:
    """An unknown kind, a missing parameter and one of another kind are named."""
    with pytest.raises(InvalidProblem, match=refusal):
        QuotaRule(**fields)
