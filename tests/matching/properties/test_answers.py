"""What is said about other answers holds in any world, and nobody's secret shows through."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matching import InvalidProblem, Policy, Problem
from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate
from matching.allocation.prices import steps_and_score
from matching.explanations.beaten import WhyNotAnswers
from matching.explanations.disclosure import FEW, FEWEST
from matching.explanations.margins import around
from matching.explanations.scarcity import shortages_of, worth_of_copies
from matching.outcome import Shortage, WhyNot
from matching.pairs.candidates import Candidates, find_candidates
from matching.pairs.rules import stopped_by
from matching.policy import PRIORITIES
from matching.solving import Solution, solve
from tests.matching.properties.test_round import _open, any_world
from tests.matching.worlds import world
from tests.tries import tries

POLICY = Policy(text_model="character-ngrams", minimum_score=1000, shortages=100)
SOME = settings(max_examples=tries(10), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def solved(problem: Problem) -> Solution | None:
    """The solution; none where a lock cannot be kept."""
    try:
        return solve(find_candidates(problem, POLICY))
    except InvalidProblem:
        return None


def again(
    candidates: Candidates,
    *,
    new: list[tuple[int, int, int]] | None = None,
    scores: dict[int, int] | None = None,
    room: int = 0,
) -> Allocation:
    """Solve the whole again, with further pairs, other scores, or a further offer that has some room."""
    edges, added = candidates.edges, np.array(new or [], np.int64).reshape(-1, 3)
    score = edges.score.copy()
    for edge, value in (scores or {}).items():
        score[edge] = value
    return allocate(
        Edges(
            np.concatenate([edges.demand, added[:, 0]]),
            np.concatenate([edges.offer, added[:, 1]]),
            np.concatenate([score, added[:, 2]]),
            np.concatenate([edges.limit, np.ones(len(added), np.int64)]),
        ),
        candidates.slots,
        np.append(candidates.capacity, room),
        need=candidates.need_of,
        mandatory=[part.mandatory for _, part in candidates.components] or None,
        priority=[PRIORITIES[need.urgency] for need, _ in candidates.components] or None,
        pins=np.flatnonzero(candidates.lock),
    )


def asking_for(candidates: Candidates, shortage: Shortage) -> list[int]:
    """The open components that ask for a kind, read off the records."""
    found = []
    for node, (_, part) in enumerate(candidates.components):
        languages = {item.code for item in part.languages or ()}
        is_asked = (
            shortage.area in (None, part.area)
            and shortage.modality in (None, part.modality)
            and (shortage.language is None or shortage.language in languages)
        )
        is_open = stopped_by(candidates.case(node)) is None
        if is_asked and is_open:
            found.append(node)
    return found


@SOME
@given(any_world)
def test_shortage_is_worth_what_solving_again_finds(problem: Problem) -> None:
    """A further offer as it is defined, put into the problem, adds the slots and points that were said."""
    solution = solved(problem)
    assume(solution is not None)
    assert solution is not None
    candidates, edges = solution.candidates, solution.candidates.edges
    for shortage in shortages_of(solution):
        nodes = asking_for(candidates, shortage)
        assert len(nodes) == shortage.components
        own = {node: np.sort(edges.score[edges.demand == node]) for node in nodes}
        everybody = np.sort(np.concatenate([*own.values()]))
        usual = everybody[(everybody.size - 1) // 2] if everybody.size else POLICY.minimum_score
        further = [
            (node, len(candidates.offers), int(scores[(scores.size - 1) // 2] if scores.size else usual))
            for node, scores in own.items()
        ]
        grown = again(candidates, new=further, room=1)
        assert int(grown.filled.sum()) - int(solution.filled.sum()) == shortage.slots
        assert grown.total - solution.total == shortage.gain


@SOME
@given(any_world)
def test_one_more_like_an_offer_is_worth_what_solving_again_finds(problem: Problem) -> None:
    """A copy of an offer with room for one assignment adds exactly what was said."""
    solution = solved(problem)
    assume(solution is not None)
    assert solution is not None
    candidates, edges = solution.candidates, solution.candidates.edges
    other = around(solution)
    for offer, worth in enumerate(worth_of_copies(solution, other).tolist()):
        own = np.flatnonzero(edges.offer == offer)
        copy = [(int(edges.demand[edge]), len(candidates.offers), int(edges.score[edge])) for edge in own]
        grown = again(candidates, new=copy, room=1)
        steps, points = steps_and_score(worth, other.network.step)
        assert int(grown.filled.sum()) - int(solution.filled.sum()) == int(steps > 0)
        assert grown.total - solution.total == points


@SOME
@given(any_world)
def test_offer_enters_at_the_score_that_is_said(problem: Problem) -> None:
    """With the score it is chosen, two points below it is not; what changes is what is said, and fits."""
    solution = solved(problem)
    assume(solution is not None)
    assert solution is not None
    candidates, edges = solution.candidates, solution.candidates.edges
    answers = WhyNotAnswers(solution)
    flow = solution.allocation.flow
    for edge in np.flatnonzero(flow == 0).tolist():
        answer = answers.to_desk(int(edges.demand[edge]), int(edges.offer[edge]))
        assert answer.score == edges.score[edge]
        if answer.enters_at is None:
            assert not again(candidates, scores={edge: 10_000}).flow[edge]
            continue
        assert again(candidates, scores={edge: answer.enters_at}).flow[edge]
        if answer.enters_at > 2:
            assert not again(candidates, scores={edge: answer.enters_at - 2}).flow[edge]
        assert answer.short_by == answer.enters_at - answer.score >= 1
        _fits(solution, answer)


def _fits(solution: Solution, answer: WhyNot) -> None:
    """The changes leave an allocation that loses what the offer is short by, less one."""
    candidates, edges = solution.candidates, solution.candidates.edges
    flow = solution.allocation.flow.copy()
    place = {
        (int(d), int(o)): number for number, (d, o) in enumerate(zip(edges.demand, edges.offer, strict=True))
    }
    for change in answer.changes:
        pair = candidates.component_index[change.component], candidates.offer_index[change.offer]
        flow[place[pair]] += change.experts
    assert (flow >= candidates.lock).all()
    assert (flow <= edges.limit).all()
    assert (np.bincount(edges.offer, flow, len(candidates.offers)) <= candidates.capacity).all()
    assert answer.short_by is not None
    assert int(flow @ edges.score) == solution.total - answer.short_by + 1
    assert int(flow.sum()) == int(solution.filled.sum())


# What a party learns


def _told(answer: WhyNot) -> list[tuple[str, dict[str, Any]]]:
    """A party's answer without numbers of others from three on, beside which "few" is as good as none."""
    told = []
    for reason in answer.reasons:
        params = {
            name: value
            for name, value in reason.params.items()
            if not (name == "offers" and (value == FEW or int(str(value)) >= FEWEST))
        }
        told.append((reason.code, params))
    return told


