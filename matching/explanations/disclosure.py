"""What a party may learn of others: nothing of any single one, and numbers only from three on.

The desk that runs a round is told everything. A party to a need is told facts of its own need and of the
offer that it asks about, and how many others there were, where they are at least :data:`FEWEST`. This is the
one place where that is decided.
"""

from collections.abc import Iterable, Iterator
from types import MappingProxyType

from matching.outcome import Reason, Shortage
from matching.pairs.prepared import Params
from matching.pairs.rules import NOT_AVAILABLE, PUBLIC_CODES, public_code

FEWEST = 3
"""A number of others is told from this on."""
FEW = "few"

OWN_FACTS = frozenset({"asked", "max_cost", "max_days", "days", "ended_on", "characters"})
"""Parameters of rules that say what the need itself asks for."""

OF_THE_DESK = frozenset(
    {
        "margin",
        "margin_at_least",
        "margin_not_examined",
        "weight_change",
        "no_weight_change",
        "weight_change_not_examined",
        "another_team_as_good",
        "no_other_team",
        "prices_not_defined",
        "prices_not_defined_with_quotas",
        "prices_not_defined_by_month",
        "prices_not_defined_while_holding_back",
        "prices_not_proved",
        "relaxation_fills",
        "two_relaxations_fill",
        "later_window_fills",
        "relaxations_not_examined",
        "would_enter_at",
        "equally_good",
        "coverage_comes_first",
        "no_score_is_enough",
        "seats_are_locked",
        "would_displace",
        "not_among_the_best",
    }
)
"""Reasons that are made of what others offer and ask for. A party never sees them."""

COUNTED = MappingProxyType(
    {
        "candidates_without_rule": "offers",
        "candidates_considered": "offers",
        "kept_away_by_rule": "offers",
        "nobody_suitable": "offers",
        "fewer_experts_than_asked": "within_reach",
    }
)
"""Reasons that tell how many others there were, and the parameter that does."""


def shown_count(count: int) -> int | str:
    """Return a number of others as a party may see it.

    Examples
    --------
    >>> shown_count(2), shown_count(3)
    ('few', 3)
    """
    return count if count >= FEWEST else FEW


def for_party(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return reasons as a party may see them, each once, in their order.

    Rules stand under their public code with what the need itself asks for; numbers of others from three on;
    what is made of others' content is left out.
    """
    shown: list[Reason] = []
    shown.extend(reason for reason in _shown(reasons) if reason not in shown)
    return tuple(shown)


def _shown(reasons: Iterable[Reason]) -> Iterator[Reason]:
    for reason in reasons:
        if reason.code in OF_THE_DESK:
            continue
        if reason.code in PUBLIC_CODES:
            yield Reason(code=NOT_AVAILABLE)
        elif reason.code not in COUNTED:
            yield reason
        elif (count := reason.params[COUNTED[reason.code]]) is not None:
            yield from _counted(reason, int(count))


def _counted(reason: Reason, count: int) -> Iterator[Reason]:
    """Of what could be relaxed, what keeps fewer than three away is left out: it would tell of one offer."""
    rule = reason.params.get("rule")
    if rule is not None and public_code(str(rule)) != rule:
        yield reason.model_copy(update={"params": {"rule": NOT_AVAILABLE}})
    elif reason.code != "candidates_without_rule" or count >= FEWEST:
        yield _with(reason, {COUNTED[reason.code]: shown_count(count)})


def _with(reason: Reason, params: Params) -> Reason:
    return reason.model_copy(update={"params": reason.params | params})


def broken_rules(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return the rules that keep an offer from a need, as a party to the need may see them.

    Of their facts only what the need itself asks for is told.
    """
    shown = {
        public_code(reason.code): {name: value for name, value in reason.params.items() if name in OWN_FACTS}
        for reason in reasons
    }
    return tuple(
        Reason(code=code, params={} if code == NOT_AVAILABLE else params) for code, params in shown.items()
    )


def shortages_for_party(shortages: Iterable[Shortage]) -> tuple[Reason, ...]:
    """Return the kinds of expert that at least three components lack, for everybody's eyes."""
    return tuple(
        Reason(
            code="wanted_by_many",
            params={
                "area": item.area,
                "language": item.language,
                "modality": item.modality,
                "components": item.wanting,
            },
        )
        for item in sorted(shortages, key=lambda item: (-item.wanting, item.kind, item.codes))
        if item.wanting >= FEWEST
    )
