"""Reading what stands about one state or one commitment: always as the caller, never more than that."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.caller import Caller
from service.deliveries.queries import views_of as deliveries_of
from service.deliveries.queries import visible as deliveries_visible
from service.deliveries.tables import (
    Delivery,
    DeliveryCommitment,
    DeliveryProvider,
    DeliveryRequester,
)
from service.needs.queries import NeedFilter, count_facets, list_needs
from service.needs.rules import TAKES_PART
from service.offers.queries import ids_in_sight as offers_in_sight
from service.offers.queries import list_offers
from service.offers.schemas import OfferFilter
from service.offers.tables import Offer, OfferCommitment
from service.overviews.schemas import (
    AcquaintanceView,
    CommitmentOverview,
    HelpFound,
    NeedsFound,
    OffersFound,
    StateCounts,
    StateOverview,
    StatesOverview,
)
from service.reference.facts import list_memberships, state_facts, state_names
from service.reference.queries import get_commitment, get_state, list_objectives
from service.reference.tables import Commitment
from service.search.queries import things_with
from service.stakeholders.queries import stakeholders_of_states
from service.stakeholders.tables import StakeholderState
from service.web.paging import PageAsked

LATEST = PageAsked(5, None)
ALL_OBJECTIVES = PageAsked(50, None)
KNOWN_SHOWN = 10


def get_state_overview(session: Session, caller: Caller, iso3: str, language: str) -> StateOverview:
    """Return everything about one state that the caller may see."""
    state = get_state(session, caller, iso3, language)
    helped = select(DeliveryRequester.delivery_id).where(DeliveryRequester.iso3 == iso3)
    helping = select(DeliveryProvider.delivery_id).where(DeliveryProvider.iso3 == iso3)
    return StateOverview(
        state=state,
        needs=_needs(session, caller, NeedFilter(state=iso3)),
        offers=_offers(
            session,
            caller,
            OfferFilter(state=iso3),
            col(Offer.stakeholder_id).in_(stakeholders_of_states([iso3])),
        ),
        received=_help(session, caller, helped),
        given=_help(session, caller, helping),
        knows=_acquaintances(session, iso3, language),
    )


def list_state_counts(
    session: Session, caller: Caller, language: str, region: str | None = None, words: str | None = None
) -> StatesOverview:
    """Return the states and territories that there are, by name, with what the caller may see of each."""
    names = state_names(session, language)
    needs = count_facets(session, caller, NeedFilter()).state
    offers = _offers_of_states(session, caller)
    received, given = (_deliveries_of(session, table) for table in (DeliveryRequester, DeliveryProvider))
    found = _states_named(session, words, names) if words else None
    rows = [
        StateCounts(
            state=one.code,
            name=names[one.code],
            region=one.region,
            ldc=one.ldc,
            lldc=one.lldc,
            sids=one.sids,
            needs=needs.get(one.code, 0),
            offers=offers.get(one.code, 0),
            received=received.get(one.code, 0),
            given=given.get(one.code, 0),
        )
        for one in state_facts(session)
        if one.retired_on is None and region in {None, one.region} and (found is None or one.code in found)
    ]
    return StatesOverview(states=sorted(rows, key=lambda row: (row.name.casefold(), row.state)))


def get_commitment_overview(session: Session, caller: Caller, code: str, language: str) -> CommitmentOverview:
    """Return everything about one commitment that the caller may see."""
    commitment = get_commitment(session, caller, code, language)
    objectives = list_objectives(session, caller, ALL_OBJECTIVES, language).items
    # A headline commitment is asked for together with its sub-points.
    under = select(Commitment.code).where(or_(Commitment.code == code, Commitment.parent_code == code))
    offered = select(OfferCommitment.offer_id).where(col(OfferCommitment.commitment_code).in_(under))
    helped = select(DeliveryCommitment.delivery_id).where(col(DeliveryCommitment.commitment_code).in_(under))
    return CommitmentOverview(
        commitment=commitment,
        objectives=[one for one in objectives if one.number in commitment.objectives],
        needs=_needs(session, caller, NeedFilter(commitment=code)),
        offers=_offers(session, caller, OfferFilter(commitment=code), col(Offer.id).in_(offered)),
        help=_help(session, caller, helped),
    )


def _needs(session: Session, caller: Caller, wanted: NeedFilter) -> NeedsFound:
    facets = count_facets(session, caller, wanted)
    latest = list_needs(session, caller, wanted, LATEST).items if facets.total else []
    return NeedsFound(in_all=facets.total, by_status=facets.status, latest=latest)


def _offers(session: Session, caller: Caller, wanted: OfferFilter, condition: Any) -> OffersFound:
    counted = session.exec(
        select(Offer.state, func.count(col(Offer.id)))
        .where(col(Offer.id).in_(offers_in_sight(session, caller)), condition)
        .group_by(col(Offer.state))
        .order_by(col(Offer.state))
    )
    by_status = dict(counted.all())
    latest = list_offers(session, caller, wanted, LATEST).items if by_status else []
    return OffersFound(in_all=sum(by_status.values()), by_status=by_status, latest=latest)


def _help(session: Session, caller: Caller, ids: SelectOfScalar[str]) -> HelpFound:
    wanted = col(Delivery.retired_at).is_(None), col(Delivery.id).in_(ids)
    number = session.exec(select(func.count()).select_from(Delivery).where(*wanted)).one()
    if not number:
        return HelpFound(in_all=0, latest=[])
    order = func.coalesce(Delivery.year_to, Delivery.year_from, 0).desc(), col(Delivery.id)
    rows = session.exec(deliveries_visible(caller).where(*wanted).order_by(*order).limit(LATEST.limit)).all()
    return HelpFound(in_all=number, latest=deliveries_of(session, rows))


def _acquaintances(session: Session, iso3: str, language: str) -> list[AcquaintanceView]:
    names = state_names(session, language)
    groups, works = _meets(session, iso3), _worked_with(session, iso3)
    known = [code for code in names if (groups[code] or works[code]) and code != iso3]
    known.sort(key=lambda code: (-works[code], -groups[code], names[code].casefold()))
    return [
        AcquaintanceView(state=code, name=names[code], groups=groups[code], works=works[code])
        for code in known[:KNOWN_SHOWN]
    ]


def _meets(session: Session, iso3: str) -> Counter[str]:
    places = [place for place in list_memberships(session, clock.today()) if place.role in TAKES_PART]
    mine = {(place.kind, place.group) for place in places if place.state == iso3}
    return Counter(place.state for place in places if (place.kind, place.group) in mine)


def _worked_with(session: Session, iso3: str) -> Counter[str]:
    standing = select(Delivery.id).where(col(Delivery.retired_at).is_(None))
    found: Counter[str] = Counter()
    for one, other in ((DeliveryRequester, DeliveryProvider), (DeliveryProvider, DeliveryRequester)):
        mine = select(one.delivery_id).where(one.iso3 == iso3, col(one.delivery_id).in_(standing))
        rows = session.exec(
            select(other.iso3, func.count()).where(col(other.delivery_id).in_(mine)).group_by(other.iso3)
        )
        found.update(dict(rows.all()))
    return found


def _offers_of_states(session: Session, caller: Caller) -> dict[str, int]:
    rows = session.exec(
        select(StakeholderState.iso3, func.count(func.distinct(Offer.id)))
        .join(Offer, col(Offer.stakeholder_id) == col(StakeholderState.stakeholder_id))
        .where(col(Offer.id).in_(offers_in_sight(session, caller)))
        .group_by(col(StakeholderState.iso3))
    )
    return dict(rows.all())


def _deliveries_of(session: Session, table: Any) -> dict[str, int]:
    standing = select(Delivery.id).where(col(Delivery.retired_at).is_(None))
    rows = session.exec(
        select(table.iso3, func.count()).where(table.delivery_id.in_(standing)).group_by(table.iso3)
    )
    return dict(rows.all())


def _states_named(session: Session, words: str, names: dict[str, str]) -> set[str]:
    """Return the states whose name holds the words as they stand, or that the index knows by them."""
    wanted = words.casefold()
    written: Iterable[str] = (code for code, name in names.items() if wanted in name.casefold())
    return {*written, *session.exec(things_with("state", words))}
