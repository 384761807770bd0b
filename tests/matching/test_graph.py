"""What the partnership graph holds and what it tells."""

import random
import time
from datetime import date
from typing import Any

import networkx as nx
import pytest

from matching import graph as partnership
from matching.errors import UnknownSetting
from matching.outcome import Proposal, Seat
from matching.partnerships import partnership_graph
from matching.problem import (
    Area,
    Commitment,
    Component,
    Delivery,
    Expertise,
    Group,
    Membership,
    Need,
    Offer,
    Party,
    Problem,
    State,
)


def _problem(**fields: Any) -> Problem:
    """Five states: two dialogues that only BRI joins, one ministry and one offer each for P1 and P2."""
    codes = ("A1A", "A2A", "B1B", "B2B", "BRI")
    places = [("WEST", "A1A"), ("WEST", "A2A"), ("WEST", "BRI"), ("EAST", "B1B"), ("EAST", "B2B")]
    given = {
        "as_of": date(2027, 1, 1),
        "states": tuple(State(code=code) for code in codes),
        "commitments": (Commitment(code="T1", theme="1"), Commitment(code="T2", theme="2")),
        "areas": (Area(code="common", commitments=("T1",)), Area(code="rare"), Area(code="nobody")),
        "groups": (
            Group(kind="dialogue", code="WEST", commitments=("T1",)),
            Group(kind="dialogue", code="EAST"),
            Group(kind="dialogue", code="OVER", status="concluded"),
        ),
        "memberships": tuple(
            Membership(kind="dialogue", group=group, state=state, role="member")
            for group, state in [*places, ("EAST", "BRI"), ("OVER", "A1A"), ("OVER", "B1B")]
        ),
        "parties": tuple(
            Party(id=name, type="ministry_or_agency", name=name, states=(state,))
            for name, state in (("R1", "A1A"), ("R2", "A2A"), ("P1", "B1B"), ("P2", "B2B"))
        ),
        "needs": (
            _need("N1", "R1", "common", slots=2),
            _need("N2", "R2", "rare"),
            _need("N3", "R1", "nobody"),
        ),
        "offers": (_offer("O1", "P1", "common", "rare"), _offer("O2", "P2", "common", capacity=3)),
        "deliveries": (Delivery(id="D1", requesters=("A1A",), providers=("B1B",), areas=("nobody",)),),
    }
    return Problem(**(given | fields))


def _need(name: str, requester: str, area: str, slots: int = 1) -> Need:
    return Need(
        id=name, requesters=(requester,), components=(Component(id=f"{name}.1", area=area, slots=slots),)
    )


def _offer(name: str, party: str, *areas: str, capacity: int | None = None) -> Offer:
    return Offer(
        id=name, party=party, expertise=tuple(Expertise(area=area) for area in areas), capacity=capacity
    )


def _proposal(need: str, offer: str, experts: int = 1) -> Proposal:
    seat = Seat(component=f"{need}.1", offer=offer, experts=experts, score=5000)
    return Proposal(need=need, score=5000, seats=(seat,))


def test_every_record_becomes_a_node_and_every_link_an_edge_of_its_kind() -> None:
    """States, groups, parties, needs, offers and deliveries are nodes; who does what to whom is an edge."""
    graph = partnership_graph(_problem(), [_proposal("N1", "O1")])
    edges = set(graph.edges(keys=True))
    assert {
        (("party", "R1"), ("state", "A1A"), "belongs_to"),
        (("state", "BRI"), ("dialogue", "EAST"), "takes_part"),
        (("dialogue", "WEST"), ("commitment", "T1"), "on_agenda"),
        (("area", "common"), ("commitment", "T1"), "serves"),
        (("party", "R1"), ("need", "N1"), "asks"),
        (("need", "N1"), ("area", "common"), "wants"),
        (("party", "P1"), ("offer", "O1"), "offers"),
        (("offer", "O1"), ("area", "rare"), "covers"),
        (("state", "B1B"), ("delivery", "D1"), "gave"),
        (("delivery", "D1"), ("state", "A1A"), "received"),
        (("delivery", "D1"), ("area", "nobody"), "treated"),
        (("offer", "O1"), ("need", "N1"), "proposed"),
    } <= edges
    assert {node[0] for node in graph} == {kind for _, kind in graph.nodes(data="kind")}


