"""One need's candidates, best first: the daily work between rounds."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from threading import Lock

import numpy as np

from matching.errors import InvalidProblem
from matching.identity import component_keys
from matching.outcome import Candidate
from matching.pairs.candidates import explained
from matching.pairs.columns import Ints
from matching.pairs.prepared import Case, Prepared
from matching.pairs.scanning import Scan
from matching.pairs.threads import one_thread
from matching.policy import Policy
from matching.problem import Component, Need, Party, Pin, Problem
from matching.text import TextSimilarity


class Ranker:
    """A problem made ready to rank its offers for any need, one need after the other.

    Parameters
    ----------
    problem : Problem
        The offers, and everything that is known about them. Its needs can be asked for by id.
    policy : Policy
        Weights and thresholds.
    text : TextSimilarity, optional
        The policy's text model with vectors made before.

    Raises
    ------
    UnknownSetting
        The text model cannot be loaded.

    Notes
    -----
    To make: linear in the problem. A ranking: the offers of the need's tags, and the deliveries. What it was
    made of never changes: where an offer or a delivery is added, changed or taken back, another is made.
    Several threads may share one; they take turns.

    Examples
    --------
    >>> from datetime import date
    >>> from matching.problem import Area, Expertise, Offer
    >>> ranker = Ranker(
    ...     Problem(
    ...         as_of=date(2027, 1, 1),
    ...         areas=(Area(code="return"),),
    ...         parties=(Party(id="b", type="ministry", name="B"),),
    ...         offers=(Offer(id="o", party="b", expertise=(Expertise(area="return"),)),),
    ...     ),
    ...     Policy(text_model="character-ngrams"),
    ... )
    >>> need = Need(id="n", requesters=("a",), components=(Component(id="c", area="return"),))
    >>> [found.offer for found in ranker.rank(need, parties=(Party(id="a", type="ministry", name="A"),))]
    ['o']
    """

    def __init__(self, problem: Problem, policy: Policy, text: TextSimilarity | None = None) -> None:
        self._prepared = Prepared(problem, policy, text)
        self._scan = Scan(self._prepared)
        self._needs = {need.id: need for need in problem.needs}
        self._turn = Lock()

    def rank(
        self,
        need: Need | str,
        limit: int = 20,
        *,
        component_id: str | None = None,
        parties: Iterable[Party] = (),
        pins: tuple[Pin, ...] | None = None,
        among: AbstractSet[str] | None = None,
    ) -> list[Candidate]:
        """Return the offers that could help with a need, best first, each explained.

        Parameters
        ----------
        need : Need or str
            A need as it was typed, or the id of one of the problem's.
        limit : int
            Most candidates to return.
        component_id : str, optional
            Only for this component of the need.
        parties : iterable of Party, optional
            Parties that the need names and the problem does not, or other facts of those that it does.
        pins : tuple of Pin, optional
            What people decided about the need's components; the problem's own pins unless given.
        among : set of str, optional
            Only offers with these ids; all others are as if the problem did not hold them.

        Returns
        -------
        list of Candidate
            Every offer once, for the component that it fits best; ties by content, never by id.

        Raises
        ------
        InvalidProblem
            The problem has no such need, the need no such component, or it names a code or party that is not
            known: code ``unknown``. A lock joins a pair to which somebody said no: ``forbidden``.
        """
        asked = self._needs.get(need) if isinstance(need, str) else need
        if asked is None:
            raise InvalidProblem(f"need:{need}", "id", "unknown")
        parts = [part for part in asked.components if component_id in (None, part.id)]
        if not parts:
            raise InvalidProblem(f"need:{asked.id}", f"components.{component_id}", "unknown")
        decided = self._prepared.problem.pins if pins is None else pins
        with self._turn, one_thread():
            prepared = self._prepared.asked_by(asked, parties, _of(asked, decided, among))
            _refuse_unknown(asked, prepared)
            return self._ranked(prepared, asked, parts, limit, self._hidden(among))

    def _hidden(self, among: AbstractSet[str] | None) -> Ints | None:
        if among is None:
            return None
        row = self._prepared.offers.row
        return np.array(sorted(row[offer] for offer in row.keys() - among), dtype=np.int64)

    def _ranked(
        self, prepared: Prepared, need: Need, parts: list[Component], limit: int, hidden: Ints | None
    ) -> list[Candidate]:
        keys = component_keys(need, prepared.keys.parties)
        parts = sorted(parts, key=lambda part: keys[part.id])
        (found,) = self._scan.asked_by(prepared, hidden).find([(need, parts)])
        part, rows = np.repeat(np.arange(len(parts)), found.counts), found.rows.astype(np.int64)
        order = np.lexsort((part, rows, -found.score))
        _, first = np.unique(rows[order], return_index=True)
        best = order[np.sort(first)][: max(limit, 0)]
        return _explained(prepared, need, parts, part[best], rows[best])


def _explained(
    prepared: Prepared, need: Need, parts: Sequence[Component], part: Ints, rows: Ints
) -> list[Candidate]:
    """Return pairs with their reasons, in order; those of a component are worked out together."""
    found: dict[int, Candidate] = {}
    for number in np.unique(part).tolist():
        places = np.flatnonzero(part == number)
        case = Case(prepared.narrowed(rows[places]), need, parts[number])
        told = explained(case, np.arange(len(places), dtype=np.int64))
        found.update(zip(places.tolist(), told, strict=True))
    return [found[place] for place in range(len(rows))]


def _of(need: Need, pins: tuple[Pin, ...], among: AbstractSet[str] | None) -> tuple[Pin, ...]:
    own = {part.id for part in need.components}
    return tuple(pin for pin in pins if pin.component in own and (among is None or pin.offer in among))


def _refuse_unknown(need: Need, prepared: Prepared) -> None:
    """Refuse a need that names what the problem does not know."""
    lists, record = prepared.lists, f"need:{need.id}"
    parties = (*need.requesters, *need.preferred, *need.excluded, *need.do_not_pair)
    named = [("requesters", name in prepared.party) for name in parties]
    named += [("commitments", code in lists.commitments.place) for code in need.commitments]
    for number, part in enumerate(need.components):
        place = f"components[{number}]"
        named.append((f"{place}.area", part.area is None or part.area in lists.areas.place))
        named.append((f"{place}.modality", part.modality is None or part.modality in lists.modalities.place))
    for field, is_known in named:
        if not is_known:
            raise InvalidProblem(record, field, "unknown")


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
    A pair has the same score here as in a round over the whole problem. Who ranks for many needs over the
    same offers makes one :class:`Ranker`.
    """
    chosen = next((need for need in problem.needs if need.id == need_id), None)
    if chosen is None:
        raise InvalidProblem(f"need:{need_id}", "id", "unknown")
    own = {part.id for part in chosen.components}
    pins = tuple(pin for pin in problem.pins if pin.component in own)
    alone = problem.model_copy(update={"needs": (chosen,), "pins": pins})
    # What it duplicates is not looked at: a duplicate has no candidates, and a key would need its original.
    keyed = chosen.model_copy(update={"duplicate_of": None})
    ranker = Ranker(alone.model_copy(update={"needs": (keyed,)}), policy, text)
    return ranker.rank(chosen, limit, component_id=component_id)
