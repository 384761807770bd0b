"""Two scenarios side by side: who gains, who loses, and what it costs.

A scenario is an outcome with the problem that it answers: two policies over one problem, or two rounds. Needs
and offers are the same where they have the same id.
"""

from collections import Counter
from typing import ClassVar, Literal

from matching.outcome import Outcome
from matching.problem import Id, Problem
from matching.records import Record

Change = Literal["gained", "lost", "other_team", "only_in_first", "only_in_second"]
ORDER: tuple[Change, ...] = ("lost", "gained", "other_team", "only_in_first", "only_in_second")


class NeedChange(Record):
    """What two scenarios give one need, where that differs."""

    kind_of_record: ClassVar[str] = "need_change"

    need: Id
    change: Change
    """``gained`` and ``lost``: experts first, then what the need got; ``other_team``: both are as before."""
    experts: tuple[int, int]
    """Experts in the first scenario and in the second."""
    utility: tuple[float, float]
    """What the need got: the sum of its scores divided by the slots it wanted, 0 to 10000."""
    joined: tuple[Id, ...] = ()
    """Offers that the second scenario brings in."""
    left: tuple[Id, ...] = ()
    """Offers that the second scenario leaves out."""


class LoadChange(Record):
    """How many experts two scenarios ask of a party, where that differs."""

    kind_of_record: ClassVar[str] = "load_change"

    party: Id
    experts: tuple[int, int]


class HostChange(Record):
    """For how many needs a group is named first as the one that could host, where that differs."""

    kind_of_record: ClassVar[str] = "host_change"

    group: str
    """Kind and code, such as ``dialogue:PRAGUE``."""
    needs: tuple[int, int]


class FigureChange(Record):
    """A figure of both scenarios."""

    kind_of_record: ClassVar[str] = "figure_change"

    figure: str
    first: float
    second: float


class Comparison(Record):
    """Two scenarios side by side. What does not differ is counted, not listed."""

    kind_of_record: ClassVar[str] = "comparison"

    first: str
    second: str
    """Fingerprints of the outcomes."""
    same_problem: bool
    """Whether both answer the same facts; if not, a difference may come from these."""
    gained: int
    lost: int
    other_team: int
    unchanged: int
    needs: tuple[NeedChange, ...] = ()
    """Losses first, the largest ahead; then gains, and teams of the same worth."""
    loads: tuple[LoadChange, ...] = ()
    hosts: tuple[HostChange, ...] = ()
    figures: tuple[FigureChange, ...] = ()
    """Every figure that is a number, whether it differs or not."""
    slots_cost: int
    """Slots that the second scenario fills fewer (negative: more)."""
    total_cost: int
    """Points of the total that the second scenario gives up (negative: it gains)."""


def compare(
    first: Outcome, second: Outcome, problem: Problem, second_problem: Problem | None = None
) -> Comparison:
    """Put two outcomes side by side.

    Parameters
    ----------
    first, second : Outcome
        Of two policies, or of two rounds.
    problem : Problem
        What the first answers.
    second_problem : Problem, optional
        What the second answers, where that is another one.

    Returns
    -------
    Comparison

    Notes
    -----
    Linear in the size of both.

    Examples
    --------
    >>> from datetime import date
    >>> from matching import Component, Need, Offer, Party, Policy, Problem, run_round
    >>> asks = Component(id="c", area=None)
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     parties=(Party(id="a", type="ministry", name="A"), Party(id="b", type="ministry", name="B")),
    ...     needs=(Need(id="n", requesters=("a",), components=(asks,), text="Advice on registers " * 3),),
    ...     offers=(Offer(id="o", party="b", text="Registers"),),
    ... )
    >>> low, high = (
    ...     run_round(problem, Policy(text_model="character-ngrams", minimum_score=least))
    ...     for least in (1, 10_000)
    ... )
    >>> [(change.need, change.change, change.experts) for change in compare(low, high, problem).needs]
    [('n', 'lost', (1, 0))]
    """
    sides = _Side(first, problem), _Side(second, second_problem or problem)
    needs = tuple(sorted(_need_changes(*sides), key=_largest_first))
    counts = Counter(change.change for change in needs)
    return Comparison(
        first=first.fingerprint,
        second=second.fingerprint,
        same_problem=first.problem_digest == second.problem_digest,
        gained=counts["gained"],
        lost=counts["lost"],
        other_team=counts["other_team"],
        unchanged=len(sides[0].wanted.keys() | sides[1].wanted.keys()) - len(needs),
        needs=needs,
        loads=tuple(
            LoadChange(party=party, experts=pair) for party, pair in _differing(sides[0].load, sides[1].load)
        ),
        hosts=tuple(
            HostChange(group=group, needs=pair) for group, pair in _differing(sides[0].hosts, sides[1].hosts)
        ),
        figures=_figures(first, second),
        slots_cost=first.figures.filled - second.figures.filled,
        total_cost=first.figures.total - second.figures.total,
    )


