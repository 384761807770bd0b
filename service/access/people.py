"""Reading invitations, deputies, and who has which duty where the caller has one."""

from collections.abc import Iterable, Mapping, Sequence

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import Select

from service import clock
from service.access.holders import names_of
from service.access.inviting import has_account, looked_after_by
from service.access.people_schemas import (
    DeputyView,
    InvitationOffer,
    InvitationState,
    InvitationView,
    PersonLine,
)
from service.access.queries import own_duties
from service.access.rules import may_invite_anybody
from service.access.tables import Account, DeputyRow, DutyRow, Invitation
from service.caller import Caller
from service.errors import NotAllowed
from service.stakeholders.queries import find_stakeholders
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


def list_invitations(session: Session, caller: Caller, page: PageAsked) -> Page[InvitationView]:
    """Return a page of the invitations that the caller may look after, newest first."""
    if not may_invite_anybody(own_duties(session, caller)):
        raise NotAllowed
    query = select(Invitation).where(looked_after_by(session, caller))
    order = [Key(col(Invitation.invited_at), "at", descending=True), Key(col(Invitation.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=[invitation_view(row) for row in rows], next=following)


def invitation_view(row: Invitation) -> InvitationView:
    """Return an invitation as it is shown to those who look after it."""
    return InvitationView(
        id=row.id,
        email=row.email,
        role=row.role,
        stakeholder=row.stakeholder_id,
        state=state_of(row),
        invited_by=row.invited_by,
        invited_at=row.invited_at,
        sent_at=row.sent_at,
        expires_at=row.expires_at,
        accepted_at=row.accepted_at,
    )


def state_of(row: Invitation) -> InvitationState:
    """Tell what has become of an invitation."""
    if row.accepted_at is not None:
        return "accepted"
    if row.withdrawn_at is not None:
        return "withdrawn"
    return "open" if clock.now() < row.expires_at else "expired"


def offer_view(session: Session, row: Invitation) -> InvitationOffer:
    """Return an invitation as it is shown to whoever holds the letter."""
    found = find_stakeholders(session, [row.stakeholder_id]) if row.stakeholder_id else {}
    names = names_of(session, [row.invited_by])
    return InvitationOffer(
        email=row.email,
        role=row.role,
        stakeholder=row.stakeholder_id,
        stakeholder_name=found[row.stakeholder_id].name if row.stakeholder_id else None,
        invited_by=names.get(row.invited_by, "Homologue"),
        expires_at=row.expires_at,
        has_account=has_account(session, row),
    )


def list_people(session: Session, caller: Caller, page: PageAsked) -> Page[PersonLine]:
    """Return a page of the duties where the caller has one, with who has them and who acts for them."""
    query = (
        select(DutyRow)
        .join(Account, col(Account.id) == col(DutyRow.account_id))
        .where(
            col(DutyRow.stakeholder_id).in_(caller.stakeholders()),
            col(DutyRow.ended_at).is_(None),
            col(Account.disabled_at).is_(None),
        )
    )
    order = [
        Key(col(DutyRow.stakeholder_id), "at"),
        Key(col(DutyRow.role), "role"),
        Key(col(DutyRow.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    names = names_of(session, {row.account_id for row in rows})
    deputies = _deputies_by_duty(session, rows)
    items = [_line(row, names, deputies.get(row.id, [])) for row in rows]
    return Page(items=items, next=following)


def list_deputies(session: Session, caller: Caller) -> list[DeputyView]:
    """Return who acts or will act for the caller, and for whom the caller does, by first day."""
    query = _lasting().where(
        or_(col(DutyRow.account_id) == caller.account_id, col(DeputyRow.account_id) == caller.account_id)
    )
    return deputy_views(session, session.exec(query).all())


def deputy_views(session: Session, found: Sequence[tuple[DeputyRow, DutyRow]]) -> list[DeputyView]:
    """Return deputies as they are shown."""
    names = names_of(session, {id_ for row, duty in found for id_ in (row.account_id, duty.account_id)})
    today = clock.today()
    return [
        DeputyView(
            id=row.id,
            duty=duty.id,
            role=duty.role,
            stakeholder=duty.stakeholder_id,
            holder=duty.account_id,
            holder_name=names.get(duty.account_id, ""),
            deputy=row.account_id,
            deputy_name=names.get(row.account_id, ""),
            begins_on=row.begins_on,
            ends_on=row.ends_on,
            ended_at=row.ended_at,
            acts_now=row.ended_at is None and row.begins_on <= today <= row.ends_on,
        )
        for row, duty in found
    ]


def deputy_view(session: Session, row: DeputyRow) -> DeputyView:
    """Return one deputy as it is shown."""
    return deputy_views(session, [(row, session.get_one(DutyRow, row.duty_id))])[0]


def _deputies_by_duty(session: Session, duties: Iterable[DutyRow]) -> Mapping[str, list[DeputyView]]:
    query = _lasting().where(col(DeputyRow.duty_id).in_({duty.id for duty in duties}))
    found: dict[str, list[DeputyView]] = {}
    for view in deputy_views(session, session.exec(query).all()):
        found.setdefault(view.duty, []).append(view)
    return found


def _lasting() -> Select[DeputyRow, DutyRow]:
    return (
        select(DeputyRow, DutyRow)
        .join(DutyRow, col(DutyRow.id) == col(DeputyRow.duty_id))
        .where(col(DeputyRow.ended_at).is_(None), col(DeputyRow.ends_on) >= clock.today())
        .order_by(col(DeputyRow.begins_on), col(DeputyRow.id))
    )


def _line(row: DutyRow, names: Mapping[str, str], deputies: list[DeputyView]) -> PersonLine:
    return PersonLine(
        duty=row.id,
        role=row.role,
        stakeholder=row.stakeholder_id or "",
        account=row.account_id,
        name=names.get(row.account_id, ""),
        deputies=deputies,
    )
