"""By how much a team is ahead: what the best answer with another team for the same need would lose.

The margin is the smallest change of one score of the need at which its team would change: a seated pair that
falls, or another that rises, by more than the margin.
"""

import numpy as np

from matching.allocation.edges import Edges
from matching.allocation.network import build_network
from matching.allocation.prices import steps_and_score
from matching.explanations.otherwise import Otherwise
from matching.outcome import Reason
from matching.policy import PRIORITIES
from matching.solving import Solution

PRICED = frozenset({"total", "tiered"})
"""The fairness under which the answer is one flow of highest value: prices say what another is worth."""


def not_defined(solution: Solution) -> Reason | None:
    """Return why prices say nothing about a solution, or None where they do.

    Where capacity is held back, the prices are those of scores less what is spared for later needs, and what
    is spared would be drawn anew for another problem: no score of today says how close another answer is.
    """
    if solution.candidates.policy.spares_for_later:
        return Reason(code="prices_not_defined_while_holding_back")
    return not_counted(solution)


def not_counted(solution: Solution) -> Reason | None:
    """Return why not even slots of other answers can be counted, or None where they can."""
    fairness = solution.candidates.policy.fairness
    if solution.candidates.policy.calendar == "by_month":
        return Reason(code="prices_not_defined_by_month")
    if solution.allocation.network.quotas is not None:
        return Reason(code="prices_not_defined_with_quotas")
    if fairness not in PRICED:
        return Reason(code="prices_not_defined", params={"fairness": fairness})
    if solution.proof != "optimal":
        return Reason(code="prices_not_proved", params={"gap": solution.proof})
    return None


def around(solution: Solution) -> Otherwise:
    """Return what other answers would be worth, over all components and offers of the candidates.

    Those without any candidate are in it too, so that a pair can be tried that the problem does not have. The
    scores are those that decided, see :mod:`matching.foresight.holding`.

    Notes
    -----
    O(m) and the time of the prices.
    """
    candidates = solution.candidates
    pairs, network = candidates.edges, solution.allocation.network
    whole = build_network(
        Edges(pairs.demand, pairs.offer, network.edges.score, pairs.limit),
        candidates.slots,
        candidates.capacity,
        candidates.need_of,
        [part.mandatory for _, part in candidates.components] or None,
        [PRIORITIES[need.urgency] for need, _ in candidates.components] or None,
        candidates.lock.nonzero()[0],
        None,
        fairness=candidates.policy.fairness,
    )
    return Otherwise(whole, solution.allocation.flow)


class Margins:
    """The margins of a round's teams, as many as the policy asks for.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.
    other : Otherwise, optional
        What :func:`around` returned, where it is at hand.
    is_limited : bool
        Whether the policy's number of margins counts; without, every need may be asked about.
    """

    def __init__(
        self, solution: Solution, other: Otherwise | None = None, *, is_limited: bool = True
    ) -> None:
        self._policy = solution.candidates.policy
        self._fault = not_defined(solution)
        self._other = None if self._fault else other or around(solution)
        self._need_of = solution.candidates.need_of
        seated = np.unique(self._need_of[solution.filled > 0])
        self._asked = frozenset(seated[: self._policy.margins if is_limited else None].tolist())

    def reason(self, components: tuple[int, ...]) -> Reason:
        """Return the margin of the team that covers these components of one need.

        Returns
        -------
        Reason
            ``margin`` with its ``points`` of 10000; ``margin_at_least`` where the policy's bound on the
            search was met first; ``another_team_as_good`` at 0; ``no_other_team`` where every other team
            would leave the round with fewer or less urgent slots filled; ``margin_not_examined`` beyond the
            policy's number of margins; or why there is none.
        """
        if self._other is None:
            assert self._fault is not None  # noqa: S101 - one of the two is there
            return self._fault
        if int(self._need_of[components[0]]) not in self._asked:
            return Reason(code="margin_not_examined", params={"most": self._policy.margins})
        found = self._other.closest(sorted(components), self._policy.margin_arcs)
        steps, points = (
            (1, 0) if found.length is None else steps_and_score(found.length, self._other.network.step)
        )
        if steps > 0:
            return Reason(code="no_other_team")
        if not found.is_exact:
            return Reason(code="margin_at_least", params={"points": points})
        return (
            Reason(code="margin", params={"points": points})
            if points
            else Reason(code="another_team_as_good")
        )