def test_concluded_groups_and_doubtful_places_are_left_out() -> None:
    """Nobody meets anybody in a process that has ended, nor through a place that is unclear."""
    unclear = Membership(kind="dialogue", group="EAST", state="A1A", role="unclear")
    graph = partnership_graph(_problem(memberships=(unclear,)))
    assert ("dialogue", "OVER") not in graph
    assert not [edge for edge in graph.edges(keys=True) if edge[2] == "takes_part"]


def test_stronger_of_two_places_is_kept() -> None:
    """A state that is listed twice in a group keeps the place that counts more."""
    roles = ("observer", "member", "partner")
    twice = tuple(Membership(kind="dialogue", group="EAST", state="A1A", role=role) for role in roles)
    graph = partnership_graph(_problem(memberships=twice))
    assert graph.edges[("state", "A1A"), ("dialogue", "EAST"), "takes_part"]["role"] == "member"


def test_broker_is_the_state_in_both_dialogues() -> None:
    """Only the state that sits in both dialogues stands between them, and it has the lowest constraint."""
    graph = partnership_graph(_problem())
    assert list(partnership.broker_centrality(graph)) == [("state", "BRI")]
    assert next(iter(partnership.burt_constraint(graph))) == ("state", "BRI")


def test_broker_between_two_chosen_groups_follows_networkx() -> None:
    """Asked for two groups, the answer is networkx's betweenness on the same undirected graph."""
    graph = partnership_graph(_problem())
    ends = [("dialogue", "EAST"), ("dialogue", "WEST")]
    plain = nx.Graph((tail, head) for tail, head, key in graph.edges(keys=True) if key == "takes_part")
    expected = nx.betweenness_centrality_subset(plain, ends, ends, normalized=True)
    found = partnership.broker_centrality(graph, ends)
    assert found == {node: pytest.approx(value) for node, value in expected.items() if value > 0}


def test_isolated_need_is_the_one_nobody_covers() -> None:
    """A need whose topics no offer with capacity covers is isolated; past help on the topic is counted."""
    problem = _problem()
    assert partnership.isolated_needs(partnership_graph(problem)) == [("need", "N3")]
    (note,) = (note for note in partnership.notes(problem) if note.code == "isolated_need")
    assert (note.subject, note.params) == ("need:N3", {"topics": 1, "past_deliveries": 1})


def test_past_help_on_the_needs_own_page_is_not_counted() -> None:
    """What an isolated need's own page tells of is not past help that somebody could build on."""
    problem = _problem()
    told = {
        kind: tuple(item.model_copy(update={"source": "a page"}) for item in getattr(problem, kind))
        for kind in ("needs", "deliveries")
    }
    (note,) = (
        note for note in partnership.notes(problem.model_copy(update=told)) if note.code == "isolated_need"
    )
    assert note.params == {"topics": 1, "past_deliveries": 0}


def test_offer_without_capacity_covers_nothing() -> None:
    """An offer whose capacity is used up neither ends an isolation nor holds a topic up."""
    empty = (_offer("O1", "P1", "common", "rare", "nobody", capacity=0),)
    graph = partnership_graph(_problem(offers=empty))
    assert len(partnership.isolated_needs(graph)) == 3
    assert partnership.single_points_of_failure(graph) == {}


def test_single_point_is_the_provider_on_which_all_help_depends() -> None:
    """The rare topic and the requester that asks for it alone hang on P1; the common topic does not."""
    found = partnership.single_points_of_failure(partnership_graph(_problem()))
    assert found == {("area", "rare"): ("party", "P1"), ("party", "R2"): ("party", "P1")}


@pytest.mark.parametrize("seed", range(20))
def test_single_points_agree_with_taking_each_provider_away(seed: int) -> None:
    """A node hangs on a provider exactly if, without that provider's offers, nothing reaches it."""
    chance = random.Random(seed)  # noqa: S311 - no secret depends on it
    areas = ("common", "rare", "nobody")
    offers = tuple(
        _offer(f"O{number}", chance.choice(("P1", "P2")), chance.choice(areas)) for number in range(4)
    )
    needs = tuple(
        _need(f"N{number}", chance.choice(("R1", "R2")), chance.choice(areas)) for number in range(4)
    )
    problem = _problem(offers=offers, needs=needs)
    expected = {}
    reached = _reached(problem)
    for party in ("P1", "P2"):
        without = tuple(offer for offer in offers if offer.party != party)
        for node in reached - _reached(problem.model_copy(update={"offers": without})):
            expected[node] = ("party", party)
    assert partnership.single_points_of_failure(partnership_graph(problem)) == expected


