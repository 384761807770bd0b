"""What the graph says about a round, as the notes of an outcome."""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Literal

from matching.graph.brokers import broker_centrality, burt_constraint, burt_effective_size
from matching.graph.facts import Facts, facts_of_problem
from matching.graph.reliance import isolated_needs, most_loaded, most_wanted, single_points_of_failure
from matching.outcome import GraphNote, Proposal
from matching.partnerships import Node
from matching.problem import Problem

NAMED_PER_NOTE = 10
"""States and areas that the notes of a round name at most, per kind of note."""

NoteCode = Literal["broker", "isolated_need", "single_point_of_failure", "most_wanted", "most_loaded"]


def notes(problem: Problem, proposals: Sequence[Proposal] = ()) -> tuple[GraphNote, ...]:
    """Return what the graph says about a round: brokers, isolated needs, single points, wanted, loaded.

    Parameters
    ----------
    problem : Problem
        The problem of the round.
    proposals : sequence of Proposal
        Its proposals.

    Returns
    -------
    tuple of GraphNote
        At most :data:`NAMED_PER_NOTE` brokers and areas; all isolated needs and single points.
    """
    facts = facts_of_problem(problem, proposals)
    return (
        *_broker_notes(facts),
        *_isolation_notes(facts, problem),
        *_failure_notes(facts),
        *_wanted_notes(facts),
        *_loaded_notes(facts),
    )


def _broker_notes(facts: Facts) -> Iterator[GraphNote]:
    constraint, size = burt_constraint(facts), burt_effective_size(facts)
    for node, value in list(broker_centrality(facts).items())[:NAMED_PER_NOTE]:
        yield _note(
            "broker",
            node,
            value,
            dialogues=sum(group[0] == "dialogue" for group in facts.places[node]),
            constraint=_rounded(constraint.get(node)),
            effective_size=_rounded(size.get(node)),
        )


def _isolation_notes(facts: Facts, problem: Problem) -> Iterator[GraphNote]:
    """Name the isolated needs, with the most deliveries on one topic, except those of their own page."""
    page = {need.id: need.source for need in problem.needs}
    pages = {("delivery", item.id): item.source for item in problem.deliveries}
    for node in isolated_needs(facts):
        topics, own = facts.wants[node], page[node[1]]
        past = max(
            (sum(own is None or pages[item] != own for item in facts.past[topic]) for topic in topics),
            default=0,
        )
        yield _note("isolated_need", node, 0, topics=len(topics), past_deliveries=past)


def _failure_notes(facts: Facts) -> Iterator[GraphNote]:
    wanted = _needs_on(facts)
    for node, provider in single_points_of_failure(facts).items():
        needs = len(facts.asks[node]) if node[0] == "party" else wanted[node]
        yield _note("single_point_of_failure", node, needs, provider=_reference(provider))


def _wanted_notes(facts: Facts) -> Iterator[GraphNote]:
    wanted = _needs_on(facts)
    for node, slots in list(most_wanted(facts).items())[:NAMED_PER_NOTE]:
        yield _note("most_wanted", node, slots, needs=wanted[node], offers=facts.offers_on[node])


def _loaded_notes(facts: Facts) -> Iterator[GraphNote]:
    for node, share in list(most_loaded(facts).items())[:NAMED_PER_NOTE]:
        yield _note("most_loaded", node, share, offers=facts.offers_on[node])


def _needs_on(facts: Facts) -> Counter[Node]:
    return Counter(topic for topics in facts.wants.values() for topic in topics)


def _note(code: NoteCode, node: Node, value: float, **params: str | float | None) -> GraphNote:
    return GraphNote(code=code, subject=_reference(node), value=round(float(value), 6), params=dict(params))


def _rounded(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else round(value, 6)


def _reference(node: Node) -> str:
    return f"{node[0]}:{node[1]}"
