"""The team that a round would have proposed to a case."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from matching.lookback.cases import KnownCase, World
from matching.lookback.posing import pose, state_of
from matching.lookback.protocols import Facts
from matching.lookback.scoring import Weighing
from matching.policy import Policy
from matching.problem import Need, Problem
from matching.round import run_round
from matching.text import TextSimilarity


@dataclass(frozen=True, slots=True)
class Team:
    """Who would have been proposed.

    Attributes
    ----------
    states : tuple of str
        States of the team, by code.
    components, covered : int
        Forms of help that were asked for, and how many of them the team covers.
    found : float or None
        Share of those who really helped that are in the team; None where nobody is known to have helped.
    """

    states: tuple[str, ...]
    components: int
    covered: int
    found: float | None


def propose(
    world: World, visible: Facts, case: KnownCase, as_of: date, weighing: Weighing, text: TextSimilarity
) -> Team:
    """Run a round for one case alone, over offers and help that are on record."""
    problem = _jointly(pose(world, visible, [case], as_of))
    outcome = run_round(problem, Policy(weights=dict(weighing.weights)), text=text)
    seats = [seat for proposal in outcome.proposals for seat in proposal.seats]
    offers = {offer.id: offer for offer in problem.offers}
    states = sorted({state_of(offers[seat.offer]) for seat in seats})
    return Team(
        states=tuple(states),
        components=len(problem.needs[0].components),
        covered=len({seat.component for seat in seats}),
        found=_share(case.helpers, states),
    )


def _jointly(problem: Problem) -> Problem:
    """Return the problem with one need of all who ask, and only offers of which something is known."""
    first = problem.needs[0]
    askers = tuple(need.requesters[0] for need in problem.needs)
    return problem.model_copy(
        update={
            "needs": (_of_all(first, askers),),
            "offers": tuple(offer for offer in problem.offers if not offer.id.startswith("any/")),
        }
    )


def _of_all(need: Need, askers: tuple[str, ...]) -> Need:
    return need.model_copy(update={"requesters": askers})


def _share(helpers: Iterable[str], found: Iterable[str]) -> float | None:
    wanted = set(helpers)
    return len(wanted.intersection(found)) / len(wanted) if wanted else None
