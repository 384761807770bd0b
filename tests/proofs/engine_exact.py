"""engine.exact: values against the LP optimum, proofs, prices and relaxations against solving again."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

import highspy
import numpy as np
from scipy.sparse import coo_array

from matching import Policy, Problem, run_round
from matching.allocation.certificates import certify
from matching.allocation.check import verify_allocation
from matching.allocation.edges import Edges
from matching.allocation.flow import Allocation, allocate
from matching.allocation.prices import value_of
from matching.explanations.otherwise import Otherwise, Pair
from tests.matching.worlds import need, offer, party, problem
from tests.proofs.proof import Figure

INSTANCES = 40
SIZES = ((3, 4), (8, 12), (30, 60), (100, 300), (300, 900))
"""Needs and offers of the generated instances, in turn."""
SAMPLES = 8
"""Prices, pairs and additions that are tried by solving again, for each instance."""
POLICY = Policy(text_model="character-ngrams", minimum_score=1)
FRENCH, ENGLISH = ({"code": "fr", "level": None},), ({"code": "en", "level": None},)


@dataclass
class Count:
    """How many of how many checks held."""

    held: int = 0
    tried: int = 0

    def add(self, *, holds: bool) -> None:
        """Count one check."""
        self.held += bool(holds)
        self.tried += 1


@dataclass
class Instance:
    """The arrays of one generated problem."""

    edges: Edges
    slots: Any
    capacity: Any
    settings: dict[str, Any] = field(default_factory=dict)

    def solve(self, **changes: Any) -> Allocation:
        """Allocate."""
        arrays = {"edges": self.edges, "slots": self.slots, "capacity": self.capacity}
        return allocate(**(arrays | self.settings | changes))


def generate(chance: np.random.Generator, needs: int, offers: int, fairness: str) -> Instance:
    """Draw an instance: needs of up to three components, ties, limits, priorities, a few locks and vetoes."""
    parts = chance.integers(1, 4, needs)
    need_of = np.repeat(np.arange(needs), parts)
    demands = need_of.size
    degree = min(offers, 8)
    pairs = np.unique(
        np.repeat(np.arange(demands), degree) * offers + chance.integers(0, offers, demands * degree)
    )
    demand, supply = pairs // offers, pairs % offers
    score = np.where(chance.random(pairs.size) < 0.3, 5000, chance.integers(1, 10_001, pairs.size))
    edges = Edges(demand, supply, score, chance.choice([1, 1, 1, 2, 3], pairs.size))
    slots, capacity = chance.integers(1, 4, demands), chance.integers(0, 4, offers)
    pins = _pins(chance, edges, slots, capacity)
    vetoes = np.setdiff1d(chance.integers(0, pairs.size, 3), pins)
    settings = {
        "need": need_of,
        "mandatory": chance.random(demands) < 0.8,
        "priority": chance.integers(1, 5, needs)[need_of],
        "pins": pins,
        "vetoes": vetoes,
        "fairness": fairness,
    }
    return Instance(edges, slots, capacity, settings)


def _pins(chance: np.random.Generator, edges: Edges, slots: Any, capacity: Any) -> Any:
    wanted, free, pins = slots.copy(), capacity.copy(), []
    for edge in np.unique(chance.integers(0, len(edges), 4)).tolist():
        node, supply = edges.demand[edge], edges.offer[edge]
        if wanted[node] and free[supply]:
            wanted[node] -= 1
            free[supply] -= 1
            pins.append(edge)
    return np.array(pins, np.int64)


# The LP, written down from the definition of the ladder


def lp_levels(instance: Instance) -> tuple[int, ...]:
    """Return slots, slots on each rung and above, and score of the LP optimum, level by level, by HiGHS."""
    model = _Lp(instance)
    levels = [model.maximise(model.ones)]
    levels += [model.maximise(mask) for mask in model.rungs]
    return (*levels, model.maximise(model.scores))


class _Lp:
    """Variables: the flow of each edge, then first and other slots of each group."""

    def __init__(self, instance: Instance) -> None:
        edges, settings = instance.edges, instance.settings
        must, need_of = settings["mandatory"], settings["need"]
        tiered = settings["fairness"] == "tiered"
        keys = need_of * 2 + must if tiered else np.arange(need_of.size)
        names, some, group = np.unique(keys, return_index=True, return_inverse=True)
        m, g, d, o = len(edges), names.size, instance.slots.size, instance.capacity.size
        size = m + 2 * g
        low, high = np.zeros(size), np.concatenate([edges.limit, np.ones(2 * g) * 1e6]).astype(float)
        low[settings["pins"]] = 1
        high[settings["vetoes"]] = 0
        high[m : m + g] = float(tiered)
        index = np.arange(m)
        rows = np.concatenate([edges.demand, d + edges.offer, d + o + group[edges.demand]])
        rows = np.concatenate([rows, d + o + np.arange(g), d + o + np.arange(g)])
        columns = np.concatenate([index, index, index, m + np.arange(g), m + g + np.arange(g)])
        values = np.concatenate([np.ones(3 * m), -np.ones(2 * g)])
        matrix = coo_array((values, (rows, columns)), shape=(d + o + g, size)).tocsr()
        upper = np.concatenate([instance.slots, instance.capacity, np.zeros(g)]).astype(float)
        lower = np.concatenate([np.full(d + o, -np.inf), np.zeros(g)])
        self.size = size
        self.ones = np.concatenate([np.ones(m), np.zeros(2 * g)])
        self.scores = np.concatenate([edges.score, np.zeros(2 * g)]).astype(float)
        self.rungs = self._rungs(must[some], settings["priority"][some], m, tiered=tiered)
        self.solver = self._build(matrix, (low, high), (lower, upper))

    def _rungs(self, must: Any, weight: Any, edges: int, *, tiered: bool) -> list[Any]:
        """Return for each rung, from the top, the variables that stand on it or higher."""
        first = [(bool(flag), True, int(value)) for flag, value in zip(must, weight, strict=True)]
        rest = [(flag, False, value) for flag, _, value in first]
        places = [*(first if tiered else [(False, False, -1)] * len(first)), *rest]
        masks = []
        for rung in sorted(set(places), reverse=True):
            mask = np.zeros(self.size)
            mask[edges:] = [place >= rung for place in places]
            masks.append(mask)
        return masks

    def _build(self, matrix: Any, bounds: tuple[Any, Any], rows: tuple[Any, Any]) -> Any:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)  # noqa: FBT003 - the solver's own face
        solver.addVars(self.size, *bounds)
        for row in range(matrix.shape[0]):
            part = slice(matrix.indptr[row], matrix.indptr[row + 1])
            columns, values = matrix.indices[part], matrix.data[part]
            solver.addRow(rows[0][row], rows[1][row], columns.size, columns.astype(np.int32), values)
        return solver

    def maximise(self, worth: Any) -> int:
        """Return the largest sum, and keep to it from now on."""
        solver, some = self.solver, np.flatnonzero(worth)
        solver.changeColsCost(self.size, np.arange(self.size, dtype=np.int32), -worth)
        solver.run()
        best = round(-solver.getInfo().objective_function_value)
        solver.addRow(best - 1e-7, np.inf, some.size, some.astype(np.int32), worth[some])
        return best


def levels_of(instance: Instance, allocation: Allocation) -> tuple[int, ...]:
    """Return the same levels of an allocation, counted from its definition."""
    settings, edges = instance.settings, instance.edges
    tiered = settings["fairness"] == "tiered"
    begun: set[tuple[int, bool]] = set()
    counted: dict[tuple[bool, bool, int], int] = {}
    for node, filled in enumerate(allocation.filled.tolist()):
        must, weight = bool(settings["mandatory"][node]), int(settings["priority"][node])
        key = (int(settings["need"][node]), must)
        if tiered:
            counted.setdefault((must, True, weight), 0)
        counted.setdefault((must, False, weight), 0)
        if filled and tiered and key not in begun:
            begun.add(key)
            counted[must, True, weight] += 1
            filled -= 1  # noqa: PLW2901 - the first slot is counted
        counted[must, False, weight] += filled
    if not tiered:
        counted[False, False, -1] = 0
    rungs = sorted(counted, reverse=True)
    above = [sum(counted[rung] for rung in rungs[: place + 1]) for place in range(len(rungs))]
    return int(allocation.filled.sum()), *above, int(edges.score[allocation.chosen].sum())


# What is counted


class _Proof:
    def __init__(self, chance: np.random.Generator) -> None:
        self.chance = chance
        self.lp, self.duals, self.prices, self.cuts = Count(), Count(), Count(), Count()
        self.margins, self.additions, self.relaxed = Count(), Count(), Count()

    def of(self, instance: Instance) -> None:
        """Check everything about one instance."""
        allocation = instance.solve(prove=True)
        self.lp.add(holds=levels_of(instance, allocation) == lp_levels(instance))
        faults = verify_allocation(
            instance.edges, instance.slots, instance.capacity, allocation, **instance.settings
        )
        self.duals.add(holds=not faults and allocation.proof == "optimal")
        for cut in certify(allocation):
            self.cuts.add(holds=cut.demand - cut.capacity - cut.single_pairs == cut.unmet > 0)
        self._prices(instance, allocation)
        other = Otherwise(allocation.network, allocation.flow)
        self._thresholds(instance, allocation, other)
        self._additions(instance, allocation, other)

    def _prices(self, instance: Instance, allocation: Allocation) -> None:
        assert allocation.offer_price is not None
        for node in self.chance.integers(0, instance.capacity.size, SAMPLES).tolist():
            more = instance.capacity.copy()
            more[node] += 1
            gain = instance.solve(capacity=more).value - allocation.value
            self.prices.add(holds=gain == allocation.offer_price[node])

    def _thresholds(self, instance: Instance, allocation: Allocation, other: Otherwise) -> None:
        """An unused pair enters just above its threshold and not just below."""
        unused = np.setdiff1d(np.flatnonzero(allocation.flow == 0), instance.settings["vetoes"])
        for edge in self.chance.choice(unused, min(SAMPLES, unused.size), replace=False).tolist():
            ends = (
                other.offer_node(int(instance.edges.offer[edge])),
                other.demand_node(int(instance.edges.demand[edge])),
            )
            path = other.path(*ends)
            tie = 10**9 if path is None else -other.gain(*ends, path)
            for score in {min(max(tie - 1, 1), 10_000), min(max(tie + 1, 1), 10_000)} - {tie}:
                changed = instance.edges.score.copy()
                changed[edge] = score
                edges = replace_scores(instance.edges, changed)
                self.margins.add(holds=(instance.solve(edges=edges).flow[edge] > 0) == (score > tie))

    def _additions(self, instance: Instance, allocation: Allocation, other: Otherwise) -> None:
        """Pairs that only a relaxed rule lets in gain what solving again with them gains."""
        missing = np.flatnonzero(allocation.filled < instance.slots)
        for node in missing[:SAMPLES].tolist():
            known = instance.edges.offer[instance.edges.demand == node]
            free = np.setdiff1d(np.arange(instance.capacity.size), known)[:3]
            if not free.size:
                continue
            new = [Pair(int(offer), int(self.chance.integers(1, 10_001))) for offer in free]
            with other.trial():
                gained = other.add(node, new)
            grown = instance.solve(edges=with_pairs(instance.edges, node, new))
            self.additions.add(holds=gained == _worth(grown, other) - _worth(allocation, other))

    def relaxations(self, world: Problem, applied: dict[str, Problem]) -> None:
        """Apply each relaxation, run again, and compare what is filled; what is not named fills nothing."""
        before = run_round(world, POLICY)
        told = [unmet.reasons for unmet in before.unmet if unmet.component == "N1.1"]
        said = {
            reason.params["rule"]: reason.params["slots"]
            for reasons in told
            for reason in reasons
            if reason.code == "relaxation_fills"
        }
        for rule, changed in applied.items() if told else ():
            filled = run_round(changed, POLICY).figures.filled - before.figures.filled
            self.relaxed.add(holds=filled == said.get(rule, 0))


def replace_scores(edges: Edges, score: Any) -> Edges:
    """Return the same pairs with other scores."""
    return Edges(edges.demand, edges.offer, score, edges.limit)


def with_pairs(edges: Edges, node: int, new: list[Pair]) -> Edges:
    """Return the pairs with further ones of a node."""
    more = len(new)
    return Edges(
        np.append(edges.demand, np.full(more, node)),
        np.append(edges.offer, [pair.offer for pair in new]),
        np.append(edges.score, [pair.score for pair in new]),
        np.append(edges.limit, np.ones(more, np.int64)),
    )


def _worth(allocation: Allocation, other: Otherwise) -> int:
    network = replace(allocation.network, step=other.network.step)
    return value_of(network, allocation.filled, allocation.total)


# Worlds in which rules keep offers away


def relaxable_world(chance: np.random.Generator) -> tuple[Problem, dict[str, Problem]]:
    """Draw a world with one need that rules keep offers from, and the world in which each rule is relaxed."""
    strict = {"languages": FRENCH, "max_cost": 100.0, "public_bodies_only": True, "excluded": ("P-EEE",)}
    offers = tuple(
        offer(
            number,
            party=str(chance.choice(["P-BBB", "P-DDD", "P-EEE", "P-POOL"], p=[0.4, 0.3, 0.15, 0.15])),
            languages=FRENCH if chance.random() < 0.6 else ENGLISH,
            cost_per_day=float(chance.choice([50.0, 300.0], p=[0.7, 0.3])),
            capacity=int(chance.integers(0, 3)),
        )
        for number in range(int(chance.integers(2, 8)))
    )
    pool = party("BBB", id="P-POOL", name="Pool", type="expert_pool", public_body=False)
    rivals = tuple(need(number, requesters=("P-CCC",)) for number in range(2, 2 + int(chance.integers(0, 3))))

    def world(**changes: Any) -> Problem:
        asked = strict | changes
        part = {"id": "N1.1", "area": "EXP-RET", "slots": 4, "languages": asked.pop("languages")}
        own = need(1, components=(part,), **asked)
        return problem(needs=(own, *rivals), offers=offers, parties=(*problem().parties, pool))

    return world(), {
        "language_gap": world(interpretation=True),
        "over_cost_cap": world(max_cost=None),
        "not_a_public_body": world(public_bodies_only=False),
        "excluded_provider": world(excluded=()),
    }


def prove(seed: int, size: int | None) -> Iterable[Figure]:
    """Check ``size`` instances (40 unless given) from 3 x 4 to 300 x 900, and as many small worlds."""
    count = size or INSTANCES
    chance = np.random.default_rng(seed)
    proof = _Proof(chance)
    for number in range(count):
        needs, offers = SIZES[number % len(SIZES)]
        proof.of(generate(chance, needs, offers, ("tiered", "total")[number // len(SIZES) % 2]))
        proof.relaxations(*relaxable_world(chance))
    told = {
        "value=LP": proof.lp,
        "dual proofs accepted": proof.duals,
        "offer prices=re-solve": proof.prices,
        "certificates": proof.cuts,
        "entry scores=re-solve": proof.margins,
        "added pairs=re-solve": proof.additions,
        "relaxations applied": proof.relaxed,
    }
    for name, counted in told.items():
        figure = f"{name.replace(' ', '_')}={counted.held}/{counted.tried}"
        holds = counted.held == counted.tried > 0
        yield Figure("engine.exact", figure, "all", holds, counted.tried)
