"""Reading what a round's page shows: the desk's own round, and its needs as far as the desk handles them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from service.caller import Caller
from service.desks.cards import INDIVIDUAL, ProposalCard, cards_of
from service.desks.pictures import (
    Drawing,
    Link,
    Part,
    Place,
    map_drawing,
    network_drawing,
    partners_of,
)
from service.desks.queries import UnmetRow, unmet_rows
from service.desks.round_form import policy_in_words
from service.desks.round_sides import RoundSides, get_round_sides
from service.desks.words import Tag, stage_text, tag
from service.matches.queries import find_round, round_view
from service.matches.reasons import Teller
from service.matches.rules import ROUND_UNDER_WAY
from service.matches.schemas import RoundView
from service.matches.tables import Proposal, Seat, UnmetComponent
from service.needs.queries import find_needs, ids_in_hand
from service.needs.tables import Need
from service.needs.views import surroundings_of
from service.reference.facts import commitment_titles, state_facts
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import translate
from service.web.paging import Key, PageAsked, page_of

CARDS = 20
NOTES_SHOWN = 5


class Wanted(NamedTuple):
    """Expertise that is much asked for."""

    topic: str
    experts: int
    needs: int
    offers: int


class Loaded(NamedTuple):
    """Expertise whose offers are nearly used up."""

    topic: str
    used: float
    offers: int


class Short(NamedTuple):
    """A kind of expert of which one more would add to the round."""

    what: str
    slots: int
    gain: float
    """Points of 100 that the sum of scores would gain."""
    components: int
    """That ask for it and have an empty slot."""


class Bridge(NamedTuple):
    """A state that takes part in groups which otherwise meet little."""

    state: str
    dialogues: int


class Single(NamedTuple):
    """A topic or a requester that would be left with nobody if one provider dropped out."""

    subject: str
    provider: str


class Isolated(NamedTuple):
    """A need whose topic nobody in the round offers."""

    need: str
    title: str
    past_deliveries: int
    """Of those who did such work before and could be asked."""


class NetworkRow(NamedTuple):
    """A state of the network in words."""

    name: str
    part: Part
    is_bridge: bool
    partners: list[str]


class MapRow(NamedTuple):
    """A link of the map in words."""

    offers: str
    asks: str
    proposals: int


class RoundPictures(NamedTuple):
    """The pictures of a round, each with the rows of its table."""

    network: Drawing
    network_rows: list[NetworkRow]
    map: Drawing
    map_rows: list[MapRow]


class RoundPage(NamedTuple):
    """A round as its page shows it."""

    round: RoundView
    status: Tag
    is_under_way: bool
    stage: str
    is_first: bool
    """Whether this is the first page of its proposals, with all else beside them."""
    policy: list[tuple[str, str]]
    """What it was asked for with, in words."""
    proposals: list[ProposalCard]
    next: str | None
    unmet: list[UnmetRow]
    wanted: list[Wanted]
    short: list[Short]
    loaded: list[Loaded]
    bridges: list[Bridge]
    singles: list[Single]
    isolated: list[Isolated]
    pictures: RoundPictures | None
    sides: RoundSides | None


def get_round_page(
    session: Session, caller: Caller, round_id: str, cursor: str | None, language: str
) -> RoundPage:
    """Return a round of one's desk: what it found, best first, what stays unmet, and what stands out."""
    row = find_round(session, caller, round_id)
    teller = Teller(session, language)
    query = select(Proposal).where(*_shown(caller, round_id))
    order = [Key(col(Proposal.score), "score", descending=True), Key(col(Proposal.id), "id")]
    rows, following = page_of(session, query, order, PageAsked(CARDS, cursor))
    is_first = cursor is None
    notes = _Notes(session, row.notes if is_first else [], teller, language)
    return RoundPage(
        round=round_view(row, language),
        status=tag("round", row.state, language),
        is_under_way=row.state in ROUND_UNDER_WAY,
        stage=stage_text(row.stage, language),
        is_first=is_first,
        policy=policy_in_words(row.policy, language),
        proposals=cards_of(session, caller, rows, teller, language),
        next=following,
        unmet=_unmet(session, caller, round_id, teller, language) if is_first else [],
        wanted=notes.wanted(),
        short=notes.short(),
        loaded=notes.loaded(),
        bridges=notes.bridges()[:NOTES_SHOWN],
        singles=notes.singles(),
        isolated=_isolated(session, caller, notes),
        pictures=_pictures(session, caller, round_id, notes, teller) if is_first and rows else None,
        sides=get_round_sides(session, caller, round_id, row.figures, teller, language)
        if is_first and row.figures
        else None,
    )


def _shown(caller: Caller, round_id: str) -> list[Any]:
    return [Proposal.round_id == round_id, col(Proposal.need_id).in_(ids_in_hand(caller))]


def _unmet(session: Session, caller: Caller, round_id: str, teller: Teller, language: str) -> list[UnmetRow]:
    # Also what a later round looked at again: this page tells what this round found.
    query = select(UnmetComponent).where(UnmetComponent.round_id == round_id)
    return unmet_rows(session, caller, query, teller, language)


def _isolated(session: Session, caller: Caller, notes: "_Notes") -> list[Isolated]:
    past = notes.isolated()
    query = select(Need).where(col(Need.id).in_(past.keys()), col(Need.id).in_(ids_in_hand(caller)))
    rows = session.exec(query.order_by(Need.title, Need.id)).all() if past else []
    return [Isolated(row.id, row.title, past[row.id]) for row in rows]


