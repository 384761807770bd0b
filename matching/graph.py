"""What the partnership graph tells: who could broker, what hangs on one provider, what is wanted and loaded.

Results have the shapes of networkx, dictionaries keyed by node, sorted by value and then by name, so that
they never depend on the order of the records. :func:`notes` sums them up for an outcome.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, TypeVar, get_args

import networkx as nx

from matching.outcome import GraphNote, Proposal
from matching.partnerships import Node, partnership_graph
from matching.problem import GroupKind, Problem

GROUP_KINDS: tuple[str, ...] = get_args(GroupKind)
NAMED_PER_NOTE = 10
"""States and areas that the notes of a round name at most, per kind of note."""

NoteCode = Literal["broker", "isolated_need", "single_point_of_failure", "most_wanted", "most_loaded"]
Value = TypeVar("Value", int, float)


def broker_centrality(
    graph: "nx.MultiDiGraph[Node]", between: Iterable[Node] | None = None
) -> dict[Node, float]:
    """Return how much each state stands on the shortest paths between dialogues.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`.
    between : iterable of node, optional
        The groups between which a broker is sought, for example two dialogues. Default: all dialogues.

    Returns
    -------
    dict
        State nodes with their betweenness, highest first, and only those above zero.

    Notes
    -----
    Brandes' betweenness restricted to paths between the groups, on the undirected graph of states and
    groups. O(groups x E).

    References
    ----------
    .. [1] U. Brandes, "On variants of shortest-path betweenness centrality and their generic computation",
       Social Networks 30 (2008).
    """
    places = _places(graph)
    wanted = between if between is not None else (node for node in places if node[0] == "dialogue")
    ends = sorted(node for node in set(wanted) if node in places)
    values = nx.betweenness_centrality_subset(places, ends, ends, normalized=True)
    return _highest_first({node: value for node, value in values.items() if node[0] == "state" and value > 0})


def burt_constraint(graph: "nx.MultiDiGraph[Node]") -> dict[Node, float]:
    """Return Burt's constraint of each state among the states that it meets in groups.

    A state with low constraint meets states that do not meet each other: it can broker between them.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`.

    Returns
    -------
    dict
        State nodes with their constraint, lowest first. States that meet nobody are left out.

    References
    ----------
    .. [1] R. S. Burt, "Structural holes and good ideas", American Journal of Sociology 110 (2004).
    """
    places = _places(graph)
    seated = [node for node, degree in places.degree if node[0] == "state" and degree]
    if not seated:
        return {}
    meets: nx.Graph[Node] = nx.bipartite.weighted_projected_graph(places, seated)
    meets.remove_nodes_from(list(nx.isolates(meets)))
    values = nx.constraint(meets, weight="weight") if meets else {}
    return dict(sorted(values.items(), key=lambda item: (item[1], item[0])))


def isolated_needs(graph: "nx.MultiDiGraph[Node]") -> list[Node]:
    """Return the needs none of whose topics is covered by an offer with capacity, in sorted order.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`.

    Returns
    -------
    list of node
        Need nodes. A need without any topic is isolated as well.
    """
    covered = {topic for _, topic in _covered(graph)}
    return [
        node
        for node in sorted(graph)
        if node[0] == "need" and covered.isdisjoint(_neighbours(graph, node, "wants"))
    ]


def single_points_of_failure(graph: "nx.MultiDiGraph[Node]") -> dict[Node, Node]:
    """Return the topics and requesters that would be left with nobody if one provider dropped out.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`.

    Returns
    -------
    dict
        From an area or commitment that some need wants, or a requester, to the one party on which all paths
        to it depend.

    Notes
    -----
    Help flows provider, topic, need, requester. The party that every path to a node passes is a dominator of
    that node: the directed counterpart of an articulation point, which on a flow with a direction would miss
    points that are bypassed only against it. O(E log V) in practice.

    References
    ----------
    .. [1] K. D. Cooper, T. J. Harvey, K. Kennedy, "A simple, fast dominance algorithm" (2006).
    """
    start: Node = ("", "")
    help_flow: nx.DiGraph[Node] = nx.DiGraph()
    help_flow.add_node(start)
    for party, topic in _covered(graph):
        help_flow.add_edges_from([(start, ("provider", party)), (("provider", party), topic)])
    for need, topic, _ in _of_kind(graph, "wants"):
        help_flow.add_edge(topic, need)
    for party_node, need, _ in _of_kind(graph, "asks"):
        help_flow.add_edge(need, party_node)
    above = nx.immediate_dominators(help_flow, start)
    wanted = {topic for _, topic, _ in _of_kind(graph, "wants")}
    hanging = sorted(node for node in above if node[0] == "party" or node in wanted)
    found = {node: _dominating_provider(above, node) for node in hanging}
    return {node: provider for node, provider in found.items() if provider is not None}


def most_wanted(graph: "nx.MultiDiGraph[Node]") -> dict[Node, int]:
    """Return how many experts the needs ask for in each area, highest first.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`.

    Returns
    -------
    dict
        Area nodes with slots.
    """
    slots: Counter[Node] = Counter()
    for _, topic, facts in _of_kind(graph, "wants"):
        if topic[0] == "area":
            slots[topic] += facts["slots"]
    return _highest_first(dict(slots))


def most_loaded(graph: "nx.MultiDiGraph[Node]") -> dict[Node, float]:
    """Return, per area, what share of its offers' capacity the proposals use, highest first.

    Parameters
    ----------
    graph : networkx.MultiDiGraph
        From :func:`partnership_graph`, with proposals.

    Returns
    -------
    dict
        Area nodes with a share in 0 to 1; areas without use are left out. An offer in several areas
        counts in each with all it does, as an expert who is away in one is away in all. A lock beyond an
        offer's capacity counts as capacity.
    """
    used: Counter[Node] = Counter()
    for offer, _, facts in _of_kind(graph, "proposed"):
        used[offer] += facts["experts"]
    load: dict[Node, int] = defaultdict(int)
    room: dict[Node, int] = defaultdict(int)
    for offer, topic, _ in _of_kind(graph, "covers"):
        if topic[0] == "area":
            load[topic] += used[offer]
            room[topic] += max(graph.nodes[offer]["capacity"], used[offer])
    return _highest_first({area: load[area] / room[area] for area in load if load[area]})


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
    graph = partnership_graph(problem, proposals)
    return (
        *_broker_notes(graph),
        *_isolation_notes(graph, problem),
        *_failure_notes(graph),
        *_wanted_notes(graph),
        *_loaded_notes(graph),
    )


def _broker_notes(graph: "nx.MultiDiGraph[Node]") -> Iterator[GraphNote]:
    places, constraint = _places(graph), burt_constraint(graph)
    for node, value in list(broker_centrality(graph).items())[:NAMED_PER_NOTE]:
        dialogues = sum(group[0] == "dialogue" for group in places[node])
        yield _note("broker", node, value, dialogues=dialogues, constraint=_rounded(constraint.get(node)))


def _isolation_notes(graph: "nx.MultiDiGraph[Node]", problem: Problem) -> Iterator[GraphNote]:
    """Name the isolated needs, with the most deliveries on one topic, except those of their own page."""
    page = {need.id: need.source for need in problem.needs}
    pages = {("delivery", item.id): item.source for item in problem.deliveries}
    for node in isolated_needs(graph):
        topics, own = _neighbours(graph, node, "wants"), page[node[1]]
        treated = [_sources(graph, topic, "treated") for topic in topics]
        past = max((sum(own is None or pages[item] != own for item in found) for found in treated), default=0)
        yield _note("isolated_need", node, 0, topics=len(topics), past_deliveries=past)


def _failure_notes(graph: "nx.MultiDiGraph[Node]") -> Iterator[GraphNote]:
    for node, provider in single_points_of_failure(graph).items():
        is_requester = node[0] == "party"
        needs = _neighbours(graph, node, "asks") if is_requester else _sources(graph, node, "wants")
        yield _note("single_point_of_failure", node, len(needs), provider=_reference(provider))


def _wanted_notes(graph: "nx.MultiDiGraph[Node]") -> Iterator[GraphNote]:
    for node, slots in list(most_wanted(graph).items())[:NAMED_PER_NOTE]:
        needs, offers = _sources(graph, node, "wants"), _sources(graph, node, "covers")
        yield _note("most_wanted", node, slots, needs=len(needs), offers=len(offers))


def _loaded_notes(graph: "nx.MultiDiGraph[Node]") -> Iterator[GraphNote]:
    for node, share in list(most_loaded(graph).items())[:NAMED_PER_NOTE]:
        yield _note("most_loaded", node, share, offers=len(_sources(graph, node, "covers")))


def _note(code: NoteCode, node: Node, value: float, **params: str | float | None) -> GraphNote:
    return GraphNote(code=code, subject=_reference(node), value=round(float(value), 6), params=dict(params))


def _places(graph: "nx.MultiDiGraph[Node]") -> "nx.Graph[Node]":
    """Return the undirected graph of states and the groups in which they take part."""
    places: nx.Graph[Node] = nx.Graph()
    places.add_nodes_from(sorted(node for node in graph if node[0] == "state" or node[0] in GROUP_KINDS))
    places.add_edges_from((state, group) for state, group, _ in _of_kind(graph, "takes_part"))
    return places


def _of_kind(graph: "nx.MultiDiGraph[Node]", kind: str) -> Iterable[tuple[Node, Node, dict[str, int]]]:
    return [
        (tail, head, facts) for tail, head, key, facts in graph.edges(keys=True, data=True) if key == kind
    ]


def _covered(graph: "nx.MultiDiGraph[Node]") -> list[tuple[str, Node]]:
    """Return the parties and the topics that an offer of theirs with capacity covers."""
    party_of = {offer: party[1] for party, offer, _ in _of_kind(graph, "offers")}
    able = {offer for offer in party_of if graph.nodes[offer]["capacity"] > 0}
    return sorted(
        {(party_of[offer], topic) for offer, topic, _ in _of_kind(graph, "covers") if offer in able}
    )


def _dominating_provider(above: dict[Node, Node], node: Node) -> Node | None:
    while node in above:
        node = above[node]
        if node[0] == "provider":
            return ("party", node[1])
    return None


def _neighbours(graph: "nx.MultiDiGraph[Node]", node: Node, kind: str) -> list[Node]:
    return [head for _, head, key in graph.out_edges(node, keys=True) if key == kind]


def _sources(graph: "nx.MultiDiGraph[Node]", node: Node, kind: str) -> list[Node]:
    return [tail for tail, _, key in graph.in_edges(node, keys=True) if key == kind]


def _highest_first(values: dict[Node, Value]) -> dict[Node, Value]:
    return dict(sorted(values.items(), key=lambda item: (-item[1], item[0])))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _reference(node: Node) -> str:
    return f"{node[0]}:{node[1]}"
