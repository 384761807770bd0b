"""What speaks for each group as a host of the work, over all groups at once."""

from collections.abc import Callable, Hashable, Iterable
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from matching.pairs.columns import Bools, Codes, Floats, Ints
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.problem import Commitment, Group, Problem, Role

ROUTING_POINTS = MappingProxyType(
    {
        "requesters": 3000,
        "providers": 2000,
        "commitments": 2000,
        "themes": 1000,
        "status": 1000,
        "members_listed": 500,
        "hosting": 500,
    }
)
"""What each consideration gives at most; a host's score is their sum, 0 to 10000."""

STATUS_WEIGHTS = MappingProxyType({"active": 1.0, "low_activity": 0.5, "unknown": 0.3, "concluded": 0.0})
"""How well a group's status speaks for it as a host. Not what :mod:`matching.pairs.peers` gives it: those who
meet seldom know one another all the same, but hardly host."""
LISTING_WEIGHTS = MappingProxyType({"full": 1.0, "partial": 0.5, "unknown": 0.0})
HOSTED_FOR_FULL_POINTS = 5
"""Actions hosted from which a hosting record gives all its points."""


class Topic(NamedTuple):
    """What a need is about, for an agenda."""

    commitments: frozenset[str]
    themes: frozenset[str]


class Listed(NamedTuple):
    """What is on a group's agenda: commitments with their kin, and themes."""

    commitments: frozenset[str]
    themes: frozenset[str]


