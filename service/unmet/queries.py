"""Reading what stays unmet: for its sides in full, and to whom it was passed on from the consent on."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, exists, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import ASKING, Caller
from service.errors import NotFound
from service.matches.tables import UnmetComponent
from service.needs.queries import find_handled_need, ids_in_hand
from service.needs.reads import ids_asked_by
from service.needs.tables import Need
from service.unmet import rules
from service.unmet.rules import Side
from service.unmet.schemas import EscalationView, NeedUnmetView
from service.unmet.tables import NeedEscalation
from service.unmet.views import escalation_views, unmet_need_views
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


class EscalationFilter(NamedTuple):
    """What a list of escalations is narrowed to."""

    need: str | None = None
    status: str | None = None


def get_escalation(session: Session, caller: Caller, escalation_id: str) -> EscalationView:
    """Return one escalation that the caller may see."""
    return shown(session, caller, [find_escalation(session, caller, escalation_id)])[0]


def find_escalation(session: Session, caller: Caller, escalation_id: str) -> NeedEscalation:
    """Return the row of one escalation that the caller may see."""
    row = session.exec(_visible(caller).where(NeedEscalation.id == escalation_id)).first()
    if row is None:
        raise NotFound
    return row


def list_escalations(
    session: Session, caller: Caller, wanted: EscalationFilter, page: PageAsked
) -> Page[EscalationView]:
    """Return a page of the escalations that the caller may see, newest first."""
    query = _visible(caller)
    if wanted.need:
        query = query.where(NeedEscalation.need_id == wanted.need)
    if wanted.status:
        query = query.where(NeedEscalation.state == wanted.status)
    order = [
        Key(col(NeedEscalation.opened_at), "opened_at", descending=True),
        Key(col(NeedEscalation.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=shown(session, caller, rows), next=following)


def get_need_unmet(session: Session, caller: Caller, need_id: str, language: str) -> NeedUnmetView:
    """Return what stays unmet of a need, for those who ask and the desk."""
    row = find_handled_need(session, caller, need_id)
    return _needs_shown(session, caller, [row], language)[0]


def list_unmet_needs(session: Session, caller: Caller, page: PageAsked, language: str) -> Page[NeedUnmetView]:
    """Return a page of the caller's needs that are unmet, or have parts that are, oldest first."""
    standing = exists(
        select(UnmetComponent.id).where(
            col(UnmetComponent.need_id) == col(Need.id), col(UnmetComponent.superseded_by).is_(None)
        )
    )
    query = select(Need).where(
        col(Need.id).in_(ids_in_hand(caller)),
        or_(
            col(Need.state).in_(rules.UNMET_STATES),
            and_(col(Need.state).in_(("circulated", "partially_matched")), standing),
        ),
    )
    order = [Key(col(Need.registered_at), "registered_at"), Key(col(Need.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=_needs_shown(session, caller, rows, language), next=following)


def shown(session: Session, caller: Caller, rows: Sequence[NeedEscalation]) -> list[EscalationView]:
    """Return escalations as their reader sees them."""
    return escalation_views(session, caller, rows, sides_of(session, caller, rows))


def sides_of(session: Session, caller: Caller, rows: Sequence[NeedEscalation]) -> dict[str, frozenset[Side]]:
    """Tell as whom the caller is a side of each escalation."""
    ids = [row.need_id for row in rows]
    own = ids_asked_by(session, caller.stakeholders(*ASKING), ids)
    at_desk = select(Need.id).where(col(Need.id).in_(ids), col(Need.desk_id).in_(caller.desks()))
    handled = set(session.exec(at_desk))
    return {row.id: frozenset(_sides(caller, row, own, handled)) for row in rows}


def _sides(caller: Caller, row: NeedEscalation, own: set[str], handled: set[str]) -> Iterable[Side]:
    if row.need_id in own:
        yield "requester"
    if row.need_id in handled:
        yield "desk"
    if rules.answers_for(caller, row.to_id):
        yield "addressee"


def _needs_shown(
    session: Session, caller: Caller, rows: Sequence[Need], language: str
) -> list[NeedUnmetView]:
    query = select(NeedEscalation).where(col(NeedEscalation.need_id).in_([row.id for row in rows]))
    newest = query.order_by(col(NeedEscalation.opened_at).desc(), col(NeedEscalation.id))
    passed_on = shown(session, caller, session.exec(newest).all())
    return unmet_need_views(session, caller, rows, passed_on, language)


def is_told(caller: Caller) -> ColumnElement[bool]:
    """Return the condition that an escalation was passed on to somebody whom the caller answers for."""
    standing = select(Need.id).where(col(Need.state) == "escalated", col(Need.set_back_code).is_(None))
    return and_(
        col(NeedEscalation.to_id).in_(caller.stakeholders(*rules.ANSWERING)),
        col(NeedEscalation.state).in_(rules.TOLD),
        col(NeedEscalation.need_id).in_(standing),
    )


def escalations_in_sight(_session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the escalations that the caller may see."""
    in_hand = col(NeedEscalation.need_id).in_(ids_in_hand(caller))
    return select(NeedEscalation.id).where(or_(in_hand, is_told(caller)))


def _visible(caller: Caller) -> SelectOfScalar[NeedEscalation]:
    in_hand = col(NeedEscalation.need_id).in_(ids_in_hand(caller))
    return select(NeedEscalation).where(or_(in_hand, is_told(caller)))
