"""A problem made ready for its pairs, and one component of it as criteria and rules see it."""

import copy
import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar, cast

import numpy as np

from matching.identity import content_keys, party_keys
from matching.pairs.columns import Codes, DeliveryColumns, Floats, Ints, Lists, OfferColumns, Places
from matching.pairs.peers import Peers
from matching.pairs.relations import Relations, help_on_record
from matching.pairs.sketches import Sketches
from matching.policy import Policy
from matching.problem import Component, Delivery, Need, Offer, Party, Pin, Problem
from matching.text import Stated, TextSimilarity, Vectors, load_text_model, nearness, stated

Made = TypeVar("Made")
Params = dict[str, str | int | float | bool | None]
"""Parameters of a reason."""

REMEMBERED = 256
"""Intermediate results that are kept at a time."""
_TURN = Lock()
"""Held while what is remembered is looked up, never while it is made."""
FEW = 20
"""Where fewer than one offer in so many is asked for, only their texts are compared."""


class Texts:
    """The texts of a problem as vectors: each text once, in the order of the texts."""

    def __init__(self, problem: Problem, model: TextSimilarity) -> None:
        self.model = model
        records: tuple[Need | Offer | Delivery, ...] = (*problem.needs, *problem.offers, *problem.deliveries)
        self._codes = Codes(record.text for record in records)
        self._vectors: Vectors = model.encode(self._codes.names)
        self._stated = stated(self._vectors)
        self._all_stated = bool(self._stated.all())
        self._new: dict[str, Vectors] = {}
        self._delivered: Ints = np.zeros(0, dtype=np.int64)
        self._of_deliveries: tuple[Vectors, Stated] | None = None

    def __len__(self) -> int:
        return len(self._codes)

    def sketches(self, numbers: Ints) -> Sketches:
        """Return the sketches of some texts of the problem."""
        return Sketches(self._vectors, numbers)

    def deliver(self, numbers: Ints) -> None:
        """Say which texts are those of the deliveries, in their order."""
        self._delivered, self._of_deliveries = numbers, None

    @property
    def deliveries(self) -> tuple[Vectors, Stated]:
        """The vectors of the deliveries' texts, in their order, and which of them say something."""
        if self._of_deliveries is None:
            self._of_deliveries = self.pick(self._delivered)
        return self._of_deliveries

    def rest(self) -> None:
        """Let go of what is a copy; it is made again when somebody asks."""
        self._of_deliveries = None

    def knowing(self, text: str) -> "Texts":
        """Return the same texts and one to ask about."""
        other = copy.copy(self)
        if text not in self._codes.place:
            other._new = {text: self.model.encode([text])}  # noqa: SLF001 - a copy of this very object
        return other

    def of(self, records: Iterable[Offer | Delivery]) -> Ints:
        """Return the number of each record's text."""
        return self.numbers(record.text for record in records)

    def near_deliveries(self, text: str) -> Floats:
        """Return how near ``text`` is to each delivery's, in their order; -1 where one is empty."""
        own, _ = self.asked([text])
        near = nearness(own, *self.deliveries)[0]
        return np.where(near > 0, near, -1.0)

    def cosines(self, asked: Vectors, numbers: Ints) -> Vectors:
        """Return the cosines of vectors and some texts of the problem; -1 where one of these says nothing.

        ``asked`` is one vector or several, shape (dim,) or (n, dim); the cosines of each are one line.
        """
        cosines: Vectors = asked @ self._vectors.take(numbers, axis=0).T
        if not self._all_stated:
            cosines[..., ~self._stated[numbers]] = -1
        return cosines

    def numbers(self, texts: Iterable[str]) -> Ints:
        """Return the number of each of these texts of the problem."""
        return np.array([self._codes.place[text] for text in texts], dtype=np.int64)

    def near(self, text: str, to: Ints | None = None) -> Floats:
        """Return how near ``text`` is to each text of the problem; -1 where one is empty.

        ``to`` are the numbers of the texts that matter; all of them unless given.
        """
        own, _ = self.asked([text])
        vectors, said = (self._vectors, self._stated) if to is None else self.pick(to)
        near = nearness(own, vectors, said)[0]
        return np.where(near > 0, near, -1.0)

    def asked(self, texts: Sequence[str]) -> tuple[Vectors, Stated]:
        """Return the vectors of texts to ask about, and which of them say something."""
        if self._new:
            vectors = np.concatenate([self._new[text] for text in texts])
            return vectors, stated(vectors)
        return self.pick(self.numbers(texts))

    def pick(self, numbers: Ints) -> tuple[Vectors, Stated]:
        """Return the vectors of some texts, and which of them say something."""
        return self._vectors[numbers], self._stated[numbers]


