"""Explanations of many pairs at once: what each criterion gives to every pair that a round chose, and why.

One pair at a time, almost all of the time goes into asking again what was asked for the pair before. So the
offers in question are taken out of all others first, and each criterion is then computed once for all pairs
for which the need's side looks the same to it (:data:`SEES`): all needs of a state share how near a provider
is. What depends on the very component, topic, texts and record, is computed over its own pairs alone.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from matching.criteria import CRITERIA, DIGITS, told_of, value_of
from matching.criteria.history import (
    OWN_DELIVERY,
    STATE_DELIVERY,
    helped_in,
    recorded,
    relevance_of,
    track_record_reasons,
)
from matching.criteria.neutral import NEUTRAL
from matching.criteria.topic_bits import TopicBits, ladder
from matching.outcome import CriterionScore
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.prepared import Case, Prepared
from matching.problem import Component, Need


class Pair(NamedTuple):
    """A component, by its place, and the row of an offer."""

    component: int
    row: int


def _of_place(case: Case) -> Hashable:
    return case.requester_states


SEES: MappingProxyType[str, Callable[[Case], Hashable]] = MappingProxyType(
    {
        "modality": lambda case: (case.component.modality, case.need.delivery),
        "language": lambda case: (
            case.component.languages,
            case.requester_states if case.component.languages is None else (),
        ),
        "membership": _of_place,
        "proximity": _of_place,
        "similarity": _of_place,
        "availability": lambda case: (case.window, case.need.urgency == "emergency"),
        "relations": lambda case: (case.requester_states, case.hidden),
        "evidence": lambda case: case.component.area,
        "south_south": _of_place,
        "priority": lambda case: case.requesters,
        "agenda": lambda case: (
            case.requester_states,
            case.commitments,
            None if case.commitments else case.component.area,
        ),
        "wishes": lambda case: (case.need.preferred, case.requesters),
    }
)
"""All that a criterion's values take from the need's side. The criteria that are not here see the component
itself."""


OF_PLACES = frozenset({"membership", "proximity", "similarity", "south_south", "agenda", "relations"})
"""The criteria that see nothing of an offer but the states of its party: what they give to two views of a
pair alike is the same record, made once."""
SHARED = OF_PLACES | {"priority"}
"""With the one that sees nothing of an offer at all."""


class Telling:
    """The criteria of many pairs, computed together.

    Parameters
    ----------
    prepared : Prepared
        The problem.
    components : sequence of (Need, Component)
        The components that pairs name by their place.
    pairs : iterable of Pair
        The pairs; each once.

    Notes
    -----
    A criterion that is listed in :data:`SEES` costs one pass over the offers in question per distinct view
    of the need's side; the others, per component, what its own pairs and the deliveries of their providers
    are. Every value is the one that :func:`matching.criteria.value_of` gives.
    """

    def __init__(
        self, prepared: Prepared, components: Sequence[tuple[Need, Component]], pairs: Iterable[Pair]
    ) -> None:
        self._pairs = sorted(pairs)
        self._place = {pair: place for place, pair in enumerate(self._pairs)}
        rows = np.array([pair.row for pair in self._pairs], dtype=np.int64)
        chosen, self._rows = np.unique(rows, return_inverse=True)
        self._few = prepared.narrowed(chosen)
        self._cases = _cases(self._few, components, [pair.component for pair in self._pairs])
        self._own = _Own(self._few)
        self._shared: dict[tuple[str, int, int], CriterionScore] = {}
        self._unsaid: dict[tuple[str, float, bool], CriterionScore] = {}
        self._views: dict[str, dict[int, int]] = {}
        self._asked: dict[str, list[Case]] = {}
        self._values: dict[str, list[float]] = {}
        self._known: dict[str, list[bool]] = {}
        for name in CRITERIA:
            values, known = self._columns(name)
            self._values[name], self._known[name] = values.tolist(), known.tolist()

    def case(self, pair: Pair) -> tuple[Case, int]:
        """Return the component of a pair over the offers in question, and the offer's row among these."""
        return self._cases[pair.component], int(self._rows[self._place[pair]])

    def criteria(self, pair: Pair) -> tuple[CriterionScore, ...]:
        """Return what each criterion gives to one of the pairs, in the order of the criteria."""
        place = self._place[pair]
        case, row = self._cases[pair.component], int(self._rows[place])
        states = int(case.offers.place[row])
        return tuple(
            [self._criterion(name, case, Pair(pair.component, row), place, states) for name in CRITERIA]
        )

    def _criterion(self, name: str, case: Case, pair: Pair, place: int, states: int) -> CriterionScore:
        """Return one criterion of a pair, or an equal one made before, where many pairs have it."""
        if name not in SHARED:
            return self._made(name, case, pair.row, place)
        view = self._views[name][pair.component]
        key = name, view, states if name in OF_PLACES else 0
        kept = self._shared.get(key)
        if kept is None:
            alike = self._asked[name][view]  # which remembers what it was asked before
            kept = self._shared[key] = self._made(name, alike, pair.row, place)
        return kept

    def _made(self, name: str, case: Case, row: int, place: int) -> CriterionScore:
        value, known, policy = self._values[name][place], self._known[name][place], self._few.policy
        reasons = CRITERIA[name].reasons(case, row)
        if reasons:
            return told_of(name, policy, value, reasons, known=known)
        made = self._unsaid.get((name, value, known))
        if made is None:
            made = self._unsaid[name, value, known] = told_of(name, policy, value, (), known=known)
        return made

    def _columns(self, name: str) -> tuple[Floats, Bools]:
        """Return a criterion's rounded value of every pair, and whether it is known."""
        values, known = np.zeros(len(self._pairs)), np.zeros(len(self._pairs), dtype=bool)
        for case, places in self._alike(name):
            rows = self._rows[places]
            values[places], known[places] = self._one(name, case, rows)
        return values, known

    def _one(self, name: str, case: Case, rows: Ints) -> tuple[Floats, Bools]:
        if name in SEES:
            given = value_of(name, case, rows)
            case.forget(name)  # it may hold a value for every offer
            return given
        values, known = getattr(self._own, name)(case, rows)
        return np.round(values, DIGITS), known

    def _alike(self, name: str) -> Iterator[tuple[Case, Ints]]:
        """Give the pairs that look the same to a criterion, with a case to ask it by."""
        components = [pair.component for pair in self._pairs]
        if name not in SEES:
            for component, own in groupby(range(len(components)), key=components.__getitem__):
                yield self._cases[component], np.array(list(own), dtype=np.int64)
            return
        sees, views = SEES[name], defaultdict[Hashable, list[int]](list)
        seen = {component: sees(case) for component, case in self._cases.items()}
        for place, component in enumerate(components):
            views[seen[component]].append(place)
        numbers = {view: number for number, view in enumerate(views)}
        self._views[name] = {component: numbers[view] for component, view in seen.items()}
        self._asked[name] = [self._cases[components[places[0]]] for places in views.values()]
        for places in views.values():
            yield self._cases[components[places[0]]], np.array(places, dtype=np.int64)