class _Notes:
    """What stands out in a round, in words."""

    def __init__(
        self, session: Session, notes: Iterable[Mapping[str, Any]], teller: Teller, language: str
    ) -> None:
        self._notes = list(notes)
        self._teller = teller
        self._language = language
        self._titles = commitment_titles(session, language) if self._notes else {}
        parties = [
            reference.partition(":")[2]
            for note in self._of("single_point_of_failure")
            for reference in (str(note["params"]["provider"]), note["subject"])
            if reference.startswith("party:")
        ]
        self._parties = find_stakeholders(session, parties)

    def wanted(self) -> list[Wanted]:
        """Return the expertise that is asked for most."""
        return [
            Wanted(
                self._subject(note["subject"]),
                round(note["value"]),
                note["params"]["needs"],
                note["params"]["offers"],
            )
            for note in self._of("most_wanted")[:NOTES_SHOWN]
        ]

    def loaded(self) -> list[Loaded]:
        """Return the expertise whose offers are used most."""
        return [
            Loaded(self._subject(note["subject"]), note["value"], note["params"]["offers"])
            for note in self._of("most_loaded")[:NOTES_SHOWN]
        ]

    def short(self) -> list[Short]:
        """Return the kinds of expert of which one more would add most, best first."""
        return [
            Short(self._kind(note), note["slots"], note["gain"] / 100, note["wanting"])
            for note in self._of("shortage")[:NOTES_SHOWN]
        ]

    def _kind(self, note: Mapping[str, Any]) -> str:
        named = (
            self._teller.area(note["area"]) if note["area"] else None,
            self._teller.language(note["language"]) if note["language"] else None,
            self._teller.modality(note["modality"]) if note["modality"] else None,
        )
        return ", ".join(part for part in named if part)

    def bridges(self) -> list[Bridge]:
        """Return the states that bridge groups."""
        return [
            Bridge(self._teller.state(code), note["params"]["dialogues"])
            for code, note in zip(self.bridging(), self._of("broker"), strict=True)
        ]

    def bridging(self) -> list[str]:
        """Return the codes of the states that bridge groups."""
        return [note["subject"].partition(":")[2] for note in self._of("broker")]

    def singles(self) -> list[Single]:
        """Return the topics that hang on a single provider."""
        return [
            Single(self._subject(note["subject"]), self._subject(str(note["params"]["provider"])))
            for note in self._of("single_point_of_failure")
        ]

    def isolated(self) -> dict[str, int]:
        """Return the needs whose topics nobody offers, with the deliveries on these topics before."""
        return {
            note["subject"].partition(":")[2]: int(note["params"]["past_deliveries"])
            for note in self._of("isolated_need")
        }

    def _of(self, code: str) -> list[Mapping[str, Any]]:
        return [note for note in self._notes if note["code"] == code]

    def _subject(self, reference: str) -> str:
        kind, _, code = reference.partition(":")
        if kind == "party":
            party = self._parties.get(code)
            if party is None or party.type == HOLDS_A_PERSON:
                return translate(INDIVIDUAL, self._language)
            return party.name
        return self._teller.area(code) if kind == "area" else self._titles.get(code, code)


# Pictures


def _pictures(
    session: Session, caller: Caller, round_id: str, notes: _Notes, teller: Teller
) -> RoundPictures:
    links = _links(session, caller, round_id)
    partners = partners_of(links)
    places = _places(session, links, set(partners), set(notes.bridging()), teller)
    names = {place.code: place.name for place in places}
    return RoundPictures(
        network=network_drawing(places, links),
        network_rows=[
            NetworkRow(
                place.name, place.part, place.is_bridge, sorted(names[code] for code in partners[place.code])
            )
            for place in sorted(places, key=lambda place: (-len(partners[place.code]), place.name))
        ],
        map=map_drawing([place._replace(is_bridge=False) for place in places], links),
        map_rows=sorted(MapRow(names[link.offers], names[link.asks], link.proposals) for link in links),
    )


def _links(session: Session, caller: Caller, round_id: str) -> list[Link]:
    """Return which states would help which, and in how many proposals."""
    query = select(Proposal.id, Proposal.need_id, Seat.provider_id).join(
        Seat, col(Seat.proposal_id) == col(Proposal.id)
    )
    seats = session.exec(query.where(*_shown(caller, round_id), col(Seat.replaced_by).is_(None))).all()
    needs = find_needs(session, (need for _, need, _ in seats))
    around = surroundings_of(session, list(needs.values()))
    states = states_of(session, (provider for _, _, provider in seats))
    found = {
        (proposal, offers, asks)
        for proposal, need, provider in seats
        for offers in states[provider]
        for asks in around.states_of(need)
        if offers != asks
    }
    counts: dict[tuple[str, str], int] = {}
    for _, offers, asks in found:
        counts[offers, asks] = counts.get((offers, asks), 0) + 1
    return [Link(offers, asks, number) for (offers, asks), number in sorted(counts.items())]


def _places(
    session: Session, links: Iterable[Link], states: set[str], bridges: set[str], teller: Teller
) -> list[Place]:
    offering = {link.offers for link in links}
    asking = {link.asks for link in links}
    return [
        Place(
            facts.code,
            teller.state(facts.code),
            _part(facts.code, offering, asking),
            facts.longitude,
            facts.latitude,
            facts.code in bridges,
        )
        for facts in state_facts(session)
        if facts.code in states
    ]


def _part(code: str, offering: set[str], asking: set[str]) -> Part:
    if code in offering and code in asking:
        return "both"
    return "offers" if code in offering else "asks"