class Prepared:
    """Everything that the pairs of a problem need, computed once.

    Parameters
    ----------
    problem : Problem
        Any problem.
    policy : Policy
        Names the text model and the days after which an offer is stale.
    text : TextSimilarity, optional
        Used instead of the policy's model, for instance with vectors made before. It has to be the model
        that the policy names.
    """

    def __init__(self, problem: Problem, policy: Policy, text: TextSimilarity | None = None) -> None:
        self.problem = problem
        self.policy = policy
        self.keys = content_keys(problem)
        self.lists = Lists(problem)
        self.places = Places(problem.parties, self.lists.states)
        self.offers = OfferColumns(problem, self.keys, self.lists, self.places)
        self.deliveries = DeliveryColumns(problem, self.keys, self.lists)
        self.peers = Peers(problem, self.lists)
        self.help = help_on_record(self.deliveries, self.lists.states)
        self.party = {party.id: party for party in problem.parties}
        self.text = text or load_text_model(policy.text_model)
        self.texts = Texts(problem, self.text)
        self.offer_text = self.texts.of(self.offers.offers)
        self.delivery_text = self.texts.of(self.deliveries.deliveries)
        self.texts.deliver(self.delivery_text)
        self.delivery_party = np.array(
            [self.deliveries.parties.place[offer.party] for offer in self.offers.offers], dtype=np.int64
        )
        self._remembered: OrderedDict[Hashable, Any] = OrderedDict()

    def narrowed(self, rows: Ints) -> "Prepared":
        """Return the same problem as if it held the offers of these rows alone, in their order.

        No value of a pair depends on other offers, so each row has here the values that it has in full.
        """
        few = copy.copy(self)
        few.offers = self.offers.narrowed(rows)
        few.offer_text = self.offer_text[rows]
        few.delivery_party = self.delivery_party[rows]
        few._remembered = OrderedDict()  # noqa: SLF001 - a copy of this very object
        return few

    def under(self, policy: Policy) -> "Prepared":
        """Return the same problem under a policy of which only weights are others."""
        other = copy.copy(self)
        other.policy = policy
        return other

    def asked_by(self, need: Need, parties: Iterable[Party], pins: tuple[Pin, ...]) -> "Prepared":
        """Return the same problem for a need that is not in it, with these pins.

        The parties are added, or put for those of the same id. O(parties): nothing is computed again.
        """
        parties = tuple(parties)
        other = copy.copy(self)
        other.party = self.party | {party.id: party for party in parties}
        other.keys = dataclasses.replace(self.keys, parties=self.keys.parties | party_keys(parties))
        other.problem = self.problem.model_copy(update={"pins": pins})
        other.texts = self.texts.knowing(need.text)
        other._remembered = OrderedDict()  # noqa: SLF001 - a copy of this very object
        return other

    @cached_property
    def kept(self) -> int:
        """How many candidates a component keeps."""
        components = sum(len(need.components) for need in self.problem.needs)
        return self.policy.kept_per_component(components)

    def once(self, signature: Hashable, make: Callable[[], Made]) -> Made:
        """Return what ``make`` returns, made once per signature as long as it is asked for again.

        Many components ask for the same, mostly one after the other; what was not asked for longest is
        forgotten, so that memory does not grow with the number of needs.
        """
        with _TURN:
            if signature in self._remembered:
                self._remembered.move_to_end(signature)
                return cast("Made", self._remembered[signature])
        made = make()
        with _TURN:
            self._remembered[signature] = made
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return made


