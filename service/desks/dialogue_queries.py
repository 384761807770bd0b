"""Reading what a dialogue's page shows: members, what they could do for each other, what it could host."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.desks.pictures import Drawing, Part, Place, map_drawing
from service.desks.words import Tag, tag
from service.matches.network import get_reach
from service.matches.network_schemas import ReachView
from service.matches.queries import list_rounds
from service.matches.reasons import Teller
from service.matches.together import get_together
from service.needs.queries import ids_in_sight
from service.needs.rules import TAKEN_INTO_ROUNDS
from service.needs.schemas import NeedLine
from service.needs.tables import Need, NeedRequester
from service.needs.views import lines_of as needs_of
from service.offers.queries import offers_shown_to
from service.offers.schemas import OfferLine
from service.offers.tables import Offer
from service.offers.views import lines_of as offers_of
from service.reference.facts import code_labels, state_facts
from service.reference.queries import get_dialogue, list_dialogues
from service.reference.schemas import DialogueFilter, DialogueLine, DialogueView, PlaceInGroup
from service.stakeholders.queries import stakeholders_of_states, states_of
from service.web.paging import PageAsked

ROWS = 20
_PARTS: Mapping[tuple[bool, bool], Part] = {
    (True, True): "both",
    (True, False): "asks",
    (False, True): "offers",
    (False, False): "stood_next",
}
ALL_DIALOGUES = PageAsked(100, None)


class MemberRow(NamedTuple):
    """A state's place in a dialogue, in words."""

    code: str
    state: str
    role: str
    office: str | None
    sureness: str
    note: str | None


class OpenNeed(NamedTuple):
    """An open need of a member."""

    need: NeedLine
    status: Tag
    askers: str


class OpenOffer(NamedTuple):
    """An offer of a member."""

    offer: OfferLine
    provider: str
    areas: str


class JointRow(NamedTuple):
    """One team for several needs that the dialogue could host, found by a round of one's desk."""

    topic: str
    round: str
    states: str
    experts_together: int
    experts_separately: int


class MapRow(NamedTuple):
    """A member on the map, in words."""

    code: str
    name: str
    asks: bool
    offers: bool
    longitude: float
    latitude: float


class DialoguePage(NamedTuple):
    """A dialogue as its page shows it."""

    dialogue: DialogueView
    status: str
    completeness: str
    reach: ReachView
    members: list[MemberRow]
    needs: list[OpenNeed]
    needs_in_all: int
    offers: list[OpenOffer]
    offers_in_all: int
    joint: list[JointRow] | None
    """None: for desks only."""
    map: Drawing | None
    map_rows: list[MapRow]


class DialogueRow(NamedTuple):
    """A dialogue in the list."""

    dialogue: DialogueLine
    type: str
    status: str
    is_standing: bool


def get_dialogue_page(session: Session, caller: Caller, code: str, language: str) -> DialoguePage:
    """Return a dialogue with as much of its members' needs and offers as the caller may see."""
    reach = get_reach(session, caller, code, language)
    dialogue = get_dialogue(session, caller, code, language)
    teller = Teller(session, language)
    states = [member.code for member in reach.members]
    needs, needs_in_all = _needs(session, caller, states, teller, language)
    offers, offers_in_all = _offers(session, caller, states, teller)
    on_map = _map(session, caller, states, teller)
    return DialoguePage(
        dialogue=dialogue,
        status=code_labels(session, "dialogue_status", language)[dialogue.status],
        completeness=code_labels(session, "completeness", language)[dialogue.completeness],
        reach=reach,
        members=_members(session, dialogue.members, language),
        needs=needs,
        needs_in_all=needs_in_all,
        offers=offers,
        offers_in_all=offers_in_all,
        joint=_joint(session, caller, code, language) if caller.desks() else None,
        map=_drawn(on_map),
        map_rows=on_map,
    )


def list_dialogue_rows(session: Session, caller: Caller, language: str) -> list[DialogueRow]:
    """Return all dialogues, those that meet first, by name."""
    types = code_labels(session, "dialogue_type", language)
    statuses = code_labels(session, "dialogue_status", language)
    found = list_dialogues(session, caller, ALL_DIALOGUES, language, DialogueFilter()).items
    rows = [
        DialogueRow(line, types[line.type], statuses[line.status], line.status != "concluded")
        for line in found
    ]
    return sorted(rows, key=lambda row: (not row.is_standing, row.dialogue.short_name.casefold()))


