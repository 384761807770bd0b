"""The round: who gets whom, what stays unmet and why, and what is said about it."""

import json
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from matching import (
    ENGINE,
    UNMET_REASONS,
    Area,
    Component,
    Delivery,
    Expertise,
    InvalidProblem,
    Language,
    MonthlyBooking,
    Need,
    Offer,
    Outcome,
    Pin,
    Policy,
    Problem,
    Proposal,
    Unmet,
    run_round,
    verify,
)
from tests.matching.worlds import need, offer, problem

POLICY = Policy(text_model="character-ngrams")


def _round(world: Problem, **settings: Any) -> Outcome:
    return run_round(world, Policy(**{"text_model": "character-ngrams", "minimum_score": 1000} | settings))


def _part(name: str, **fields: Any) -> Component:
    return Component(**({"id": name, "area": "EXP-RET"} | fields))


def _asks(name: str, *parts: Component, **fields: Any) -> Need:
    given = {"id": name, "requesters": ("P-AAA",), "commitments": ("T2-05",)}
    return Need(**(given | {"components": parts or (_part(f"{name}.1"),)} | fields))


def _seats(outcome: Outcome) -> dict[tuple[str, str], int]:
    return {
        (seat.component, seat.offer): seat.experts
        for proposal in outcome.proposals
        for seat in proposal.seats
    }


def _unmet(outcome: Outcome) -> dict[str, str]:
    return {unmet.component: unmet.reason for unmet in outcome.unmet}


def _alternatives(proposal: Proposal) -> dict[str, str]:
    return {alternative.offer: alternative.reasons[0].code for alternative in proposal.alternatives}


# Who gets whom


def test_mandatory_component_comes_before_optional_ones_of_others() -> None:
    """The only expert goes to the need that must have one, although another would fit better."""
    world = problem(
        needs=(
            _asks("wish", _part("wish.1", mandatory=False), preferred=("P-BBB",)),
            _asks("must", requesters=("P-CCC",)),
        )
    )
    assert _seats(_round(world)) == {("must.1", "O1"): 1}


def test_emergency_comes_before_what_can_wait() -> None:
    """Of two needs for one expert the more urgent one gets it, whatever the scores."""
    for urgent, waiting in (("emergency", "urgent"), ("urgent", "priority"), ("priority", "routine")):
        world = problem(
            needs=(
                _asks("waits", urgency=waiting, preferred=("P-BBB",)),
                _asks("hurries", requesters=("P-CCC",), urgency=urgent),
            )
        )
        assert _seats(_round(world)) == {("hurries.1", "O1"): 1}


def test_nobody_is_left_with_nothing_while_it_can_be_avoided() -> None:
    """Two experts serve two needs with one each, rather than the more urgent one with both."""
    world = problem(
        needs=(
            _asks("large", _part("large.1", slots=2), urgency="emergency"),
            _asks("small", requesters=("P-CCC",)),
        ),
        offers=(offer(1), offer(2)),
    )
    outcome = _round(world)
    assert {proposal.need for proposal in outcome.proposals} == {"large", "small"}
    assert _unmet(outcome) == {"large.1": "no_availability"}


def test_institution_sends_as_many_as_it_can() -> None:
    """An institution covers several slots of a component, a named expert never more than one."""
    asks = (_asks("N1", _part("N1.1", slots=3)),)
    for given, experts in (
        ({"capacity": 3}, 3),
        ({"capacity": 3, "sends": 2}, 2),
        ({"capacity": 3, "named_expert": True}, 1),
        ({"capacity": None}, 1),
    ):
        assert _seats(_round(problem(needs=asks, offers=(offer(1, **given),)))) == {("N1.1", "O1"): experts}


def test_lock_is_kept_and_veto_obeyed() -> None:
    """A lock stands although another offer is better; the vetoed best offer is never proposed."""
    offers = (offer(1), offer(2, party="P-DDD"))
    lock = Pin(decision="lock", component="N1.1", offer="O2")
    veto = Pin(decision="veto", component="N1.1", offer="O1")
    locked = _round(problem(offers=offers, pins=(lock,)))
    assert _seats(locked) == {("N1.1", "O2"): 1}
    assert locked.proposals[0].seats[0].locked
    assert "locked_by_a_person" in {reason.code for reason in locked.proposals[0].reasons}
    assert _alternatives(locked.proposals[0]) == {"O1": "seat_locked"}
    assert _seats(_round(problem(offers=offers, pins=(veto,)))) == {("N1.1", "O2"): 1}
    assert _seats(_round(problem(offers=offers))) == {("N1.1", "O1"): 1}


