"""What a look-back found, as figures: for the file that programs read, and for the table that people read."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from service.lookback.engine import (
    NAMES,
    Figures,
    Interval,
    Look,
    beyond,
    figures,
    hit,
    paired_difference,
    reciprocal_rank,
)

Ranking = Sequence[str]
Of = Callable[[Look], Ranking]

HIT_DEPTH = 5
RANKINGS: dict[str, Of] = {
    "engine": lambda look: look.ranking,
    "baseline": lambda look: look.popularity,
    "tag_counting": lambda look: look.tags,
    "judged_weights": lambda look: look.judged,
}
"""The rankings that are compared; ``judged_weights`` is the engine with nothing learned."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How much better the engine is than another ranking, in two measures."""

    hit: Interval
    mrr: Interval


@dataclass(frozen=True, slots=True)
class Teams:
    """Share of the forms of help that the proposed teams cover, and of the true providers in them."""

    components: float
    providers: float


class Results:
    """The figures over some of the cases.

    Parameters
    ----------
    looks : sequence of Look
        Cases, of which those without a known provider are left out.
    seed : int
        Of the bootstrap.
    """

    def __init__(self, looks: Iterable[Look], seed: int) -> None:
        self.looks = [look for look in looks if look.case.helpers]
        self._seed = seed

    def __len__(self) -> int:
        return len(self.looks)

    def beyond(self, states: Sequence[str]) -> "Results":
        """Return the results over cases in which a state helped that is none of these."""
        return Results([look for look in self.looks if beyond(look.case, states)], self._seed)

    def figures(self, of: Of) -> Figures:
        """Return the figures of a ranking."""
        return figures([of(look) for look in self.looks], [look.case.helpers for look in self.looks])

    def against(self, other: Of, ours: Of = RANKINGS["engine"]) -> Comparison:
        """Return the paired differences of two rankings over the same cases."""

        def hits(of: Of) -> list[float]:
            return [hit(of(look), look.case.helpers, HIT_DEPTH) for look in self.looks]

        def reciprocals(of: Of) -> list[float]:
            return [reciprocal_rank(of(look), look.case.helpers) for look in self.looks]

        return Comparison(
            paired_difference(hits(ours), hits(other), self._seed),
            paired_difference(reciprocals(ours), reciprocals(other), self._seed),
        )

    def without(self, criterion: str) -> Of:
        """Return the engine's ranking with one criterion switched off."""
        return lambda look: look.without[criterion]

    def teams(self) -> Teams:
        """Return what the proposed teams cover."""
        asked = sum(look.team.components for look in self.looks)
        covered = sum(look.team.covered for look in self.looks)
        found = [look.team.found or 0.0 for look in self.looks]
        return Teams(covered / max(asked, 1), sum(found) / max(len(found), 1))

    def mean_weights(self) -> dict[str, float]:
        """Return the mean weight of each criterion over the cases."""
        return {
            name: sum(look.weighing.weights[name] for look in self.looks) / max(len(self.looks), 1)
            for name in NAMES
        }


def document(looks: Sequence[Look], eu: Sequence[str], protocol: str, seed: int) -> dict[str, Any]:
    """Return the look-back as the document that programs read."""
    results = Results(looks, seed)
    far = results.beyond(eu)
    return {
        **_told(looks, results, RANKINGS["engine"]),
        **{name: _told(looks, results, of) for name, of in RANKINGS.items() if name != "engine"},
        "protocol": protocol,
        "scored": len(results),
        "not_scored": len(looks) - len(results),
        "against": _differences(results),
        "outside_eu": {
            "scored": len(far),
            **{name: _plain(far.figures(of)) for name, of in RANKINGS.items()},
            "against": _differences(far),
        },
        "teams": {"components": results.teams().components, "providers": results.teams().providers},
        "without": {name: _plain(results.figures(results.without(name))) for name in NAMES},
        "weights": [
            {
                "case_id": look.case.id,
                "sharpness": look.weighing.sharpness,
                "weights": dict(look.weighing.weights),
                "team": list(look.team.states),
            }
            for look in looks
        ],
    }


def _told(looks: Sequence[Look], results: Results, of: Of) -> dict[str, Any]:
    """Return a ranking of all cases, and its figures over those that are scored."""
    cases = [{"case_id": look.case.id, "ranking": list(of(look))} for look in looks]
    return {"cases": cases, **_plain(results.figures(of))}


def _plain(found: Figures) -> dict[str, Any]:
    return {
        "hit_at": {str(depth): share for depth, share in found.hit_at.items()},
        "mrr": found.mrr,
        "recall_at": {str(depth): share for depth, share in found.recall_at.items()},
    }


def _differences(results: Results) -> dict[str, Any]:
    if not len(results):
        return {}
    return {
        name: {"hit_at_5": _interval(compared.hit), "mrr": _interval(compared.mrr)}
        for name, of in RANKINGS.items()
        if name != "engine"
        for compared in [results.against(of)]
    }


def _interval(found: Interval) -> dict[str, float | int]:
    return {"mean": found.mean, "low": found.low, "high": found.high, "n": found.count}
