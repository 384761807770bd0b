"""What every round promises, whatever the problem."""

from typing import Any

from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from matching import (
    UNMET_REASONS,
    Component,
    InvalidProblem,
    Need,
    Offer,
    Outcome,
    Policy,
    Problem,
    faults,
    run_round,
)
from matching.identity import content_keys
from tests.matching.worlds import shuffled, world
from tests.tries import tries

POLICY = Policy(text_model="character-ngrams", minimum_score=1000)
SOME = settings(max_examples=tries(30), deadline=None)
FEW = settings(max_examples=tries(20), deadline=None)


def _open(problem: Problem) -> Problem:
    """The same world with its needs open and on a topic, so that most rounds have something to decide."""
    wishes: dict[str, Any] = {
        "eligible": True,
        "endorsed": True,
        "in_scope": True,
        "public_bodies_only": False,
    }
    needs = [
        need.model_copy(
            update=wishes
            | {
                "max_days": None,
                "max_cost": None,
                "components": tuple(
                    part.model_copy(update={"area": part.area or "EXP-RET"}) for part in need.components
                ),
            }
        )
        for need in problem.needs
    ]
    offers = [
        offer.model_copy(update={"released": None, "commitments": offer.commitments or ("T2-05",)})
        for offer in problem.offers
    ]
    return problem.model_copy(update={"needs": tuple(needs), "offers": tuple(offers)})


any_world = st.one_of(world(4), world(6).map(_open))


