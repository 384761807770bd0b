"""Which dialogue or group could host the work, and what is doubtful about it."""

from datetime import date

import pytest

from matching.errors import InvalidProblem
from matching.hosts.routing import ROUTING_POINTS, Routing, route
from matching.outcome import Host
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.policy import Policy
from matching.problem import (
    Area,
    Commitment,
    Component,
    Delivery,
    Group,
    Membership,
    Need,
    Party,
    Problem,
    State,
)

RETURN = Need(id="N", requesters=("asks",), components=(Component(id="C"),), commitments=("T4-06",))


def _problem(*groups: Group, members: tuple[tuple[str, str, str], ...] = ()) -> Problem:
    """A world of three states; ``members`` are (group, state, role)."""
    kinds = {group.code: group.kind for group in groups}
    return Problem(
        as_of=date(2027, 1, 1),
        states=tuple(State(code=code) for code in ("AAA", "BBB", "CCC")),
        commitments=(
            Commitment(code="T4-06", theme="4"),
            Commitment(code="T4-06a", theme="4", parent="T4-06"),
            Commitment(code="T2-01", theme="2"),
        ),
        areas=(Area(code="return", commitments=("T4-06",)),),
        groups=groups,
        memberships=tuple(
            Membership(kind=kinds[code], group=code, state=state, role=role) for code, state, role in members
        ),
        parties=(Party(id="asks", type="ministry_or_agency", name="Ministry", states=("AAA",)),),
        needs=(RETURN,),
    )


def _dialogue(code: str, **facts: object) -> Group:
    return Group(**{"kind": "dialogue", "code": code, "commitments": ("T4-06",), **facts})


def _hosts(problem: Problem, need: Need = RETURN, providers: tuple[str, ...] = ("BBB",)) -> tuple[Host, ...]:
    return route(problem, need, providers, Policy(hosts=10))


def _codes(hosts: tuple[Host, ...]) -> list[str]:
    return [host.code for host in hosts]


def _warnings(host: Host) -> set[str]:
    return {warning.code for warning in host.warnings}


def test_points_add_to_the_whole() -> None:
    """A group for which everything speaks gets exactly 10000."""
    assert sum(ROUTING_POINTS.values()) == 10_000
    perfect = _dialogue("D", completeness="full", hosted=9)
    problem = _problem(perfect, members=(("D", "AAA", "member"), ("D", "BBB", "member")))
    assert [host.score for host in _hosts(problem)] == [10_000]


def test_both_sides_inside_beats_one_side_inside() -> None:
    """A dialogue that holds requester and provider stands before one that holds only the requester."""
    members = (("D1", "AAA", "member"), ("D2", "AAA", "member"), ("D2", "BBB", "member"))
    assert _codes(_hosts(_problem(_dialogue("D1"), _dialogue("D2"), members=members))) == ["D2", "D1"]


def test_concluded_process_is_never_named() -> None:
    """A concluded process is no host, even where it is the only one that fits, and no fallback."""
    ended = _dialogue("D", status="concluded", completeness="full", hosted=9, cross_regional=True)
    assert _hosts(_problem(ended, members=(("D", "AAA", "member"), ("D", "BBB", "member")))) == ()


@pytest.mark.parametrize("role", ["unclear", "disputed"])
def test_doubtful_membership_counts_nothing_and_is_said(role: str) -> None:
    """A provider's unclear place gives no points until a person confirms it, and the host says so."""
    members = (("D", "AAA", "member"), ("D", "BBB", role))
    (doubtful,) = _hosts(_problem(_dialogue("D"), members=members))
    (without,) = _hosts(_problem(_dialogue("D"), members=members[:1]))
    assert doubtful.score == without.score
    assert f"membership_{role}" in _warnings(doubtful)
    assert f"membership_{role}" not in _warnings(without)


def test_unclear_requester_does_not_make_a_group_fit() -> None:
    """A group in which the requester's own place is unclear does not fit."""
    assert _hosts(_problem(_dialogue("D"), members=(("D", "AAA", "unclear"),))) == ()


def test_suspended_member_counts_and_warns() -> None:
    """A suspended member keeps its points, with a warning."""
    (suspended,) = _hosts(_problem(_dialogue("D"), members=(("D", "AAA", "suspended"),)))
    (member,) = _hosts(_problem(_dialogue("D"), members=(("D", "AAA", "member"),)))
    assert suspended.score == member.score
    assert "membership_suspended" in _warnings(suspended)
    assert "membership_suspended" not in _warnings(member)


@pytest.mark.parametrize("role", sorted(ROLE_WEIGHTS))
def test_every_role_has_a_weight_and_none_beats_a_member(role: str) -> None:
    """No place in a group counts more than that of a member."""
    (better,) = _hosts(_problem(_dialogue("D"), members=(("D", "AAA", "member"), ("D", "BBB", "member"))))
    (other,) = _hosts(_problem(_dialogue("D"), members=(("D", "AAA", "member"), ("D", "BBB", role))))
    assert other.score <= better.score


def test_topic_off_the_agenda_does_not_fit() -> None:
    """A dialogue that states its agenda and leaves the topic out is not named."""
    elsewhere = _dialogue("D", commitments=("T2-01",))
    assert _hosts(_problem(elsewhere, members=(("D", "AAA", "member"),))) == ()


