"""A round: from a problem under a policy to an outcome that has been checked."""

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from matching import graph
from matching.checking.verification import verify
from matching.errors import InvalidProblem
from matching.explanations.explaining import NextInLine, seats, team_reasons, telling_of
from matching.explanations.margins import Margins, around, not_defined
from matching.explanations.reweighing import with_weight_changes
from matching.explanations.scarcity import shortages_of
from matching.explanations.telling import Telling
from matching.explanations.unmet import unmet_components
from matching.figures import figures_of
from matching.fingerprint import fingerprint
from matching.hosts.routing import Routing
from matching.identity import policy_digest, problem_digest
from matching.outcome import Outcome, Proposal, Seat
from matching.pairs.candidates import Candidates, find_candidates
from matching.policy import Policy
from matching.problem import Problem
from matching.solving import Solution, solve
from matching.teams.assembling import Team, assemble
from matching.teams.reasons import works_as_team
from matching.text import TextSimilarity
from matching.together.joint import coalitions
from matching.together.mutual import exchanges

ENGINE = "0.1.0"
"""Version of the engine; a change that can change an outcome changes it."""

Progress = Callable[[str, int, int], None]
"""Called with the stage and how much of it is done, of how much."""


def run_round(
    problem: Problem,
    policy: Policy,
    seed: int = 0,
    progress: Progress | None = None,
    *,
    text: TextSimilarity | None = None,
) -> Outcome:
    """Match the needs of a problem with its offers.

    Parameters
    ----------
    problem : Problem
        Everything that the round knows.
    policy : Policy
        The published settings.
    seed : int
        Kept in the outcome. Nothing is drawn at random.
    progress : callable, optional
        Told ``(stage, done, total)`` for the stages ``candidates``, ``allocation``, ``explanations``,
        ``unmet``, ``graph`` and ``verification``, in this order.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    Outcome
        Every component of every need is covered by a proposal with reasons, or unmet with a published reason
        and a certificate, or partly both.

    Raises
    ------
    InvalidProblem
        A lock cannot be kept: it joins a pair to which somebody said no (``forbidden``), or a component has
        more locks than slots (``exceeds_slots``).
    UnknownSetting
        The policy asks for a fairness or a text model that is not available.
    UnverifiedOutcome
        The independent checker found fault. This is a defect of the engine.

    Notes
    -----
    In this order of importance: as many slots as can be filled, mandatory ones and urgent needs first and
    nobody left with nothing while it can be avoided; then the highest scores. The same problem, policy and
    seed give the same outcome, byte for byte; ids and the order of the records change nothing but names.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Area, Component, Expertise, Need, Offer, Party
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     areas=(Area(code="return"),),
    ...     parties=(Party(id="a", type="ministry", name="A"), Party(id="b", type="ministry", name="B")),
    ...     needs=(Need(id="n", requesters=("a",), components=(Component(id="c", area="return", slots=2),)),),
    ...     offers=(Offer(id="o", party="b", expertise=(Expertise(area="return"),)),),
    ... )
    >>> outcome = run_round(problem, Policy(text_model="character-ngrams"))
    >>> [(seat.component, seat.offer) for seat in outcome.proposals[0].seats]
    [('c', 'o')]
    >>> [(unmet.component, unmet.missing, unmet.reason) for unmet in outcome.unmet]
    [('c', 1, 'no_expertise')]
    """
    with _collector_at_rest():
        return _run(problem, policy, seed, progress or _tell_nobody, text)


