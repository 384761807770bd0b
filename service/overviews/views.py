"""What the pages of this room show: rows in words, figures with bars, the map of a state."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlmodel import Session

from service.deliveries.schemas import DeliveryView
from service.desks.pictures import Drawing, Link, Place, map_drawing
from service.desks.words import Kind, Tag, tag
from service.needs.schemas import NeedLine, NeedSummaryView
from service.offers.schemas import OfferLine
from service.overviews.schemas import AcquaintanceView, Balance, StateOverview, ThemeOverview
from service.reference.facts import code_labels, group_facts, group_names, state_facts, state_names
from service.reference.schemas import CommitmentView


class Row(NamedTuple):
    """A need or an offer, in words."""

    address: str
    title: str
    language: str | None
    who: str
    status: Tag


class HelpRow(NamedTuple):
    """Help that was given before, in words."""

    topic: str
    language: str
    by: str
    to: str
    years: list[str]
    source: str


class Standing(NamedTuple):
    """How many stand in one state."""

    status: str
    name: str
    number: int


class Bars(NamedTuple):
    """Open needs beside open offers, both in one scale."""

    balance: Balance
    needs: float
    offers: float


class Speaker:
    """Says codes in words, for one page."""

    def __init__(self, session: Session, language: str) -> None:
        self._language = language
        self._names = state_names(session, language)

    def states(self, codes: Sequence[str]) -> str:
        """Return the names of states."""
        return ", ".join(self._names.get(code, code) for code in codes)

    def needs(self, lines: Sequence[NeedLine | NeedSummaryView]) -> list[Row]:
        """Return needs as rows."""
        return [
            Row(
                f"/needs/{line.id}",
                line.title if isinstance(line, NeedLine) else line.public_summary,
                line.language if isinstance(line, NeedLine) else None,
                self.states(line.requester_states),
                tag("need", line.status, self._language),
            )
            for line in lines
        ]

    def offers(self, lines: Sequence[OfferLine]) -> list[Row]:
        """Return offers as rows."""
        return [
            Row(
                f"/offers/{line.id}",
                line.title,
                line.language,
                self.states(line.provider.states) or line.provider.name or line.label or "",
                tag("offer", line.state, self._language),
            )
            for line in lines
        ]

    def help(self, lines: Sequence[DeliveryView]) -> list[HelpRow]:
        """Return help that was given before as rows."""
        return [
            HelpRow(
                line.topic,
                line.language,
                self.states(line.providers) or ", ".join(one.name for one in line.parties),
                self.states(line.requesters) or ", ".join(line.requester_bodies),
                list(dict.fromkeys(str(year) for year in (line.year_from, line.year_to) if year)),
                line.source,
            )
            for line in lines
        ]

    def standings(self, kind: Kind, counts: Mapping[str, int]) -> list[Standing]:
        """Return how many stand in each state, in words."""
        return [Standing(code, tag(kind, code, self._language).text, n) for code, n in counts.items()]


def bars_of(balances: Sequence[Balance]) -> list[Bars]:
    """Return figures with the share of the largest one that each is."""
    largest = max((max(one.open_needs, one.open_offers) for one in balances), default=0) or 1
    return [Bars(one, one.open_needs / largest, one.open_offers / largest) for one in balances]


def all_bars(themes: Sequence[ThemeOverview]) -> dict[str, list[Bars]]:
    """Return the bars of each theme's commitments; they are in one scale, over all themes."""
    bars = bars_of([line for theme in themes for line in theme.commitments])
    found: dict[str, list[Bars]] = {theme.theme.code: [] for theme in themes}
    owners = [theme.theme.code for theme in themes for _ in theme.commitments]
    for owner, bar in zip(owners, bars, strict=True):
        found[owner].append(bar)
    return found


def map_of(session: Session, found: StateOverview) -> Drawing:
    """Draw a state at its capital, and those whom it knows best; arcs join those that worked together."""
    places = {one.code: (one.longitude, one.latitude) for one in state_facts(session)}
    here = found.state.iso3
    shown = [Place(here, found.state.name, "asks", *places[here], is_bridge=True)]
    shown += [Place(one.state, one.name, "offers", *places[one.state]) for one in found.knows]
    return map_drawing(shown, [_arc(here, one) for one in found.knows if one.works])


def _arc(here: str, known: AcquaintanceView) -> Link:
    return Link(known.state, here, proposals=known.works)


def words_of(session: Session, language: str) -> dict[str, dict[str, str]]:
    """Return the labels with which a state's page tells facts and memberships."""
    lists = ("membership_role", "dialogue_office", "income_group", "state_kind")
    return {name: code_labels(session, name, language) for name in lists}


def dialogues_on(session: Session, commitment: CommitmentView, language: str) -> dict[str, str]:
    """Return the names of dialogues that say that they work on a commitment, by code."""
    names = group_names(session, "dialogue", language)
    return {
        one.code: names[one.code]
        for one in group_facts(session)
        if one.kind == "dialogue"
        and one.retired_on is None
        and one.status != "concluded"
        and commitment.code in one.commitments
    }
