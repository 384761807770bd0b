"""The look-back's door to the engine: what it uses of it, under the names that it uses."""

from matching.lookback.cases import KnownCase, KnownOffer, World, beyond, scored
from matching.lookback.looking import Look, look_back
from matching.lookback.protocols import PROTOCOLS, Facts, Protocol
from matching.lookback.scoring import NAMES
from matching.lookback.statistics import (
    DEPTHS,
    FEWEST,
    Figures,
    Interval,
    figures,
    hit,
    paired_difference,
    reciprocal_rank,
)
from matching.problem import Area, Commitment, Group, Membership, State

__all__ = [
    "DEPTHS",
    "FEWEST",
    "NAMES",
    "PROTOCOLS",
    "Area",
    "Commitment",
    "Facts",
    "Figures",
    "Group",
    "Interval",
    "KnownCase",
    "KnownOffer",
    "Look",
    "Membership",
    "Protocol",
    "State",
    "World",
    "beyond",
    "figures",
    "hit",
    "look_back",
    "paired_difference",
    "reciprocal_rank",
    "scored",
]
