"""What the solver of a fairness says: a flow, what it is measured against, and what is proved."""

import math
from dataclasses import dataclass

from matching.allocation.edges import Integers


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to a flow problem under a fairness.

    Attributes
    ----------
    flow : array of int, shape (edges,)
        How often each edge is used.
    reference : array of int, shape (edges,)
        A flow with the same coverage and the highest total that it allows.
    floor : int or None
        Under ``bottleneck``: the highest score such that edges of this score or more, and pinned ones, reach
        the coverage.
    ceiling : float or None
        What the lowest utility of all needs cannot exceed, where more is known than each need's best case.
    aim, aim_ceiling : float
        What the fairness is about, as it was reached, and what it cannot exceed: the lowest utility of the
        needs that can be served together.
    is_proved : bool
        Whether nothing better exists in what the fairness is about.
    method : str
        How it was found: ``flow``; with quotas that cross also ``linear program`` or ``integer program``.
    certificate : int or None
        With quotas that cross: what no allocation can exceed in value. Else prices tell.
    """

    flow: Integers
    reference: Integers
    floor: int | None = None
    ceiling: float | None = None
    aim: float = 0.0
    aim_ceiling: float = math.inf
    is_proved: bool = False
    method: str = "flow"
    certificate: int | None = None
