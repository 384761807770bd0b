"""Teams of few providers: what the flow core left open is decided for them, and what that costs is said."""

from dataclasses import dataclass

import numpy as np

from matching.allocation.edges import Integers
from matching.allocation.flow import Allocation
from matching.pairs.candidates import Candidates
from matching.teams.concentrating import concentrate, spare_parties


@dataclass(frozen=True)
class Teamwork:
    """What was done so that needs have few providers.

    Attributes
    ----------
    parties : int
        Number of pairs of a need and a party that serves it.
    spared : int
        By how much that is fewer than the flow core would have had.
    given_up : int
        Points of the total that this cost; 0 unless the policy has slack.
    is_whole : bool
        Whether every attempt was made; False where the amount of work ended them.
    """

    parties: int = 0
    spared: int = 0
    given_up: int = 0
    is_whole: bool = True


NO_TEAMWORK = Teamwork()
"""Nothing was done."""


def with_few_parties(
    candidates: Candidates, allocation: Allocation, offers: Integers
) -> tuple[Allocation, Teamwork]:
    """Return an equally good allocation in which needs have fewer parties, and what was done.

    Parameters
    ----------
    candidates : Candidates
        The pairs, in the order of the allocation's edges.
    allocation : Allocation
        The answer of the flow core.
    offers : array of int
        Places of its offers among the candidates.

    Notes
    -----
    Where the policy has ``team_slack``, needs then give up points for fewer parties.
    """
    party = _parties(candidates, offers)
    kept = candidates.edges.score if candidates.policy.hold_back else None
    found = concentrate(allocation, party, kept=kept)
    after = found.allocation
    if candidates.policy.team_slack:
        after = spare_parties(after, party, candidates.policy.team_slack)
    score = allocation.network.edges.score if kept is None else kept
    given_up = int(score[allocation.chosen].sum()) - int(score[after.chosen].sum())
    parties = _count(after, party)
    return after, Teamwork(parties, found.parties_before - parties, given_up, found.is_whole)


def _parties(candidates: Candidates, offers: Integers) -> Integers:
    """Number the parties of offers in the order of the offers, which is one of content."""
    number: dict[str, int] = {}
    named = (candidates.offers[place].party for place in offers.tolist())
    return np.array([number.setdefault(name, len(number)) for name in named], dtype=np.int64)


def _count(allocation: Allocation, party: Integers) -> int:
    edges, need = allocation.network.edges, allocation.network.need
    pairs = np.stack([need[edges.demand[allocation.chosen]], party[edges.offer[allocation.chosen]]])
    return int(np.unique(pairs, axis=1).shape[1])