def test_lock_that_has_no_slot_is_refused_by_name() -> None:
    """Two locks on one slot cannot both be kept; the refusal names the second."""
    pins = tuple(Pin(decision="lock", component="N1.1", offer=name) for name in ("O1", "O2"))
    with pytest.raises(InvalidProblem) as refusal:
        _round(problem(offers=(offer(1), offer(2)), pins=pins))
    assert (refusal.value.record, refusal.value.code) == ("pin:N1.1/O2", "exceeds_slots")


def test_one_impossible_need_stops_nobody() -> None:
    """A need that nobody can serve is explained; the others keep exactly the proposals they had."""
    impossible = _asks("other", _part("other.1", area="EXP-ASY", slots=1000), commitments=())
    alone, together = _round(problem()), _round(problem(needs=(need(), impossible)))
    assert together.proposals == alone.proposals
    assert _unmet(together) == {"other.1": "no_expertise"}


@pytest.mark.parametrize("fairness", ["total", "tiered", "bottleneck", "maxmin", "leximin"])
def test_every_fairness_gives_a_checked_outcome(fairness: str) -> None:
    """Under each fairness a round fills as many slots, says what it could reach at most, and is verified."""
    figures = _round(problem(), fairness=fairness).figures
    assert (figures.fairness, figures.proof) == (fairness, "optimal")
    assert figures.filled == _round(problem()).figures.filled
    assert figures.lowest <= figures.fairness_certificate
    assert 0 <= figures.total_gap < 1


def test_unknown_fairness_is_an_error() -> None:
    """A fairness that there is not is refused, never replaced."""
    with pytest.raises(InvalidProblem):
        _round(problem(), fairness="fairest")


def test_empty_problem_has_an_empty_outcome() -> None:
    """Nothing asked and nothing offered is no error."""
    outcome = _round(Problem(as_of=date(2027, 1, 1)))
    assert (outcome.proposals, outcome.unmet, outcome.notes) == ((), (), ())
    assert outcome.figures.proof == "optimal"


# What is said about it


def test_proposal_says_why_strongest_first_and_each_thing_once() -> None:
    """Reasons stand by the points of their criterion, each code once; then the team's own and its members."""
    parts = (_part("N1.1"), _part("N1.2", area="EXP-DATA"))
    data = offer(2, party="P-CCC", expertise=(Expertise(area="EXP-DATA"),), commitments=("T2-01",))
    (proposal,) = _round(problem(needs=(_asks("N1", *parts),), offers=(offer(1), data))).proposals
    codes = [reason.code for reason in proposal.reasons]
    assert codes.pop() == "no_other_team"
    assert codes[-5:] == [
        "member_covers",
        "member_covers",
        "team_language_unknown",
        "complementary_expertise",
        "team_in_one_region",
    ]
    del codes[-5:]
    points = {
        reason.code: max(
            item.points
            for seat in proposal.seats
            for item in seat.criteria
            if reason.code in {found.code for found in item.reasons}
        )
        for reason in proposal.reasons[: len(codes)]
        if reason.code not in {"covers_components", "team_of_several", "south_south_team"}
    }
    assert codes[-3:] == ["covers_components", "team_of_several", "south_south_team"]
    assert len(set(codes)) == len(codes)
    assert list(points.values()) == sorted(points.values(), reverse=True)
    assert codes[0] == "same_area"


def test_proposal_score_is_the_mean_of_its_seats_by_experts() -> None:
    """Two experts from one offer weigh twice as much as one from another."""
    world = problem(
        needs=(_asks("N1", _part("N1.1", slots=3)),), offers=(offer(1, capacity=2), offer(2, party="P-DDD"))
    )
    (proposal,) = _round(world).proposals
    first, second = (next(seat for seat in proposal.seats if seat.offer == name) for name in ("O1", "O2"))
    assert proposal.score == round((2 * first.score + second.score) / 3)