def _reached(problem: Problem) -> set[tuple[str, str]]:
    topics = {("area", item.area) for offer in problem.offers for item in offer.expertise}
    wanted = {("area", part.area): need for need in problem.needs for part in need.components}
    helped = {
        ("party", need.requesters[0])
        for need in problem.needs
        for part in need.components
        if ("area", part.area) in topics
    }
    return (topics & set(wanted)) | helped


def test_wanted_and_loaded_expertise_are_counted_in_experts() -> None:
    """Demand is slots asked for; load is experts proposed by capacity, in every area of the offer."""
    graph = partnership_graph(_problem(), [_proposal("N1", "O2", experts=2), _proposal("N2", "O1")])
    assert partnership.most_wanted(graph) == {
        ("area", "common"): 2,
        ("area", "nobody"): 1,
        ("area", "rare"): 1,
    }
    assert partnership.most_loaded(graph) == {("area", "rare"): 1.0, ("area", "common"): 3 / 4}


def test_lock_beyond_capacity_is_a_full_load() -> None:
    """An offer without capacity that a person locked all the same is fully loaded, and nothing breaks."""
    graph = partnership_graph(
        _problem(offers=(_offer("O1", "P1", "rare", capacity=0),)), [_proposal("N2", "O1")]
    )
    assert partnership.most_loaded(graph) == {("area", "rare"): 1.0}


def test_notes_do_not_depend_on_the_order_of_the_records() -> None:
    """The same records in another order give the same notes, in the same order."""
    problem = _problem()
    turned = Problem(
        **{
            field: value[::-1] if isinstance(value, tuple) else value
            for field, value in ((name, getattr(problem, name)) for name in type(problem).model_fields)
        }
    )
    assert partnership.notes(problem) == partnership.notes(turned)


def test_empty_problem_has_an_empty_graph() -> None:
    """Nothing in, nothing out, and no error on the way."""
    empty = Problem(as_of=date(2027, 1, 1))
    assert len(partnership_graph(empty)) == 0
    assert partnership.notes(empty) == ()


def test_states_that_meet_nobody_have_no_constraint() -> None:
    """Without groups, or alone in one, a state can broker nothing and is left out."""
    alone = (Membership(kind="dialogue", group="EAST", state="A1A", role="member"),)
    for problem in (_problem(groups=(), memberships=()), _problem(memberships=alone)):
        graph = partnership_graph(problem)
        assert partnership.burt_constraint(graph) == {}
        assert partnership.broker_centrality(graph) == {}


def test_notes_are_quick_at_the_size_of_the_real_data() -> None:
    """216 states, 40 groups, 130 offers and 85 needs are told about in under two seconds."""
    problem = _large()
    started = time.process_time()
    found = partnership.notes(problem)
    assert time.process_time() - started < 2
    assert {"broker", "most_wanted"} <= {note.code for note in found}


def test_communities_are_those_of_members_and_of_work() -> None:
    """Three dialogues share members two and two; what they work on may say something else."""
    groups = tuple(
        Group(kind="dialogue", code=code, commitments=(topic,))
        for code, topic in (("D1", "T1"), ("D2", "T1"), ("D3", "T2"), ("D4", "T2"))
    )
    seats = {"D1": ("A1A", "A2A"), "D3": ("A1A", "A2A"), "D2": ("B1B", "B2B"), "D4": ("B1B", "B2B")}
    places = tuple(
        Membership(kind="dialogue", group=group, state=state, role="member")
        for group, states in seats.items()
        for state in states
    )
    graph = partnership_graph(_problem(groups=groups, memberships=places, deliveries=()))
    found = partnership.compare_communities(graph)
    named = [
        [sorted(code for _, code in part) for part in side.groups]
        for side in (found.by_members, found.by_work)
    ]
    assert named == [[["D1", "D3"], ["D2", "D4"]], [["D1", "D2"], ["D3", "D4"]]]
    assert found.by_members.modularity == pytest.approx(0.5)
    assert found.agreement == pytest.approx(-0.5)
    with pytest.raises(UnknownSetting):
        partnership.communities(graph, "taste")  # type: ignore[arg-type]  # on purpose


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Pairs together in both, in the first, in the second, of all: 2, 6, 3 of 15; (2 - 1.2) / (4.5 - 1.2).
        ([{1, 2, 3}, {4, 5, 6}], [{1, 2}, {3, 4}, {5, 6}], 0.8 / 3.3),
        # 0, 2, 2 of 6; (0 - 2/3) / (2 - 2/3).
        ([{1, 2}, {3, 4}], [{1, 3}, {2, 4}], -0.5),
        ([{1}, {2}], [{1}, {2}], 1.0),
        ([{1, 2}], [{1, 2}], 1.0),
        # 0, 3, 0 of 3: one whole against all alone agree as by chance.
        ([{1, 2, 3}], [{1}, {2}, {3}], 0.0),
    ],
)
def test_adjusted_rand_index_is_the_one_worked_out_by_hand(first: Any, second: Any, expected: float) -> None:
    """The index counts pairs that are together in both partitions, corrected for chance."""
    assert partnership.adjusted_rand_index(first, second) == pytest.approx(expected)
    assert partnership.adjusted_rand_index(second, first) == pytest.approx(expected)


