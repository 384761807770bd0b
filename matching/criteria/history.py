"""What is on record: help given on the topic, and help between the two states.

A delivery that stands on the need's own page is hidden from it (:attr:`matching.pairs.prepared.Case.hidden`).
"""

import numpy as np

from matching.criteria.neutral import NEUTRAL
from matching.criteria.places import best_of_pairs, best_pair, states_evidence
from matching.criteria.topics import subject
from matching.outcome import Reason
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case, Prepared

OWN_DELIVERY = 0.7
"""What one fresh, well-rated delivery of the party itself, on the very topic, gives."""
STATE_DELIVERY = 0.5
"""The same of another administration of its state, or of the state without saying which."""
TOPIC_SHARE = 0.6
"""Share of the codes in how far a delivery was on the topic; the rest is how near the texts are."""
OTHER_TOPIC = 0.12
"""What help on another topic counts: having been a peer at all is worth something."""
EVIDENCE_SHOWN = 5


def track_record(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Deliveries of the party or its states on the topic: every further one adds, none fills it.

    Each counts by topic, nearness of the texts, recency (half after eight years) and rating; help on
    another topic counts little.
    """
    by_party, by_place = case.once("track record", lambda: _records(case))
    party = case.prepared.delivery_party[rows]
    return recorded(by_party[party], by_place[case.offers.place[rows]])


def recorded(party_leaves: Floats, place_leaves: Floats) -> tuple[Floats, Bools]:
    """Return the value of what a party and its states leave open, and whether anything is on record."""
    values = 1 - party_leaves * place_leaves
    known = values > 0
    return np.where(known, values, NEUTRAL["track_record"]), known


def _relevance(case: Case) -> Floats:
    """Return how much each delivery says about the component, shape (deliveries,)."""
    return case.once("relevance", lambda: _relevant(case))


def _topic_levels(case: Case) -> Floats:
    """Return how closely each delivery shares the topic, shape (deliveries,)."""
    return case.once("deliveries on topic", lambda: subject(case).levels(case.prepared.deliveries.topics))


def _relevant(case: Case) -> Floats:
    return relevance_of(_topic_levels(case), case.near_deliveries, case.delivery_worth)


def relevance_of(level: Floats, near: Floats, worth: Floats) -> Floats:
    """Return how much deliveries say, from their topic, nearness (-1 unknown) and worth, shape (n,) each."""
    on_topic = TOPIC_SHARE * level + (1 - TOPIC_SHARE) * near
    unsaid = near < 0
    if unsaid.any():
        on_topic = np.where(unsaid, level, on_topic)
    counts = np.where(level > 0, np.maximum(on_topic, OTHER_TOPIC), OTHER_TOPIC)
    relevance: Floats = counts * worth
    return relevance


def _records(case: Case) -> tuple[Floats, Floats]:
    return left_open(case.prepared, _relevance(case))


def left_open(prepared: Prepared, relevance: Floats) -> tuple[Floats, Floats]:
    """Return what the deliveries leave open, per party and per place; a party's own are not counted twice."""
    deliveries = prepared.deliveries
    by_party = deliveries.of_parties.products(1 - OWN_DELIVERY * relevance)
    by_state = deliveries.of_states.products(1 - STATE_DELIVERY * relevance)
    return by_party, 1 - np.maximum(prepared.places.best(1 - by_state), 0)


def track_record_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """The deliveries that count most, with their number; those on the topic where there are any.

    On the topic is what shares as much of it as the policy asks of an offer. Made once for a pair.
    """
    return case.once(f"deliveries told {row}", lambda: _told(case, row))


def _told(case: Case, row: int) -> tuple[Reason, ...]:
    party, deliveries = case.offers.offers[row].party, case.prepared.deliveries
    helped = helped_in(case, row)
    if case.hidden:
        helped = helped[~np.isin(helped, sorted(case.hidden))]
    if not helped.size:
        return ()
    relevance, level = _says(case, helped)
    on_topic = (level > 0) & (level >= case.prepared.policy.minimum_topic)
    code = "delivered_on_topic" if on_topic.any() else "delivered_on_other_topics"
    counts = np.flatnonzero(on_topic) if on_topic.any() else np.arange(helped.size)
    found = helped[counts[np.lexsort((helped[counts], -relevance[counts]))]].tolist()
    own = len(set(deliveries.given_by_party(party).tolist()).intersection(found))
    evidence = tuple(deliveries.references[number] for number in found[:EVIDENCE_SHOWN])
    return (Reason(code=code, params={"deliveries": len(found), "own": own}, evidence=evidence),)


def _says(case: Case, numbers: Ints) -> tuple[Floats, Floats]:
    """Return how much some deliveries say about the component, and how closely they share its topic."""
    seen, relevance, level = case.once("deliveries seen", lambda: _all_seen(case))
    places = np.searchsorted(seen, numbers)
    return relevance[places], level[places]


def _all_seen(case: Case) -> tuple[Ints, Floats, Floats]:
    relevance = _relevance(case)
    return np.arange(relevance.size, dtype=np.int64), relevance, _topic_levels(case)


def helped_in(case: Case, row: int) -> Ints:
    """Return the deliveries in which the party of an offer or one of its states helped, ascending."""
    party = case.offers.parties[row]
    return case.prepared.deliveries.given_by_any(party.id, party.states)


def relations(case: Case, rows: Ints) -> tuple[Floats, Bools]:
    """Help between the states on record, or two steps: the provider helped a peer of the requester."""
    return best_of_pairs(case, rows, "relations", case.relations.of, sees=case.hidden)


def relations_reasons(case: Case, row: int) -> tuple[Reason, ...]:
    """The deliveries between the two states, or the peer who was helped."""
    known = case.relations
    pair = best_pair(case, row, known.of)
    if pair is None:
        return ()
    asking, giving = pair
    if known.direct[pair] >= known.of(asking)[giving]:
        between = _between(case, asking, giving)
        return (
            Reason(
                code="worked_together", params={"deliveries": len(between)}, evidence=between[:EVIDENCE_SHOWN]
            ),
        )
    middle = known.middle(asking, giving)
    if middle is None:
        return ()
    evidence = (*_between(case, middle, giving)[:EVIDENCE_SHOWN], *states_evidence(case, asking, giving))
    peer = case.prepared.peers.states[middle].code
    return (Reason(code="helped_a_peer", params={"peer": peer}, evidence=evidence),)


def _between(case: Case, one: int, other: int) -> tuple[str, ...]:
    told, references = case.prepared.help, case.prepared.deliveries.references
    numbers = told.between(one, other)
    return tuple(references[number] for number in sorted({*numbers.tolist()} - case.hidden))