class HostTable:
    """The groups that could host, as rows by kind and code. Concluded ones are not among them.

    Parameters
    ----------
    problem : Problem
        Its groups, states and deliveries are used.
    commitments : dict of code to Commitment
        All commitments.
    roles : dict of (kind, code) to (dict of state to role)
        The role that counts of each state in each group.
    """

    def __init__(
        self,
        problem: Problem,
        commitments: dict[str, Commitment],
        roles: dict[tuple[str, str], dict[str, Role]],
    ) -> None:
        standing = (group for group in problem.groups if group.status != "concluded")
        self.groups = tuple(sorted(standing, key=lambda group: (group.kind, group.code)))
        self.agendas = tuple(listed(group, commitments) for group in self.groups)
        self._states = Codes(state.code for state in problem.states)
        self._codes = Codes(commitments)
        self._themes = Codes(item.theme for item in commitments.values())
        self._weight = np.zeros((len(self.groups), len(self._states)))
        for row, group in enumerate(self.groups):
            for state, role in roles.get((group.kind, group.code), {}).items():
                self._weight[row, self._states.place[state]] = ROLE_WEIGHTS[role]
        self._on = _marked([item.commitments for item in self.agendas], self._codes)
        self._themed = _marked([item.themes for item in self.agendas], self._themes)
        self._status = np.array([STATUS_WEIGHTS[group.status] for group in self.groups])
        self._listing = np.array([LISTING_WEIGHTS[group.completeness] for group in self.groups])
        self.is_topical = np.array([group.kind == "topic_group" for group in self.groups], dtype=bool)
        self.is_across = np.array([group.cross_regional for group in self.groups], dtype=bool)
        self._says_nothing = ~self._themed.any(axis=1)
        self._hosted, self.hosted_on = self._records(problem)
        self._answers: dict[Hashable, Floats] = {}

    def _records(self, problem: Problem) -> tuple[Ints, dict[str | None, Ints]]:
        """Return what each group hosted, and how much of that stands on each page."""
        hosted = np.array([group.hosted for group in self.groups], dtype=np.int64)
        row = {(group.kind, group.code): number for number, group in enumerate(self.groups)}
        on_page: dict[str | None, Ints] = {}
        for delivery in problem.deliveries:
            place = row.get((delivery.host_kind, delivery.host))  # type: ignore[arg-type]  # None finds nothing
            if place is not None:
                hosted[place] += 1
                if delivery.source is not None:
                    on_page.setdefault(delivery.source, np.zeros_like(hosted))[place] += 1
        return hosted, on_page

    def hosted_beside(self, pages: Iterable[str]) -> Ints:
        """Return what each group hosted, without what stands on these pages, shape (groups,)."""
        hosted = self._hosted.copy()
        for page in pages:
            hosted -= self.hosted_on[page]
        return hosted

    def scores(
        self, topic: Topic, requesters: tuple[str, ...], providers: tuple[str, ...], hosted: Ints
    ) -> Ints:
        """Return what speaks for each group, shape (groups,)."""
        points = {
            "requesters": self._present(requesters),
            "providers": self._present(providers),
            "commitments": self._shared(topic.commitments),
            "themes": self._shared_themes(topic.themes),
            "status": self._status,
            "members_listed": self._listing,
            "hosting": np.minimum(hosted, HOSTED_FOR_FULL_POINTS) / HOSTED_FOR_FULL_POINTS,
        }
        whole = np.zeros(len(self.groups))
        for name, share in points.items():
            whole = whole + ROUTING_POINTS[name] * share
        return np.rint(whole).astype(np.int64)

    def groups_of_all(self, states: tuple[str, ...]) -> list[str]:
        """Return the groups in which all of the states take part, as references."""
        rows = np.flatnonzero((self._weight[:, self._states.places(states)] > 0).all(axis=1))
        return [f"{self.groups[row].kind}:{self.groups[row].code}" for row in rows.tolist()]

    def sharing(self, topic: Topic) -> Bools:
        """Return whether a commitment or theme of the topic is on each agenda, shape (groups,)."""
        return (self._shared(topic.commitments) > 0) | (self._shared_themes(topic.themes) > 0)

    def fitting(self, topic: Topic, requesters: tuple[str, ...]) -> Bools:
        """Return whether a requester takes part and the topic is on the agenda, as far as both are known."""
        here = self._present(requesters) > 0
        if not topic.commitments:
            return here
        return here & (self.sharing(topic) | self._says_nothing)

    def _present(self, states: tuple[str, ...]) -> Floats:
        """Return the share of states that take part in each group."""
        return self._once(
            states,
            lambda: self._weight[:, self._states.places(states)].sum(axis=1) / max(len(states), 1),
        )

    def _shared(self, commitments: frozenset[str]) -> Floats:
        """Return the share of commitments on each agenda."""
        return self._once(
            ("commitments", commitments), lambda: _shares(self._on, self._codes.places(commitments))
        )

    def _shared_themes(self, themes: frozenset[str]) -> Floats:
        """Return the share of themes on each agenda."""
        return self._once(("themes", themes), lambda: _shares(self._themed, self._themes.places(themes)))

    def _once(self, asked: Hashable, make: Callable[[], Floats]) -> Floats:
        found = self._answers.get(asked)
        if found is None:
            found = self._answers[asked] = make()
        return found


def _marked(sets: list[frozenset[str]], codes: Codes) -> Bools:
    marked = np.zeros((len(sets), len(codes)), dtype=bool)
    for row, names in enumerate(sets):
        marked[row, codes.places(names)] = True
    return marked


def _shares(marked: Bools, places: list[int]) -> Floats:
    return np.asarray(marked[:, places].sum(axis=1) / max(len(places), 1))


def listed(group: Group, commitments: dict[str, Commitment]) -> Listed:
    """Return what is on a group's agenda, as far as anybody said."""
    themes = {*group.themes, *(commitments[code].theme for code in group.commitments)}
    return Listed(frozenset(_with_kin(group.commitments, commitments)), frozenset(themes))


def _with_kin(codes: Iterable[str], commitments: dict[str, Commitment]) -> set[str]:
    """Return ``codes`` with the headline commitments above them and the sub-points below them."""
    named = set(codes)
    above = {parent for code in named if (parent := commitments[code].parent) is not None}
    below = {item.code for item in commitments.values() if item.parent in named}
    return named | above | below
