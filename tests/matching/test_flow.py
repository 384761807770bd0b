"""The flow core on problems small enough to solve by hand."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from matching.allocation.certificates import certify
from matching.allocation.check import verify_allocation
from matching.allocation.edges import Edges
from matching.allocation.flow import allocate
from matching.allocation.network import build_network, refuse_too_large
from matching.allocation.prices import steps_and_score
from matching.errors import InvalidProblem, UnknownSetting


def test_gives_up_the_best_pair_where_two_needs_can_be_served() -> None:
    """The only offer of one need is not spent on another that has a second choice."""
    edges = Edges(demand=[0, 0, 1], offer=[0, 1, 0], score=[9000, 4000, 7000])
    allocation = allocate(edges, [1, 1], [1, 1])
    assert allocation.chosen.tolist() == [1, 2]
    assert allocation.total == 11_000
    assert allocation.filled.tolist() == [1, 1]
    assert allocation.utility.tolist() == [4000, 7000]


def test_never_gives_one_expert_twice_to_one_component() -> None:
    """An offer takes one slot of a component where nothing else is said, however much capacity it has."""
    edges = Edges(demand=[0, 0], offer=[0, 1], score=[9000, 100])
    assert allocate(edges, [3], [3, 1]).chosen.tolist() == [0, 1]


def test_an_institution_sends_as_many_as_its_limit() -> None:
    """An edge used more than once stands as often in the answer."""
    edges = Edges(demand=[0, 0], offer=[0, 1], score=[9000, 100], limit=[2, 1])
    allocation = allocate(edges, [4], [3, 1])
    assert allocation.chosen.tolist() == [0, 0, 1]
    assert allocation.utility.tolist() == [18_100 / 4]


def test_tiered_leaves_no_need_empty_however_much_it_costs() -> None:
    """Serving the fifth need loses 39,996 points along a chain of four; tiered does, total does not."""
    edges = Edges(
        demand=[0, 1, 1, 2, 2, 3, 3, 4, 4],
        offer=[0, 0, 1, 1, 2, 2, 3, 3, 4],
        score=[1, 10_000, 1, 10_000, 1, 10_000, 1, 10_000, 10_000],
    )
    problem = (edges, [1, 1, 1, 1, 2], [1] * 5)
    assert allocate(*problem, fairness="total").filled.tolist() == [0, 1, 1, 1, 2]
    assert allocate(*problem, fairness="total").total == 50_000
    tiered = allocate(*problem, fairness="tiered", prove=True)
    assert tiered.filled.tolist() == [1, 1, 1, 1, 1]
    assert tiered.total == 10_004
    assert tiered.proof == "optimal"


def test_a_need_with_many_components_does_not_count_many_times() -> None:
    """One slot for each of two needs is better than two for the need with two components."""
    edges = Edges(demand=[0, 1, 2], offer=[0, 0, 0], score=[9000, 9000, 1])
    allocation = allocate(edges, [1, 1, 1], [2], need=[0, 0, 1])
    assert allocation.filled[2] == 1
    assert allocation.filled[:2].sum() == 1
    assert allocate(edges, [1, 1, 1], [2], need=[0, 0, 1], fairness="total").filled.tolist() == [1, 1, 0]


def test_mandatory_comes_before_optional_and_priority_before_score() -> None:
    """Of three components that want one expert, the mandatory one of the more urgent need gets it."""
    edges = Edges(demand=[0, 1, 2], offer=[0, 0, 0], score=[10_000, 10_000, 1])
    levels: dict[str, Any] = {"need": [0, 1, 2], "mandatory": [False, True, True], "priority": [9, 1, 2]}
    assert allocate(edges, [1, 1, 1], [1], **levels).chosen.tolist() == [2]


def test_first_slots_come_before_priority() -> None:
    """An urgent need gets its second slot only after the other need has its first."""
    edges = Edges(demand=[0, 1], offer=[0, 0], score=[9000, 9000], limit=[2, 1])
    assert allocate(edges, [2, 1], [2], priority=[9, 1]).filled.tolist() == [1, 1]
    assert allocate(edges, [2, 1], [2], priority=[9, 1], fairness="total").filled.tolist() == [2, 0]


def test_a_lock_is_kept_and_a_veto_is_no_pair() -> None:
    """A lock on the worst pair stays although it empties another need; a vetoed pair is not used."""
    edges = Edges(demand=[0, 0, 1], offer=[0, 1, 0], score=[1, 9000, 9000])
    assert allocate(edges, [1, 1], [1, 1], pins=[0]).chosen.tolist() == [0]
    assert allocate(edges, [1, 1], [1, 1], vetoes=[1]).chosen.tolist() == [2]


def test_prices_say_what_one_more_expert_is_worth() -> None:
    """Two needs share one offer: one more unit would fill a slot, with the score of the need left out."""
    edges = Edges(demand=[0, 1], offer=[0, 0], score=[9000, 4000])
    allocation = allocate(edges, [1, 1], [1], prove=True)
    assert allocation.offer_price is not None
    assert allocation.chosen.tolist() == [0]
    steps, score = steps_and_score(int(allocation.offer_price[0]), allocation.network.step)
    assert (steps, score) == (2, 4000), "a first slot stands on the second step"


def test_certificate_counts_the_limit_of_a_pair() -> None:
    """A need of three slots with one offer of capacity five gets one: the pair is used up, not the offer."""
    [cut] = certify(allocate(Edges([0], [0], [5000]), [3], [5]))
    assert (cut.demand, cut.capacity, cut.single_pairs, cut.unmet) == (3, 0, 1, 2)
    assert (cut.demand_nodes.tolist(), cut.offer_nodes.tolist()) == ([0], [])


def test_certificate_leaves_locked_capacity_out() -> None:
    """Capacity that a lock gives to another need is not within reach."""
    edges = Edges([0, 1], [0, 0], [5000, 5000])
    [cut] = certify(allocate(edges, [1, 1], [1], pins=[1]))
    assert (cut.demand, cut.capacity, cut.locked, cut.unmet) == (1, 0, 1, 1)


@pytest.mark.parametrize(
    ("slots", "capacity"), [([], []), ([], [2]), ([2], []), ([0, 2], [0, 0]), ([1], [1])]
)
@pytest.mark.parametrize("fairness", ["tiered", "total"])
def test_nothing_to_do_is_no_error(slots: list[int], capacity: list[int], fairness: str) -> None:
    """Without pairs, demand or capacity the answer is empty and proved, and empty slots have certificates."""
    edges = Edges([], [], [])
    allocation = allocate(edges, slots, capacity, fairness=fairness, prove=True)
    assert allocation.chosen.size == allocation.total == 0
    assert allocation.proof == "optimal"
    assert verify_allocation(edges, slots, capacity, allocation, fairness=fairness) == ()
    assert sum(cut.unmet for cut in certify(allocation)) == sum(slots)


def test_an_offer_without_capacity_has_a_price() -> None:
    """What an offer could do if it had capacity is in its price."""
    allocation = allocate(Edges([0], [0], [7000]), [1], [0], prove=True)
    assert allocation.offer_price is not None
    assert steps_and_score(int(allocation.offer_price[0]), allocation.network.step) == (2, 7000)


WRONG_EDGES = {
    "floats": (([0], [0], [1.0]), "score", "int_type"),
    "not a number": (([0], [0], [float("nan")]), "score", "int_type"),
    "booleans": (([True], [0], [1]), "demand", "int_type"),
    "texts": ((["0"], [0], [1]), "demand", "int_type"),
    "no floats even if empty": ((np.zeros(0), [], []), "demand", "int_type"),
    "integers beyond 64 bits": (([2**80], [0], [1]), "demand", "int_type"),
    "two dimensions": (([[0]], [0], [1]), "demand", "one_dimensional"),
    "ragged rows": (([[0], [0, 1]], [0], [1]), "demand", "one_dimensional"),
    "unequal lengths": (([0], [0, 1], [1]), "offer", "unequal_lengths"),
    "negative": (([0, -1], [0, 1], [1, 1]), "demand[1]", "greater_than_equal"),
    "score of 0": (([0, 0], [0, 1], [1, 0]), "score[1]", "greater_than_equal"),
    "score above 10000": (([0], [0], [10_001]), "score[0]", "less_than_equal"),
    "limit of 0": (([0], [0], [1], [0]), "limit[0]", "greater_than_equal"),
    "a pair twice": (([1, 0, 1], [0, 0, 0], [1, 2, 3]), "offer[2]", "repeated"),
}


@pytest.mark.parametrize(("arrays", "field", "code"), WRONG_EDGES.values(), ids=WRONG_EDGES)
def test_wrong_edges_are_refused_by_name(arrays: tuple[Any, ...], field: str, code: str) -> None:
    """The refusal names the array, the first wrong entry and what is wrong."""
    with pytest.raises(InvalidProblem) as refused:
        Edges(*arrays)
    assert (refused.value.record, refused.value.field, refused.value.code) == ("edges", field, code)


WRONG_PROBLEMS = {
    "negative slots": ({"slots": [1, -1]}, "slots", "[1]", "greater_than_equal"),
    "slots of floats": ({"slots": [1.0, 1.0]}, "slots", "", "int_type"),
    "capacity beyond bounds": ({"capacity": [1, 2**31]}, "capacity", "[1]", "less_than_equal"),
    "unknown demand node": ({"slots": [1]}, "edges", "demand[2]", "unknown"),
    "unknown offer": ({"capacity": [1]}, "edges", "offer[1]", "unknown"),
    "need of another length": ({"need": [0]}, "need", "", "unequal_lengths"),
    "mandatory of integers": ({"mandatory": [1, 0]}, "mandatory", "", "bool_type"),
    "priority of 0": ({"priority": [0, 1]}, "priority", "[0]", "greater_than_equal"),
    "two priorities": ({"need": [0, 0], "priority": [1, 2]}, "priority", "[0]", "differs_within_need"),
    "unknown pin": ({"pins": [3]}, "pins", "[0]", "unknown"),
    "unknown veto": ({"vetoes": [0, 3]}, "vetoes", "[1]", "unknown"),
    "a pin twice": ({"pins": [0, 0]}, "pins", "[1]", "repeated"),
    "a vetoed pin": ({"pins": [1, 0], "vetoes": [0]}, "pins", "[1]", "vetoed"),
    "pins beyond slots": ({"pins": [0, 1]}, "pins", "[0]", "exceeds_slots"),
    "pins beyond capacity": ({"pins": [0, 2]}, "pins", "[0]", "exceeds_capacity"),
}


@pytest.mark.parametrize(("changes", "record", "field", "code"), WRONG_PROBLEMS.values(), ids=WRONG_PROBLEMS)
def test_wrong_problems_are_refused_by_name(
    changes: dict[str, Any], record: str, field: str, code: str
) -> None:
    """The refusal names the argument, the first wrong entry and what is wrong."""
    arrays: dict[str, Any] = {"slots": [1, 1], "capacity": [1, 1]} | changes
    edges = Edges(demand=[0, 0, 1], offer=[0, 1, 0], score=[1, 2, 3])
    with pytest.raises(InvalidProblem) as refused:
        allocate(edges, **arrays)
    assert (refused.value.record, refused.value.field, refused.value.code) == (record, field, code)


@pytest.mark.parametrize(
    "setting",
    [{"fairness": "fair"}, {"groups": []}, {"deadline_s": 0.0}, {"deadline_s": True}, {"seed": "1"}],
)
def test_unknown_settings_are_refused(setting: dict[str, Any]) -> None:
    """What is not built is refused, never ignored."""
    with pytest.raises(UnknownSetting) as refused:
        allocate(Edges([0], [0], [1]), [1], [1], **setting)
    assert refused.value.setting == next(iter(setting))


def test_numbers_beyond_64_bits_are_refused() -> None:
    """A ladder so steep that the solver's arithmetic could overflow is refused before it runs."""
    network = build_network(Edges([0], [0], [1]), [1], [1], None, None, None, None, None, fairness="tiered")
    refuse_too_large(replace(network, step=2**56))
    with pytest.raises(InvalidProblem) as refused:
        refuse_too_large(replace(network, step=2**57))
    assert refused.value.code == "too_large"


def test_huge_amounts_are_counted_exactly() -> None:
    """Slots, capacity and limits at their upper bound neither overflow nor lose a unit."""
    most = 2**31 - 1
    edges = Edges([0, 1], [0, 0], [10_000, 9_999], limit=[most, most])
    allocation = allocate(edges, [5, most], [7], prove=True)
    assert allocation.filled.tolist() == [5, 2]
    assert allocation.proof == "optimal"


def test_the_same_bytes_in_another_process() -> None:
    """A new interpreter with another hash seed gives the same answer."""
    script = (
        "from matching.allocation.flow import Edges, allocate\n"
        "d, o = zip(*[(i, j) for i in range(9) for j in range(9)])\n"
        "a = allocate(Edges(d, o, [5] * 81), [2] * 9, [1] * 9, prove=True)\n"
        "print(a.chosen.tolist(), a.offer_price.tolist(), a.demand_price.tolist())\n"
    )
    answers = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(answers) == 1
