"""Mutual exchanges: rings of states in which each could give what the next one asks for."""

import numpy as np

from matching.graph.cycles import Cycle, chordless_cycles
from matching.outcome import ExchangeLink, MutualExchange
from matching.pairs.candidates import Candidates


def exchanges(candidates: Candidates) -> tuple[MutualExchange, ...]:
    """Return the exchanges among the candidates of a round, those with the strongest weakest link first.

    Parameters
    ----------
    candidates : Candidates
        Who could serve what. Needs that may not be combined with those of others are left out.

    Returns
    -------
    tuple of MutualExchange
        At most ``policy.exchanges``: pairs of states that could help each other, and rings of three within
        which no two could. Each link names the best pair of a need and an offer.

    Notes
    -----
    O(E log E + states^3). It does not say that all exchanges could be done together.
    """
    most = candidates.policy.exchanges
    if not most:
        return ()
    best = _best_links(candidates)
    gives: dict[str, dict[str, int]] = {}
    for (giver, taker), edge in best.items():
        gives.setdefault(giver, {})[taker] = int(candidates.edges.score[edge])
    return tuple(_exchange(candidates, best, ring) for ring in chordless_cycles(gives, most))


def _best_links(candidates: Candidates) -> dict[tuple[str, str], int]:
    """Return the best edge from each state to each other."""
    edges, places = candidates.edges, candidates.prepared.places
    names = candidates.prepared.lists.states.names
    asking = [candidates.case(row).requester_states for row in range(len(candidates.components))]
    sets = {states: number for number, states in enumerate(sorted(set(asking)))}
    asker = np.array([sets[states] for states in asking], dtype=np.int64)
    joint = np.array([need.joint for need, _ in candidates.components], dtype=np.bool_)
    giver = candidates.prepared.offers.place[edges.offer]
    usable = joint[edges.demand] & (candidates.capacity[edges.offer] > 0)
    rows = np.flatnonzero(usable)
    size = len(edges)
    # One number says which is best, and among equals which stands first: no sorting of all candidates.
    best = np.full(len(places.sets) * len(sets), -1, dtype=np.int64)
    pair = giver[rows] * len(sets) + asker[edges.demand[rows]]
    np.maximum.at(best, pair, edges.score[rows].astype(np.int64) * size + (size - 1 - rows))
    takers = list(sets)
    found: dict[tuple[str, str], int] = {}
    for code in np.flatnonzero(best >= 0).tolist():
        edge = size - 1 - int(best[code]) % size
        for one in places.sets[code // len(sets)]:
            for two in takers[code % len(sets)]:
                link = names[one], names[two]
                if one != two and _is_better(candidates, edge, found.get(link)):
                    found[link] = edge
    return found


def _is_better(candidates: Candidates, edge: int, known: int | None) -> bool:
    score = candidates.edges.score
    return known is None or (-int(score[edge]), edge) < (-int(score[known]), known)


def _exchange(candidates: Candidates, best: dict[tuple[str, str], int], ring: Cycle) -> MutualExchange:
    links = []
    for giver, taker in zip(ring.nodes, (*ring.nodes[1:], ring.nodes[0]), strict=True):
        edge = best[giver, taker]
        need, part = candidates.components[int(candidates.edges.demand[edge])]
        links.append(
            ExchangeLink(
                giver=giver,
                taker=taker,
                need=need.id,
                component=part.id,
                offer=candidates.offers[int(candidates.edges.offer[edge])].id,
                score=int(candidates.edges.score[edge]),
            )
        )
    return MutualExchange(states=ring.nodes, score=ring.value, links=tuple(links))
