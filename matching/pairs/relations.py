"""Who has helped whom: what past deliveries say about two states, as one need may see them.

A delivery that stands on a need's own page is hidden from it, so two needs may see different relations. Help
is therefore kept delivery by delivery, and multiplied up for what is hidden; only the rows of the states that
ask are then worked out. Row = requester, column = provider, over the states by code.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.pairs.columns import Codes, DeliveryColumns, Floats, Ints
from matching.pairs.peers import Peers

DIRECT_HELP = 0.5
"""What one recent, well-rated delivery from provider to requester gives."""
RETURNED_HELP = 0.2
"""The same in the other direction."""
TWO_STEPS = 0.5
"""Share of what help to a peer of the requester gives."""


@dataclass(frozen=True)
class Help:
    """The help on record between two states, both ways, in the order of the deliveries.

    Attributes
    ----------
    delivery, asking, giving : int array, shape (n,)
        The delivery, and the states between which it counts as help to the first from the second.
    leaves : float array, shape (n,)
        What it leaves open of a full record between the two.
    """

    delivery: Ints
    asking: Ints
    giving: Ints
    leaves: Floats

    def between(self, asking: int, giving: int) -> Ints:
        """Return the deliveries that tell of help to one state from another, by place."""
        return self._by_pair.get((asking, giving), self.delivery[:0])

    @cached_property
    def _by_pair(self) -> dict[tuple[int, int], Ints]:
        order = np.lexsort((self.giving, self.asking))
        asking, giving = self.asking[order], self.giving[order]
        first = np.flatnonzero(np.append(True, np.diff(asking) | np.diff(giving)))[: len(order)]
        pairs = zip(asking[first].tolist(), giving[first].tolist(), strict=True)
        return dict(zip(pairs, np.split(self.delivery[order], first[1:]), strict=True)) if len(order) else {}


def help_on_record(deliveries: DeliveryColumns, states: Codes) -> Help:
    """Return all help between states that the deliveries of a problem tell of."""
    told = [
        (number, one, other, 1 - share * worth)
        for number, (item, worth) in enumerate(
            zip(deliveries.deliveries, deliveries.worth.tolist(), strict=True)
        )
        for share, helped, helpers in (
            (DIRECT_HELP, item.requesters, item.providers),
            (RETURNED_HELP, item.providers, item.requesters),
        )
        for one in states.places(helped)
        for other in states.places(helpers)
    ]
    numbers, ones, others, leaves = zip(*told, strict=True) if told else ((), (), (), ())
    delivery, asking, giving = (np.array(column, dtype=np.int64) for column in (numbers, ones, others))
    return Help(delivery, asking, giving, np.array(leaves, dtype=np.float64))


class Relations:
    """Help between states without the deliveries that are hidden, exactly as if there were none of these.

    Parameters
    ----------
    record : Help
        All help of the problem.
    peers : Peers
        How alike two states are.
    hidden : frozenset of int
        Deliveries that do not count, by place.

    Notes
    -----
    O(help on record) to make, O(states squared) for each requester's row.
    """

    def __init__(self, record: Help, peers: Peers, hidden: frozenset[int]) -> None:
        left = np.ones((len(peers.states), len(peers.states)))
        seen = ~np.isin(record.delivery, sorted(hidden))
        np.multiply.at(left, (record.asking[seen], record.giving[seen]), record.leaves[seen])
        self.direct: Floats = 1 - left
        """Help from one state to another, of late and well rated counting most; 0 where none is."""
        self._peers = peers
        self._rows: dict[int, Floats] = {}

    def of(self, requester: int) -> Floats:
        """Return the better of direct help and two steps from each state; -1 where there is neither.

        Two steps: the state helped another, and that one is a peer of the requester.
        """
        if requester not in self._rows:
            steps = TWO_STEPS * self._alike(requester)[:, None] * self.direct
            best = np.maximum(self.direct[requester], steps.max(axis=0))
            self._rows[requester] = np.where(best > 0, best, -1.0)
        return self._rows[requester]

    def middle(self, requester: int, provider: int) -> int | None:
        """Return the peer over whom two steps give most, None where no two steps lead there."""
        steps = self._alike(requester) * self.direct[:, provider]
        best = int(np.argmax(steps))
        return best if steps[best] > 0 else None

    def _alike(self, requester: int) -> Floats:
        """Return how alike each other state is to the requester, 0 where that is unknown."""
        alike: Floats = np.maximum(self._peers.similarity[requester], 0)
        alike[requester] = 0
        return alike
