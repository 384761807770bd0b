"""Reading offers: who is shown which, lists, and what only the provider's own people see."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import Select, SelectOfScalar

from service import clock
from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.offers import rules
from service.offers.links import links_of
from service.offers.schemas import OfferFacets, OfferFilter, OfferLine, OfferView, WishesView
from service.offers.tables import (
    Offer,
    OfferCommitment,
    OfferExpertise,
    OfferLanguage,
    OfferModality,
    OfferWish,
)
from service.offers.views import lines_of, specificity_view, views_of
from service.reference.memberships import memberships_on
from service.reference.tables import Commitment
from service.search.queries import things_with
from service.search.specificity import SpecificityView
from service.stakeholders.queries import stakeholders_of_states, states_of
from service.stakeholders.tables import Stakeholder, StakeholderState
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

MEMBER_ROLES = frozenset({"member", "participant"})
"""Places in a dialogue that open what is meant for its members."""


def get_offer(session: Session, caller: Caller, offer_id: str) -> OfferView:
    """Return one offer, or refuse as if there were none."""
    return views_of(session, caller, [find_offer(session, caller, offer_id)])[0]


def find_offer(session: Session, caller: Caller, offer_id: str) -> Offer:
    """Return the row of one offer that the caller may see."""
    row = session.exec(_visible(viewer_of(session, caller)).where(Offer.id == offer_id)).first()
    if row is None:
        raise NotFound
    return row


OfferSort = Literal["newest", "oldest", "title"]
"""Orders of a list."""
_LAST = Key(col(Offer.id), "id")
_ORDERS: Mapping[OfferSort, Sequence[Key]] = MappingProxyType(
    {
        "newest": (Key(col(Offer.registered_at), "registered_at", descending=True), _LAST),
        "oldest": (Key(col(Offer.registered_at), "registered_at"), _LAST),
        "title": (Key(col(Offer.title), "title"), _LAST),
    }
)


def list_offers(
    session: Session, caller: Caller, wanted: OfferFilter, page: PageAsked, sort: OfferSort = "newest"
) -> Page[OfferLine]:
    """Return a page of the offers that the caller may see, newest first unless asked otherwise."""
    query = _narrowed(_visible(viewer_of(session, caller)), wanted)
    rows, following = page_of(session, query, _ORDERS[sort], page)
    return Page(items=lines_of(session, caller, rows), next=following)


def count_facets(session: Session, caller: Caller, wanted: OfferFilter) -> OfferFacets:
    """Count the offers that the caller may see, by what they can be narrowed to.

    Each is counted as if nothing of its own kind were chosen, so that one sees what else there is to choose.
    """
    viewer, connection = viewer_of(session, caller), session.connection()
    counts = {
        facet: dict(sorted((code, number) for code, number in connection.execute(statement)))
        for facet, statement in _facets_of(viewer, wanted)
    }
    status = counts["status"]
    total = status.get(wanted.status, 0) if wanted.status else sum(status.values())
    return OfferFacets(total=total, **counts)


def offers_shown_to(session: Session, caller: Caller) -> set[str]:
    """Return the ids of the offers in rounds that the caller may see, for rooms that show candidates."""
    query = _visible(viewer_of(session, caller)).where(col(Offer.state).in_(rules.IN_ROUNDS))
    return set(session.execute(query.with_only_columns(col(Offer.id))).scalars())


def offers_of(stakeholder_id: str, wanted: OfferFilter) -> SelectOfScalar[Offer]:
    """Return a query of a stakeholder's offers, for rooms that have asked already who may see all of them."""
    return _narrowed(select(Offer).where(Offer.stakeholder_id == stakeholder_id), wanted)


def ids_in_sight(session: Session, caller: Caller) -> SelectOfScalar[str]:
    """Return a subquery of the ids of the offers that the caller may see."""
    visible = _visible(viewer_of(session, caller)).subquery()
    return select(col(Offer.id)).where(col(Offer.id).in_(select(visible.c.id)))


def get_wishes(session: Session, caller: Caller, offer_id: str) -> WishesView:
    """Return with whom the provider would rather, or would not, work; its own people may ask."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_know_private(caller, row):
        raise NotAllowed
    query = select(OfferWish).where(OfferWish.offer_id == row.id).order_by(col(OfferWish.stakeholder_id))
    found: dict[str, list[str]] = {wish: [] for wish in rules.WISHES}
    for wish in session.exec(query):
        found[wish.wish].append(wish.stakeholder_id)
    return WishesView(refuses=found["refuses"], prefers=found["prefers"], conflicts=found["conflict"])


def get_offer_journal(session: Session, caller: Caller, offer_id: str) -> JournalView:
    """Return what happened to an offer; its provider and its desk may ask."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_read_journal(caller, row):
        raise NotAllowed
    return get_journal(session, caller, f"offer:{row.id}")


def get_specificity(session: Session, caller: Caller, offer_id: str, language: str) -> SpecificityView:
    """Return how specific an offer is and what to add; its provider and its desk may ask."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_read_journal(caller, row):
        raise NotAllowed
    return specificity_view(row, links_of(session, [row.id])[row.id], language)


def get_wishes_journal(session: Session, caller: Caller, offer_id: str) -> JournalView:
    """Return when the provider's wishes changed; its own people may ask."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_know_private(caller, row):
        raise NotAllowed
    return get_journal(session, caller, f"offer-wishes:{row.id}")