def _members(session: Session, places: Sequence[PlaceInGroup], language: str) -> list[MemberRow]:
    roles = code_labels(session, "membership_role", language)
    offices = code_labels(session, "dialogue_office", language)
    sureness = code_labels(session, "confidence", language)
    return [
        MemberRow(
            place.code,
            place.name,
            roles.get(place.role, place.role),
            offices.get(place.office, place.office) if place.office else None,
            sureness.get(place.certainty, place.certainty),
            place.note,
        )
        for place in sorted(places, key=lambda place: place.name.casefold())
    ]


def _map(session: Session, caller: Caller, states: Collection[str], teller: Teller) -> list[MapRow]:
    """Return the members at their capitals, and whether they ask, offer or do both, from what is shown."""
    asked = select(NeedRequester.stakeholder_id).where(
        col(NeedRequester.need_id).in_(select(Need.id).where(*_open_needs(session, caller, states)))
    )
    offered = select(Offer.stakeholder_id).where(*_open_offers(session, caller, states))
    asking, offering = _states_behind(session, asked), _states_behind(session, offered)
    members = set(states)
    return [
        MapRow(
            facts.code,
            teller.state(facts.code),
            facts.code in asking,
            facts.code in offering,
            facts.longitude,
            facts.latitude,
        )
        for facts in state_facts(session)
        if facts.code in members
    ]


def _states_behind(session: Session, stakeholders: SelectOfScalar[str]) -> set[str]:
    found = states_of(session, session.exec(stakeholders.distinct()).all())
    return {code for codes in found.values() for code in codes}


def _drawn(rows: Sequence[MapRow]) -> Drawing | None:
    places = [
        Place(row.code, row.name, _PARTS[row.asks, row.offers], row.longitude, row.latitude) for row in rows
    ]
    return map_drawing(places, []) if places else None


def _open_needs(session: Session, caller: Caller, states: Collection[str]) -> list[ColumnElement[bool]]:
    asked = select(NeedRequester.need_id).where(
        col(NeedRequester.stakeholder_id).in_(stakeholders_of_states(states))
    )
    return [
        col(Need.id).in_(asked),
        col(Need.id).in_(ids_in_sight(session, caller)),
        col(Need.state).in_(TAKEN_INTO_ROUNDS),
    ]


def _open_offers(session: Session, caller: Caller, states: Collection[str]) -> list[ColumnElement[bool]]:
    return [
        col(Offer.stakeholder_id).in_(stakeholders_of_states(states)),
        col(Offer.id).in_(offers_shown_to(session, caller)),
    ]


def _needs(
    session: Session, caller: Caller, states: Collection[str], teller: Teller, language: str
) -> tuple[list[OpenNeed], int]:
    wanted = _open_needs(session, caller, states)
    order = col(Need.registered_at).desc(), col(Need.id)
    rows = session.exec(select(Need).where(*wanted).order_by(*order).limit(ROWS)).all()
    lines = needs_of(session, rows, {row.id: "reader" for row in rows})
    shown = [
        OpenNeed(
            line,
            tag("need", line.status, language),
            ", ".join(teller.state(code) for code in line.requester_states),
        )
        for line in lines
        if isinstance(line, NeedLine)
    ]
    return shown, session.exec(select(func.count()).select_from(Need).where(*wanted)).one()


def _offers(
    session: Session, caller: Caller, states: Collection[str], teller: Teller
) -> tuple[list[OpenOffer], int]:
    wanted = _open_offers(session, caller, states)
    order = col(Offer.registered_at).desc(), col(Offer.id)
    rows = session.exec(select(Offer).where(*wanted).order_by(*order).limit(ROWS)).all()
    shown = [
        OpenOffer(
            line,
            ", ".join(teller.state(code) for code in line.provider.states),
            ", ".join(dict.fromkeys(teller.area(item.area) for item in line.expertise)),
        )
        for line in offers_of(session, caller, rows)
    ]
    return shown, session.exec(select(func.count()).select_from(Offer).where(*wanted)).one()


def _joint(session: Session, caller: Caller, code: str, language: str) -> list[JointRow]:
    """Return what the last finished round of each of the caller's desks found for the dialogue to host."""
    rounds = [
        row
        for desk in sorted(caller.desks())
        for row in list_rounds(session, caller, desk, "finished", PageAsked(1, None), language).items
    ]
    return [
        JointRow(
            item.topic,
            row.id,
            ", ".join(dict.fromkeys(state.name for member in item.members for state in member.states)),
            item.action.experts_together,
            item.action.experts_separately,
        )
        for row in rounds
        for item in get_together(session, caller, row.id, language).coalitions
        if item.action and any(host.code == code and host.kind in _DIALOGUES for host in item.action.hosts)
    ]


_DIALOGUES = {"dialogue", "topic_group"}
