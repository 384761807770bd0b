"""The figures of fairness, worked out again from problem and proposals, with nothing that made them."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from matching.outcome import Figures, Load, Outcome
from matching.policy import Policy
from matching.problem import Problem

ROUNDING = 1e-3
FEWEST_OFFERS = 3
MOST_STATES = 10


def figure_faults(problem: Problem, policy: Policy, outcome: Outcome) -> Iterator[str]:
    """Find figures of fairness that are wrong, as ``figure_wrong NAME``.

    Parameters
    ----------
    problem, policy : Problem, Policy
        What the round was given.
    outcome : Outcome
        What came out; its names are known.

    Yields
    ------
    str
    """
    told = outcome.figures
    recount = _Recount(problem, outcome)
    wrong = {
        "lowest_served": abs(told.lowest_served - recount.lowest_served()) > ROUNDING,
        "groups": not all(recount.agrees_on_group(group) for group in told.groups),
        "south_south": told.south_south is not None and not recount.agrees_on_south(told),
        "load_of_parties": not _agrees(told.load_of_parties, recount.by_party),
        "load_of_states": not _agrees(told.load_of_states, recount.by_state),
        "most_loaded_states": not recount.agrees_on_most_loaded(told),
        "fairness": told.fairness != policy.fairness,
        "fairness_gap": not 0 <= told.fairness_gap <= 1,
        "total_gap": not 0 <= told.total_gap < 1,
        "providers": told.providers != len(recount.pairs),
        "fairness_certificate": told.lowest > told.fairness_certificate + ROUNDING,
    }
    yield from (f"figure_wrong {name}" for name, is_wrong in wrong.items() if is_wrong)


class _Recount:
    def __init__(self, problem: Problem, outcome: Outcome) -> None:
        self.states = {state.code: state for state in problem.states}
        parties = {party.id: party for party in problem.parties}
        owner = {offer.id: parties[offer.party] for offer in problem.offers}
        self.askers = {need.id: [parties[name] for name in need.requesters] for need in problem.needs}
        self.wanted = {need.id: sum(part.slots for part in need.components) for need in problem.needs}
        self.got = dict.fromkeys(self.wanted, 0.0)
        self.by_party, self.by_state = Counter[str](), Counter[str]()
        self.offers_of_state: dict[str, set[str]] = defaultdict(set)
        self.known = self.southern = 0
        self.pairs: set[tuple[str, str]] = set()
        for proposal in outcome.proposals:
            for seat in proposal.seats:
                provider = owner[seat.offer]
                self.got[proposal.need] += seat.score * seat.experts / self.wanted[proposal.need]
                self.by_party[provider.id] += seat.experts
                self.pairs.add((proposal.need, provider.id))
                for code in provider.states:
                    self.by_state[code] += seat.experts
                    self.offers_of_state[code].add(seat.offer)
                self._count_south(proposal.need, provider.states, seat.experts)

    def _count_south(self, need: str, giving: tuple[str, ...], experts: int) -> None:
        incomes = [
            (self.states[a].income, self.states[g].income)
            for party in self.askers[need]
            for a in party.states
            for g in giving
        ]
        self.known += experts * any(a is not None and g is not None for a, g in incomes)
        self.southern += experts * any(
            a not in {None, "high"} and g not in {None, "high"} for a, g in incomes
        )

    def lowest_served(self) -> float:
        return min((value for value in self.got.values() if value), default=0.0)

    def agrees_on_group(self, told: Any) -> bool:
        members = [name for name in self.askers if self._belongs(name, told.group)]
        served = [name for name in members if self.got[name]]
        everybody = sum(value > 0 for value in self.got.values())
        whole = sum(self.got.values())
        part = sum(self.got[name] for name in served)
        return (
            (told.needs, told.served) == (len(members), len(served))
            and _close(told.share_of_served, len(served), everybody)
            and _close(told.share_of_utility, part, whole)
        )

    def _belongs(self, need: str, group: str) -> bool:
        if group == "first_time":
            return any(party.first_time is True for party in self.askers[need])
        return any(getattr(self.states[code], group) for party in self.askers[need] for code in party.states)

    def agrees_on_south(self, told: Figures) -> bool:
        south = told.south_south
        return (
            south is not None
            and (south.seats, south.known) == (self.southern, self.known)
            and _close(south.share, self.southern, self.known)
        )

    def agrees_on_most_loaded(self, told: Figures) -> bool:
        shown = [row.state for row in told.most_loaded_states]
        some = [code for code in self.by_state if len(self.offers_of_state[code]) >= FEWEST_OFFERS]
        counts = sorted((self.by_state[code] for code in some), reverse=True)[:MOST_STATES]
        return set(shown) <= set(some) and counts == [self.by_state[code] for code in shown]


def _agrees(told: Load, counts: Counter[str]) -> bool:
    values = sorted(counts.values())
    if not values:
        return told == Load()
    seen, differences = Counter(values), 0
    for one, times in seen.items():
        differences += times * sum(abs(one - other) * often for other, often in seen.items())
    mean = sum(values) / len(values)
    return (
        (told.providers, told.highest) == (len(values), values[-1])
        and abs(told.mean - mean) < ROUNDING
        and abs(told.gini - differences / (2 * len(values) ** 2 * mean)) < ROUNDING
    )


def _close(told: float | None, part: float, whole: float) -> bool:
    """Whether a share is right; there is none of nothing."""
    if told is None or not whole:
        return told is None and not whole
    return abs(told - part / whole) < ROUNDING
