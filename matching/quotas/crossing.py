"""Quotas that cross: a linear program, and an integer one where that is fractional, with HiGHS.

The levels of the objective are solved one after another (slots and ladder, floors, scores), each kept while
the next is decided. So numbers stay small, and no constant stands between levels. If the last linear program
comes out in whole numbers that reach the bound of every level, it is the answer. Else the same levels are
solved in whole numbers.
"""

import os
import sys
import time
from functools import cache

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from matching.allocation.edges import Integers
from matching.allocation.network import Network, load

Floats = NDArray[np.float64]
TOLERANCE = 1e-6
ALMOST_ONE = 0.999
"""Values are whole numbers: a bound that is less than one above what was found proves it."""
LEAST_SECONDS = 0.05


def solve_crossing(network: Network, start: Integers, deadline_s: float | None) -> tuple[Integers, str, int]:
    """Return the best flow of each edge, the method, and what no flow can exceed in value.

    Parameters
    ----------
    network : Network
        The problem, with quotas.
    start : array of int, shape (edges,)
        A flow that keeps all but the quotas: what it breaks is taken out of it, what fits is put in instead,
        and the search begins there.
    deadline_s : float or None
        Seconds for all; None: until it is proved. Half of them at most go to the linear program. Where they
        run out, the answer depends on the machine, and the gap says what is left open.

    References
    ----------
    .. [1] Q. Huangfu, J. A. J. Hall, "Parallelizing the dual revised simplex method", Mathematical
       Programming Computation 10 (2018), 119-142.
    """
    began = time.monotonic()
    model = _Model(network)
    linear = model.in_fractions(None if deadline_s is None else deadline_s / 2)
    if linear is not None:
        return linear, "linear program", model.value(linear)
    left = None if deadline_s is None else deadline_s - (time.monotonic() - began)
    flow, limits = model.in_whole_numbers(_refilled(model, _repaired(model, start)), left)
    return flow, "integer program", model.value(flow) + model.gap(flow, limits)