def viewer_of(session: Session, caller: Caller) -> rules.Viewer:
    """Return who the caller is as far as visibility goes: a fixed number of queries."""
    own = caller.stakeholders()
    if not own:
        return rules.Viewer()
    states = {iso3 for places in states_of(session, own).values() for iso3 in places}
    return rules.Viewer(own, caller.desks(), bool(states), _dialogues_of(session, states))


def _dialogues_of(session: Session, states: set[str]) -> frozenset[str]:
    if not states:
        return frozenset()
    only = next(iter(states)) if len(states) == 1 else None
    return frozenset(
        place.group
        for place in memberships_on(session, clock.today(), "dialogue", state=only)
        if place.state in states and place.role in MEMBER_ROLES
    )


def _visible(viewer: rules.Viewer) -> SelectOfScalar[Offer]:
    level = col(Offer.confidentiality)
    shown_wider = [level == "public"]
    if viewer.speaks_for_a_state:
        shown_wider.append(level == "all_states")
    if viewer.dialogues:
        desks = select(Stakeholder.id).where(col(Stakeholder.dialogue_code).in_(viewer.dialogues))
        shown_wider.append(and_(level == "dialogue_members", col(Offer.desk_id).in_(desks)))
    is_free = col(Offer.restricted_at).is_(None)
    choices = [and_(col(Offer.state).in_(rules.SHOWN), or_(*shown_wider), is_free)]
    if viewer.own:
        choices.append(col(Offer.stakeholder_id).in_(viewer.own))
    if viewer.desks:
        addressed = col(Offer.desk_id).in_(viewer.desks)
        choices.append(and_(addressed, col(Offer.state) != "draft", level != "draft", is_free))
    return select(Offer).where(or_(*choices))


def _narrowed(query: SelectOfScalar[Offer], wanted: OfferFilter) -> SelectOfScalar[Offer]:
    if wanted.provider:
        query = query.where(Offer.stakeholder_id == wanted.provider)
    if wanted.state:
        query = query.where(col(Offer.stakeholder_id).in_(stakeholders_of_states([wanted.state])))
    if wanted.status:
        query = query.where(Offer.state == wanted.status)
    if wanted.kind:
        query = query.where(Offer.kind == wanted.kind)
    for narrower in _linked(wanted):
        query = query.where(col(Offer.id).in_(narrower))
    if wanted.q:
        query = query.where(col(Offer.id).in_(things_with("offer", wanted.q)))
    return query


def _linked(wanted: OfferFilter) -> Sequence[SelectOfScalar[str]]:
    found = []
    if wanted.commitment or wanted.theme:
        found.append(_with_commitment(wanted.commitment, wanted.theme))
    if wanted.area:
        found.append(select(OfferExpertise.offer_id).where(OfferExpertise.area == wanted.area))
    if wanted.modality:
        found.append(select(OfferModality.offer_id).where(OfferModality.modality == wanted.modality))
    if wanted.language:
        found.append(select(OfferLanguage.offer_id).where(OfferLanguage.code == wanted.language))
    return found


def _with_commitment(commitment: str | None, theme: str | None) -> SelectOfScalar[str]:
    # A headline commitment is asked for together with its sub-points.
    query = select(OfferCommitment.offer_id).join(
        Commitment, col(Commitment.code) == col(OfferCommitment.commitment_code)
    )
    if commitment:
        query = query.where(or_(Commitment.code == commitment, Commitment.parent_code == commitment))
    if theme:
        query = query.where(Commitment.theme_code == theme)
    return query


# Counting


@lru_cache(maxsize=64)
def _facets_of(viewer: rules.Viewer, wanted: OfferFilter) -> "Sequence[tuple[str, Select[Any, int]]]":
    # Put together once for who looks at what: that takes longer than to run them.
    visible = _visible(viewer)
    return [
        (facet, _facet(facet, _narrowed(visible, replace(wanted, **{facet: None}))))
        for facet in OfferFacets.FACETS
    ]


def _facet(facet: str, seen: SelectOfScalar[Offer]) -> "Select[Any, int]":
    ids = seen.with_only_columns(col(Offer.id))
    linked: dict[str, tuple[Any, Any]] = {
        "area": (col(OfferExpertise.area), col(OfferExpertise.offer_id)),
        "commitment": (col(OfferCommitment.commitment_code), col(OfferCommitment.offer_id)),
        "theme": (col(Commitment.theme_code), col(OfferCommitment.offer_id)),
        "modality": (col(OfferModality.modality), col(OfferModality.offer_id)),
        "language": (col(OfferLanguage.code), col(OfferLanguage.offer_id)),
        "state": (col(StakeholderState.iso3), col(Offer.id)),
    }
    own = Offer.state if facet == "status" else Offer.kind
    code, offer = linked.get(facet, (col(own), col(Offer.id)))
    query = select(code, func.count(func.distinct(offer))).select_from(offer.table)
    if facet == "theme":
        query = query.join(Commitment, col(Commitment.code) == col(OfferCommitment.commitment_code))
    if facet == "state":
        query = query.join(
            StakeholderState, col(StakeholderState.stakeholder_id) == col(Offer.stakeholder_id)
        )
    return query.where(offer.in_(ids)).group_by(code)