class _Side:
    """One scenario, counted."""

    def __init__(self, outcome: Outcome, problem: Problem) -> None:
        party = {offer.id: offer.party for offer in problem.offers}
        self.wanted = {need.id: sum(part.slots for part in need.components) for need in problem.needs}
        self.teams: dict[str, Counter[tuple[str, str]]] = {}
        self.reached = Counter[str]()
        self.load = Counter[str]()
        self.hosts = Counter[str]()
        for proposal in outcome.proposals:
            team = self.teams.setdefault(proposal.need, Counter())
            for seat in proposal.seats:
                team[seat.component, seat.offer] += seat.experts
                self.reached[proposal.need] += seat.score * seat.experts
                self.load[party[seat.offer]] += seat.experts
            if proposal.hosts:
                self.hosts[f"{proposal.hosts[0].kind}:{proposal.hosts[0].code}"] += 1

    def team(self, need: str) -> "Counter[tuple[str, str]]":
        return self.teams.get(need, Counter())

    def utility(self, need: str) -> float:
        return round(self.reached[need] / self.wanted[need], 3) if need in self.wanted else 0.0


def _need_changes(first: _Side, second: _Side) -> list[NeedChange]:
    named = sorted(first.wanted.keys() | second.wanted.keys())
    return [_need_change(need, first, second) for need in named if _differs(need, first, second)]


def _differs(need: str, first: _Side, second: _Side) -> bool:
    in_both = need in first.wanted and need in second.wanted
    return not in_both or first.team(need) != second.team(need) or first.utility(need) != second.utility(need)


def _need_change(need: str, first: _Side, second: _Side) -> NeedChange:
    before, after = first.team(need), second.team(need)
    offers_before = {offer for _, offer in before}
    offers_after = {offer for _, offer in after}
    return NeedChange(
        need=need,
        change=_kind(need, first, second),
        experts=(before.total(), after.total()),
        utility=(first.utility(need), second.utility(need)),
        joined=tuple(sorted(offers_after - offers_before)),
        left=tuple(sorted(offers_before - offers_after)),
    )


def _kind(need: str, first: _Side, second: _Side) -> Change:
    if need not in second.wanted:
        return "only_in_first"
    if need not in first.wanted:
        return "only_in_second"
    before = first.team(need).total(), first.utility(need)
    after = second.team(need).total(), second.utility(need)
    return "other_team" if before == after else "gained" if after > before else "lost"


def _largest_first(change: NeedChange) -> tuple[int, int, float, str]:
    experts = abs(change.experts[1] - change.experts[0])
    return ORDER.index(change.change), -experts, -abs(change.utility[1] - change.utility[0]), change.need


def _differing(first: "Counter[str]", second: "Counter[str]") -> list[tuple[str, tuple[int, int]]]:
    """Return the names whose counts differ, the largest difference first."""
    pairs = [(name, (first[name], second[name])) for name in first.keys() | second.keys()]
    found = [(name, pair) for name, pair in pairs if pair[0] != pair[1]]
    return sorted(found, key=lambda item: (-abs(item[1][1] - item[1][0]), item[0]))


def _figures(first: Outcome, second: Outcome) -> tuple[FigureChange, ...]:
    one, other = first.figures.model_dump(), second.figures.model_dump()
    return tuple(
        FigureChange(figure=name, first=float(value), second=float(other[name]))
        for name, value in one.items()
        if isinstance(value, (int, float)) and isinstance(other[name], (int, float))
    )
