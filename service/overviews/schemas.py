"""What goes out about one state, one theme, one commitment, and lists of them."""

from pydantic import Field

from service.deliveries.schemas import DeliveryView
from service.needs.schemas import NeedLine, NeedSummaryView
from service.offers.schemas import OfferLine
from service.reference.schemas import CommitmentView, ObjectiveView, StateView, ThemeView
from service.web.schemas import View


class NeedsFound(View):
    """The needs that the reader may see: how many, how they stand, and the latest."""

    in_all: int
    by_status: dict[str, int] = Field(examples=[{"circulated": 2}])
    latest: list[NeedLine | NeedSummaryView]


class OffersFound(View):
    """The offers that the reader may see: how many, how they stand, and the latest."""

    in_all: int
    by_status: dict[str, int] = Field(examples=[{"active": 3}])
    latest: list[OfferLine]


class HelpFound(View):
    """Help that was given before: how much is on record, and what was entered last."""

    in_all: int
    latest: list[DeliveryView]


class AcquaintanceView(View):
    """A state that another one knows: from dialogues and bodies, or from work."""

    state: str = Field(examples=["GHA"])
    name: str
    groups: int
    """In how many dialogues and regional bodies both take part."""
    works: int
    """How often one of them helped the other, as far as it is on record."""


class StateOverview(View):
    """Everything about one state that the reader may see."""

    state: StateView
    needs: NeedsFound
    offers: OffersFound
    received: HelpFound
    given: HelpFound
    knows: list[AcquaintanceView]
    """Whom it knows best: first who it worked with, then who it meets most."""


class StateCounts(View):
    """What there is about one state, in figures."""

    state: str = Field(examples=["GHA"])
    name: str
    region: str = Field(examples=["Africa"])
    ldc: bool
    lldc: bool
    sids: bool
    needs: int
    offers: int
    received: int
    given: int


class StatesOverview(View):
    """All states and territories, by name, with what there is about each."""

    states: list[StateCounts]


class Balance(View):
    """How supply meets demand, in things that the reader may see."""

    open_needs: int
    """Needs that are still looked after: neither fulfilled nor ended."""
    needs: int
    open_offers: int
    """Offers that rounds take in."""
    offers: int
    help: int
    """How often help was given before."""


class CommitmentBalance(Balance):
    """How supply meets demand on one commitment, its sub-points left to themselves."""

    code: str = Field(examples=["T1-01"])
    parent: str | None
    title: str


class ThemeOverview(Balance):
    """How supply meets demand on one theme, and on each of its commitments."""

    theme: ThemeView
    commitments: list[CommitmentBalance]


class ThemesOverview(View):
    """How supply meets demand on all themes."""

    themes: list[ThemeOverview]


class CommitmentOverview(View):
    """Everything about one commitment that the reader may see."""

    commitment: CommitmentView
    objectives: list[ObjectiveView]
    needs: NeedsFound
    offers: OffersFound
    help: HelpFound
