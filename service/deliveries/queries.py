"""Reading the track record. It is public; retired entries are out of lists and rounds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.caller import Caller
from service.deliveries.links import Links, links_of
from service.deliveries.rules import COUNTS
from service.deliveries.schemas import DeliveryFilter, DeliveryView, PartyLine
from service.deliveries.tables import (
    Delivery,
    DeliveryCommitment,
    DeliveryParty,
    DeliveryProvider,
    DeliveryRequester,
)
from service.errors import NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.reference.tables import Commitment
from service.search.queries import things_with
from service.stakeholders.queries import find_stakeholders
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


@dataclass(frozen=True, slots=True)
class DeliveryForRound:
    """A delivery as the engine needs it. ``None`` is unknown."""

    id: str
    requesters: tuple[str, ...]
    providers: tuple[str, ...]
    parties: tuple[str, ...]
    commitments: tuple[str, ...]
    areas: tuple[str, ...]
    modalities: tuple[str, ...]
    text: str
    year_from: int | None
    year_to: int | None
    rating: float | None
    dialogue: str | None
    """The dialogue that hosted it."""
    source: str
    is_demonstration: bool


def get_delivery(session: Session, caller: Caller, delivery_id: str) -> DeliveryView:
    """Return one delivery; a retired one too."""
    return views_of(session, [find_delivery(session, caller, delivery_id)])[0]


def find_delivery(session: Session, caller: Caller, delivery_id: str) -> Delivery:
    """Return the row of one delivery."""
    row = session.exec(visible(caller).where(Delivery.id == delivery_id)).first()
    if row is None:
        raise NotFound
    return row


def list_deliveries(
    session: Session, caller: Caller, wanted: DeliveryFilter, page: PageAsked
) -> Page[DeliveryView]:
    """Return a page of the track record, what was entered last first."""
    query = _narrowed(visible(caller).where(col(Delivery.retired_at).is_(None)), wanted)
    order = [Key(col(Delivery.registered_at), "registered_at", descending=True), Key(col(Delivery.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=views_of(session, rows), next=following)


def get_delivery_journal(session: Session, caller: Caller, delivery_id: str) -> JournalView:
    """Return what happened to an entry."""
    row = find_delivery(session, caller, delivery_id)
    return get_journal(session, caller, f"delivery:{row.id}")


def deliveries_for_round(session: Session, as_of: date | None = None) -> list[DeliveryForRound]:
    """Return the help that was really given, or under way, by a day (today): a fixed number of queries."""
    year = (as_of or clock.today()).year
    standing = select(Delivery.id).where(
        col(Delivery.retired_at).is_(None),
        col(Delivery.status).in_(COUNTS),
        func.coalesce(Delivery.year_from, Delivery.year_to, year) <= year,
    )
    links = links_of(session, standing)
    rows = session.exec(select(Delivery).where(col(Delivery.id).in_(standing)).order_by(col(Delivery.id)))
    return [_for_round(row, links[row.id]) for row in rows]


def views_of(session: Session, rows: Sequence[Delivery]) -> list[DeliveryView]:
    """Return rows as they are shown."""
    links = links_of(session, [row.id for row in rows])
    named = {party for row in rows for party in links[row.id].parties}
    names = {party.id: party.name for party in find_stakeholders(session, named).values()}
    return [_view(row, links[row.id], names) for row in rows]


def _view(row: Delivery, links: Links, names: dict[str, str]) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        topic=row.topic,
        language=row.language,
        status=row.status,
        requesters=links.requesters,
        requester_bodies=row.bodies,
        requester_institutions=row.requester_institutions,
        providers=links.providers,
        provider_institutions=row.provider_institutions,
        parties=[PartyLine(id=party, name=names[party]) for party in links.parties],
        providers_complete=row.providers_complete,
        commitments=links.commitments,
        areas=row.areas,
        modalities=row.modalities,
        year_from=row.year_from,
        year_to=row.year_to,
        programme=row.programme,
        framework=row.framework,
        dialogue=row.dialogue_code,
        note=row.note,
        source=row.source,
        source_code=row.source_code,
        is_demonstration=row.is_demonstration,
        registered_at=row.registered_at,
        retired_at=row.retired_at,
        version=row.version,
    )


def _for_round(row: Delivery, links: Links) -> DeliveryForRound:
    return DeliveryForRound(
        id=row.id,
        requesters=tuple(links.requesters),
        providers=tuple(links.providers),
        parties=tuple(links.parties),
        commitments=tuple(links.commitments),
        areas=tuple(row.areas),
        modalities=tuple(row.modalities),
        text=row.topic,
        year_from=row.year_from,
        year_to=row.year_to,
        rating=row.rating,
        dialogue=row.dialogue_code,
        source=row.source,
        is_demonstration=row.is_demonstration,
    )


def visible(_caller: Caller) -> SelectOfScalar[Delivery]:
    """Return the deliveries that the caller may see: all of them, for the track record is public."""
    return select(Delivery)


def _narrowed(query: SelectOfScalar[Delivery], wanted: DeliveryFilter) -> SelectOfScalar[Delivery]:
    for narrower in _linked(wanted):
        query = query.where(col(Delivery.id).in_(narrower))
    if wanted.dialogue:
        query = query.where(Delivery.dialogue_code == wanted.dialogue)
    if wanted.status:
        query = query.where(Delivery.status == wanted.status)
    if wanted.year is not None:
        # One known year stands for both; what has no year was under way in none.
        query = query.where(
            func.coalesce(Delivery.year_from, Delivery.year_to) <= wanted.year,
            func.coalesce(Delivery.year_to, Delivery.year_from) >= wanted.year,
        )
    if wanted.q:
        query = query.where(col(Delivery.id).in_(things_with("delivery", wanted.q)))
    return query


def _linked(wanted: DeliveryFilter) -> Sequence[SelectOfScalar[str]]:
    found = []
    if wanted.requester:
        found.append(select(DeliveryRequester.delivery_id).where(DeliveryRequester.iso3 == wanted.requester))
    if wanted.provider:
        found.append(select(DeliveryProvider.delivery_id).where(DeliveryProvider.iso3 == wanted.provider))
    if wanted.party:
        found.append(select(DeliveryParty.delivery_id).where(DeliveryParty.stakeholder_id == wanted.party))
    if wanted.commitment or wanted.theme:
        found.append(_with_commitment(wanted.commitment, wanted.theme))
    return found


def _with_commitment(commitment: str | None, theme: str | None) -> SelectOfScalar[str]:
    # A headline commitment is asked for together with its sub-points.
    query = select(DeliveryCommitment.delivery_id).join(
        Commitment, col(Commitment.code) == col(DeliveryCommitment.commitment_code)
    )
    if commitment:
        query = query.where(or_(Commitment.code == commitment, Commitment.parent_code == commitment))
    if theme:
        query = query.where(Commitment.theme_code == theme)
    return query
