"""One need's candidates: the daily work between rounds."""

from collections.abc import Mapping

from sqlmodel import Session, col, select

from service import clock
from service.caller import Caller
from service.matches import engine
from service.matches.own_scores import own_score
from service.matches.reasons import Teller
from service.matches.schemas import CandidateList, CandidateView
from service.needs.demand import needs_by_id
from service.needs.queries import find_handled_need
from service.offers.queries import offers_shown_to
from service.offers.tables import Offer
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.tables import Stakeholder


def list_candidates(
    session: Session, caller: Caller, need_id: str, limit: int, language: str
) -> CandidateList:
    """Rank the offers that could help with a need, best first, each explained.

    For those who ask and for the desk that handles it. A desk is shown what it may match; a requester only
    what it may see anyway, so that no score betrays an offer that is not for its eyes.
    """
    row = find_handled_need(session, caller, need_id)
    policy = engine.published_policy({})
    to_desk = row.desk_id in caller.desks()
    among = None if to_desk else offers_shown_to(session, caller)
    need = needs_by_id(session, [need_id])[0]
    found = engine.rank_candidates(session, need, among, policy, clock.today(), limit, as_told=not to_desk)
    return CandidateList(
        need=need_id,
        policy_digest=engine.digest_of_policy(policy),
        text_model=policy["text_model"],
        candidates=_views(session, found, language, to_desk=to_desk),
    )


def _views(
    session: Session, found: tuple[engine.Candidate, ...], language: str, *, to_desk: bool
) -> list[CandidateView]:
    shown = select(Offer).where(col(Offer.id).in_({item.offer for item in found}))
    offers = {offer.id: offer for offer in session.exec(shown)}
    providers = find_stakeholders(session, (offer.stakeholder_id for offer in offers.values()))
    states = states_of(session, providers)
    teller = Teller(session, language)
    views = [_view(item, offers[item.offer], providers, states, teller, to_desk=to_desk) for item in found]
    # Without the providers' wishes the order may be another one, and among equals it may not tell of them.
    return views if to_desk else sorted(views, key=lambda view: (-view.score, view.offer))


def _view(
    item: engine.Candidate,
    offer: Offer,
    providers: Mapping[str, Stakeholder],
    states: Mapping[str, list[str]],
    teller: Teller,
    *,
    to_desk: bool,
) -> CandidateView:
    score, criteria = item.score, [criterion.model_dump() for criterion in item.criteria]
    if not to_desk:
        score, criteria = own_score(score, criteria)
    return CandidateView(
        component=item.component,
        offer=item.offer,
        title=offer.title,
        provider=offer.stakeholder_id,
        provider_name=providers[offer.stakeholder_id].name,
        provider_states=states[offer.stakeholder_id],
        score=score,
        criteria=[teller.criterion(criterion) for criterion in criteria],
        to_be_confirmed=[teller.reason(reason.model_dump()) for reason in item.to_be_confirmed],
    )