def finish_round(candidates: Candidates, seed: int = 0, progress: Progress | None = None) -> Outcome:
    """Match the needs of a problem whose candidates are at hand, see :mod:`matching.pairs.parts`.

    Parameters
    ----------
    candidates : Candidates
        All pairs that can be proposed.
    seed, progress
        As of :func:`run_round`; the stage ``candidates`` is not told.

    Returns
    -------
    Outcome
        That of :func:`run_round`, byte for byte.

    Raises
    ------
    InvalidProblem, UnknownSetting, UnverifiedOutcome
        As :func:`run_round`.
    """
    with _collector_at_rest():
        _refuse_crowded_locks(candidates.problem)
        return _finished(candidates, seed, progress or _tell_nobody)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of records that have none: a third of their time.

    When it goes on, all that was made counts as old: it is looked through when old records are next.
    """
    was_at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_at_work:
            gc.freeze()
            gc.unfreeze()
            gc.enable()


def _run(problem: Problem, policy: Policy, seed: int, tell: Progress, text: TextSimilarity | None) -> Outcome:
    _refuse_crowded_locks(problem)
    tell("candidates", 0, 1)
    candidates = find_candidates(problem, policy, text)
    tell("candidates", 1, 1)
    return _finished(candidates, seed, tell)


def _finished(candidates: Candidates, seed: int, tell: Progress) -> Outcome:
    tell("allocation", 0, 1)
    solution = solve(candidates, seed)
    tell("allocation", 1, 1)
    outcome = _outcome(solution, seed, tell)
    tell("verification", 0, 1)
    verify(candidates.problem, candidates.policy, outcome)
    tell("verification", 1, 1)
    return outcome


def _tell_nobody(_stage: str, _done: int, _total: int) -> None:
    pass


def _refuse_crowded_locks(problem: Problem) -> None:
    """Refuse the first lock that a component has no slot left for."""
    slots = {part.id: part.slots for need in problem.needs for part in need.components}
    locks: Counter[str] = Counter()
    for pin in problem.pins:
        locks[pin.component] += pin.decision == "lock"
        if locks[pin.component] > slots[pin.component]:
            raise InvalidProblem(f"pin:{pin.component}/{pin.offer}", "decision", "exceeds_slots")


def _outcome(solution: Solution, seed: int, tell: Progress) -> Outcome:
    candidates = solution.candidates
    problem, policy, keys = candidates.problem, candidates.policy, candidates.keys
    other = None if not_defined(solution) else around(solution)
    proposals = _proposals(solution, assemble(solution), Margins(solution, other), tell)
    if policy.weight_hundredths:
        proposals = with_weight_changes(solution, seed, proposals)
    tell("unmet", 0, 1)
    unmet = unmet_components(solution, other)
    tell("unmet", 1, 1)
    tell("graph", 0, 1)
    notes = graph.notes(problem, proposals)
    alliances = coalitions(solution, Routing(problem, policy))
    tell("graph", 1, 1)
    outcome = Outcome(
        fingerprint="",
        problem_digest=problem_digest(problem, keys),
        policy_digest=policy_digest(policy),
        engine=ENGINE,
        text_model=candidates.text_model,
        seed=seed,
        proposals=proposals,
        unmet=unmet,
        notes=notes,
        quotas=solution.quota_figures(),
        coalitions=alliances,
        exchanges=exchanges(candidates),
        shortages=shortages_of(solution, other),
        figures=figures_of(solution, proposals),
    )
    return outcome.model_copy(update={"fingerprint": fingerprint(outcome, keys)})


def proposals_of(solution: Solution, needs: AbstractSet[str]) -> tuple[Proposal, ...]:
    """Return the explained teams of some needs."""
    teams = tuple(team for team in assemble(solution) if team.need.id in needs)
    other = None if not_defined(solution) else around(solution)
    return _proposals(solution, teams, Margins(solution, other), _tell_nobody)


def _proposals(
    solution: Solution, teams: tuple[Team, ...], margins: Margins, tell: Progress
) -> tuple[Proposal, ...]:
    candidates = solution.candidates
    tell("explanations", 0, len(teams))
    routing = Routing(candidates.problem, candidates.policy)
    line, telling = NextInLine(solution), telling_of(candidates, teams)
    found = []
    for done, team in enumerate(teams):
        tell("explanations", done, len(teams))
        if team.places:
            found.append(_proposal(candidates, team, line, routing, margins, telling))
    tell("explanations", len(teams), len(teams))
    return tuple(found)


def _proposal(
    candidates: Candidates,
    team: Team,
    line: NextInLine,
    routing: Routing,
    margins: Margins,
    telling: Telling,
) -> Proposal:
    seated = seats(candidates, team, telling)
    states = _provider_states(candidates, team)
    return Proposal(
        need=team.need.id,
        score=_mean_score(seated),
        seats=seated,
        reasons=(
            *team_reasons(team, seated, states),
            *works_as_team(candidates, team),
            margins.reason(team.components),
        ),
        alternatives=line.alternatives(team, candidates.policy.alternatives),
        hosts=routing.hosts(team.need, states),
        complete=team.complete,
    )


def _provider_states(candidates: Candidates, team: Team) -> tuple[str, ...]:
    parties = candidates.prepared.party
    offers = (candidates.offers[place.offer] for place in team.places)
    return tuple(sorted({state for offer in offers for state in parties[offer.party].states}))


def _mean_score(seated: tuple[Seat, ...]) -> int:
    return round(sum(seat.score * seat.experts for seat in seated) / sum(seat.experts for seat in seated))
