"""What is decided about pairs of a component and an offer: people's locks and vetoes, and who said no."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, col, or_, select

from service import clock
from service.matches.rules import SEAT_OPEN
from service.matches.tables import MatchPin, Proposal, Seat

Pair = tuple[str, str]
"""A component and an offer."""


def decided_pairs(session: Session, need_ids: Iterable[str], *, as_told: bool = False) -> dict[Pair, str]:
    """Return the last word on each pair of the needs, ``lock`` or ``veto``.

    A seat that was lost speaks like a veto: who said no, or did not answer, is not proposed again for the
    same part, so that what comes next does not tell a veto from a full diary. A seat that a veto took speaks
    as long as the veto does. ``as_told`` leaves out what those who ask are told of later.
    """
    ids = set(need_ids)
    words = [*_pins(session, ids, as_told=as_told), *_lost(session, ids, as_told=as_told)]
    return {pair: decision for _, pair, decision in sorted(words)}


def needs_being_agreed(session: Session) -> set[str]:
    """Return the needs for which people are agreeing on a team already; a round leaves those alone.

    Told, not known: a round that takes a need in must not betray that a seat was lost.
    """
    query = (
        select(Proposal.need_id)
        .join(Seat, col(Seat.proposal_id) == col(Proposal.id))
        .where(
            col(Seat.shown_state).in_(SEAT_OPEN),
            col(Proposal.shown_state).not_in(("withdrawn", "superseded")),
        )
    )
    return set(session.exec(query))


def _pins(session: Session, ids: set[str], *, as_told: bool) -> list[tuple[datetime, Pair, str]]:
    query = select(MatchPin).where(col(MatchPin.need_id).in_(ids), col(MatchPin.lifted_at).is_(None))
    if as_told:
        query = query.where(or_(col(MatchPin.told_at).is_(None), col(MatchPin.told_at) <= clock.now()))
    return [(row.decided_at, (row.component_id, row.offer_id), row.decision) for row in session.exec(query)]


def _lost(session: Session, ids: set[str], *, as_told: bool) -> list[tuple[datetime, Pair, str]]:
    query = (
        select(Seat)
        .join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
        .where(col(Proposal.need_id).in_(ids), col(Seat.news_at).is_not(None))
        .where(col(Seat.answer_reason).is_distinct_from("vetoed"))
    )
    if as_told:
        query = query.where(col(Seat.shown_state) == col(Seat.state))
    # The moment at which it is told stands for the moment of the word: it may be overruled from then on.
    return [
        (row.answered_at or row.news_at, (row.component_id, row.offer_id), "veto")
        for row in session.exec(query)
        if row.news_at is not None
    ]
