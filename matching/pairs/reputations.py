"""The track records of all providers for many components at once.

Every delivery says something about every component, so none can be left out; but what depends on the need
alone is worked out once for its components, and what depends on the topic is looked up by its bits. Each
value is that of :func:`matching.criteria.history.track_record`, multiplied in the same order.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from matching.criteria import points_of
from matching.criteria.history import (
    OTHER_TOPIC,
    OWN_DELIVERY,
    STATE_DELIVERY,
    TOPIC_SHARE,
    recorded,
)
from matching.criteria.topic_bits import UNSTATED, TopicBits, ladder
from matching.pairs.columns import Floats, Ints
from matching.pairs.prepared import Case, Prepared
from matching.pairs.profiles import Providers
from matching.text import Stated, Vectors, nearness_of_cosine

NEEDS_AT_A_TIME = 128
"""Needs whose nearness to the deliveries is worked out together."""
CELLS_AT_A_TIME = 500_000
"""States of providers that are looked at together."""


class Reputations:
    """The deliveries of a problem, made ready for any number of components.

    Parameters
    ----------
    prepared : Prepared
        The problem.
    providers : Providers
        Who stands behind the offers.
    """

    def __init__(self, prepared: Prepared, providers: Providers) -> None:
        self._providers = providers.prepared
        self._policy, self._places = prepared.policy, prepared.places
        self._deliveries = prepared.deliveries
        self._texts = prepared.texts
        _ = self._texts.deliveries  # made here, so that copies of the texts for one need share it
        self._bits = TopicBits(prepared.lists, prepared.deliveries.topics)
        level = ladder()[np.arange(256) & ~UNSTATED]
        self._topic = np.where(level > 0, TOPIC_SHARE * level, -np.inf)
        self._level = np.where(level > 0, level, -np.inf)

    def points(self, cases: Sequence[Case], vectors: Vectors, asked: Stated) -> Floats:
        """Return what the track record adds for some components, shape (components, profiles).

        Parameters
        ----------
        cases : sequence of Case
            Components, those of a need beside each other.
        vectors : float array, shape (needs, dim)
            The vectors of the texts of their needs, in the order of these.
        asked : bool array, shape (needs,)
            Which of these texts say something.
        """
        parties, states = self._deliveries.of_parties, self._deliveries.of_states
        by_party, by_state = np.ones((len(cases), parties.size)), np.ones((len(cases), states.size))
        for line, relevance in enumerate(self._relevances(cases, vectors, asked)):
            parties.left_open(OWN_DELIVERY, relevance, by_party[line])
            states.left_open(STATE_DELIVERY, relevance, by_state[line])
        values, _ = recorded(
            by_party[:, self._providers.delivery_party],
            self._by_place(by_state)[:, self._providers.offers.place],
        )
        return points_of("track_record", values, self._policy)

    def _relevances(self, cases: Sequence[Case], vectors: Vectors, asked: Stated) -> Iterator[Floats]:
        """Give for each component how much each delivery says, see :func:`history.relevance_of`."""
        for number, (_, own) in enumerate(groupby(cases, key=lambda case: id(case.need))):
            place = number % NEEDS_AT_A_TIME
            if not place:
                cosines = vectors[number : number + NEEDS_AT_A_TIME] @ self._texts.deliveries[0].T
            near, unsaid = self._near(cosines[place], bool(asked[number]))
            for case in own:
                yield self._relevance(case, near, unsaid)

    def _near(self, cosine: Vectors, asked: bool) -> tuple[Floats, Ints]:  # noqa: FBT001 - one of a column
        """Return what the nearness of the texts adds, and for which deliveries it is not known."""
        near = nearness_of_cosine(cosine)
        is_known = near > 0
        _, said = self._texts.deliveries
        if not (asked and said.all()):
            is_known &= said & asked
        near *= 1 - TOPIC_SHARE
        return near, np.flatnonzero(~is_known)

    def _relevance(self, case: Case, near: Floats, unsaid: Ints) -> Floats:
        bits = self._bits.of(case.component.area, case.commitments)
        relevance = self._topic.take(bits)
        relevance += near
        if len(unsaid):
            relevance[unsaid] = self._level[bits[unsaid]]
        np.maximum(relevance, OTHER_TOPIC, out=relevance)
        relevance *= case.delivery_worth
        return relevance

    def _by_place(self, by_state: Floats) -> Floats:
        """Return what the best of its states leaves open for each place, shape (components, places)."""
        height = max(1, CELLS_AT_A_TIME // max(self._places.cells, 1))
        given = [
            self._places.best_of_each(1 - by_state[first : first + height])
            for first in range(0, len(by_state), height)
        ]
        return 1 - np.maximum(np.concatenate(given), 0)