def test_alternative_says_what_kept_it_out() -> None:
    """The nearest offers not chosen are behind by so much, or taken, or used by the same team."""
    lower = _round(problem(offers=(offer(1), offer(2, party="P-DDD")))).proposals[0]
    assert _alternatives(lower) == {"O2": "lower_score"}
    assert lower.alternatives[0].behind == lower.score - lower.alternatives[0].score > 0
    same = _round(problem(offers=(offer(1), offer(2)))).proposals[0]
    assert list(_alternatives(same).values()) == ["same_score"]
    parts = (_part("N1.1"), _part("N1.2"))
    both = _round(problem(needs=(_asks("N1", *parts),), offers=(offer(1), offer(2, party="P-DDD"))))
    assert set(_alternatives(both.proposals[0]).values()) == {"used_in_this_team"}


def test_proposal_names_no_other_need() -> None:
    """Who lost an offer to another need learns that it is taken, never by whom."""
    world = problem(
        needs=(_asks("ours"), _asks("secret-need", urgency="emergency")),
        offers=(offer(1), offer(2, party="P-DDD")),
    )
    outcome = _round(world)
    (ours,) = (proposal for proposal in outcome.proposals if proposal.need == "ours")
    assert "taken_by_other_need" in _alternatives(ours).values()
    assert "secret-need" not in ours.model_dump_json()


def test_policy_limits_alternatives_and_hosts() -> None:
    """A proposal names no more alternatives and hosts than the policy says, nearest alternatives first."""
    offers = tuple(
        offer(number, party=party) for number, party in enumerate(("P-BBB", "P-CCC", "P-DDD", "P-EEE"))
    )
    (proposal,) = _round(problem(offers=offers), alternatives=2, hosts=1).proposals
    behind = [alternative.behind for alternative in proposal.alternatives]
    assert (len(behind), len(proposal.hosts)) == (2, 1)
    assert behind == sorted(behind)


def test_every_criterion_of_the_policy_stands_in_the_seat() -> None:
    """A seat's score is the sum of its criteria's points, one for each weight of the policy."""
    (seat,) = _round(problem()).proposals[0].seats
    assert {item.criterion: item.weight for item in seat.criteria} == POLICY.weights
    assert seat.score == pytest.approx(100 * sum(item.points for item in seat.criteria), abs=0.51)


def test_outcome_says_under_what_it_was_made() -> None:
    """Policy, problem, seed, engine and text model are in the outcome; the version is the package's."""
    outcome = run_round(problem(), POLICY, seed=11)
    other = run_round(problem(), Policy(text_model="character-ngrams", hosts=1), seed=11)
    pyproject = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert pyproject["project"]["version"] == outcome.engine == ENGINE
    assert outcome.seed == 11
    assert "ngrams" in outcome.text_model
    assert outcome.problem_digest == other.problem_digest
    assert outcome.policy_digest != other.policy_digest
    assert outcome.fingerprint != other.fingerprint


def test_progress_is_told_stage_by_stage() -> None:
    """Every stage begins at nothing done and ends with everything done, in the documented order."""
    told: list[tuple[str, int, int]] = []
    run_round(problem(), POLICY, progress=lambda *step: told.append(step))
    stages = list(dict.fromkeys(stage for stage, _, _ in told))
    assert stages == ["candidates", "allocation", "explanations", "unmet", "graph", "verification"]
    for stage in stages:
        steps = [(done, total) for name, done, total in told if name == stage]
        assert steps[0][0] == 0
        assert steps[-1][0] == steps[-1][1]
        assert steps == sorted(steps)


def test_sentence_encoder_gives_a_verified_round() -> None:
    """With the default policy, texts are compared by the sentence encoder and named with its version."""
    world = problem(needs=(need(text="Retour des familles"),), offers=(offer(text="Return of families"),))
    outcome = run_round(world, Policy())
    verify(world, Policy(), outcome)
    meaning = next(item for item in outcome.proposals[0].seats[0].criteria if item.criterion == "meaning")
    assert meaning.known
    assert meaning.reasons[0].params["model"] == outcome.text_model


