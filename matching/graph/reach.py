"""Reach: how much a dialogue could deliver at most among its members, and what limits it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import networkx as nx

from matching.graph.backends import Backend
from matching.graph.flows import maximum_flow, minimum_cut
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.partnerships import Node
from matching.problem import Component, GroupKind, Need, Offer, Problem

SOURCE: Node = ("", "source")
SINK: Node = ("", "sink")


class Reach(NamedTuple):
    """What a group could do from within."""

    members: tuple[str, ...]
    """States whose place in it counts."""
    needs: tuple[str, ...]
    offers: tuple[str, ...]
    demand: int
    """Experts that its members ask for."""
    supply: int
    """Experts that its members could send."""
    value: int
    """Experts of these that could serve these needs, at most."""
    used_up: tuple[str, ...]
    """Offers of the minimum cut: more of these would help."""
    short: tuple[str, ...]
    """Components beyond the minimum cut that could take more experts."""
    missing: dict[str, int]
    """Experts missing by topic (``area:EXP-RET``), most first: one way to share what there is."""


def reach(
    problem: Problem,
    kind: GroupKind,
    code: str,
    pairs: Iterable[tuple[str, str]] | None = None,
    *,
    backend: Backend | None = None,
) -> Reach:
    """Return how much a dialogue or body could deliver at most from its members to its members.

    Parameters
    ----------
    problem : Problem
        Its needs, offers, parties and memberships are used.
    kind, code : str
        The group.
    pairs : iterable of (component id, offer id), optional
        Who could serve what, for example the candidates of a round. Default: an offer could serve a component
        of its area, or where none is stated, of its commitment, unless the offering states are among those
        that ask.
    backend : {"networkx", "igraph"}, optional
        Default: by size.

    Returns
    -------
    Reach
        ``value`` is the least of what any cut lets through: the capacity of ``used_up`` plus the slots of all
        components that are not ``short``.

    Notes
    -----
    Maximum flow from offers over topics to components: an upper bound, as it lets one expert fill several
    slots of a component.

    References
    ----------
    .. [1] L. R. Ford, D. R. Fulkerson, "Maximal flow through a network", Canad. J. Math. 8 (1956).
    """
    inside = _Inside(problem, kind, code)
    network = inside.network(pairs)
    value, flow = maximum_flow(network, SOURCE, SINK, backend=backend)
    _, (_, far) = minimum_cut(network, SOURCE, SINK, backend=backend)
    return Reach(
        members=tuple(sorted(inside.members)),
        needs=tuple(sorted(need.id for need in inside.needs)),
        offers=tuple(sorted(offer.id for offer in inside.offers)),
        demand=sum(part.slots for need in inside.needs for part in need.components),
        supply=sum(_capacity(offer) for offer in inside.offers),
        value=value,
        used_up=tuple(sorted(node[1] for node in far if node[0] == "offer")),
        short=tuple(sorted(node[1] for node in far if node[0] == "component")),
        missing=inside.missing(flow),
    )


class _Inside:
    """The needs and offers of a group's members."""

    def __init__(self, problem: Problem, kind: GroupKind, code: str) -> None:
        self.members = {
            place.state
            for place in problem.memberships
            if (place.kind, place.group) == (kind, code) and ROLE_WEIGHTS[place.role] > 0
        }
        self.states = {party.id: frozenset(party.states) for party in problem.parties}
        self.needs = [need for need in problem.needs if self.asking(need) & self.members]
        self.offers = [offer for offer in problem.offers if self.states[offer.party] & self.members]

    def asking(self, need: Need) -> frozenset[str]:
        return frozenset().union(*(self.states[party] for party in need.requesters))

    def parts(self) -> Iterator[tuple[Need, Component]]:
        return ((need, part) for need in self.needs for part in need.components)

    def network(self, pairs: Iterable[tuple[str, str]] | None) -> "nx.DiGraph[Node]":
        network: nx.DiGraph[Node] = nx.DiGraph()
        network.add_nodes_from((SOURCE, SINK))
        for offer in sorted(self.offers, key=lambda offer: offer.id):
            network.add_edge(SOURCE, ("offer", offer.id), capacity=_capacity(offer))
        for _, part in sorted(self.parts(), key=lambda pair: pair[1].id):
            network.add_edge(("component", part.id), SINK, capacity=part.slots)
        network.add_edges_from(self._topical() if pairs is None else self._given(network, pairs))
        return network

    def _given(
        self, network: "nx.DiGraph[Node]", pairs: Iterable[tuple[str, str]]
    ) -> list[tuple[Node, Node]]:
        ends = ((("offer", offer), ("component", part)) for part, offer in pairs)
        return sorted(pair for pair in ends if pair[0] in network and pair[1] in network)

    def _topical(self) -> Iterator[tuple[Node, Node]]:
        """Join offers with components over a node per topic and offering party."""
        wanted: dict[Node, list[tuple[Need, Component]]] = defaultdict(list)
        for need, part in self.parts():
            for topic in _topics(need, part):
                wanted[topic].append((need, part))
        places: set[tuple[str, Node]] = set()
        for offer in self.offers:
            for topic in wanted.keys() & _covered(offer):
                places.add((offer.party, topic))
                yield ("offer", offer.id), _place(offer.party, topic)
        for party, topic in sorted(places):
            for need, part in wanted[topic]:
                is_own = party in need.requesters or (
                    bool(self.states[party]) and self.states[party] <= self.asking(need)
                )
                if not is_own:
                    yield _place(party, topic), ("component", part.id)

    def missing(self, flow: dict[Node, dict[Node, int]]) -> dict[str, int]:
        """Return the experts that a flow leaves missing, by topic."""
        found: Counter[str] = Counter()
        for need, part in self.parts():
            left = part.slots - flow["component", part.id][SINK]
            topics = sorted(f"{kind}:{code}" for kind, code in _topics(need, part))
            found[topics[0] if topics else ""] += left
        return {
            topic: left for topic, left in sorted(found.items(), key=lambda item: (-item[1], item[0])) if left
        }


def _capacity(offer: Offer) -> int:
    return 1 if offer.capacity is None else offer.capacity


def _topics(need: Need, part: Component) -> set[Node]:
    if part.area is not None:
        return {("area", part.area)}
    return {("commitment", code) for code in need.commitments}


def _covered(offer: Offer) -> set[Node]:
    return {("area", item.area) for item in offer.expertise} | {
        ("commitment", code) for code in offer.commitments
    }


def _place(party: str, topic: Node) -> Node:
    return (f"from {topic[0]}", f"{party}\x00{topic[1]}")
