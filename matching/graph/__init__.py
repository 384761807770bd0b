"""What the partnership graph tells: brokers, single points of failure, communities, introductions, reach.

Functions of :mod:`matching.graph.backends` and :mod:`matching.graph.flows` have the names and result shapes
of networkx, with igraph behind them where a graph is large. Those of the other modules ask the questions of
the field with them; their results are sorted by value and then by name, so that they never depend on the
order of the records. :func:`notes` sums up a round for its outcome.
"""

from matching.graph.backends import LARGE_EDGES
from matching.graph.brokers import broker_centrality, burt_constraint, burt_effective_size
from matching.graph.communities import (
    Communities,
    Comparison,
    adjusted_rand_index,
    communities,
    compare_communities,
)
from matching.graph.cycles import Cycle, chordless_cycles
from matching.graph.facts import Facts, facts_of, facts_of_problem
from matching.graph.notes import NAMED_PER_NOTE, notes
from matching.graph.reach import Reach, reach
from matching.graph.reliance import (
    isolated_needs,
    most_loaded,
    most_wanted,
    single_points_of_failure,
    weak_points,
)
from matching.graph.ties import Conversation, Introduction, introduction, who_should_talk

__all__ = [
    "LARGE_EDGES",
    "NAMED_PER_NOTE",
    "Communities",
    "Comparison",
    "Conversation",
    "Cycle",
    "Facts",
    "Introduction",
    "Reach",
    "adjusted_rand_index",
    "broker_centrality",
    "burt_constraint",
    "burt_effective_size",
    "chordless_cycles",
    "communities",
    "compare_communities",
    "facts_of",
    "facts_of_problem",
    "introduction",
    "isolated_needs",
    "most_loaded",
    "most_wanted",
    "notes",
    "reach",
    "single_points_of_failure",
    "weak_points",
    "who_should_talk",
]
