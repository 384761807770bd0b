"""Pairs of states: what they share, how far apart they are, how alike they are.

Every table has the shape (states, states) over the states by code, row = requester, column = provider, and
says -1 where nothing is known. They are made once per problem.
"""

from functools import cached_property

import numpy as np

from matching.pairs.columns import Bools, Floats, Lists
from matching.pairs.memberships import ROLE_WEIGHTS
from matching.problem import Group, Problem, State

STATUS_SHARE = {"active": 1.0, "low_activity": 0.75, "unknown": 0.75, "concluded": 0.0}

ON_AGENDA, THEME_ON_AGENDA = 1.0, 0.5
SHARED_GROUP = 0.55
"""What one small shared group gives. A group of all states gives a fifth of it."""
EARTH_RADIUS_KM = 6371.0
DISTANCE_SCALE_KM = 4000.0
SAME_SUBREGION = 0.7
SAME_REGION = 0.35
INCOMES = ("low", "lower_middle", "upper_middle", "high")


class Peers:
    """The tables of a problem."""

    def __init__(self, problem: Problem, lists: Lists) -> None:
        self.states: tuple[State, ...] = tuple(sorted(problem.states, key=lambda state: state.code))
        self.groups: tuple[Group, ...] = tuple(
            sorted(problem.groups, key=lambda group: (group.kind, group.code))
        )
        self._lists = lists
        self.role = np.zeros((len(self.groups), len(self.states)))
        number = {(group.kind, group.code): place for place, group in enumerate(self.groups)}
        for row in problem.memberships:
            here = number[row.kind, row.group], lists.states.place[row.state]
            self.role[here] = max(self.role[here], ROLE_WEIGHTS[row.role])

    @cached_property
    def status(self) -> Floats:
        """What each group's status counts, shape (groups,)."""
        return np.array([STATUS_SHARE[group.status] for group in self.groups], dtype=np.float64)

    @cached_property
    def in_groups(self) -> Bools:
        """Whether any group of each state is known, shape (states,)."""
        known: Bools = np.asarray((self.role > 0).any(axis=0))
        return known

    @cached_property
    def on_agenda(self) -> Floats:
        """How far each group has each commitment on its agenda, shape (commitments, groups)."""
        on_agenda = np.zeros((len(self._lists.commitments), len(self.groups)))
        themes = [self._lists.theme[code] for code in self._lists.commitments.names]
        for place, group in enumerate(self.groups):
            on_agenda[[theme in group.themes for theme in themes], place] = THEME_ON_AGENDA
            named = self._lists.commitments.place.keys() & set(group.commitments)
            on_agenda[self._lists.commitments.places(named), place] = ON_AGENDA
        return on_agenda

    @cached_property
    def group_gives(self) -> Floats:
        """What sharing each group gives: the more states are in it, the less, shape (groups,)."""
        share = (self.role > 0).sum(axis=1) / max(len(self.states), 1)
        gives: Floats = SHARED_GROUP * self.status * (1 - 0.8 * share)
        return gives

    @cached_property
    def membership(self) -> Floats:
        """1 minus the product of what each shared group leaves open: every further group adds."""
        left = np.ones((len(self.states), len(self.states)))
        for role, gives in zip(self.role, self.group_gives, strict=True):
            left = left * (1 - gives * np.minimum(role[:, None], role[None, :]))
        known = self.in_groups[:, None] & self.in_groups[None, :]
        return np.where(known, 1 - left, -1.0)

    @cached_property
    def distance_km(self) -> Floats:
        """Great-circle distance between capitals; -1 where one is unknown."""
        placed = [state.latitude is not None and state.longitude is not None for state in self.states]
        latitude = np.radians(np.array([state.latitude or 0.0 for state in self.states]))
        longitude = np.radians(np.array([state.longitude or 0.0 for state in self.states]))
        across = np.sin((longitude[:, None] - longitude[None, :]) / 2) ** 2
        along = np.sin((latitude[:, None] - latitude[None, :]) / 2) ** 2
        half = along + np.cos(latitude)[:, None] * np.cos(latitude)[None, :] * across
        known = np.array(placed, dtype=bool)
        distance = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
        return np.where(known[:, None] & known[None, :], distance, -1.0)

    @cached_property
    def proximity(self) -> Floats:
        """The best of distance, same subregion and same region."""
        near = np.where(
            self.distance_km < 0, -1.0, np.exp(-np.maximum(self.distance_km, 0) / DISTANCE_SCALE_KM)
        )
        near = np.where(self._same("region"), np.maximum(near, SAME_REGION), near)
        return np.where(self._same("subregion"), np.maximum(near, SAME_SUBREGION), near)

    def _same(self, fact: str) -> Bools:
        values = [getattr(state, fact) for state in self.states]
        codes = np.array(
            [-1 if value is None else sorted(set(values) - {None}).index(value) for value in values]
        )
        same: Bools = (codes[:, None] == codes[None, :]) & (codes >= 0)[:, None]
        return same

    @cached_property
    def similarity(self) -> Floats:
        """How alike two states are: income, region, special situations, groups.

        The mean of what is known of both, weighted 35, 25, 15 and 25; -1 where neither income, region nor
        groups are known of both.
        """
        total = np.zeros((len(self.states), len(self.states)))
        weights = np.zeros_like(total)
        for weight, table in ((35, self._income), (25, self._region), (25, self._profile)):
            total = total + np.where(table >= 0, weight * table, 0.0)
            weights = weights + np.where(table >= 0, weight, 0)
        known = weights > 0
        total = total + 15 * self._situation
        return np.where(known, total / (weights + 15), -1.0)

    @property
    def _income(self) -> Floats:
        rank = np.array(
            [-9 if s.income is None else INCOMES.index(s.income) for s in self.states], dtype=float
        )
        known = (rank >= 0)[:, None] & (rank >= 0)[None, :]
        return np.where(known, 1 - np.abs(rank[:, None] - rank[None, :]) / 3, -1.0)

    @property
    def _region(self) -> Floats:
        known = np.array([state.region is not None for state in self.states], dtype=bool)
        value = np.where(self._same("subregion"), 1.0, np.where(self._same("region"), 0.5, 0.0))
        return np.where(known[:, None] & known[None, :], value, -1.0)

    @property
    def _profile(self) -> Floats:
        """Overlap of the groups of two states over all groups of either."""
        both = np.zeros((len(self.states), len(self.states)))
        either = np.zeros_like(both)
        for role in self.role:
            both = both + np.minimum(role[:, None], role[None, :])
            either = either + np.maximum(role[:, None], role[None, :])
        known = self.in_groups[:, None] & self.in_groups[None, :]
        return np.where(known, both / np.maximum(either, 1), -1.0)

    @property
    def _situation(self) -> Floats:
        """1 where two states share being an LDC, LLDC or SIDS, 0.5 where neither is one, else 0."""
        flags = np.array([(s.ldc, s.lldc, s.sids) for s in self.states], dtype=bool).reshape(-1, 3)
        shared = (flags[:, None, :] & flags[None, :, :]).any(axis=2)
        special = np.asarray(flags.any(axis=1))
        neither = ~special[:, None] & ~special[None, :]
        return np.where(shared, 1.0, np.where(neither, 0.5, 0.0))

    @cached_property
    def south_south(self) -> Floats:
        """1 where neither state is of high income, 0 where one is, -1 where an income is unknown."""
        known = np.array([state.income is not None for state in self.states], dtype=bool)
        south = np.array([state.income != "high" for state in self.states], dtype=bool)
        value = np.where(south[:, None] & south[None, :], 1.0, 0.0)
        return np.where(known[:, None] & known[None, :], value, -1.0)
