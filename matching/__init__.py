"""Homologue's matching engine: plain values in, plain values out.

No web, no database, no clock, and no randomness without a seed. Everything that others rely on is a name of
this package: values (:class:`Problem`, :class:`Policy`, :class:`Outcome` and their records), the round
(:func:`run_round`), one need's candidates (:func:`rank`), dialogue routing (:func:`route`), the partnership
graph (:func:`partnership_graph`, :mod:`matching.graph`), the flow core (:class:`Edges`, :func:`allocate`),
the independent checker (:func:`verify`) and the meaning of texts (:mod:`matching.text`).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from matching.errors import InvalidProblem, UnknownSetting, UnverifiedOutcome
from matching.outcome import (
    UNMET_REASONS,
    Alternative,
    Candidate,
    Certificate,
    Coalition,
    CoalitionMember,
    CriterionScore,
    ExchangeLink,
    Exclusion,
    Figures,
    GraphNote,
    Host,
    JointAction,
    JointSeat,
    MutualExchange,
    Outcome,
    Proposal,
    Reason,
    Seat,
    SeatChange,
    Shortage,
    SmallestChange,
    Unmet,
    WhyNot,
)
from matching.policy import WEIGHTS, HoldBack, Policy
from matching.problem import (
    Area,
    Commitment,
    Component,
    Delivery,
    Expertise,
    Group,
    Language,
    Membership,
    MonthlyBooking,
    Need,
    Offer,
    Party,
    Pin,
    Problem,
    State,
)

if TYPE_CHECKING:
    from matching import graph, text
    from matching.allocation.edges import Edges
    from matching.allocation.flow import Allocation, allocate
    from matching.allocation.standing import Standing
    from matching.checking.verification import faults, verify
    from matching.explanations.beaten import why_not
    from matching.explanations.reweighing import smallest_change
    from matching.explanations.scarcity import shortages
    from matching.foresight.replaying import Replay, replay
    from matching.hosts.routing import route
    from matching.identity import ContentKeys, content_keys, policy_digest, problem_digest
    from matching.inserting import Insertion, insert_need, insert_offer, refill
    from matching.pairs.candidates import Candidates, find_candidates
    from matching.pairs.ranking import Ranker, rank
    from matching.pairs.rules import public_code
    from matching.partnerships import partnership_graph
    from matching.round import ENGINE, run_round
    from matching.scenarios import Comparison, compare
    from matching.schemas import schema_text
else:
    # The solver and the graph library take a second to load; who only compares texts should not wait for it.
    _PLACES = {
        "Candidates": "pairs.candidates",
        "find_candidates": "pairs.candidates",
        "Edges": "allocation.edges",
        "Allocation": "allocation.flow",
        "allocate": "allocation.flow",
        "ContentKeys": "identity",
        "content_keys": "identity",
        "policy_digest": "identity",
        "problem_digest": "identity",
        "Insertion": "inserting",
        "insert_need": "inserting",
        "insert_offer": "inserting",
        "refill": "inserting",
        "partnership_graph": "partnerships",
        "Ranker": "pairs.ranking",
        "rank": "pairs.ranking",
        "Replay": "foresight.replaying",
        "replay": "foresight.replaying",
        "smallest_change": "explanations.reweighing",
        "ENGINE": "round",
        "run_round": "round",
        "route": "hosts.routing",
        "public_code": "pairs.rules",
        "Comparison": "scenarios",
        "compare": "scenarios",
        "schema_text": "schemas",
        "Standing": "allocation.standing",
        "shortages": "explanations.scarcity",
        "faults": "checking.verification",
        "verify": "checking.verification",
        "why_not": "explanations.beaten",
    }

    def __getattr__(name: str) -> object:
        if name in ("graph", "text"):
            return import_module(f"matching.{name}")
        if name in _PLACES:
            return getattr(import_module(f"matching.{_PLACES[name]}"), name)
        raise AttributeError(f"module 'matching' has no attribute {name!r}")


__all__ = [
    "ENGINE",
    "UNMET_REASONS",
    "WEIGHTS",
    "Allocation",
    "Alternative",
    "Area",
    "Candidate",
    "Candidates",
    "Certificate",
    "Coalition",
    "CoalitionMember",
    "Commitment",
    "Comparison",
    "Component",
    "ContentKeys",
    "CriterionScore",
    "Delivery",
    "Edges",
    "ExchangeLink",
    "Exclusion",
    "Expertise",
    "Figures",
    "GraphNote",
    "Group",
    "HoldBack",
    "Host",
    "Insertion",
    "InvalidProblem",
    "JointAction",
    "JointSeat",
    "Language",
    "Membership",
    "MonthlyBooking",
    "MutualExchange",
    "Need",
    "Offer",
    "Outcome",
    "Party",
    "Pin",
    "Policy",
    "Problem",
    "Proposal",
    "Ranker",
    "Reason",
    "Replay",
    "Seat",
    "SeatChange",
    "Shortage",
    "SmallestChange",
    "Standing",
    "State",
    "UnknownSetting",
    "Unmet",
    "UnverifiedOutcome",
    "WhyNot",
    "allocate",
    "compare",
    "content_keys",
    "faults",
    "find_candidates",
    "graph",
    "insert_need",
    "insert_offer",
    "partnership_graph",
    "policy_digest",
    "problem_digest",
    "public_code",
    "rank",
    "refill",
    "replay",
    "route",
    "run_round",
    "schema_text",
    "shortages",
    "smallest_change",
    "text",
    "verify",
    "why_not",
]
