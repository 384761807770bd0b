"""One need's candidates, best first: the daily work between rounds."""

import numpy as np

from matching.candidates import find_candidates
from matching.errors import InvalidProblem
from matching.outcome import Candidate
from matching.policy import Policy
from matching.problem import Problem
from matching.text import TextSimilarity


def rank(
    problem: Problem,
    need_id: str,
    policy: Policy,
    limit: int = 20,
    *,
    component_id: str | None = None,
    text: TextSimilarity | None = None,
) -> list[Candidate]:
    """Return the offers that could help with a need, best first, each explained.

    Parameters
    ----------
    problem : Problem
        The need, and everything that could help with it.
    need_id : str
        The need.
    policy : Policy
        Weights and thresholds.
    limit : int
        Most candidates to return.
    component_id : str, optional
        Only for this component of the need.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Returns
    -------
    list of Candidate
        Every offer once, for the component that it fits best; ties by content, never by id.

    Raises
    ------
    InvalidProblem
        The problem has no such need, or the need no such component: code ``unknown``.

    Notes
    -----
    A pair has the same score here as in a round over the whole problem.
    """
    chosen = next((need for need in problem.needs if need.id == need_id), None)
    if chosen is None:
        raise InvalidProblem(f"need:{need_id}", "id", "unknown")
    parts = tuple(part for part in chosen.components if component_id in (None, part.id))
    if not parts:
        raise InvalidProblem(f"need:{need_id}", f"components.{component_id}", "unknown")
    asked = {part.id for part in parts}
    candidates = find_candidates(_alone(problem, need_id), policy, text)
    wanted = [component.id in asked for _, component in candidates.components]
    edges = candidates.edges
    mine = np.flatnonzero(np.array(wanted, dtype=bool)[edges.demand])
    order = mine[np.lexsort((edges.demand[mine], edges.offer[mine], -edges.score[mine]))]
    _, first = np.unique(edges.offer[order], return_index=True)
    best = order[np.sort(first)][: max(limit, 0)]
    return list(candidates.explain_edges(best.tolist()))


def _alone(problem: Problem, need_id: str) -> Problem:
    """Return the problem with this need alone, and those that it is said to duplicate."""
    needs = {need.id: need for need in problem.needs}
    parts = {part.id for part in needs[need_id].components}
    kept: set[str] = set()
    following: str | None = need_id
    while following is not None and following not in kept:
        kept.add(following)
        following = needs[following].duplicate_of
    return problem.model_copy(
        update={
            "needs": tuple(other for other in problem.needs if other.id in kept),
            "pins": tuple(pin for pin in problem.pins if pin.component in parts),
        }
    )
