"""Reading rounds. A round is its desk's: nobody else learns that it was run."""

import gzip
import json
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.matches.reasons import failure_text
from service.matches.rules import ROUND_UNDER_WAY
from service.matches.schemas import Failure, PinView, Progress, RoundView
from service.matches.tables import MatchPin, MatchRound, RoundFile
from service.needs.queries import find_handled_need
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


def find_round(session: Session, caller: Caller, round_id: str) -> MatchRound:
    """Return the row of a round that the caller may see."""
    row = session.exec(_visible(caller).where(MatchRound.id == round_id)).first()
    if row is None:
        raise NotFound
    return row


def list_rounds(
    session: Session, caller: Caller, desk: str | None, state: str | None, page: PageAsked, language: str
) -> Page[RoundView]:
    """Return a page of the rounds of the caller's desks, newest first."""
    query = _visible(caller)
    if desk:
        query = query.where(MatchRound.desk_id == desk)
    if state:
        query = query.where(MatchRound.state == state)
    order = [
        Key(col(MatchRound.requested_at), "requested_at", descending=True),
        Key(col(MatchRound.id), "id"),
    ]
    rows, following = page_of(session, query, order, page)
    return Page(items=[round_view(row, language) for row in rows], next=following)


def read_problem(session: Session, caller: Caller, round_id: str) -> Any:
    """Return the problem of a round, for the desk that ran it, so that it can be run again elsewhere."""
    find_round(session, caller, round_id)
    content = read_file(session, round_id, "problem")
    if content is None:
        raise NotFound
    return json.loads(content)


def read_file(session: Session, round_id: str, kind: str) -> bytes | None:
    """Return a document of a round, unpacked, or None while there is none."""
    row = session.get(RoundFile, (round_id, kind))
    return gzip.decompress(row.packed) if row else None


def silent_rounds(session: Session, since: datetime) -> list[str]:
    """Return the ids of rounds under way whose process gave no sign of life since a moment."""
    waiting = ROUND_UNDER_WAY - {"requested"}
    query = select(MatchRound.id).where(col(MatchRound.state).in_(waiting), col(MatchRound.seen_at) < since)
    return list(session.exec(query))


def list_pins(session: Session, caller: Caller, need_id: str) -> list[PinView]:
    """Return the pins of a need that were not lifted: to its desk all, to those who ask their own side's."""
    need = find_handled_need(session, caller, need_id)
    query = select(MatchPin).where(MatchPin.need_id == need_id, col(MatchPin.lifted_at).is_(None))
    if need.desk_id not in caller.desks():
        query = query.where(MatchPin.side == "requester")
    rows = session.exec(query.order_by(col(MatchPin.decided_at), col(MatchPin.id)))
    return [pin_view(row) for row in rows]


def get_desk_journal(session: Session, caller: Caller, need_id: str) -> JournalView:
    """Return what a desk decided about a need for itself: its locks and vetoes. For the desk alone."""
    if find_handled_need(session, caller, need_id).desk_id not in caller.desks():
        raise NotAllowed
    return get_journal(session, caller, f"need-desk:{need_id}")


def pin_view(row: MatchPin) -> PinView:
    """Return a pin as it is shown."""
    return PinView(
        id=row.id,
        component=row.component_id,
        offer=row.offer_id,
        decision=row.decision,
        side=row.side,
        decided_at=row.decided_at,
    )


def round_view(row: MatchRound, language: str) -> RoundView:
    """Return a round as it is shown."""
    failure = None
    if row.failure_code:
        text = failure_text(row.failure_code, row.failure_params, language)
        failure = Failure(code=row.failure_code, params=row.failure_params, text=text)
    return RoundView(
        desk=row.desk_id,
        progress=Progress(stage=row.stage, done=row.done, total=row.total),
        failure=failure,
        **{name: getattr(row, name) for name in _PLAIN},
    )


def rounds_in_sight(_session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the rounds of the caller's desks."""
    return select(MatchRound.id).where(col(MatchRound.desk_id).in_(caller.desks()))


_PLAIN = set(RoundView.model_fields) - {"desk", "progress", "failure"}


def _visible(caller: Caller) -> SelectOfScalar[MatchRound]:
    return select(MatchRound).where(col(MatchRound.desk_id).in_(caller.desks()))