# What stays unmet


def _alone(world: Problem) -> Unmet:
    (unmet,) = _round(world).unmet
    return unmet


def _no_topic(text: str) -> Problem:
    vague = Need(id="N1", requesters=("P-AAA",), components=(Component(id="N1.1"),), text=text)
    return problem(needs=(vague,), offers=())


@pytest.mark.parametrize(
    ("reason", "world"),
    [
        ("duplicate", lambda: problem(needs=(need(duplicate_of="N1"),))),
        ("out_of_scope", lambda: problem(needs=(need(in_scope=False),))),
        ("out_of_scope", lambda: problem(needs=(need(eligible=False),))),
        ("out_of_scope", lambda: problem(needs=(need(endorsed=False),))),
        (
            "expired",
            lambda: problem(needs=(need(starts_on=date(2026, 1, 1), ends_on=date(2026, 12, 31)),), offers=()),
        ),
        ("too_generic", lambda: _no_topic("Please help us")),
        ("no_expertise", lambda: _no_topic("Training of reception staff in two regional centres, by June")),
        ("no_expertise", lambda: problem(offers=())),
        ("no_expertise", lambda: problem(needs=(need(components=(_part("N1.1", slots=4),)),))),
        (
            "language_gap",
            lambda: problem(
                needs=(need(components=(_part("N1.1", languages=(Language(code="fr"),)),)),),
                offers=(offer(languages=(Language(code="en"),)),),
            ),
        ),
        ("no_funding", lambda: problem(needs=(need(max_cost=10.0),), offers=(offer(cost_per_day=20.0),))),
        ("no_availability", lambda: problem(offers=(offer(capacity=0),))),
        ("no_availability", lambda: problem(offers=(offer(released=False),))),
        ("no_availability", lambda: problem(needs=(need(do_not_pair=("P-BBB",)),))),
        ("no_availability", lambda: problem(offers=(offer(conflicts=("P-AAA",)),))),
        ("no_availability", lambda: problem(offers=(offer(refuses=("P-AAA",)),))),
        (
            "no_availability",
            lambda: problem(
                needs=(need(starts_on=date(2027, 3, 1), ends_on=date(2027, 3, 31)),),
                offers=(offer(booked=(MonthlyBooking(month="2027-03", assignments=1),)),),
            ),
        ),
    ],
)
def test_unmet_component_has_a_published_reason(reason: str, world: Callable[[], Problem]) -> None:
    """Each cause has its published code, a fact behind it and a certificate whose numbers add up."""
    unmet = _alone(world())
    proof = unmet.certificate
    assert unmet.reason == reason
    assert unmet.reason in UNMET_REASONS
    assert unmet.reasons
    assert proof.demand - proof.capacity - proof.single_pairs == proof.unmet == unmet.missing
    assert proof.components == ("N1.1",)


def test_nobody_there_is_certified_by_nothing() -> None:
    """Where no offer passes, the certificate is demand without any capacity."""
    proof = _alone(problem(needs=(need(components=(_part("N1.1", slots=7),)),), offers=())).certificate
    assert (proof.demand, proof.capacity, proof.single_pairs, proof.unmet) == (7, 0, 0, 7)


def test_relaxation_says_what_it_would_bring_back() -> None:
    """The rule that alone keeps offers away is named with their number, and dropping it brings them back."""
    asks = need(components=(_part("N1.1", languages=(Language(code="fr"),)),))
    offers = tuple(offer(number, languages=(Language(code="en"),)) for number in (1, 2, 3))
    unmet = _alone(problem(needs=(asks,), offers=offers))
    assert [(item.rule, item.offers, item.alone) for item in unmet.exclusions] == [("language_gap", 3, 3)]
    (relaxed,) = (reason for reason in unmet.reasons if reason.code == "candidates_without_rule")
    assert relaxed.params == {"rule": "language_gap", "offers": 3}
    with_interpreter = asks.model_copy(update={"interpretation": True})
    assert _round(problem(needs=(with_interpreter,), offers=offers)).unmet == ()