class _Model:
    """The constraints as a matrix: columns are edges, first slots of groups, units towards floors."""

    def __init__(self, network: Network) -> None:
        quotas = network.quotas
        if quotas is None:
            raise TypeError("the network has no quotas")
        self.network, self.quotas = network, quotas
        self.edges, self.groups = len(network.edges), network.groups
        self.size = self.edges + self.groups + len(quotas)
        self.room = self._rooms()
        self.matrix, self.limit = self._rows()
        self.objective = self._objective()
        self.worths = [network.step, network.floor, 1]
        self.offsets = [round(float(cost[: self.edges] @ network.low)) for cost in self.objective]
        """What pins give on each level; first slots and floors have columns of their own."""
        self.tops = [
            round(float(cost @ self.room)) + offset
            for cost, offset in zip(self.objective, self.offsets, strict=True)
        ]

    def _rooms(self) -> Floats:
        """Return the most of each column, beside what is pinned."""
        network = self.network
        has_first = (network.first > network.rest).astype(np.int64)
        return np.concatenate([network.high - network.low, has_first, self.quotas.low]).astype(np.float64)

    def _rows(self) -> tuple[csr_array, Floats]:
        """Return slots, capacity, quotas, first slots and floors as ``matrix @ x <= limit``."""
        network, quotas = self.network, self.quotas
        edges = network.edges
        low = network.low
        every = np.arange(self.edges)
        member = (quotas.quota, quotas.edge, quotas.weight.astype(np.float64))
        ones = np.ones(self.edges)
        group = network.group[edges.demand]
        blocks = [
            (self._block(edges.demand, every, ones, network.slots.size), network.slots),
            (self._block(edges.offer, every, ones, network.capacity.size), network.capacity),
            (self._block(*member, len(quotas)), quotas.high),
            (self._less(group, every, ones, self.groups, self.edges), np.zeros(self.groups)),
            (self._less(*member, len(quotas), self.edges + self.groups), np.zeros(len(quotas))),
        ]
        matrix = vstack([block for block, _ in blocks], format="csr")
        limit = np.concatenate([most for _, most in blocks]).astype(np.float64)
        return matrix, limit - matrix[:, : self.edges] @ low

    def _block(self, rows: Integers, columns: Integers, values: Floats, count: int) -> csr_array:
        return csr_array((values, (rows, columns)), shape=(count, self.size))

    def _less(self, rows: Integers, columns: Integers, values: Floats, count: int, first: int) -> csr_array:
        """Return rows that hold a column of their own below the sum of others."""
        own = self._block(np.arange(count), first + np.arange(count), np.ones(count), count)
        return csr_array(own - self._block(rows, columns, values, count))

    def _objective(self) -> list[Floats]:
        network, zeros = self.network, np.zeros(self.size)
        ladder, floors, scores = zeros.copy(), zeros.copy(), zeros.copy()
        ladder[: self.edges] = network.rest[network.group[network.edges.demand]]
        ladder[self.edges : self.edges + self.groups] = network.first - network.rest
        floors[self.edges + self.groups :] = 1
        scores[: self.edges] = network.edges.score
        return [ladder, floors, scores]

    def value(self, flow: Integers) -> int:
        """Return what a flow is worth on all levels."""
        return sum(worth * part for worth, part in zip(self.worths, self.reached(flow), strict=True))

    def reached(self, flow: Integers) -> list[int]:
        """Return what a flow reaches on each level, exactly."""
        network = self.network
        held = load(network.group[network.edges.demand], flow, network.groups)
        first = np.minimum(held, 1)
        ladder = int(np.dot(network.first, first) + np.dot(network.rest, held - first))
        floors = int(np.minimum(self.quotas.used(flow), self.quotas.low).sum())
        return [ladder, floors, int(np.dot(network.edges.score, flow))]

    def in_fractions(self, seconds: float | None) -> Integers | None:
        """Return the answer of the linear program if it comes in time and in whole numbers."""
        solver = self._solver()
        if seconds is not None:
            solver.setOptionValue("time_limit", seconds)
        bounds, solution = [], np.zeros(self.size)
        for cost in self.objective:
            _aim(solver, cost)
            found = _run(solver)
            if found is None:
                return None
            solution = found
            best = float(np.dot(cost, solution))
            bounds.append(best)
            _keep(solver, cost, best - _slack(best))
        flow = self.network.low + np.round(solution[: self.edges]).astype(np.int64)
        is_whole = (
            np.abs(solution[: self.edges] - np.round(solution[: self.edges])).max(initial=0) < TOLERANCE
        )
        return flow if is_whole and self._is_best(flow, bounds) else None

    def _is_best(self, flow: Integers, bounds: list[float]) -> bool:
        return self.fits(flow) and all(
            part - offset >= _whole(limit)
            for part, offset, limit in zip(self.reached(flow), self.offsets, bounds, strict=True)
        )

    def fits(self, flow: Integers) -> bool:
        """Whether a flow keeps every upper bound."""
        network = self.network
        edges = network.edges
        return bool(
            (network.low <= flow).all()
            and (flow <= network.high).all()
            and (load(edges.demand, flow, network.slots.size) <= network.slots).all()
            and (load(edges.offer, flow, network.capacity.size) <= network.capacity).all()
            and (self.quotas.used(flow) <= self.quotas.high).all()
        )

    def in_whole_numbers(self, start: Integers, seconds: float | None) -> tuple[Integers, list[int]]:
        """Return the best flow found, and the bound of each level while those above are kept."""
        solver = self._solver()
        kind = np.full(self.edges, highspy.HighsVarType.kInteger)
        solver.changeColsIntegrality(self.edges, np.arange(self.edges, dtype=np.int32), kind)
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", ALMOST_ONE)
        ends = None if seconds is None else time.monotonic() + seconds
        flow, limits = start, []
        for number, (cost, offset) in enumerate(zip(self.objective, self.offsets, strict=True)):
            _aim(solver, cost)
            if ends is not None:
                share = (ends - time.monotonic()) / (len(self.objective) - number)
                solver.setOptionValue("time_limit", solver.getRunTime() + max(share, LEAST_SECONDS))
            flow, limit = self._improved(solver, flow, number)
            reached = self.reached(flow)[number]
            limits.append(max(reached, min(limit + offset, self.tops[number])))
            _keep(solver, cost, reached - offset - TOLERANCE)
        return flow, limits

    def _improved(self, solver: highspy.Highs, flow: Integers, number: int) -> tuple[Integers, int]:
        """Return a flow at least as good on a level, and that level's bound, pins left out."""
        known = highspy.HighsSolution()
        known.col_value = self._columns(flow).tolist()
        solver.setSolution(known)
        found = flow
        if solver.run() != highspy.HighsStatus.kError and np.isfinite(solver.getInfo().mip_dual_bound):
            values = np.array(solver.getSolution().col_value)
            if values.size == self.size:
                found = self.network.low + np.round(values[: self.edges]).astype(np.int64)
        status = solver.getModelStatus()
        if status not in (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kTimeLimit):
            raise RuntimeError(f"the integer program ended with {status}")
        bound = solver.getInfo().mip_dual_bound
        limit = _whole(bound) if np.isfinite(bound) else self.tops[number]
        better = self.fits(found) and self.reached(found)[: number + 1] >= self.reached(flow)[: number + 1]
        return (found if better else flow), limit

    def _columns(self, flow: Integers) -> Floats:
        """Return a flow as a value of each column."""
        network = self.network
        held = load(network.group[network.edges.demand], flow, network.groups)
        first = np.minimum(held, 1) * (network.first > network.rest)
        floors = np.minimum(self.quotas.used(flow), self.quotas.low)
        return np.concatenate([flow - network.low, first, floors]).astype(np.float64)

    def gap(self, flow: Integers, limits: list[int]) -> int:
        """Return by how much a better answer could exceed the value at most.

        Below the first level that is not proved, everything could be different.
        """
        gap, is_open = 0, False
        for worth, part, limit, top in zip(self.worths, self.reached(flow), limits, self.tops, strict=True):
            gap += worth * ((top if is_open else limit) - part)
            is_open |= limit > part
        return gap

    def _solver(self) -> highspy.Highs:
        solver = quiet_solver()
        for option, setting in (("output_flag", False), ("threads", 1), ("random_seed", 0)):
            solver.setOptionValue(option, setting)
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = self.size, self.limit.size
        program.col_cost_ = np.zeros(self.size)
        program.col_lower_, program.col_upper_ = np.zeros(self.size), self.room
        program.row_lower_ = np.full(self.limit.size, -highspy.kHighsInf)
        program.row_upper_ = self.limit
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_ = self.matrix.indptr
        program.a_matrix_.index_ = self.matrix.indices
        program.a_matrix_.value_ = self.matrix.data
        program.sense_ = highspy.ObjSense.kMaximize
        solver.passModel(program)
        return solver


