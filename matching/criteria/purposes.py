"""For whom and what for: priority of the requester, dialogues' agendas, wishes of both sides."""

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.criteria.places import best_pair
from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case

LDC, LLDC, SIDS, FIRST_TIME = 0.5, 0.25, 0.35, 0.4
PREFERRED, PREFERS, TARGETED, NOT_TARGETED = 0.35, 0.25, 0.25, 0.3


def priority(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Least developed, landlocked and small island states, and first-time requesters.

    The same for every offer: it decides between needs where they compete, not within one. A joint need
    counts whatever any of its requesters is.
    """
    given = [amount for _, amount, _ in _priorities(case)]
    left = 1.0
    for amount in given:
        left = left * (1 - amount)
    return np.full(len(rows), 1 - left), np.full(len(rows), bool(given))


def _priorities(case: Case) -> list[tuple[str, float, str]]:
    states = [case.prepared.peers.states[place] for place in case.requester_states]
    found = []
    for fact, amount in (("ldc", LDC), ("lldc", LLDC), ("sids", SIDS)):
        named = [state.code for state in states if getattr(state, fact)]
        if named:
            found.append((fact, amount, f"state:{named[0]}"))
    new = [party.id for party in case.asking if party.first_time]
    if new:
        found.append(("first_time", FIRST_TIME, f"party:{new[0]}"))
    return found


def priority_reasons(case: Case, _row: int) -> tuple[Reason, ...]:
    """What makes the requester a priority."""
    return tuple(
        Reason(code="priority_requester", params={"because": fact}, evidence=(about,))
        for fact, _, about in _priorities(case)
    )


def agenda(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """The need's commitments, else their themes, on the agenda of a group that both sides are in."""
    # A need's commitments are its topic; only where it states none, the area's count.
    key = (case.requester_states, case.commitments, None if case.commitments else case.component.area)
    by_place = case.prepared.once(("agenda", *key), lambda: case.prepared.places.best(_agenda_by_state(case)))
    values = by_place[case.offers.place[rows]]
    known = values >= 0
    return np.where(known, values, NEUTRAL["agenda"]), known


def _on_agenda(case: Case) -> Floats:
    """Return how far each group has the topic on its agenda, shape (groups,)."""
    lists = case.prepared.lists
    served = lists.served[case.component.area] if case.component.area is not None else frozenset()
    wanted = case.commitments or served
    on_agenda: Floats = case.prepared.peers.on_agenda[lists.commitments.places(wanted)].max(axis=0, initial=0)
    return on_agenda


def _agenda_pairs(case: Case) -> Floats:
    """Return the best shared agenda, shape (requesting states, states); -1 where a side is in no group."""
    return case.once("agenda pairs", lambda: _shared_agendas(case))


def _shared_agendas(case: Case) -> Floats:
    peers = case.prepared.peers
    asking = list(case.requester_states)
    counts = _on_agenda(case) * peers.status
    live = np.flatnonzero(counts > 0)
    role = peers.role[live]
    both = np.minimum(role[:, asking][:, :, None], role[:, None, :])
    both *= counts[live][:, None, None]
    known = peers.in_groups[asking][:, None] & peers.in_groups[None, :]
    return np.where(known, both.max(axis=0, initial=0.0), -1.0)


def _agenda_by_state(case: Case) -> Floats:
    if not case.requester_states:
        return np.full(len(case.prepared.lists.states), -1.0)
    best: Floats = _agenda_pairs(case).max(axis=0)
    return best


def agenda_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """The groups with the topic on their agenda that the best pair of states shares."""
    peers = case.prepared.peers
    values = dict(zip(case.requester_states, _agenda_pairs(case), strict=True))
    pair = best_pair(case, row, values.__getitem__)
    if pair is None or values[pair[0]][pair[1]] <= 0:
        return ()
    shared = np.minimum(peers.role[:, pair[0]], peers.role[:, pair[1]]) * peers.status * _on_agenda(case)
    order = sorted(np.flatnonzero(shared > 0).tolist(), key=lambda number: (-shared[number], number))
    evidence = tuple(f"{peers.groups[number].kind}:{peers.groups[number].code}" for number in order)
    return (Reason(code="on_agenda", params={"groups": len(order)}, evidence=evidence),)


def wishes(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Whom the requester prefers, whom the provider prefers, which states it means its offer for.

    Starts in the middle and moves with each wish; an offer meant for other states moves down.
    """
    values, known = case.once("wishes", lambda: _wishes(case))
    return values[rows], known[rows]


def _wishes(case: Case) -> tuple[Floats, Bools]:
    offers = case.offers
    value = np.full(len(offers), NEUTRAL["wishes"])
    known = np.zeros(len(offers), dtype=bool)
    value, known = _moved(
        value, known, PREFERRED, [offers.of_party.get(name) for name in case.need.preferred]
    )
    value, known = _moved(value, known, PREFERS, [offers.prefers.get(name) for name in case.requesters])
    if case.requester_states:
        meant = offers.target[list(case.requester_states)].any(axis=0)
        value = value + np.where(offers.target_stated, np.where(meant, TARGETED, -NOT_TARGETED), 0.0)
        known = known | offers.target_stated
    return np.clip(value, 0, 1), known


def _moved(value: Floats, known: Bools, by: float, groups: list[Ints | None]) -> tuple[Floats, Bools]:
    wished = np.zeros(len(value), dtype=bool)
    for rows in groups:
        if rows is not None:
            wished[rows] = True
    return value + np.where(wished, by, 0.0), known | wished


def wishes_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """Each wish that was stated."""
    offer = case.offers.offers[row]
    about = (f"offer:{offer.id}",)
    states = {case.prepared.peers.states[place].code for place in case.requester_states}
    reasons = []
    if offer.party in case.need.preferred:
        reasons.append(Reason(code="preferred_by_requester", evidence=(f"need:{case.need.id}",)))
    if set(offer.prefers).intersection(case.need.requesters):
        reasons.append(Reason(code="preferred_by_provider", evidence=about))
    if offer.targets is not None and states:
        code = "meant_for_requester" if states.intersection(offer.targets) else "meant_for_others"
        reasons.append(Reason(code=code, evidence=about))
    return tuple(reasons)