def _by_content(outcome: Outcome, problem: Problem) -> Any:
    """The proposals with the content of each offer in place of its id: offers of equal content are one."""
    content = {offer: key.partition("#")[0] for offer, key in content_keys(problem).offers.items()}
    named = content | {f"offer:{offer}": f"offer:{key}" for offer, key in content.items()}

    def told(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: told(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [told(inner) for inner in value]
        return named.get(value, value) if isinstance(value, str) else value

    return [told(proposal.model_dump()) for proposal in outcome.proposals]


def _outcome(problem: Problem) -> Outcome:
    """The outcome; a problem whose locks cannot be kept is refused for its pin, and is no example."""
    try:
        return run_round(problem, POLICY)
    except InvalidProblem as refusal:
        if not refusal.record.startswith("pin:"):
            raise
        return reject()


@SOME
@given(any_world)
def test_outcome_verifies_and_accounts_for_everything(problem: Problem) -> None:
    """No fault is found; each component is covered, unmet with a published reason, or partly both."""
    outcome = _outcome(problem)
    assert faults(problem, POLICY, outcome) == ()
    assert outcome.figures.proof == "optimal"
    seated = {seat.component for proposal in outcome.proposals for seat in proposal.seats}
    unmet = {item.component: item for item in outcome.unmet}
    assert seated | set(unmet) == {part.id for need in problem.needs for part in need.components}
    for item in outcome.unmet:
        proof = item.certificate
        assert item.reason in UNMET_REASONS
        assert proof.demand - proof.capacity - proof.single_pairs == proof.unmet >= item.missing
    assert all(proposal.reasons for proposal in outcome.proposals)


@SOME
@given(any_world, st.integers(0, 2**16))
def test_neither_names_nor_order_show(problem: Problem, seed: int) -> None:
    """Another order of the records and other ids give the same fingerprint."""
    outcome = _outcome(problem)
    other = run_round(shuffled(problem, seed), POLICY)
    assert other.fingerprint == outcome.fingerprint
    assert other.problem_digest == outcome.problem_digest


@FEW
@given(any_world)
def test_same_input_gives_the_same_bytes(problem: Problem) -> None:
    """A round that is run again, from the file it was read from, gives the same bytes."""
    outcome = _outcome(problem)
    again = run_round(Problem.from_json(problem.model_dump_json()), POLICY)
    assert again.model_dump_json() == outcome.model_dump_json()


@FEW
@given(any_world)
def test_decisions_of_people_are_kept(problem: Problem) -> None:
    """Every lock is a seat, no veto is a seat or an alternative."""
    outcome = _outcome(problem)
    seats = {(seat.component, seat.offer) for proposal in outcome.proposals for seat in proposal.seats}
    named = seats | {
        (item.component, item.offer) for proposal in outcome.proposals for item in proposal.alternatives
    }
    pins = {(pin.component, pin.offer): pin.decision for pin in problem.pins}
    assert {pair for pair, decision in pins.items() if decision == "lock"} <= seats
    assert not {pair for pair, decision in pins.items() if decision == "veto"} & named


@FEW
@given(any_world)
def test_nobody_is_paired_against_a_no(problem: Problem) -> None:
    """Who asked not to be paired is never named to the other side, as a seat or as an alternative."""
    offers = {offer.id: offer for offer in problem.offers}
    needs = {need.id: need for need in problem.needs}
    for proposal in _outcome(problem).proposals:
        need = needs[proposal.need]
        for name in {seat.offer for seat in proposal.seats} | {item.offer for item in proposal.alternatives}:
            offer = offers[name]
            assert offer.party not in {*need.do_not_pair, *need.excluded}
            assert not {*offer.conflicts, *offer.refuses} & set(need.requesters)


@FEW
@given(world(5))
def test_closed_need_is_served_by_locks_alone(problem: Problem) -> None:
    """Who is not eligible, not endorsed, out of scope or a duplicate gets no seat that nobody locked."""
    needs = {need.id: need for need in problem.needs}
    for proposal in _outcome(problem).proposals:
        need = needs[proposal.need]
        is_open = need.eligible and need.endorsed and need.in_scope and need.duplicate_of is None
        assert is_open or all(seat.locked for seat in proposal.seats)


@SOME
@given(any_world, st.sampled_from(("eligible", "endorsed", "in_scope")), st.booleans())
def test_impossible_need_changes_nothing_for_others(problem: Problem, flaw: str, is_mandatory: bool) -> None:  # noqa: FBT001 - drawn
    """A need that nobody can serve is unmet with a reason; all other proposals stay what they were.

    Which of two offers of equal content is named may change; nothing else does.
    """
    before = _outcome(problem)
    impossible = Need(
        id="IMPOSSIBLE",
        requesters=("P-AAA",),
        components=(Component(id="IMPOSSIBLE.1", area="EXP-RET", slots=9, mandatory=is_mandatory),),
        urgency="emergency",
        **{flaw: False},
    )
    after = run_round(problem.model_copy(update={"needs": (impossible, *problem.needs)}), POLICY)
    assert _by_content(after, problem) == _by_content(before, problem)
    assert [unmet.component for unmet in after.unmet][:1] == ["IMPOSSIBLE.1"]
    assert [(unmet.component, unmet.reason, unmet.missing) for unmet in after.unmet[1:]] == [
        (unmet.component, unmet.reason, unmet.missing) for unmet in before.unmet
    ]


@FEW
@given(any_world)
def test_offer_that_can_serve_nobody_changes_nothing(problem: Problem) -> None:
    """An offer that its institution does not release leaves every proposal as it was."""
    before = _outcome(problem)
    useless = Offer(id="USELESS", party="P-BBB", released=False, capacity=9)
    after = run_round(problem.model_copy(update={"offers": (useless, *problem.offers)}), POLICY)
    assert after.proposals == before.proposals


@settings(max_examples=tries(3), deadline=None)
@given(world(4).map(_open))
def test_sentence_encoder_keeps_the_promises_too(problem: Problem) -> None:
    """With the default text model a round verifies and does not depend on names or order."""
    policy = Policy(minimum_score=1000)
    assume(not any(pin.decision == "lock" for pin in problem.pins))
    outcome = run_round(problem, policy)
    assert faults(problem, policy, outcome) == ()
    assert run_round(shuffled(problem, 3), policy).fingerprint == outcome.fingerprint
