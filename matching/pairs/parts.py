"""The candidates of a large round in slices, which several processes can find and one of them joins.

A slice is a run of needs in content order. What is a candidate of a component depends on the whole problem
(all offers, all deliveries, how many components there are) but on no other component's candidates, so each
slice is found as the whole would find it: the same pairs, scores and limits. Only an offer's capacity looks
at all of its candidates; it is worked out when the slices are joined.

What stays one step
-------------------
The allocation could be split too. Take needs and offers that no chain of candidates joins, where all
components of a need belong together: no simple cycle or path of the residual graph passes both but over the
source and the sink. So under ``total`` and ``tiered``, without quotas and without what is held back, the
most slots, the counts on each step of the ladder and the highest total of the whole are the sums of those
of its independent parts (:mod:`matching.allocation.network` says why cycles decide). But of several answers
that are equally good the solver takes the one to which its own order of work leads, and in a part that order
is another one than in the whole. A round in slices has to end with the fingerprint of the round in one
process, so the allocation is one step. So are the explanations: margins, relaxations and certificates are
read off one residual graph, and the number of relaxations that are tried is one budget for the whole round.
"""

from collections.abc import Sequence
from io import BytesIO
from zipfile import BadZipFile

import numpy as np

from matching.allocation.edges import Edges
from matching.errors import InvalidProblem
from matching.pairs.candidates import Candidates, Scanned, candidates_from, demand_of, scanned
from matching.pairs.columns import Bools, Ints
from matching.pairs.prepared import Prepared
from matching.pairs.scanning import Scan
from matching.policy import Policy
from matching.problem import Problem
from matching.text import TextSimilarity

COLUMNS = ("demand", "offer", "score", "limit", "left")


class Sliced:
    """A problem made ready once, to find any number of slices of its candidates and to join them.

    Parameters
    ----------
    problem : Problem
        Any problem.
    policy : Policy
        The published settings.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Raises
    ------
    UnknownSetting
        The text model cannot be loaded.

    Notes
    -----
    To make: O(needs + offers + deliveries), and their texts. So a process does well to keep it for several
    slices.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Area, Component, Expertise, Need, Offer, Party
    >>> problem = Problem(
    ...     as_of=date(2027, 1, 1),
    ...     areas=(Area(code="return"),),
    ...     parties=(Party(id="a", type="ministry", name="A"), Party(id="b", type="ministry", name="B")),
    ...     needs=(Need(id="n", requesters=("a",), components=(Component(id="c", area="return"),)),),
    ...     offers=(Offer(id="o", party="b", expertise=(Expertise(area="return"),)),),
    ... )
    >>> whole = Sliced(problem, Policy(text_model="character-ngrams"))
    >>> len(whole.joined([whole.candidates(number, 2) for number in range(2)]).edges)
    1
    """

    def __init__(self, problem: Problem, policy: Policy, text: TextSimilarity | None = None) -> None:
        self._scan = Scan(Prepared(problem, policy, text))
        self._demand = demand_of(problem, self._scan.prepared.keys)

    def candidates(self, number: int, of: int) -> bytes:
        """Return one slice of the candidates, as it can be stored.

        Parameters
        ----------
        number, of : int
            Which of how many slices, counted from 0. They are as large as each other, to one need.

        Returns
        -------
        bytes
            An ``.npz`` file of integers: for each pair its component (its place among those of the whole),
            offer, score, limit, what the offer has left for it and whether it is locked.

        Raises
        ------
        InvalidProblem
            A lock of the slice joins a pair to which somebody said no: code ``forbidden``.
        ValueError
            There is no such slice.

        Notes
        -----
        Time as :func:`matching.pairs.candidates.find_candidates` for the needs of the slice.
        """
        if not 0 <= number < of:
            raise ValueError(f"no slice {number} of {of}")
        needs, components, need_of = self._demand
        first, last = len(needs) * number // of, len(needs) * (number + 1) // of
        start, end = np.searchsorted(need_of, (first, last)).tolist()
        return _packed(scanned(self._scan, components[start:end]), start)

    def joined(self, slices: Sequence[bytes]) -> Candidates:
        """Return the candidates of the whole: those of all slices, in their order.

        Parameters
        ----------
        slices : sequence of bytes
            What :meth:`candidates` returned, for each number of the same ``of``.

        Returns
        -------
        Candidates
            Equal to what :func:`matching.pairs.candidates.find_candidates` finds.

        Raises
        ------
        InvalidProblem
            A slice is no such file, or does not fit the problem: code ``not_of_problem``, or ``repeated``.
        """
        found = _unpacked(slices)
        if not self._fits(found.edges):
            raise _not_of_problem()
        return candidates_from(self._scan.prepared, self._demand, found)

    def _fits(self, edges: Edges) -> bool:
        """Whether pairs are sorted and of components and offers that the problem has."""
        demand, offer = edges.demand, edges.offer
        components, offers = len(self._demand.components), len(self._scan.prepared.offers)
        if not len(demand):
            return True
        in_order = (np.diff(demand) > 0) | ((np.diff(demand) == 0) & (np.diff(offer) > 0))
        inside = min(demand[0], offer.min()) >= 0 and demand[-1] < components and offer.max() < offers
        return bool(in_order.all() and inside)


def candidates_of_slice(
    problem: Problem, policy: Policy, number: int, of: int, text: TextSimilarity | None = None
) -> bytes:
    """Return one slice of a problem's candidates, see :meth:`Sliced.candidates`."""
    return Sliced(problem, policy, text).candidates(number, of)


def joined(
    problem: Problem, policy: Policy, slices: Sequence[bytes], text: TextSimilarity | None = None
) -> Candidates:
    """Return the candidates of a problem from all its slices, see :meth:`Sliced.joined`."""
    return Sliced(problem, policy, text).joined(slices)


def _packed(found: Scanned, start: int) -> bytes:
    edges = found.edges
    columns: tuple[Ints, ...] = (edges.demand + start, edges.offer, edges.score, edges.limit, found.left)
    short = {name: column.astype(np.int32) for name, column in zip(COLUMNS, columns, strict=True)}
    file = BytesIO()
    np.savez_compressed(file, allow_pickle=False, lock=found.lock, **short)
    return file.getvalue()


def _unpacked(slices: Sequence[bytes]) -> Scanned:
    read = [_read(each) for each in slices]
    demand, offer, score, limit, left = (
        np.concatenate([np.zeros(0, np.int64), *(columns[name] for columns, _ in read)]) for name in COLUMNS
    )
    lock = np.concatenate([np.zeros(0, np.bool_), *(lock for _, lock in read)])
    return Scanned(Edges(demand=demand, offer=offer, score=score, limit=limit), left, lock)


def _read(file: bytes) -> tuple[dict[str, Ints], Bools]:
    try:
        with np.load(BytesIO(file), allow_pickle=False) as columns:
            return {name: columns[name].astype(np.int64) for name in COLUMNS}, columns["lock"]
    except (ValueError, KeyError, OSError, EOFError, BadZipFile) as fault:
        raise _not_of_problem() from fault


def _not_of_problem() -> InvalidProblem:
    return InvalidProblem("slice", "content", "not_of_problem")
