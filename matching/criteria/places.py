"""Where the two sides are and what their states have in common.

Where a party or a joint need has several states, the best pair of states counts: it takes one common
dialogue to host the work, one neighbour to start from.
"""

from collections.abc import Callable, Hashable

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case, Params

RowOf = Callable[[int], Floats]
"""Returns a requesting state's values by providing state, -1 where unknown."""


def membership(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Dialogues and regional bodies that both sides are in, small ones counting more than large ones."""
    return _of_pairs(case, rows, "membership")


def proximity(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Great-circle distance between capitals, and the same subregion or region."""
    return _of_pairs(case, rows, "proximity")


def similarity(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Whether the states are peers: income, region, special situation, groups."""
    return _of_pairs(case, rows, "similarity")


def south_south(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Whether the work would be between states of which neither is of high income."""
    return _of_pairs(case, rows, "south_south")


def _of_pairs(case: Case, rows: Ints, name: str) -> tuple[Floats, Bools]:
    table: Floats = getattr(case.prepared.peers, name)
    return best_of_pairs(case, rows, name, table.__getitem__)


def best_of_pairs(case: Case, rows: Ints, name: str, of: RowOf, sees: Hashable = ()) -> tuple[Floats, Bools]:
    """Return the best value among the pairs of a requesting and a providing state, and whether it is known.

    Parameters
    ----------
    case : Case
        The component.
    rows : int array, shape (n,)
        Offers.
    name : str
        The criterion, which names the neutral value.
    of : callable
        Returns a requesting state's values by providing state, -1 where unknown.
    sees : hashable
        Whatever else the values depend on.
    """
    by_place = case.by_place((name, sees), lambda: _best_of_requesters(case, of))
    values = by_place[case.offers.place[rows]]
    known = values >= 0
    return np.where(known, values, NEUTRAL[name]), known


def _best_of_requesters(case: Case, of: RowOf) -> Floats:
    rows = [of(state) for state in case.requester_states]
    best: Floats = np.max(rows, axis=0) if rows else np.full(len(case.prepared.lists.states), -1.0)
    return best


def best_pair(case: Case, row: int, of: RowOf) -> tuple[int, int] | None:
    """Return the requesting and the providing state whose pair counts, first by code among equals."""
    members = case.prepared.places.sets[case.offers.place[row]]
    values = {(asking, giving): of(asking)[giving] for asking in case.requester_states for giving in members}
    known = [pair for pair, value in values.items() if value >= 0]
    return max(known, key=lambda pair: (values[pair], (-pair[0], -pair[1])), default=None)


def _explained(
    name: str, reason: Callable[[Case, int, int], Reason | None]
) -> Callable[..., tuple[Reason, ...]]:
    def reasons(case: Case, row: int) -> tuple[Reason, ...]:
        table: Floats = getattr(case.prepared.peers, name)
        pair = best_pair(case, row, table.__getitem__)
        if pair is None:
            return ()
        # Two states have the same to do with each other in every need: said once, and kept once.
        told: dict[tuple[str, int, int], tuple[Reason, ...]] = case.prepared.once("told of states", dict)
        if (name, *pair) not in told:
            found = reason(case, *pair)
            told[name, *pair] = () if found is None else (found,)
        return told[name, *pair]

    return reasons


def states_evidence(case: Case, asking: int, giving: int) -> tuple[str, ...]:
    """Return the two states as references."""
    states = case.prepared.peers.states
    return f"state:{states[asking].code}", f"state:{states[giving].code}"


def _shared_groups(case: Case, asking: int, giving: int) -> Reason | None:
    peers = case.prepared.peers
    shared = np.minimum(peers.role[:, asking], peers.role[:, giving]) * peers.group_gives
    order = sorted(np.flatnonzero(shared > 0).tolist(), key=lambda number: (-shared[number], number))
    if not order:
        return None
    evidence = tuple(f"{peers.groups[number].kind}:{peers.groups[number].code}" for number in order)
    return Reason(code="shared_groups", params={"groups": len(order)}, evidence=evidence)


def _near(case: Case, asking: int, giving: int) -> Reason:
    distance = case.prepared.peers.distance_km[asking, giving]
    params: Params = {"km": round(float(distance)) if distance >= 0 else None}
    first, second = case.prepared.peers.states[asking], case.prepared.peers.states[giving]
    same = first.subregion is not None and first.subregion == second.subregion
    code = "same_subregion" if same else "distance"
    return Reason(code=code, params=params, evidence=states_evidence(case, asking, giving))


def _alike(case: Case, asking: int, giving: int) -> Reason:
    first, second = case.prepared.peers.states[asking], case.prepared.peers.states[giving]
    params: Params = {
        "alike": round(float(case.prepared.peers.similarity[asking, giving]), 3),
        "same_income": first.income is not None and first.income == second.income,
        "both_ldc": first.ldc and second.ldc,
        "both_lldc": first.lldc and second.lldc,
        "both_sids": first.sids and second.sids,
    }
    return Reason(code="peers", params=params, evidence=states_evidence(case, asking, giving))


def _south(case: Case, asking: int, giving: int) -> Reason | None:
    if not case.prepared.peers.south_south[asking, giving]:
        return None
    return Reason(code="south_south", evidence=states_evidence(case, asking, giving))


membership_reasons = _explained("membership", _shared_groups)
proximity_reasons = _explained("proximity", _near)
similarity_reasons = _explained("similarity", _alike)
south_south_reasons = _explained("south_south", _south)