def _own_team(solution: Solution, need: str) -> list[tuple[str, str, int, int]]:
    edges, candidates = solution.candidates.edges, solution.candidates
    return sorted(
        (
            part.id,
            candidates.offers[int(edges.offer[edge])].id,
            int(edges.score[edge]),
            int(solution.allocation.flow[edge]),
        )
        for edge in np.flatnonzero(solution.allocation.flow)
        for owner, part in [candidates.components[int(edges.demand[edge])]]
        if owner.id == need
    )


@settings(SOME, max_examples=tries(5))
@given(world(3).map(_open), world(2).map(_open), st.data())
def test_party_learns_nothing_of_a_single_other(
    problem: Problem, source: Problem, data: st.DataObject
) -> None:
    """Another content of an offer or need that is not its own leaves a party's answer as it was.

    Its own team given, and but for numbers from three on.
    """
    assume(problem.needs and problem.offers and source.needs and source.offers)
    own = data.draw(st.sampled_from(problem.needs))
    asked = data.draw(st.sampled_from(problem.offers))
    before = solved(problem)
    assume(before is not None)
    assert before is not None
    changed = _with_another(problem, source, data, own.id, asked.id)
    after = solved(changed)
    assume(after is not None)
    assert after is not None
    assume(_own_team(before, own.id) == _own_team(after, own.id))
    for part in own.components:
        answers = [
            WhyNotAnswers(solution).to_party(
                solution.candidates.component_index[part.id], solution.candidates.offer_index[asked.id]
            )
            for solution in (before, after)
        ]
        assert _told(answers[0]) == _told(answers[1])
        assert answers[0].score == answers[1].score
        assert all(not answer.changes and answer.enters_at is None for answer in answers)


