"""Everything about one state, one theme, one commitment."""

from clients.models.deliveries import Delivery
from clients.models.needs import NeedLine, NeedSummary
from clients.models.offers import OfferLine
from clients.models.parts import Answer
from clients.models.reference import Commitment, Objective, State, Theme

__all__ = [
    "Acquaintance",
    "Balance",
    "CommitmentBalance",
    "CommitmentOverview",
    "HelpFound",
    "NeedsFound",
    "OffersFound",
    "StateCounts",
    "StateOverview",
    "StatesOverview",
    "ThemeOverview",
    "ThemesOverview",
]


class NeedsFound(Answer):
    """The needs that you may see: how many, how they stand, and the latest."""

    in_all: int
    by_status: dict[str, int]
    latest: list[NeedLine | NeedSummary]


class OffersFound(Answer):
    """The offers that you may see: how many, how they stand, and the latest."""

    in_all: int
    by_status: dict[str, int]
    latest: list[OfferLine]


class HelpFound(Answer):
    """Help that was given before: how much is on record, and the latest."""

    in_all: int
    latest: list[Delivery]


class Acquaintance(Answer):
    """A state that another one knows: from dialogues and bodies, or from work."""

    state: str
    name: str
    groups: int
    works: int


class StateOverview(Answer):
    """Everything about one state that you may see."""

    state: State
    needs: NeedsFound
    offers: OffersFound
    received: HelpFound
    given: HelpFound
    knows: list[Acquaintance]


class StateCounts(Answer):
    """What there is about one state, in figures."""

    state: str
    name: str
    region: str
    ldc: bool
    lldc: bool
    sids: bool
    needs: int
    offers: int
    received: int
    given: int


class StatesOverview(Answer):
    """All states and territories, by name, with what there is about each."""

    states: list[StateCounts]


class Balance(Answer):
    """How supply meets demand, in things that you may see."""

    open_needs: int
    needs: int
    open_offers: int
    offers: int
    help: int


class CommitmentBalance(Balance):
    """How supply meets demand on one commitment, its sub-points left to themselves."""

    code: str
    parent: str | None
    title: str


class ThemeOverview(Balance):
    """How supply meets demand on one theme, and on each of its commitments."""

    theme: Theme
    commitments: list[CommitmentBalance]


class ThemesOverview(Answer):
    """How supply meets demand on all themes."""

    themes: list[ThemeOverview]


class CommitmentOverview(Answer):
    """Everything about one commitment that you may see."""

    commitment: Commitment
    objectives: list[Objective]
    needs: NeedsFound
    offers: OffersFound
    help: HelpFound