def test_states_that_should_talk_work_on_the_same_and_have_not_met() -> None:
    """A1A asks and B2B offers on one commitment without having met; B1B has worked with A1A already."""
    found = partnership.who_should_talk(partnership_graph(_problem()))
    pairs = {(item.first[1], item.second[1]): item for item in found}
    assert pairs["A1A", "B2B"].commitments == pairs["A1A", "B2B"].helps == ("T1",)
    assert pairs["A1A", "B2B"].partners == ()
    assert ("A1A", "B1B") not in pairs
    assert found[0].value == max(item.value for item in found)


def test_hidden_work_joins_nobody() -> None:
    """Introductions go by the delivery where they may, and through the groups where it is confidential."""
    ends = ("party", "R1"), ("state", "B1B")
    known = partnership.introduction(partnership_graph(_problem()), *ends)
    assert known is not None
    assert known.path == [("party", "R1"), ("state", "A1A"), ("state", "B1B")]
    assert known.links == ["belongs_to", "worked_together"]
    secret = partnership_graph(_problem(), hidden=[("delivery", "D1")])
    other = partnership.introduction(secret, *ends)
    assert other is not None
    assert [code for _, code in other.path] == ["R1", "A1A", "WEST", "BRI", "EAST", "B1B"]
    assert other.cost > known.cost
    assert partnership.introduction(partnership_graph(_problem(memberships=(), deliveries=())), *ends) is None
    with pytest.raises(nx.NodeNotFound):
        partnership.introduction(secret, ("state", "XXX"), ("state", "B1B"))


def test_reach_is_what_members_can_do_for_members() -> None:
    """Apart, west and east deliver nothing; in one dialogue three of four experts, and one topic is short."""
    assert partnership.reach(_problem(), "dialogue", "WEST").value == 0
    everywhere = tuple(
        Membership(kind="dialogue", group="EAST", state=state, role="member")
        for state in ("A1A", "A2A", "B1B", "B2B")
    )
    found = partnership.reach(_problem(memberships=everywhere), "dialogue", "EAST")
    assert (found.demand, found.supply, found.value) == (4, 4, 3)
    assert (found.used_up, found.short) == ((), ("N3.1",))
    assert found.missing == {"area:nobody": 1}
    given = partnership.reach(_problem(memberships=everywhere), "dialogue", "EAST", pairs=[("N3.1", "O2")])
    assert (given.value, given.missing) == (1, {"area:common": 2, "area:rare": 1})


def test_weak_points_are_where_the_network_falls_apart() -> None:
    """The rare topic ties R2 to the others, and R1 the topic that nobody covers."""
    points, links = partnership.weak_points(partnership_graph(_problem()))
    assert ("area", "rare") in points
    assert (("area", "nobody"), ("party", "R1")) in links


def _large() -> Problem:
    chance = random.Random(1)  # noqa: S311 - no secret depends on it
    states = [f"S{number:03}" for number in range(216)]
    areas = [f"area-{number}" for number in range(35)]
    groups = [Group(kind="dialogue", code=f"G{number:02}") for number in range(41)]
    return Problem(
        as_of=date(2027, 1, 1),
        states=tuple(State(code=code) for code in states),
        areas=tuple(Area(code=code) for code in areas),
        groups=tuple(groups),
        memberships=tuple(
            Membership(kind="dialogue", group=group.code, state=state, role="member")
            for group in groups
            for state in chance.sample(states, 23)
        ),
        parties=tuple(
            Party(id=f"P{state}", type="ministry_or_agency", name=state, states=(state,)) for state in states
        ),
        needs=tuple(
            _need(f"N{number}", f"P{chance.choice(states)}", chance.choice(areas)) for number in range(85)
        ),
        offers=tuple(
            _offer(f"O{number}", f"P{chance.choice(states)}", *chance.sample(areas, 2))
            for number in range(130)
        ),
    )
