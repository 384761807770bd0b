"""The partnership graph: who asks, who offers, who helped whom, and who sits with whom.

Nodes are pairs of kind and code or id, as a code is unique only with its kind: ``("state", "NER")``,
``("dialogue", "RABAT")``, ``("offer", "o-17")``. Every edge has a kind, which is also its key:

=============  =======================================  ==================================================
kind           from, to                                 meaning
=============  =======================================  ==================================================
belongs_to     party, state                             the state, or one of the states, that runs it
takes_part     state, dialogue or other group           a place that counts (`ROLE_WEIGHTS`)
on_agenda      dialogue or other group, commitment      the group works on it
serves         area, commitment                         the expertise serves the commitment
asks           party, need                              the party is a requester
wants          need, area or commitment                 topic asked for; ``slots`` on areas
offers         party, offer                             the party offers it
covers         offer, area or commitment                topic offered
gave           state or party, delivery                 past help: the provider
received       delivery, state                          past help: the requester
treated        delivery, area or commitment             topic of past help
proposed       offer, need                              a seat of this round, with ``experts``
=============  =======================================  ==================================================

Nodes and edges are added in sorted order, so the graph never depends on the order of the records.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

import networkx as nx

from matching.outcome import Proposal
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.problem import Need, Offer, Problem

Node = tuple[str, str]
Edge = tuple[Node, Node, str, dict[str, int | str]]


def partnership_graph(
    problem: Problem, proposals: Sequence[Proposal] = (), hidden: Collection[Node] = ()
) -> "nx.MultiDiGraph[Node]":
    """Return the partnership graph of a problem, with the proposals of a round if there are any.

    Parameters
    ----------
    problem : Problem
        States, groups, parties, needs, offers and deliveries become nodes. Concluded groups and places that
        count nothing are left out.
    proposals : sequence of Proposal
        Their seats become edges.
    hidden : collection of node
        Nodes that not everybody may know of. Their edges get the attribute ``hidden``; introductions and
        shared work pass them by.

    Returns
    -------
    networkx.MultiDiGraph
        See the table at the top of this module. Node attribute ``kind``; offers have ``capacity``
        (unknown counts 1).

    Notes
    -----
    O(V + E) plus sorting.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Party, State
    >>> ministry = Party(id="m", type="ministry_or_agency", name="Ministry", states=("NER",))
    >>> problem = Problem(as_of=date(2027, 1, 1), states=(State(code="NER"),), parties=(ministry,))
    >>> list(partnership_graph(problem).edges(keys=True))
    [(('party', 'm'), ('state', 'NER'), 'belongs_to')]
    """
    graph: nx.MultiDiGraph[Node] = nx.MultiDiGraph()
    _add_nodes(graph, problem)
    secret = set(hidden)
    for tail, head, kind, facts in sorted(_edges(problem, proposals), key=lambda edge: edge[:3]):
        mark = {"hidden": True} if tail in secret or head in secret else {}
        graph.add_edge(tail, head, key=kind, kind=kind, **facts, **mark)
    return graph


def _add_nodes(graph: "nx.MultiDiGraph[Node]", problem: Problem) -> None:
    plain = [
        *(("state", state.code) for state in problem.states),
        *(("commitment", item.code) for item in problem.commitments),
        *(("area", area.code) for area in problem.areas),
        *((group.kind, group.code) for group in problem.groups if group.status != "concluded"),
        *(("party", party.id) for party in problem.parties),
        *(("need", need.id) for need in problem.needs),
        *(("delivery", delivery.id) for delivery in problem.deliveries),
    ]
    for node in sorted(plain):
        graph.add_node(node, kind=node[0])
    for offer in sorted(problem.offers, key=lambda offer: offer.id):
        graph.add_node(("offer", offer.id), kind="offer", capacity=_capacity(offer))


def _edges(problem: Problem, proposals: Sequence[Proposal]) -> Iterator[Edge]:
    yield from _standing_edges(problem)
    for need in problem.needs:
        yield from _need_edges(need)
    for offer in problem.offers:
        node = ("offer", offer.id)
        yield ("party", offer.party), node, "offers", {}
        for topic in {*_tagged("area", (item.area for item in offer.expertise)), *_commitments(offer)}:
            yield node, topic, "covers", {}
    for delivery in problem.deliveries:
        node = ("delivery", delivery.id)
        for giver in {*_tagged("state", delivery.providers), *_tagged("party", delivery.parties)}:
            yield giver, node, "gave", {}
        for state in set(delivery.requesters):
            yield node, ("state", state), "received", {}
        for topic in {*_tagged("area", delivery.areas), *_tagged("commitment", delivery.commitments)}:
            yield node, topic, "treated", {}
    yield from _proposal_edges(proposals)


def _standing_edges(problem: Problem) -> Iterator[Edge]:
    for party in problem.parties:
        for state in set(party.states):
            yield ("party", party.id), ("state", state), "belongs_to", {}
    for area in problem.areas:
        for code in set(area.commitments):
            yield ("area", area.code), ("commitment", code), "serves", {}
    standing = {(group.kind, group.code) for group in problem.groups if group.status != "concluded"}
    for group in problem.groups:
        if (group.kind, group.code) in standing:
            for code in set(group.commitments):
                yield (group.kind, group.code), ("commitment", code), "on_agenda", {}
    seats = {
        (("state", place.state), (place.kind, place.group), place.role): ROLE_WEIGHTS[place.role]
        for place in problem.memberships
    }
    for state_node, group_node, role in sorted(seats, key=lambda seat: (seats[seat], seat)):
        if group_node in standing and seats[state_node, group_node, role] > 0:
            yield state_node, group_node, "takes_part", {"role": role}


def _need_edges(need: Need) -> Iterator[Edge]:
    node = ("need", need.id)
    for party in set(need.requesters):
        yield ("party", party), node, "asks", {}
    slots: Counter[str] = Counter()
    for component in need.components:
        if component.area is not None:
            slots[component.area] += component.slots
    for area, count in slots.items():
        yield node, ("area", area), "wants", {"slots": count}
    for commitment in set(need.commitments):
        yield node, ("commitment", commitment), "wants", {}


def _proposal_edges(
    proposals: Sequence[Proposal],
) -> Iterator[Edge]:
    experts: Counter[tuple[str, str]] = Counter()
    for proposal in proposals:
        for seat in proposal.seats:
            experts[seat.offer, proposal.need] += seat.experts
    for (offer, need), count in experts.items():
        yield ("offer", offer), ("need", need), "proposed", {"experts": count}


def _tagged(kind: str, codes: Iterable[str]) -> set[Node]:
    return {(kind, code) for code in codes}


def _commitments(offer: Offer) -> set[Node]:
    return _tagged("commitment", offer.commitments)


def _capacity(offer: Offer) -> int:
    return 1 if offer.capacity is None else offer.capacity