_OF_NEED = ("requesters", "asking", "requester_states", "commitments", "window", "hidden")
"""Facts of a case that depend on the need and on no offer."""


class Case:
    """A component with its need, as criteria and rules look at it."""

    def __init__(self, prepared: Prepared, need: Need, component: Component) -> None:
        self.prepared = prepared
        self.offers: OfferColumns = prepared.offers
        self.need = need
        self.component = component
        self._made: dict[str, Any] = {}

    def on(self, prepared: Prepared) -> "Case":
        """Return the same component over the offers of a narrowed problem, with the facts known already."""
        other = Case(prepared, self.need, self.component)
        for fact in _OF_NEED:
            other.__dict__[fact] = getattr(self, fact)
        return other

    def part(self, component: Component) -> "Case":
        """Return another component of the same need, with the facts known already."""
        other = Case(self.prepared, self.need, component)
        for fact in _OF_NEED:
            other.__dict__[fact] = getattr(self, fact)
        return other

    @cached_property
    def asking(self) -> tuple[Party, ...]:
        """The requesters by content key."""
        return tuple(self.prepared.party[name] for name in self.requesters)

    @cached_property
    def requester_states(self) -> tuple[int, ...]:
        """Places of the states of all requesters."""
        codes = {code for party in self.asking for code in party.states}
        return tuple(self.prepared.lists.states.places(codes))

    @cached_property
    def commitments(self) -> tuple[str, ...]:
        """The need's commitments, sorted."""
        return tuple(sorted(set(self.need.commitments)))

    @cached_property
    def window(self) -> tuple[str, ...] | None:
        """The months (``2027-03``) from start to end; None unless both are stated."""
        first, last = self.need.starts_on, self.need.ends_on
        if first is None or last is None:
            return None
        months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
        return tuple(f"{month // 12:04d}-{month % 12 + 1:02d}" for month in months)

    @cached_property
    def requesters(self) -> tuple[str, ...]:
        """The requesters by content key: in an order that is the same however they are listed or named."""
        keys = self.prepared.keys.parties
        return tuple(sorted(set(self.need.requesters), key=lambda name: keys[name]))

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Places of the deliveries that stand on the need's own page: they prove nothing about it."""
        source, of_source = self.need.source, self.prepared.deliveries.of_source
        return frozenset(of_source[source].tolist()) if source in of_source else frozenset()

    @cached_property
    def delivery_worth(self) -> Floats:
        """What each delivery counts for this need, shape (deliveries,); 0 where it is hidden."""
        if not self.hidden:
            return self.prepared.deliveries.worth
        worth = self.prepared.deliveries.worth.copy()
        worth[sorted(self.hidden)] = 0
        return worth

    @cached_property
    def relations(self) -> Relations:
        """Help between states on record, as this need may see it."""
        prepared, hidden = self.prepared, self.hidden
        return prepared.once(("help", hidden), lambda: Relations(prepared.help, prepared.peers, hidden))

    def near_offers(self, rows: Ints) -> Floats:
        """Return how near the need's text is to the offers' in these rows; -1 where one is empty."""
        prepared, text = self.prepared, self.need.text
        if len(rows) * FEW < len(prepared.texts):
            return prepared.texts.near(text, prepared.offer_text[rows])
        near: Floats = prepared.once(("near", text), lambda: prepared.texts.near(text))
        return near[prepared.offer_text[rows]]

    @property
    def near_deliveries(self) -> Floats:
        """How near the need's text is to each delivery's, shape (deliveries,); -1 where one is empty."""
        prepared, text = self.prepared, self.need.text
        return prepared.once(("near deliveries", text), lambda: prepared.texts.near_deliveries(text))

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what ``make`` returns, made once for this component."""
        if name not in self._made:
            self._made[name] = make()
        return cast("Made", self._made[name])

    def forget(self, name: str) -> None:
        """Let go of what was made once for this component."""
        self._made.pop(name, None)

    def by_place(self, name: Hashable, by_state: Callable[[], Floats]) -> Floats:
        """Return a value per offer's place, shape (places,), made once per name and requesting states."""
        signature = (name, self.requester_states)
        return self.prepared.once(signature, lambda: self.prepared.places.best(by_state()))
