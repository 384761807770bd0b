"""What the analysis needs of a problem, gathered in one pass and without a graph of everything.

A round of 10,000 needs and 100,000 offers has half a million edges as a multigraph, of which these questions
ask only for who covers what. :func:`facts_of_problem` reads the same facts from a problem as :func:`facts_of`
from its partnership graph.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args

import networkx as nx

from matching.outcome import Proposal
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.partnerships import Node
from matching.problem import GroupKind, Problem

GROUP_KINDS: tuple[str, ...] = get_args(GroupKind)


@dataclass
class Facts:
    """Who asks, who offers, and who sits where.

    Attributes
    ----------
    places : networkx.Graph
        States and the groups in which they take part, undirected.
    covered : set of (party id, topic)
        Topics that an offer with capacity of the party covers.
    offers_on : dict of topic to int
        Offers that cover it, with capacity or without.
    wants : dict of need to (dict of topic to slots)
        Slots asked for by area; 0 for commitments.
    asks : dict of party to list of need
        Who is requester of what.
    past : dict of topic to list of delivery
        Deliveries that treated it.
    load, room : dict of area to int
        Experts proposed from its offers, and their capacity.
    states_of : dict of party id to list of state
        The states that run it.
    """

    places: "nx.Graph[Node]" = field(default_factory=nx.Graph)
    covered: set[tuple[str, Node]] = field(default_factory=set)
    offers_on: Counter[Node] = field(default_factory=Counter)
    wants: dict[Node, dict[Node, int]] = field(default_factory=dict)
    asks: dict[Node, list[Node]] = field(default_factory=lambda: defaultdict(list))
    past: dict[Node, list[Node]] = field(default_factory=lambda: defaultdict(list))
    load: Counter[Node] = field(default_factory=Counter)
    room: Counter[Node] = field(default_factory=Counter)
    states_of: dict[str, list[str]] = field(default_factory=dict)

    def add_offer(self, party: str, capacity: int, used: int, topics: Iterable[Node]) -> None:
        """Note what one offer covers, and how much of it the proposals use."""
        for topic in topics:
            self.offers_on[topic] += 1
            if capacity > 0:
                self.covered.add((party, topic))
            if topic[0] == "area":
                self.load[topic] += used
                self.room[topic] += max(capacity, used)


def facts_of(graph: "nx.MultiDiGraph[Node] | Facts") -> Facts:
    """Return the facts of a partnership graph; facts are given back as they are.

    Parameters
    ----------
    graph : networkx.MultiDiGraph or Facts
        From :func:`matching.partnerships.partnership_graph`, or from :func:`facts_of_problem`.

    Returns
    -------
    Facts
        O(V + E).
    """
    if isinstance(graph, Facts):
        return graph
    by_kind: dict[str, list[tuple[Node, Node, dict[str, Any]]]] = defaultdict(list)
    for tail, head, kind, said in graph.edges(keys=True, data=True):
        by_kind[kind].append((tail, head, said))
    found = Facts()
    found.places.add_nodes_from(sorted(node for node in graph if _has_place(node)))
    found.places.add_edges_from((state, group) for state, group, _ in by_kind["takes_part"])
    found.wants = {node: {} for node in sorted(graph) if node[0] == "need"}
    for need, topic, said in by_kind["wants"]:
        found.wants[need][topic] = said.get("slots", 0)
    for party, need, _ in by_kind["asks"]:
        found.asks[party].append(need)
    for delivery, topic, _ in by_kind["treated"]:
        found.past[topic].append(delivery)
    for party, state, _ in by_kind["belongs_to"]:
        found.states_of.setdefault(party[1], []).append(state[1])
    _add_offers(found, graph, by_kind)
    return found


def _add_offers(
    found: Facts,
    graph: "nx.MultiDiGraph[Node]",
    by_kind: dict[str, list[tuple[Node, Node, dict[str, Any]]]],
) -> None:
    used: Counter[Node] = Counter()
    for offer, _, said in by_kind["proposed"]:
        used[offer] += said["experts"]
    topics: dict[Node, list[Node]] = defaultdict(list)
    for offer, topic, _ in by_kind["covers"]:
        topics[offer].append(topic)
    for party, offer, _ in by_kind["offers"]:
        found.add_offer(party[1], graph.nodes[offer]["capacity"], used[offer], topics[offer])


def facts_of_problem(problem: Problem, proposals: Sequence[Proposal] = ()) -> Facts:
    """Return the facts of a problem, with the proposals of a round if there are any.

    Parameters
    ----------
    problem : Problem
        Any problem.
    proposals : sequence of Proposal
        Their seats are the load.

    Returns
    -------
    Facts
        The same as ``facts_of(partnership_graph(problem, proposals))``. O(size of the problem).
    """
    found = Facts(states_of={party.id: sorted(set(party.states)) for party in problem.parties})
    _add_places(found, problem)
    for need in sorted(problem.needs, key=lambda need: need.id):
        slots: Counter[Node] = Counter({("commitment", code): 0 for code in need.commitments})
        for part in need.components:
            if part.area is not None:
                slots["area", part.area] += part.slots
        found.wants["need", need.id] = dict(slots)
        for party in set(need.requesters):
            found.asks["party", party].append(("need", need.id))
    used: Counter[str] = Counter()
    for seat in (seat for proposal in proposals for seat in proposal.seats):
        used[seat.offer] += seat.experts
    for offer in problem.offers:
        topics = {("area", item.area) for item in offer.expertise}
        topics |= {("commitment", code) for code in offer.commitments}
        found.add_offer(offer.party, 1 if offer.capacity is None else offer.capacity, used[offer.id], topics)
    for delivery in problem.deliveries:
        for kind, codes in (("area", delivery.areas), ("commitment", delivery.commitments)):
            for code in set(codes):
                found.past[kind, code].append(("delivery", delivery.id))
    return found


def _add_places(found: Facts, problem: Problem) -> None:
    standing = {(group.kind, group.code) for group in problem.groups if group.status != "concluded"}
    found.places.add_nodes_from(sorted([*standing, *(("state", state.code) for state in problem.states)]))
    seats = {
        (("state", place.state), (place.kind, place.group))
        for place in problem.memberships
        if ROLE_WEIGHTS[place.role] > 0 and (place.kind, place.group) in standing
    }
    found.places.add_edges_from(sorted(seats))


def _has_place(node: Node) -> bool:
    return node[0] == "state" or node[0] in GROUP_KINDS
