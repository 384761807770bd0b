"""Reading proposals, seats and what stays unmet.

A proposal is for those who ask and the desk that handles the need. A provider, and a named expert, see their
own seats only, and only once these were offered to them. What stays unmet is for those who ask and the desk.
"""

from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import OFFERING, Caller
from service.errors import NotAllowed, NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.matches import proposal_views as views
from service.matches.proposal_schemas import OwnSeatView, ProposalLine, ProposalView, UnmetView
from service.matches.rules import SEAT_SHOWN
from service.matches.tables import Proposal, ProposalHost, Seat, UnmetComponent
from service.needs.queries import ids_in_hand
from service.needs.tables import Need
from service.stakeholders.queries import stakeholders_of_states
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


class ProposalFilter(NamedTuple):
    """What a list of proposals is narrowed to."""

    need: str | None = None
    round: str | None = None
    status: str | None = None
    provider_state: str | None = None
    dialogue: str | None = None


class UnmetFilter(NamedTuple):
    """What the register of unmet components is narrowed to."""

    need: str | None = None
    round: str | None = None
    reason: str | None = None


def get_proposal(session: Session, caller: Caller, proposal_id: str, language: str) -> ProposalView:
    """Return one proposal that the caller may see."""
    row = find_proposal(session, caller, proposal_id)
    return views.proposal_view(session, caller, row, language)


def find_proposal(session: Session, caller: Caller, proposal_id: str) -> Proposal:
    """Return the row of one proposal that the caller may see."""
    row = session.exec(_visible(caller).where(Proposal.id == proposal_id)).first()
    if row is None:
        raise NotFound
    return row


def list_proposals(
    session: Session, caller: Caller, wanted: ProposalFilter, page: PageAsked
) -> Page[ProposalLine]:
    """Return a page of the proposals for the needs that the caller asks for or handles, newest first."""
    order = [Key(col(Proposal.created_at), "created_at", descending=True), Key(col(Proposal.id), "id")]
    rows, following = page_of(session, _narrowed(_visible(caller), caller, wanted), order, page)
    return Page(items=views.lines_of(session, caller, rows), next=following)


def get_own_seat(session: Session, caller: Caller, seat_id: str) -> OwnSeatView:
    """Return a seat as its provider, or its named expert, sees it."""
    return views.own_seats(session, caller, [find_own_seat(session, caller, seat_id)])[0]


def find_own_seat(session: Session, caller: Caller, seat_id: str) -> Seat:
    """Return the row of a seat that was offered to the caller's side."""
    row = session.exec(select(Seat).where(_own(caller), Seat.id == seat_id)).first()
    if row is None:
        raise NotFound
    return row


def list_own_seats(
    session: Session, caller: Caller, status: str | None, page: PageAsked
) -> Page[OwnSeatView]:
    """Return a page of the seats that were offered to the caller's side, newest first."""
    query = select(Seat).where(_own(caller))
    if status:
        query = query.where(Seat.state == status)
    order = [Key(col(Seat.offered_at), "offered_at", descending=True), Key(col(Seat.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=views.own_seats(session, caller, rows), next=following)


def get_desk_journal(session: Session, caller: Caller, proposal_id: str) -> JournalView:
    """Return what happened to a proposal that only its desk knows."""
    row = find_proposal(session, caller, proposal_id)
    if not views.is_desk_of(caller, session.get_one(Need, row.need_id)):
        raise NotAllowed
    return get_journal(session, caller, f"proposal-desk:{row.id}")


def list_unmet(
    session: Session, caller: Caller, wanted: UnmetFilter, page: PageAsked, language: str
) -> Page[UnmetView]:
    """Return a page of what is unmet now, of the needs that the caller asks for or handles, oldest first."""
    query = select(UnmetComponent).where(
        col(UnmetComponent.need_id).in_(ids_in_hand(caller)), col(UnmetComponent.superseded_by).is_(None)
    )
    for column, value in (
        (UnmetComponent.need_id, wanted.need),
        (UnmetComponent.round_id, wanted.round),
        (UnmetComponent.reason, wanted.reason),
    ):
        if value:
            query = query.where(column == value)
    order = [Key(col(UnmetComponent.found_at), "found_at"), Key(col(UnmetComponent.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=views.unmet_views(session, caller, rows, language), next=following)


def proposals_in_sight(_session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the proposals that the caller may see."""
    return select(Proposal.id).where(col(Proposal.need_id).in_(ids_in_hand(caller)))


def seats_in_sight(_session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the seats that were offered to the caller's side."""
    return select(Seat.id).where(_own(caller))


def _visible(caller: Caller) -> SelectOfScalar[Proposal]:
    return select(Proposal).where(col(Proposal.need_id).in_(ids_in_hand(caller)))


def _is_known_as(caller: Caller, state: str) -> ColumnElement[bool]:
    """Whether a proposal is in a state as far as the reader was told: the desk at once, others later."""
    at_desk = col(Proposal.need_id).in_(select(Need.id).where(col(Need.desk_id).in_(caller.desks())))
    return or_(
        and_(at_desk, col(Proposal.state) == state), and_(~at_desk, col(Proposal.shown_state) == state)
    )


def _own(caller: Caller) -> ColumnElement[bool]:
    return and_(
        # A seat that a veto took away before anybody was asked never was its provider's to see.
        col(Seat.state).in_(SEAT_SHOWN),
        col(Seat.offered_at).is_not(None),
        or_(
            col(Seat.provider_id).in_(caller.stakeholders(*OFFERING)),
            and_(
                col(Seat.expert_account_id) == (caller.account_id or ""),
                col(Seat.provider_id).in_(caller.stakeholders("expert")),
            ),
        ),
    )


def _narrowed(
    query: SelectOfScalar[Proposal], caller: Caller, wanted: ProposalFilter
) -> SelectOfScalar[Proposal]:
    for column, value in ((Proposal.need_id, wanted.need), (Proposal.round_id, wanted.round)):
        if value:
            query = query.where(column == value)
    if wanted.status:
        query = query.where(_is_known_as(caller, wanted.status))
    if wanted.provider_state:
        providers = stakeholders_of_states([wanted.provider_state])
        seats = select(Seat.proposal_id).where(col(Seat.provider_id).in_(providers))
        query = query.where(col(Proposal.id).in_(seats))
    if wanted.dialogue:
        hosted = select(ProposalHost.proposal_id).where(
            ProposalHost.kind == "dialogue", ProposalHost.code == wanted.dialogue
        )
        query = query.where(col(Proposal.id).in_(hosted))
    return query
