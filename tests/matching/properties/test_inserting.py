"""Insertions into the outcome of a round, in worlds with every rule, against a round over everything."""

from collections import Counter
from itertools import chain

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from matching.errors import InvalidProblem, UnknownSetting
from matching.inserting import insert_need, insert_offer, refill
from matching.outcome import Outcome, Proposal
from matching.policy import Policy
from matching.problem import Component, Expertise, Pin, Problem
from matching.round import run_round
from tests.matching import worlds
from tests.tries import tries

POLICY = Policy(text_model="character-ngrams")
HOW = st.sampled_from(["never_displace", "swap_unconfirmed", "free"])
Seats = Counter[tuple[str, str]]


def seats_of(proposals: tuple[Proposal, ...]) -> Seats:
    """Experts by component and offer."""
    seats = chain.from_iterable(proposal.seats for proposal in proposals)
    return Seats({(seat.component, seat.offer): seat.experts for seat in seats})


def by_component(seats: Seats) -> Counter[str]:
    """Experts by component."""
    counted = Counter[str]()
    for (component, _), experts in seats.items():
        counted[component] += experts
    return counted


@st.composite
def crowded(draw: st.DrawFn) -> Problem:
    """Needs and offers about one area, with few places and many ties, so that who sits where matters."""
    slots = draw(st.lists(st.integers(1, 2), min_size=2, max_size=4))
    urgencies = st.sampled_from(["routine", "urgent"])
    needs = tuple(
        worlds.need(
            number,
            components=(
                Component(id=f"N{number}.1", area="EXP-RET", slots=count),
                Component(id=f"N{number}.2", area=draw(st.sampled_from(worlds.AREAS)), mandatory=False),
            ),
            urgency=draw(urgencies),
        )
        for number, count in enumerate(slots, start=1)
    )
    parties = draw(st.lists(st.sampled_from(["P-BBB", "P-CCC", "P-DDD"]), min_size=2, max_size=5))
    offers = tuple(
        worlds.offer(
            number,
            party=party,
            capacity=draw(st.integers(1, 3)),
            sends=draw(st.integers(1, 2)),
            expertise=tuple(Expertise(area=area) for area in draw(AREAS)),
        )
        for number, party in enumerate(parties, start=1)
    )
    problem = worlds.problem(needs=needs, offers=offers)
    if not draw(st.booleans()):
        return problem
    lock = Pin(decision="lock", component="N1.1", offer="O1")
    return problem.model_copy(update={"pins": (lock,)})


AREAS = st.lists(st.sampled_from(worlds.AREAS), min_size=1, max_size=3, unique=True)


def before(problem: Problem, need_id: str) -> Outcome:
    """The outcome of a round before a need came."""
    needs = tuple(need for need in problem.needs if need.id != need_id)
    parts = {part.id for need in needs for part in need.components}
    pins = tuple(pin for pin in problem.pins if pin.component in parts)
    return run_round(problem.model_copy(update={"needs": needs, "pins": pins}), POLICY)


@settings(max_examples=tries(15))
@given(worlds.world(with_pins=False) | crowded(), HOW)
def test_a_need_that_comes_later_finds_its_team(problem: Problem, how: str) -> None:
    """Nobody is moved beyond the policy, and free is as good as a round over everything."""
    assume(problem.needs)
    need = problem.needs[-1]
    assume(all(other.duplicate_of != need.id for other in problem.needs))
    outcome = before(problem, need.id)
    found = insert_need(problem, POLICY, outcome, need.id, how=how)
    old, new = seats_of(outcome.proposals), seats_of(found.standing)
    own = {part.id for part in need.components}
    assert sum((new - old).values()) - sum((old - new).values()) == found.slots
    if how == "never_displace":
        assert Seats({pair: experts for pair, experts in new.items() if pair[0] not in own}) == old
    if how != "free":
        assert not by_component(old) - by_component(new)
        return
    figures = run_round(problem, POLICY).figures
    total = sum(seat.score * seat.experts for team in found.standing for seat in team.seats)
    assert (sum(new.values()), total) == (figures.filled, figures.total)


@settings(max_examples=tries(12))
@given(crowded(), HOW, st.integers(0, 99))
def test_a_declined_seat_is_refilled_and_consents_stand(problem: Problem, how: str, choice: int) -> None:
    """The declined pair is gone, all other seats of consent and all locks stand, and the checker agrees."""
    outcome = run_round(problem, POLICY)
    seats = seats_of(outcome.proposals)
    locks = {(pin.component, pin.offer) for pin in problem.pins if pin.decision == "lock"}
    assume(seats.keys() - locks)
    declined = sorted(seats.keys() - locks)[choice % len(seats.keys() - locks)]
    confirmed = sorted(seats.keys() - {declined})[::2]
    found = refill(problem, POLICY, outcome, *declined, how=how, confirmed=confirmed)
    after = seats_of(found.standing)
    assert not after[declined]
    assert all(after[pair] >= seats[pair] for pair in confirmed)
    assert all(after[pair] for pair in locks if seats[pair])
    if how == "never_displace":
        assert {pair for pair in seats if after[pair] < seats[pair]} == {declined}
    if how != "free":
        assert set(by_component(seats) - by_component(after)) <= {declined[0]}


@settings(max_examples=tries(10))
@given(crowded(), HOW)
def test_an_offer_that_comes_later_takes_no_slot_from_anybody(problem: Problem, how: str) -> None:
    """Teams have as many experts as before or more; under never_displace all seats stand."""
    assume(problem.offers)
    offer = problem.offers[-1]
    outcome = run_round(problem.model_copy(update={"offers": problem.offers[:-1]}), POLICY)
    found = insert_offer(problem, POLICY, outcome, offer.id, how=how)
    old, new = seats_of(outcome.proposals), seats_of(found.standing)
    assert found.slots >= 0
    if how != "free":
        assert not by_component(old) - by_component(new)
    if how == "never_displace":
        assert not old - new
        assert all(pair[1] == offer.id for pair in new - old)


def test_the_replacement_is_explained() -> None:
    """The next offer takes the seat, with reasons and criteria as in a round."""
    problem = worlds.problem(offers=(worlds.offer(1), worlds.offer(2, party="P-CCC")))
    outcome = run_round(problem, POLICY)
    first = outcome.proposals[0].seats[0].offer
    found = refill(problem, POLICY, outcome, "N1.1", first)
    [team] = found.proposals
    assert [seat.offer for seat in team.seats] == [({"O1", "O2"} - {first}).pop()]
    assert team.seats[0].criteria
    assert team.reasons
    assert team.alternatives == ()


def test_what_cannot_be_asked_is_refused_by_name() -> None:
    """Unknown policies, needs and seats, needs that have seats, and locked seats."""
    problem = worlds.problem()
    outcome = run_round(problem, POLICY)
    with pytest.raises(UnknownSetting):
        insert_need(problem, POLICY, outcome, "N1", how="push")
    with pytest.raises(InvalidProblem, match="need:N9: id: unknown"):
        insert_need(problem, POLICY, outcome, "N9")
    with pytest.raises(InvalidProblem, match="need:N1: id: repeated"):
        insert_need(problem, POLICY, outcome, "N1")
    with pytest.raises(InvalidProblem, match="offer:O1: id: repeated"):
        insert_offer(problem, POLICY, outcome, "O1")
    with pytest.raises(InvalidProblem, match=r"seat:N1\.1/O9: offer: unknown"):
        refill(problem, POLICY, outcome, "N1.1", "O9")
