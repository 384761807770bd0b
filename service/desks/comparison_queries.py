"""Reading what the page of two rounds side by side shows."""

from typing import NamedTuple

from sqlmodel import Session

from service.caller import Caller
from service.matches.comparisons import get_comparison
from service.matches.queries import find_round, list_rounds, round_view
from service.matches.schemas import ComparisonView, NeedChangeView, RoundView
from service.texts import N_, translate
from service.web.paging import PageAsked

CHOICES = 50
"""Earlier and later rounds that can be chosen on the page."""

FIGURES = {
    "needs_complete": N_("Needs complete"),
    "needs_partial": N_("Needs in part"),
    "needs_without": N_("Needs without anybody"),
    "filled": N_("Places filled"),
    "lowest": N_("Least that any need got, of 100"),
    "fifth_percentile": N_("What one need in twenty stays below, of 100"),
    "gini": N_("Inequality between needs (0: none)"),
}
"""The figures that the page shows, in its order."""

OF_HUNDRED = frozenset({"lowest", "fifth_percentile"})
"""Figures that the engine counts to 10,000."""

CHANGES = {
    "lost": N_("loses"),
    "gained": N_("gains"),
    "other_team": N_("another team, as good"),
    "only_in_first": N_("only in the first round"),
    "only_in_second": N_("only in the second round"),
}


class FigureRow(NamedTuple):
    """A figure of both rounds, with the share of the larger one that each is."""

    name: str
    before: float
    after: float

    @property
    def shares(self) -> tuple[float, float]:
        """What the bars show."""
        largest = max(self.before, self.after)
        return (self.before / largest, self.after / largest) if largest else (0.0, 0.0)


class NeedRow(NamedTuple):
    """A need that the two rounds treat differently."""

    row: NeedChangeView
    change: str


class ComparisonPage(NamedTuple):
    """Two rounds side by side, or the choice of the second one."""

    first: RoundView
    second: RoundView | None
    choices: list[RoundView]
    settings: list[tuple[str, str, str]]
    """Settings of the policies that differ: name, first, second."""
    comparison: ComparisonView | None
    needs: list[NeedRow]
    figures: list[FigureRow]


def get_comparison_page(
    session: Session, caller: Caller, round_id: str, other_id: str | None, language: str
) -> ComparisonPage:
    """Return two finished rounds of one's desk side by side; without a second one, those to choose from."""
    first = round_view(find_round(session, caller, round_id), language)
    second = round_view(find_round(session, caller, other_id), language) if other_id else None
    found = get_comparison(session, caller, round_id, other_id, language) if other_id else None
    others = list_rounds(session, caller, first.desk, "finished", PageAsked(CHOICES, None), language).items
    return ComparisonPage(
        first=first,
        second=second,
        choices=[other for other in others if other.id != round_id],
        settings=_settings(first, second) if second else [],
        comparison=found,
        needs=[
            NeedRow(row, translate(CHANGES[row.change], language)) for row in (found.needs if found else ())
        ],
        figures=_figures(found, language) if found else [],
    )


def _settings(first: RoundView, second: RoundView) -> list[tuple[str, str, str]]:
    names = sorted(first.policy.keys() | second.policy.keys())
    pairs = [(name, first.policy.get(name), second.policy.get(name)) for name in names]
    return [(name, str(one), str(other)) for name, one, other in pairs if one != other]


def _figures(found: ComparisonView, language: str) -> list[FigureRow]:
    given = {change.figure: change for change in found.figures}
    return [
        FigureRow(translate(name, language), given[figure].before / scale, given[figure].after / scale)
        for figure, name in FIGURES.items()
        if figure in given
        for scale in [100 if figure in OF_HUNDRED else 1]
    ]