def _with_another(problem: Problem, source: Problem, data: st.DataObject, need: str, offer: str) -> Problem:
    """The problem with one hidden record replaced by the content of another world's."""
    needs, offers = list(problem.needs), list(problem.offers)
    hidden_needs = [place for place, item in enumerate(needs) if item.id != need]
    hidden_offers = [place for place, item in enumerate(offers) if item.id != offer]
    assume(hidden_needs or hidden_offers)
    if hidden_offers and (not hidden_needs or data.draw(st.booleans())):
        place = data.draw(st.sampled_from(hidden_offers))
        offers[place] = data.draw(st.sampled_from(source.offers)).model_copy(update={"id": offers[place].id})
    else:
        place = data.draw(st.sampled_from(hidden_needs))
        content = data.draw(st.sampled_from(source.needs))
        parts = tuple(
            part.model_copy(update={"id": f"{needs[place].id}.{number}"})
            for number, part in enumerate(content.components)
        )
        needs[place] = content.model_copy(
            update={"id": needs[place].id, "components": parts, "duplicate_of": None}
        )
    kept = {part.id for item in needs for part in item.components}
    pins = tuple(pin for pin in problem.pins if pin.component in kept)
    return problem.model_copy(update={"needs": tuple(needs), "offers": tuple(offers), "pins": pins})


# What every round keeps to


@SOME
@given(any_world)
def test_removing_a_need_raises_no_lowest_offer_price(problem: Problem) -> None:
    """With one need less, one more unit of any offer is worth no more than before."""
    assume(problem.needs and not problem.pins)
    whole = solved(problem)
    assert whole is not None
    _, prices = _priced(whole.candidates, np.ones(len(whole.candidates.components), bool))
    for number in range(len(whole.candidates.needs)):
        kept = whole.candidates.need_of != number
        _, fewer = _priced(whole.candidates, kept)
        assert (fewer <= prices).all()


def _priced(candidates: Candidates, kept: Any) -> tuple[Allocation, Any]:
    """The allocation of some of the components, with prices in the steps of the whole problem."""
    edges = candidates.edges
    allocation = allocate(
        edges,
        np.where(kept, candidates.slots, 0),
        candidates.capacity,
        need=candidates.need_of,
        mandatory=[part.mandatory for _, part in candidates.components] or None,
        priority=[PRIORITIES[need.urgency] for need, _ in candidates.components] or None,
        prove=True,
    )
    return allocation, allocation.offer_price


@SOME
@given(any_world, st.data())
def test_one_more_offer_lowers_neither_slots_nor_total(problem: Problem, data: st.DataObject) -> None:
    """Under ``total`` another offer never costs a slot, nor points where the slots are the same."""
    assume(problem.offers)
    policy = POLICY.model_copy(update={"fairness": "total"})
    left_out = data.draw(st.sampled_from(problem.offers)).id
    assume(all(pin.offer != left_out for pin in problem.pins))
    fewer = problem.model_copy(
        update={"offers": tuple(offer for offer in problem.offers if offer.id != left_out)}
    )
    try:
        with_it, without = (solve(find_candidates(each, policy)) for each in (problem, fewer))
    except InvalidProblem:
        assume(False)  # noqa: FBT003 - the way to give an example up
    assert with_it.filled.sum() >= without.filled.sum()
    if with_it.filled.tolist() == without.filled.tolist():
        assert with_it.total >= without.total
