"""What offers have in common: each distinct profile once, so that a value per profile serves all its offers.

Most criteria and rules look at little of an offer: its languages, its months and capacity, its modalities,
or who stands behind it. Offers that are equal in this are one profile. The criteria themselves are asked for
one offer of each profile, so that a table cannot differ from what an offer has when it is looked at alone.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

import numpy as np

from matching.criteria import value_of
from matching.pairs.columns import Bools, Floats, Ints
from matching.pairs.kept import ArraysKept
from matching.pairs.prepared import Case, Prepared
from matching.pairs.rules import RULES, capacity_left
from matching.problem import Offer

OF_PROVIDER = ("membership", "proximity", "similarity", "relations", "south_south", "priority", "wishes")
"""Criteria that depend on who stands behind an offer and on who asks. The agenda also sees the topic."""
RULES_OF_PROVIDER = (
    *("own_request", "do_not_pair", "excluded_provider", "refused_by_provider", "conflict_of_interest"),
    "not_a_public_body",
)
TABLES_KEPT = 4096
"""Tables that a kind of profile remembers; what was not asked for longest is forgotten."""
BYTES_KEPT = 64_000_000
"""Most bytes of what is remembered of those who ask."""


class Table:
    """What each profile adds to a score, and which profiles a rule excludes, shape (profiles,) each.

    ``single`` is the same in single precision, minus infinity for those that are excluded.
    """

    def __init__(self, points: Floats, excluded: Bools) -> None:
        self.points = points
        self.single = np.where(excluded, -np.inf, points).astype(np.float32)


class Profiles:
    """The distinct profiles of a problem's offers, of one kind.

    Parameters
    ----------
    prepared : Prepared
        The problem.
    of : callable
        Returns what of an offer makes its profile.

    Attributes
    ----------
    of_row : int array, shape (offers,)
        The profile of each offer.
    prepared : Prepared
        The problem narrowed to one offer of each profile.
    """

    def __init__(self, prepared: Prepared, of: Callable[[Offer], Hashable]) -> None:
        number: dict[Hashable, int] = {}
        offers = prepared.offers.offers
        self.of_row: Ints = np.array(
            [number.setdefault(of(offer), len(number)) for offer in offers], dtype=np.int64
        )
        _, first = np.unique(self.of_row, return_index=True)
        self.prepared = prepared.narrowed(first)
        self.rows: Ints = np.arange(len(first), dtype=np.int64)
        self._tables: OrderedDict[Hashable, Table] = OrderedDict()
        self._turn = Lock()

    def case(self, case: Case) -> Case:
        """Return a component as criteria and rules see it, with one offer of each profile."""
        return case.on(self.prepared)

    def points(self, name: str, case: Case) -> Floats:
        """Return what a criterion adds to the score of each profile, shape (profiles,)."""
        points: Floats = case.prepared.policy.weights[name] * value_of(name, case, self.rows)[0]
        return points

    def table(self, signature: Hashable, make: Callable[[], Table]) -> Table:
        """Return the table of a signature, made once as long as it is asked for again."""
        with self._turn:
            found = self._tables.get(signature)
            if found is not None:
                self._tables.move_to_end(signature)
                return found
        made = make()
        with self._turn:
            self._tables[signature] = made
            if len(self._tables) > TABLES_KEPT:
                self._tables.popitem(last=False)
        return made

    def excluded(self, case: Case, rules: tuple[str, ...]) -> Bools:
        """Return which profiles any of the rules excludes, shape (profiles,)."""
        excluded = np.zeros(len(self.rows), dtype=bool)
        for rule in rules:
            rows = RULES[rule].excludes(case)
            if rows is not None:
                excluded |= rows
        return excluded


def is_southern(prepared: Prepared) -> Bools:
    """Return whether a state of low or middle income is in each place, shape (places,)."""
    incomes = [state.income for state in prepared.peers.states]
    south = np.array([income not in (None, "high") for income in incomes], dtype=np.float64)
    southern: Bools = prepared.places.best(south) > 0
    return southern


class Languages(Profiles):
    """Offers by the languages that they state; by place where they state none."""

    def __init__(self, prepared: Prepared) -> None:
        place_of = prepared.places.of_party
        super().__init__(
            prepared,
            lambda offer: (
                place_of[offer.party]
                if offer.languages is None
                else frozenset((item.code, item.level) for item in offer.languages)
            ),
        )

    def of(self, case: Case) -> Table:
        """Return the table of a component."""
        asked, said = case.component.languages, case.need.interpretation
        codes = None if asked is None else frozenset((item.code, item.level) for item in asked)
        signature = (codes, bool(said), case.requester_states if asked is None else ())
        return self.table(signature, lambda: self._made(self.case(case)))

    def _made(self, case: Case) -> Table:
        return Table(self.points("language", case), self.excluded(case, ("language_gap",)))


class Calendars(Profiles):
    """Offers by months, capacity, bookings and whether they are held back."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__(
            prepared,
            lambda offer: (
                None if offer.months is None else frozenset(offer.months),
                offer.capacity,
                tuple(sorted((item.month, item.assignments) for item in offer.booked)),
                offer.held_back,
            ),
        )

    def of(self, case: Case) -> Table:
        """Return the table of a component."""
        return self.table(self.signature(case), lambda: self._made(self.case(case)))

    def signature(self, case: Case) -> Hashable:
        """Return what of a component the table depends on."""
        return case.need.starts_on, case.need.ends_on, case.need.urgency == "emergency"

    def _made(self, case: Case) -> Table:
        excluded = self.excluded(case, ("no_availability", "no_capacity_left"))
        return Table(self.points("availability", case), excluded)

    def left(self, case: Case) -> Ints:
        """Return the assignments that offers of each profile can still take in the window."""
        signature = ("left", case.need.starts_on, case.need.ends_on)
        return self.prepared.once(signature, lambda: capacity_left(self.case(case)))