def _cases(
    prepared: Prepared, components: Sequence[tuple[Need, Component]], asked: list[int]
) -> dict[int, Case]:
    """Return the cases of the components asked for; those of one need share what they know of it."""
    cases: dict[int, Case] = {}
    last: Case | None = None
    for place in dict.fromkeys(asked):
        need, component = components[place]
        is_same_need = last is not None and last.need is need
        last = last.part(component) if last and is_same_need else Case(prepared, need, component)
        cases[place] = last
    return cases


class _Own:
    """The criteria that see the component itself, over a few rows of offers."""

    def __init__(self, prepared: Prepared) -> None:
        self._prepared = prepared
        self._levels = ladder()
        self._topics = TopicBits(prepared.lists, prepared.offers.topics)
        self._treated = TopicBits(prepared.lists, prepared.deliveries.topics)

    def topic(self, case: Case, rows: Ints) -> tuple[Floats, Bools]:
        """See :func:`matching.criteria.topics.topic`."""
        is_stated = case.component.area is not None or bool(case.commitments)
        known = self._prepared.offers.topics.stated[rows] & is_stated
        levels = self._levels[self._topics.of(case.component.area, case.commitments, rows)]
        return np.where(known, levels, NEUTRAL["topic"]), known

    def meaning(self, case: Case, rows: Ints) -> tuple[Floats, Bools]:
        """See :func:`matching.criteria.topics.meaning`."""
        near = self._prepared.texts.near(case.need.text, self._prepared.offer_text[rows])
        for row, value in zip(rows.tolist(), near.tolist(), strict=True):
            case.once(f"near {row}", partial(float, value))  # its reason asks for it again
        known = near >= 0
        return np.where(known, near, NEUTRAL["meaning"]), known

    def track_record(self, case: Case, rows: Ints) -> tuple[Floats, Bools]:
        """See :func:`matching.criteria.history.track_record`: over the deliveries of these providers."""
        helped = [helped_in(case, row) for row in rows.tolist()]
        numbers = helped[0] if len(helped) == 1 else np.unique(np.concatenate(helped))
        relevance = self._relevance(case, numbers)
        left = np.array([self._left_open(case, row, numbers, relevance) for row in rows.tolist()])
        for row in rows.tolist():
            track_record_reasons(case, row)  # made here, while what the deliveries say is at hand
        case.forget("deliveries seen")
        return recorded(left[:, 0], left[:, 1])

    def _relevance(self, case: Case, numbers: Ints) -> Floats:
        """Return how much some deliveries say; the reasons ask for the same again."""
        area, near = case.component.area, self._prepared.texts.near
        level = self._levels[self._treated.of(area, case.commitments, numbers)]
        texts = self._prepared.delivery_text[numbers]
        relevance = relevance_of(level, near(case.need.text, texts), case.delivery_worth[numbers])
        case.once("deliveries seen", lambda: (numbers, relevance, level))
        return relevance

    def _left_open(self, case: Case, row: int, numbers: Ints, relevance: Floats) -> tuple[float, float]:
        """Return what the deliveries of the party, and of the best of its states, leave open."""
        deliveries, party = self._prepared.deliveries, case.offers.parties[row]

        def left(share: float, given: Ints) -> float:
            if not given.size:
                return 1.0
            is_all = given.size == numbers.size  # each stands once, in order, in both
            says = relevance if is_all else relevance[np.searchsorted(numbers, given)]
            return float(np.prod(1 - share * says))

        states = [left(STATE_DELIVERY, deliveries.given_by_state(code)) for code in party.states]
        return left(OWN_DELIVERY, deliveries.given_by_party(party.id)), min(states, default=1.0)
