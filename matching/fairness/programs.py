"""Fairness as an integer program, exact for small rounds."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from matching.allocation.edges import Booleans, Integers
from matching.allocation.network import load
from matching.fairness.requirements import Requirements
from matching.quotas.crossing import quiet_solver

Floats = NDArray[np.float64]
INFINITY = float("inf")
TOLERANCE = 1e-9
SETTINGS = {
    "output_flag": False,
    "threads": 1,
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 1e-7,
    "mip_feasibility_tolerance": TOLERANCE,
    "primal_feasibility_tolerance": TOLERANCE,
}
LEAST_SECONDS = 0.05


@dataclass(frozen=True)
class Level:
    """At least ``count`` needs have at least this utility."""

    utility: float
    count: int


@dataclass(frozen=True, eq=False)
class Found:
    """A flow, and what no flow exceeds in what was maximised; None where no flow was found."""

    flow: Integers | None
    bound: float


class Program:
    """The allocations that have the coverage of a flow, changed in some groups of the ladder only.

    Parameters
    ----------
    given : Requirements
        The problem.
    flow : array of int, shape (edges,)
        A flow whose coverage is kept. Outside the groups nothing of it changes.
    groups : array of bool, shape (groups,)
        Groups that may change; whole needs.
    most_nodes : int
        Limit on the work: nodes of the branch-and-bound tree.
    ends_at : float
        When to stop, by the monotonic clock.
    """

    def __init__(
        self,
        given: Requirements,
        flow: Integers,
        groups: Booleans,
        most_nodes: int,
        ends_at: float = INFINITY,
    ) -> None:
        network = given.network
        self.given, self.network, self.flow = given, network, flow
        self.most_nodes, self.ends_at = most_nodes, ends_at
        self.groups = np.flatnonzero(groups)
        self.edges = np.flatnonzero(groups[network.group[network.edges.demand]] & (network.high > 0))
        self.lower: list[Floats] = []
        self.upper: list[Floats] = []
        self.whole: list[Booleans] = []
        self.rows: list[tuple[Integers, Integers, Floats, Floats, Floats]] = []
        self.x = self._columns(network.low[self.edges], network.high[self.edges])
        self._bound_slots_and_capacity()
        self._keep_coverage()

    @property
    def size(self) -> int:
        """Number of columns."""
        return sum(part.size for part in self.lower)

    def _columns(self, low: Integers, high: Integers, *, whole: bool = True) -> Integers:
        places = self.size + np.arange(low.size)
        self.lower.append(low.astype(np.float64))
        self.upper.append(high.astype(np.float64))
        self.whole.append(np.full(low.size, whole))
        return places

    def _add(
        self,
        entries: Sequence[tuple[Integers, Integers, Integers]],
        low: Integers | float,
        high: Integers | float,
    ) -> None:
        """Add rows: entries are (row, column, value), bounds are those of the rows."""
        row, column, value = (np.concatenate(parts) for parts in zip(*entries, strict=True))
        some, row = np.unique(row, return_inverse=True)
        bounds = [
            np.asarray(bound, np.float64)[some] if np.ndim(bound) else np.full(some.size, float(bound))
            for bound in (low, high)
        ]
        self.rows.append((row, column, value.astype(np.float64), bounds[0], bounds[1]))

    def _bound_slots_and_capacity(self) -> None:
        network, edges = self.network, self.network.edges
        demand, offer = edges.demand[self.edges], edges.offer[self.edges]
        inside = np.zeros(len(edges), np.bool_)
        inside[self.edges] = True
        elsewhere = load(edges.offer, np.where(inside, 0, self.flow), network.capacity.size)
        ones = np.ones_like(self.x)
        self._add([(demand, self.x, ones)], -INFINITY, network.slots)
        self._add([(offer, self.x, ones)], -INFINITY, network.capacity - elsewhere)

    def _keep_coverage(self) -> None:
        """Hold the slots on each step of the ladder as they are."""
        network = self.network
        group = network.group[network.edges.demand[self.edges]]
        firsts = self.groups[network.first[self.groups] > network.rest[self.groups]]
        zero = np.zeros_like(firsts)
        self.first = self._columns(zero, zero + 1)
        ones = np.ones_like(self.x)
        in_group = np.isin(group, firsts)
        self._add(
            [(group[in_group], self.x[in_group], -ones[in_group]), (firsts, self.first, zero + 1)],
            -INFINITY,
            0.0,
        )
        counts = self._counts()
        entries = [
            (network.rest[group], self.x, ones),
            (network.rest[firsts], self.first, zero - 1),
            (network.first[firsts], self.first, zero + 1),
        ]
        self._add(entries, counts, counts)

    def _counts(self) -> Integers:
        """Return the slots on each step, within the groups that may change."""
        network = self.network
        reached = load(network.group[network.edges.demand], self.flow, network.groups)[self.groups]
        first = np.where(network.first[self.groups] > network.rest[self.groups], np.minimum(reached, 1), 0)
        counts = np.zeros(int(max(network.first.max(initial=0), network.rest.max(initial=0))) + 1, np.int64)
        np.add.at(counts, network.first[self.groups], first)
        np.add.at(counts, network.rest[self.groups], reached - first)
        return counts

    def most_served(self, needs: Booleans) -> int:
        """Return how many of the needs can have a slot at once."""
        with self.tried():
            return self._most_served(needs)

    def _most_served(self, needs: Booleans) -> int:
        need, _ = self._needs_and_scores()
        some = np.flatnonzero(needs)
        zero = np.zeros_like(some)
        served = self._columns(zero, zero + 1)
        self._add([(need, self.x, -np.ones_like(self.x)), (some, served, zero + 1)], -INFINITY, 0.0)
        return round(self._best(served, zero + 1).bound)

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Take rows and columns that are added meanwhile back afterwards."""
        sizes = [len(part) for part in (self.lower, self.upper, self.whole, self.rows)]
        yield
        for part, size in zip((self.lower, self.upper, self.whole, self.rows), sizes, strict=True):
            del part[size:]  # type: ignore[attr-defined]  # lists all

    def highest(self, needs: Booleans, ceiling: float, levels: Sequence[Level], count: int) -> Found:
        """Maximise the least utility of so many of the needs; levels that were found before are kept."""
        with self.tried():
            return self._highest(needs, ceiling, levels, count)

    def _highest(self, needs: Booleans, ceiling: float, levels: Sequence[Level], count: int) -> Found:
        some = np.flatnonzero(needs)
        [aim] = self._columns(np.zeros(1, np.int64), np.ones(1, np.int64), whole=False)
        self.upper[-1][:] = ceiling
        for level in levels:
            self.keep(needs, level)
        need, score = self._needs_and_scores()
        of_needs = needs[need]
        entries = [
            (need[of_needs], self.x[of_needs], score[of_needs]),
            (some, np.full(some.size, aim), -self.given.wanted[some]),
        ]
        if count >= some.size:
            self._add(entries, 0.0, INFINITY)
        else:
            most = np.ceil(self.given.wanted * ceiling).astype(np.int64)
            counted = self._counted(some, count)
            self._add([*entries, (some, counted, -most[some])], -most, INFINITY)
        return self._best(np.array([aim]), np.array([1]))

    def keep(self, needs: Booleans, level: Level) -> None:
        """Let so many of the needs have so much."""
        some = np.flatnonzero(needs)
        need, score = self._needs_and_scores()
        of_needs = needs[need]
        least = self.given.required(level.utility, needs)
        if level.count >= some.size:
            self._add([(need[of_needs], self.x[of_needs], score[of_needs])], least, INFINITY)
            return
        counted = self._counted(some, level.count)
        entries = [(need[of_needs], self.x[of_needs], score[of_needs]), (some, counted, -least[some])]
        self._add(entries, 0.0, INFINITY)

    def _counted(self, needs: Integers, count: int) -> Integers:
        """Add a column for each need that says whether it counts, of which so many must."""
        zero = np.zeros_like(needs)
        counted = self._columns(zero, zero + 1)
        self._add([(zero, counted, zero + 1)], float(count), INFINITY)
        return counted

    def best_total(self, needs: Booleans, levels: Sequence[Level]) -> Found:
        """Maximise the sum of all scores while levels are kept."""
        with self.tried():
            for level in levels:
                self.keep(needs, level)
            return self._best(self.x, self.network.edges.score[self.edges])

    def _needs_and_scores(self) -> tuple[Integers, Integers]:
        return self.given.of_edge[self.edges], self.network.edges.score[self.edges]

    def _best(self, columns: Integers, worth: Integers) -> Found:
        solver = self._solver(columns, worth)
        solver.run()
        info, status = solver.getInfo(), solver.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return Found(None, -INFINITY)
        values = np.array(solver.getSolution().col_value)
        bound = float(info.mip_dual_bound)
        if values.size != self.size or not np.isfinite(info.mip_gap):
            return Found(None, bound)
        flow = self.flow.copy()
        flow[self.edges] = np.round(values[self.x]).astype(np.int64)
        return Found(flow, bound)

    def _solver(self, columns: Integers, worth: Integers) -> highspy.Highs:
        solver = quiet_solver()
        for option, setting in SETTINGS.items():
            solver.setOptionValue(option, setting)
        solver.setOptionValue("mip_max_nodes", self.most_nodes)
        if math.isfinite(self.ends_at):
            solver.setOptionValue("time_limit", max(self.ends_at - time.monotonic(), LEAST_SECONDS))
        solver.passModel(self._model(columns, worth))
        whole = np.flatnonzero(np.concatenate(self.whole)).astype(np.int32)
        solver.changeColsIntegrality(whole.size, whole, np.full(whole.size, highspy.HighsVarType.kInteger))
        return solver

    def _model(self, columns: Integers, worth: Integers) -> highspy.HighsLp:
        starts = np.cumsum([0, *(low.size for _, _, _, low, _ in self.rows)])
        row = np.concatenate([rows + start for (rows, *_), start in zip(self.rows, starts[:-1], strict=True)])
        column, value = (np.concatenate([part[place] for part in self.rows]) for place in (1, 2))
        matrix = csr_array((value, (row, column)), shape=(int(starts[-1]), self.size))
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.size, int(starts[-1])
        cost = np.zeros(self.size)
        cost[columns] = worth
        model.col_cost_ = cost
        model.col_lower_, model.col_upper_ = np.concatenate(self.lower), np.concatenate(self.upper)
        model.row_lower_ = np.concatenate([low for *_, low, _ in self.rows])
        model.row_upper_ = np.concatenate([high for *_, high in self.rows])
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        model.sense_ = highspy.ObjSense.kMaximize
        return model