class Ways(Profiles):
    """Offers by modalities and delivery modes."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__(
            prepared,
            lambda offer: (
                None if offer.modalities is None else frozenset(offer.modalities),
                None if offer.modes is None else frozenset(offer.modes),
            ),
        )

    def of(self, case: Case) -> Table:
        """Return the table of a component."""
        return self.table(self.signature(case), lambda: self._made(self.case(case)))

    def signature(self, case: Case) -> Hashable:
        """Return what of a component the table depends on."""
        return case.component.modality, case.need.delivery

    def _made(self, case: Case) -> Table:
        return Table(self.points("modality", case), np.zeros(len(self.rows), dtype=bool))


@dataclass(frozen=True, eq=False, slots=True)
class Given:
    """What providers have for whoever asks, by profile, apart from the topic.

    Attributes
    ----------
    points : float array, shape (criteria, profiles)
        What each criterion of :data:`OF_PROVIDER` adds.
    total : float array, shape (profiles,)
        Their sum.
    barred : bool array, shape (profiles,)
        Whom a rule excludes.
    """

    points: Floats
    total: Floats
    barred: Bools

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""
        return self.points.nbytes + self.total.nbytes + self.barred.nbytes


class Providers(Profiles):
    """Offers by who stands behind them: the party, and with whom it would and would not work."""

    def __init__(self, prepared: Prepared) -> None:
        super().__init__(
            prepared,
            lambda offer: (
                offer.party,
                frozenset(offer.prefers),
                None if offer.targets is None else frozenset(offer.targets),
                frozenset(offer.conflicts),
                frozenset(offer.refuses),
            ),
        )
        self._given = ArraysKept(BYTES_KEPT)

    @cached_property
    def southern(self) -> Bools:
        """Whether each profile is of a state of low or middle income, shape (profiles,)."""
        return is_southern(self.prepared)[self.prepared.offers.place]

    def given(self, case: Case) -> Given:
        """Return what the providers have for those who ask, made once as long as they ask again."""
        need, new = case.need, tuple(party.first_time for party in case.asking)
        who = case.requesters, case.requester_states, new, case.hidden
        whom = need.preferred, need.do_not_pair, need.excluded, need.public_bodies_only
        return self._given.once((who, whom), lambda: self._made(self.case(case)))

    def _made(self, few: Case) -> Given:
        points = np.array([self.points(name, few) for name in OF_PROVIDER])
        return Given(points, points.sum(axis=0), self.excluded(few, RULES_OF_PROVIDER))

    def agenda(self, case: Case) -> Floats:
        """Return what the agendas of shared groups add to each profile, shape (profiles,)."""
        return self.points("agenda", self.case(case))
