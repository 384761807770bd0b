"""Why not that offer: the engine asked again about a pair of a finished round."""

from sqlmodel import Session, col, select

from service.caller import Caller
from service.errors import NotFound
from service.matches import engine, rules
from service.matches.queries import read_file
from service.matches.reasons import Teller
from service.matches.schemas import SeatChangeView, WhyNotView
from service.matches.tables import MatchRound, Proposal, Seat, UnmetComponent
from service.needs.queries import find_handled_need
from service.offers.queries import offers_shown_to


def get_why_not(
    session: Session,
    caller: Caller,
    need_id: str,
    pair: tuple[str, str],
    round_id: str | None,
    language: str,
) -> WhyNotView:
    """Return why an offer was not chosen for a component of a need in a round.

    The desk that ran the round is told everything. Those who ask may ask about offers that they see anyway or
    that a proposal named to them, and are told what concerns their own need.
    """
    find_handled_need(session, caller, need_id)
    row = _round_of(session, need_id, round_id)
    to_desk = row.desk_id in caller.desks()
    component, offer = pair
    problem = read_file(session, row.id, "problem")
    if problem is None or not (to_desk or _is_shown(session, caller, need_id, offer)):
        raise NotFound
    answer = _asked(row, problem, component, offer, to_desk=to_desk)
    if answer.need != need_id:
        raise NotFound
    return _view(session, row.id, answer, language, to_desk=to_desk)


def _asked(row: MatchRound, problem: bytes, component: str, offer: str, *, to_desk: bool) -> engine.WhyNot:
    try:
        return engine.why_not_in_round(problem, row.policy, row.seed, component, offer, to_desk=to_desk)
    except engine.InvalidProblem as refusal:
        if refusal.code == "unknown":  # the round knew no such component or offer
            raise NotFound from None
        raise


def _round_of(session: Session, need_id: str, round_id: str | None) -> MatchRound:
    """Return the last finished round, or the given one, that dealt with the need."""
    proposed = select(Proposal.round_id).where(Proposal.need_id == need_id)
    unmet = select(UnmetComponent.round_id).where(UnmetComponent.need_id == need_id)
    query = select(MatchRound).where(
        MatchRound.state == "finished",
        col(MatchRound.id).in_(proposed) | col(MatchRound.id).in_(unmet),
    )
    if round_id is not None:
        query = query.where(MatchRound.id == round_id)
    row = session.exec(query.order_by(col(MatchRound.finished_at).desc(), col(MatchRound.id))).first()
    if row is None:
        raise NotFound
    return row


def _is_shown(session: Session, caller: Caller, need_id: str, offer: str) -> bool:
    """Tell whether those who ask know of the offer: they may see it, or a proposal named it to them."""
    if offer in offers_shown_to(session, caller):
        return True
    seated = select(Seat.id).join(Proposal, col(Seat.proposal_id) == col(Proposal.id))
    if session.exec(seated.where(Proposal.need_id == need_id, Seat.offer_id == offer)).first():
        return True
    named = session.exec(select(Proposal.alternatives).where(Proposal.need_id == need_id))
    return any(item["offer"] == offer for alternatives in named for item in alternatives)


def _view(
    session: Session, round_id: str, answer: engine.WhyNot, language: str, *, to_desk: bool
) -> WhyNotView:
    reasons = [reason.model_dump(mode="json") for reason in answer.reasons]
    told = answer.model_dump(exclude={"reasons", "changes"})
    return WhyNotView(
        round=round_id,
        reasons=Teller(session, language).reasons(rules.shown_reasons(reasons, to_desk=to_desk)),
        changes=[SeatChangeView(**change.model_dump()) for change in answer.changes],
        **told,
    )
