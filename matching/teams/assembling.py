"""From chosen edges to teams: which offers sit on which component of a need, and whether that is enough."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from matching.allocation.edges import Integers
from matching.pairs.candidates import Candidates
from matching.problem import Need
from matching.solving import Solution


@dataclass(frozen=True)
class Place:
    """A seat before it is explained: an edge, used by so many experts."""

    edge: int
    component: int
    offer: int
    score: int
    experts: int
    months: tuple[str, ...] = ()

    @property
    def by_content(self) -> tuple[int, int]:
        """Sorts places in an order that shows nothing of ids or of the order of the records."""
        return self.component, self.offer


@dataclass(frozen=True)
class Team:
    """What a need was given.

    Attributes
    ----------
    need : Need
        The need.
    components : tuple of int
        Places of all its components among the candidates' components, in the order in which the need
        names them.
    places : tuple of Place
        Its seats, by component and then strongest first; empty if it was given nothing.
    missing : tuple of int
        Experts that each component still lacks.
    complete : bool
        Whether every mandatory component has all its experts.
    """

    need: Need
    components: tuple[int, ...]
    places: tuple[Place, ...]
    missing: tuple[int, ...]
    complete: bool


def assemble(solution: Solution) -> tuple[Team, ...]:
    """Return the team of every need, in the order of the problem.

    Parameters
    ----------
    solution : Solution
        Which candidates were chosen.

    Returns
    -------
    tuple of Team
        One per need, needs without any seat included.

    Notes
    -----
    Linear in the number of components and chosen edges, apart from sorting the seats of each need.
    """
    candidates = solution.candidates
    places = _places(solution)
    missing = candidates.slots - solution.filled
    return tuple(_team(candidates, need, places, missing) for need in candidates.problem.needs)


def _places(solution: Solution) -> dict[int, list[Place]]:
    edges = solution.candidates.edges
    used, experts = np.unique(solution.chosen, return_counts=True)
    found: dict[int, list[Place]] = defaultdict(list)
    for edge, count in zip(used.tolist(), experts.tolist(), strict=True):
        component = int(edges.demand[edge])
        months = solution.months.get(edge, ())
        place = Place(edge, component, int(edges.offer[edge]), int(edges.score[edge]), count, months)
        found[component].append(place)
    return found


def _team(candidates: Candidates, need: Need, places: dict[int, list[Place]], missing: Integers) -> Team:
    components = tuple(candidates.component_index[part.id] for part in need.components)
    seats = [
        place
        for component in components
        for place in sorted(places.get(component, ()), key=lambda place: (-place.score, place.offer))
    ]
    lacking = tuple(int(missing[component]) for component in components)
    complete = not any(lack and part.mandatory for part, lack in zip(need.components, lacking, strict=True))
    return Team(need, components, tuple(seats), lacking, complete)