def test_unstated_agenda_fits_with_a_warning() -> None:
    """A body that states no agenda is not excluded by it; what is unknown is said."""
    body = Group(kind="regional_body", code="B")
    (host,) = _hosts(_problem(body, members=(("B", "AAA", "member"),)))
    assert "agenda_unknown" in _warnings(host)


def test_headline_and_sub_point_meet() -> None:
    """A sub-point on the agenda answers a need for its headline commitment."""
    (host,) = _hosts(_problem(_dialogue("D", commitments=("T4-06a",)), members=(("D", "AAA", "member"),)))
    assert "commitments_on_agenda" in {reason.code for reason in host.reasons}


def test_topic_follows_from_areas_where_no_commitment_is_named() -> None:
    """A need without commitments is routed by the commitments of its expertise areas."""
    need = Need(id="N2", requesters=("asks",), components=(Component(id="C2", area="return"),))
    members = (("D1", "AAA", "member"), ("D2", "AAA", "member"))
    problem = _problem(_dialogue("D1", commitments=("T2-01",)), _dialogue("D2"), members=members)
    assert _codes(_hosts(problem, need)) == ["D2"]


def test_topic_group_is_named_instead() -> None:
    """Where no group fits, the topic-based group on the subject is named, before any other wide process."""
    groups = (
        _dialogue("WIDE", cross_regional=True, completeness="full", hosted=9),
        Group(kind="topic_group", code="RETURN", commitments=("T4-06",)),
        Group(kind="topic_group", code="OTHER", commitments=("T2-01",), completeness="full"),
    )
    (host,) = _hosts(_problem(*groups))
    assert host.code == "RETURN"
    assert host.reasons[0].code == "fallback_topic_group"
    assert "requesters_not_members" in _warnings(host)


def test_cross_regional_dialogue_is_the_last_resort() -> None:
    """Without a topic group, a cross-regional dialogue on the subject is named instead."""
    groups = (_dialogue("WIDE", cross_regional=True), _dialogue("REGIONAL"))
    assert _codes(_hosts(_problem(*groups))) == ["WIDE"]


def test_doubts_about_a_group_lower_it() -> None:
    """Low activity and an incomplete list of members cost points and are said."""
    groups = (_dialogue("A", status="low_activity"), _dialogue("B", completeness="full"))
    members = (("A", "AAA", "member"), ("B", "AAA", "member"))
    first, second = _hosts(_problem(*groups, members=members))
    assert (first.code, second.code) == ("B", "A")
    assert _warnings(second) == {"activity_doubtful", "member_list_incomplete"}
    assert _warnings(first) == set()


def test_answer_is_cut_to_the_policy_and_ordered_by_code_on_ties() -> None:
    """Equal hosts stand in the order of their codes, and only as many as the policy allows are named."""
    members = tuple((code, "AAA", "member") for code in ("D3", "D1", "D2"))
    problem = _problem(_dialogue("D3"), _dialogue("D1"), _dialogue("D2"), members=members)
    assert _codes(route(problem, RETURN, (), Policy(hosts=2))) == ["D1", "D2"]
    assert route(problem, RETURN, (), Policy(hosts=0)) == ()


def test_requester_without_a_state_gets_the_topic_group() -> None:
    """An asking party that belongs to no state is sent to the topic-based group."""
    problem = _problem(Group(kind="topic_group", code="RETURN", commitments=("T4-06",)), _dialogue("D"))
    stateless = problem.model_copy(
        update={"parties": (Party(id="asks", type="civil_society", name="Network"),)}
    )
    assert _codes(_hosts(stateless)) == ["RETURN"]


def test_what_the_needs_own_page_says_was_hosted_counts_for_others_only() -> None:
    """A delivery that a group hosted speaks for it, but not for the need on whose page it stands."""
    hosted = Delivery(id="X", host_kind="dialogue", host="D", source="a page")
    problem = _problem(_dialogue("D"), members=(("D", "AAA", "member"),)).model_copy(
        update={"deliveries": (hosted,)}
    )
    (other,) = _hosts(problem)
    (own,) = _hosts(problem, RETURN.model_copy(update={"source": "a page"}))
    assert other.score - own.score == ROUTING_POINTS["hosting"] / 5
    assert "has_hosted" in {reason.code for reason in other.reasons}
    assert "has_hosted" not in {reason.code for reason in own.reasons}


def test_host_of_a_delivery_has_to_be_known() -> None:
    """A delivery cannot have been hosted by a group that the problem does not declare."""
    with pytest.raises(InvalidProblem) as refused:
        Problem(as_of=date(2027, 1, 1), deliveries=(Delivery(id="X", host_kind="dialogue", host="D"),))
    assert (refused.value.record, refused.value.field) == ("delivery:X", "host")


def test_several_needs_are_hosted_where_all_their_requesters_are() -> None:
    """For needs of two states the dialogue of both stands before the dialogue of one."""
    members = (("D1", "AAA", "member"), ("D2", "AAA", "member"), ("D2", "CCC", "member"))
    other = Party(id="too", type="ministry_or_agency", name="Ministry", states=("CCC",))
    problem = _problem(_dialogue("D1"), _dialogue("D2"), members=members)
    problem = problem.model_copy(update={"parties": (*problem.parties, other)})
    needs = (RETURN, RETURN.model_copy(update={"id": "N2", "requesters": ("too",)}))
    assert _codes(Routing(problem, Policy(hosts=10)).hosts_of_all(needs)) == ["D2", "D1"]