def test_partial_need_is_both_proposed_and_unmet() -> None:
    """What can be covered is proposed, what cannot is explained, and the proposal says it is not complete."""
    parts = (_part("N1.1"), _part("N1.2", area="EXP-DATA"))
    world = problem(needs=(_asks("N1", *parts, commitments=()),), offers=(offer(1, capacity=1),))
    outcome = _round(world)
    assert [proposal.complete for proposal in outcome.proposals] == [False]
    assert _unmet(outcome) == {"N1.2": "no_expertise"}
    figures = outcome.figures
    assert (figures.needs_complete, figures.needs_partial, figures.needs_without) == (0, 1, 0)


def test_missing_optional_component_leaves_a_proposal_complete() -> None:
    """A need is complete with all its mandatory components."""
    parts = (_part("N1.1"), _part("N1.2", area="EXP-DATA", mandatory=False))
    outcome = _round(problem(needs=(_asks("N1", *parts, commitments=()),)))
    assert [proposal.complete for proposal in outcome.proposals] == [True]
    assert [(unmet.component, unmet.mandatory) for unmet in outcome.unmet] == [("N1.2", False)]


def test_figures_say_how_fairly_the_needs_were_served() -> None:
    """One need with everything and one with nothing: the least is 0, and the Gini coefficient one half."""
    world = problem(needs=(need(), _asks("other", _part("other.1", area="EXP-ASY"), commitments=())))
    served, alone = _round(world), _round(problem())
    assert (served.figures.lowest, served.figures.gini) == (0.0, 0.5)
    assert served.figures.fifth_percentile == pytest.approx(0.05 * alone.proposals[0].score)
    assert (alone.figures.lowest, alone.figures.gini) == (float(alone.proposals[0].score), 0.0)


def test_notes_of_the_graph_are_in_the_outcome() -> None:
    """What hangs on one provider and what is most wanted stands in the outcome."""
    codes = {note.code for note in _round(problem()).notes}
    assert {"single_point_of_failure", "most_wanted", "most_loaded"} <= codes


def test_fingerprint_follows_content() -> None:
    """Another id gives the same fingerprint, another text another one."""
    same = run_round(problem(offers=(offer(id="named-otherwise"),)), POLICY)
    other = run_round(problem(offers=(offer(text="Something else"),)), POLICY)
    first = run_round(problem(), POLICY)
    assert first.fingerprint == same.fingerprint != other.fingerprint
    assert json.loads(first.model_dump_json())["fingerprint"] == first.fingerprint


def test_standing_relation_is_a_reason() -> None:
    """Help given before, on the topic and to the requester, is a reason, with the delivery as evidence."""
    past = Delivery(
        id="D1", requesters=("AAA",), providers=("BBB",), areas=("EXP-RET",), year_from=2025, rating=1.0
    )
    (proposal,) = _round(problem(deliveries=(past,))).proposals
    evidence = {place for reason in proposal.reasons for place in reason.evidence}
    assert "delivery:D1" in evidence


def test_large_round_keeps_every_promise() -> None:
    """A round of 60 needs over 200 offers, with scarcity, is verified and accounts for every component."""
    areas = tuple(f"EXP-{number}" for number in range(12))
    needs = tuple(
        _asks(
            f"N{number}",
            _part(f"N{number}.1", area=areas[number % 12], slots=1 + number % 4),
            _part(f"N{number}.2", area=areas[(number * 5 + 1) % 12], mandatory=number % 3 == 0),
            urgency=("routine", "priority", "urgent", "emergency")[number % 4],
            requesters=(("P-AAA", "P-CCC", "P-EEE")[number % 3],),
        )
        for number in range(60)
    )
    offers = tuple(
        Offer(
            id=f"O{number}",
            party=("P-BBB", "P-DDD", "P-FFF")[number % 3],
            expertise=(Expertise(area=areas[(number * 7) % 11]),),
            capacity=number % 3,
        )
        for number in range(200)
    )
    world = problem(areas=tuple(Area(code=code) for code in areas), needs=needs, offers=offers)
    outcome = _round(world)
    verify(world, Policy(text_model="character-ngrams", minimum_score=1000), outcome)
    assert outcome.figures.proof == "optimal"
    assert {unmet.reason for unmet in outcome.unmet} <= set(UNMET_REASONS)
    assert outcome.figures.filled > 100
