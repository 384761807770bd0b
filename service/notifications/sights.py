"""What a reader may see now of the things that notices are about, asked of the things' own rooms."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, false, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.matches.proposal_queries import proposals_in_sight, seats_in_sight
from service.matches.queries import rounds_in_sight
from service.matches.tables import Proposal, Seat
from service.needs.queries import ids_in_sight as needs_in_sight
from service.needs.queries import lines_in_sight
from service.needs.schemas import NeedLine
from service.notifications.rules import Thing
from service.notifications.tables import Notification
from service.offers.queries import ids_in_sight as offers_in_sight
from service.offers.tables import Offer

Ids = Callable[[Session, Caller], SelectOfScalar[str]]

IN_SIGHT: Mapping[str, Ids] = {
    "need": needs_in_sight,
    "offer": offers_in_sight,
    "proposal": proposals_in_sight,
    "seat": seats_in_sight,
    "round": rounds_in_sight,
}
"""By kind of thing, the ids that a caller may see. Accounts and pages are told to their own people only."""


class Sight(NamedTuple):
    """What a reader is shown of a thing."""

    address: str
    number: str | None = None
    title: str | None = None
    language: str | None = None


def shown_to(session: Session, caller: Caller, kinds: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a notice is about something that the caller may see now."""
    thing, id_ = col(Notification.thing_kind), col(Notification.thing_id)
    choices = []
    for kind in sorted(set(kinds)):
        ids = IN_SIGHT.get(kind)
        choices.append(thing == kind if ids is None else and_(thing == kind, id_.in_(ids(session, caller))))
    return or_(*choices) if choices else false()


def may_see(session: Session, caller: Caller, kind: str, thing_id: str) -> bool:
    """Tell whether the caller may see one thing now."""
    ids = IN_SIGHT.get(kind)
    if ids is None:
        return True
    query = ids(session, caller)
    found: SelectOfScalar[Any] = query.where(query.selected_columns[0] == thing_id)
    return session.exec(found).first() is not None


def own_seat_in(session: Session, caller: Caller, proposal_id: str) -> str | None:
    """Return the seat by which the caller, on the offering side, knows a proposal."""
    own = col(Seat.id).in_(seats_in_sight(session, caller))
    query = select(Seat.id).where(Seat.proposal_id == proposal_id, own).order_by(col(Seat.id))
    return session.exec(query).first()


def sights_of(session: Session, caller: Caller, notices: Iterable[Notification]) -> dict[str, Sight]:
    """Return, by the notice's id, what the caller is shown of its thing; the things were found visible."""
    rows = list(notices)
    needs = _needs_of(session, rows)
    lines = lines_in_sight(session, caller, needs.values())
    offers = _offers_of(session, rows)
    return {row.id: _sight(row, lines.get(needs.get(row.id, "")), offers) for row in rows}


def _sight(row: Notification, line: NeedLine | None, offers: Mapping[str, Offer]) -> Sight:
    address = _ADDRESSES[row.thing_kind].format(row.thing_id)  # type: ignore[index]
    if line is not None:
        return Sight(address, line.case_number, line.title, line.language)
    if row.thing_kind == "offer" and row.thing_id in offers:
        offer = offers[row.thing_id]
        return Sight(address, None, offer.title, offer.language)
    return Sight(address)


_ADDRESSES: Mapping[Thing, str] = {
    "need": "/needs/{}",
    "proposal": "/proposals/{}",
    "round": "/rounds/{}",
    "seat": "/seats/{}",
    "offer": "/#offers",
    "account": "/account",
    "page": "{}",
}


def _needs_of(session: Session, rows: list[Notification]) -> dict[str, str]:
    """Return the need that each notice is about, itself or through its proposal. Seats name none."""
    ids = {row.thing_id for row in rows if row.thing_kind == "proposal"}
    found = session.exec(select(Proposal.id, Proposal.need_id).where(col(Proposal.id).in_(ids)))
    of_proposal = dict(found.all()) if ids else {}
    return {
        row.id: row.thing_id if row.thing_kind == "need" else of_proposal[row.thing_id]
        for row in rows
        if row.thing_kind == "need" or row.thing_id in of_proposal
    }


def _offers_of(session: Session, rows: list[Notification]) -> dict[str, Offer]:
    ids = {row.thing_id for row in rows if row.thing_kind == "offer"}
    if not ids:
        return {}
    return {offer.id: offer for offer in session.exec(select(Offer).where(col(Offer.id).in_(ids)))}