def _repaired(model: _Model, flow: Integers) -> Integers:
    """Return what is left of a flow when every broken upper bound has lost its lowest scores."""
    network, quotas = model.network, model.quotas
    flow = flow.copy()
    over = quotas.used(flow) - quotas.high
    score = network.edges.score[quotas.edge]
    for place in np.lexsort((quotas.edge, score, quotas.quota)).tolist():
        number, edge = int(quotas.quota[place]), int(quotas.edge[place])
        spare = int(flow[edge] - network.low[edge])
        if over[number] <= 0 or spare <= 0:
            continue
        taken = min(spare, -(-int(over[number]) // int(quotas.weight[place])))
        flow[edge] -= taken
        holders = quotas.edge == edge
        over[quotas.quota[holders]] -= taken * quotas.weight[holders]
    return flow


def _refilled(model: _Model, flow: Integers) -> Integers:
    """Return a flow and what fits beside it: first slots of groups first, higher scores before lower."""
    network = model.network
    edges, flow = network.edges, flow.copy()
    group = network.group[edges.demand]
    order = np.lexsort((np.arange(flow.size), -edges.score, -network.first[group]))
    left = _Left(model, flow)
    for is_first in (True, False):
        for edge in order[left.may_fit(order)].tolist():
            held = left.held[group[edge]]
            if is_first and held:
                continue
            flow[edge] += left.take(edge, int(network.high[edge] - flow[edge]), 1 if is_first else None)
    return flow


class _Left:
    """What a flow leaves of slots, capacity and quotas."""

    def __init__(self, model: _Model, flow: Integers) -> None:
        network, quotas = model.network, model.quotas
        self.network = network
        edges = network.edges
        self.slots = network.slots - load(edges.demand, flow, network.slots.size)
        self.capacity = network.capacity - load(edges.offer, flow, network.capacity.size)
        self.quotas = quotas.high - quotas.used(flow)
        self.held = load(network.group[edges.demand], flow, network.groups)
        order = np.argsort(quotas.edge, kind="stable")
        self._quota, self._weight = quotas.quota[order], quotas.weight[order]
        self._begins = np.searchsorted(quotas.edge[order], np.arange(flow.size + 1))

    def may_fit(self, order: Integers) -> NDArray[np.bool_]:
        """Return which of some edges have a slot and capacity left."""
        edges = self.network.edges
        fits: NDArray[np.bool_] = (self.slots[edges.demand[order]] > 0) & (
            self.capacity[edges.offer[order]] > 0
        )
        return fits

    def take(self, edge: int, room: int, most: int | None) -> int:
        """Take as many units of an edge as fit, and return how many."""
        demand, offer = int(self.network.edges.demand[edge]), int(self.network.edges.offer[edge])
        own = slice(self._begins[edge], self._begins[edge + 1])
        quota, weight = self._quota[own], self._weight[own]
        fits = int((self.quotas[quota] // weight).min(initial=room))
        taken = min(
            room, fits, int(self.slots[demand]), int(self.capacity[offer]), room if most is None else most
        )
        if taken <= 0:
            return 0
        self.slots[demand] -= taken
        self.capacity[offer] -= taken
        self.quotas[quota] -= taken * weight
        self.held[self.network.group[demand]] += taken
        return taken


@cache
def _greeting() -> highspy.Highs:
    """Make the first solver of this process with the standard output closed for that moment.

    HiGHS greets there when it starts, whatever its options say, and a command's standard output may be the
    outcome.
    """
    sys.stdout.flush()
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        return highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)


def quiet_solver() -> highspy.Highs:
    """Return a new solver that greets nobody."""
    _greeting()
    return highspy.Highs()  # type: ignore[no-untyped-call]  # its constructor has no annotations


def _aim(solver: highspy.Highs, cost: Floats) -> None:
    solver.changeColsCost(cost.size, np.arange(cost.size, dtype=np.int32), cost)


def _keep(solver: highspy.Highs, cost: Floats, least: float) -> None:
    """Let later levels change nothing of this one."""
    some = np.flatnonzero(cost)
    solver.addRow(least, highspy.kHighsInf, some.size, some.astype(np.int32), cost[some])


def _run(solver: highspy.Highs) -> Floats | None:
    """Return the answer of a linear program, or None where its time is over."""
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kTimeLimit:
        return None
    if status != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"the linear program ended with {status}")
    return np.array(solver.getSolution().col_value)


def _slack(value: float) -> float:
    return TOLERANCE * max(1.0, abs(value) * TOLERANCE)


def _whole(limit: float) -> int:
    """Return the largest whole number that a bound allows."""
    return int(np.floor(limit + _slack(limit)))
