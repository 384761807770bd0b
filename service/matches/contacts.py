"""Who to write to. Contacts of both sides are protected until both agree; each look at them is recorded."""

from collections.abc import Iterable

from sqlmodel import Session, col, select

from service.access.tables import Account, DutyRow
from service.caller import ASKING, OFFERING, Caller, Role
from service.journal.commands import record
from service.matches import rules
from service.matches.errors import StillToBeAgreed
from service.matches.following import subject_of
from service.matches.proposal_queries import find_own_seat, find_proposal
from service.matches.proposal_schemas import ContactsView, ContactView
from service.matches.proposal_views import seats_of
from service.matches.tables import Proposal, Seat
from service.needs.queries import parties_of
from service.needs.tables import Need
from service.offers.tables import Offer, OfferPerson
from service.stakeholders.queries import find_stakeholders


def look_up_team(session: Session, caller: Caller, proposal_id: str) -> ContactsView:
    """Return who to write to of a team on which both sides agree, for those who ask and the desk."""
    row = find_proposal(session, caller, proposal_id)
    if not rules.shows_protected(row.state):
        raise StillToBeAgreed
    seats = [
        seat
        for seat in seats_of(session, [row.id])[row.id]
        if seat.state in rules.SEAT_AGREED and not seat.replaced_by
    ]
    found = _people_of(session, {seat.provider_id for seat in seats}, OFFERING)
    experts = [one for seat in seats for one in _expert_of(session, seat)]
    record(session, caller, "proposal.contacts-read", subject_of(row))
    return ContactsView(contacts=[*found, *experts])


def look_up_requesters(session: Session, caller: Caller, seat_id: str) -> ContactsView:
    """Return who to write to on the asking side, for the side to which a seat was offered."""
    seat = find_own_seat(session, caller, seat_id)
    row = session.get_one(Proposal, seat.proposal_id)
    if not rules.shows_protected(row.state) or seat.state not in rules.SEAT_AGREED:
        raise StillToBeAgreed
    requesters = parties_of(session, session.get_one(Need, row.need_id)).requesters
    record(session, caller, "seat.contacts-read", f"seat:{seat.id}")
    return ContactsView(contacts=_people_of(session, requesters, ASKING))


def _people_of(session: Session, ids: Iterable[str], roles: Iterable[Role]) -> list[ContactView]:
    rows = session.exec(
        select(DutyRow, Account)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(
            col(DutyRow.stakeholder_id).in_(set(ids)),
            col(DutyRow.role).in_(set(roles)),
            col(DutyRow.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
            col(Account.restricted_at).is_(None),
        )
        .order_by(col(DutyRow.stakeholder_id), col(Account.name), col(Account.id), col(DutyRow.role))
    ).all()
    names = find_stakeholders(session, ids)
    return [
        ContactView(
            stakeholder=duty.stakeholder_id or "",
            organisation=names[duty.stakeholder_id or ""].name,
            name=account.name,
            contact=account.email,
            role=duty.role,
        )
        for duty, account in rows
    ]


def _expert_of(session: Session, seat: Seat) -> list[ContactView]:
    person = session.get(OfferPerson, seat.offer_id) if seat.is_named_expert else None
    if person is None or session.get_one(Offer, seat.offer_id).restricted_at is not None:
        return []
    return [
        ContactView(
            stakeholder=seat.provider_id,
            organisation=find_stakeholders(session, [seat.provider_id])[seat.provider_id].name,
            name=person.name,
            contact=person.contact,
            role="expert",
        )
    ]


def experts_of(session: Session, caller: Caller, provider_id: str) -> list[tuple[str, str]]:
    """Return the accounts that an institution can name as expert of a seat, to its focal points."""
    if not caller.acts_for(provider_id, "provider_focal_point"):
        return []
    rows = session.exec(
        select(Account.id, Account.name)
        .join(DutyRow, col(DutyRow.account_id) == col(Account.id))
        .where(
            DutyRow.stakeholder_id == provider_id,
            DutyRow.role == "expert",
            col(DutyRow.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
        )
        .distinct()
        .order_by(col(Account.name), col(Account.id))
    )
    return [(account, name) for account, name in rows]
