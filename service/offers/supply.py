"""What a round takes from the offers: plain values, whatever the level at which they are shown."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.offers import rules
from service.offers.links import Links, links_of, wishes_of
from service.offers.rules import IN_ROUNDS, is_reconfirmed
from service.offers.tables import Offer, OfferWish
from service.stakeholders.tables import Stakeholder


@dataclass(frozen=True, slots=True)
class ExpertiseForRound:
    """An area, how well, and on whose word."""

    area: str
    proficiency: str | None
    evidence: str | None


@dataclass(frozen=True, slots=True)
class LanguageForRound:
    """A working language that the provider itself stated."""

    code: str
    level: str | None


@dataclass(frozen=True, slots=True)
class OfferForRound:
    """An offer as the engine needs it. ``None`` is unknown."""

    id: str
    party: str
    """The provider."""
    named_expert: bool
    expertise: tuple[ExpertiseForRound, ...]
    commitments: tuple[str, ...]
    modalities: tuple[str, ...] | None
    languages: tuple[LanguageForRound, ...] | None
    """Languages that the provider stated; none: it stated none, whatever is official in its state."""
    text: str
    capacity: int | None
    sends: int | None
    days_per_year: int | None
    months: tuple[int, ...] | None
    targets: tuple[str, ...] | None
    modes: tuple[str, ...] | None
    cost_per_day: float | None
    """In US dollars, as needs cap it. A cost in another currency, or in none, is not known here."""
    released: bool | None
    conflicts: tuple[str, ...]
    refuses: tuple[str, ...]
    prefers: tuple[str, ...]
    confirmed_on: date | None
    """When the provider last said that it stands; none for one that is not reconfirmed."""
    available_from: date | None
    available_until: date | None
    is_reconfirmed: bool
    state: str
    desk: str | None
    source: str | None
    is_demonstration: bool
    version: int
    """The version that was read, to notice what changed meanwhile."""


def offers_for_round(session: Session, as_of: date, desk_id: str | None = None) -> list[OfferForRound]:
    """Return the offers that a round may propose on a day: active and stale ones, whatever their level.

    With a desk, those addressed to it or to none, and those of other desks that it would be shown anyway
    (``all_states``, ``public``). A fixed number of queries.
    """
    standing = _standing(as_of, desk_id)
    links, wishes = links_of(session, standing), wishes_of(session, standing)
    rows = session.exec(select(Offer).where(col(Offer.id).in_(standing)).order_by(col(Offer.id)))
    return [_for_round(row, links[row.id], wishes[row.id]) for row in rows]


def ids_for_round(session: Session, as_of: date, desk_id: str | None = None) -> set[str]:
    """Return the ids of :func:`offers_for_round` alone: one query."""
    return set(session.exec(_standing(as_of, desk_id)))


def may_be_proposed(session: Session, offer_id: str, as_of: date, desk_id: str) -> bool:
    """Tell whether a round of a desk may propose an offer on a day."""
    return session.exec(_standing(as_of, desk_id).where(Offer.id == offer_id)).first() is not None


def _standing(as_of: date, desk_id: str | None) -> SelectOfScalar[str]:
    query = (
        select(Offer.id)
        .join(Stakeholder, col(Stakeholder.id) == col(Offer.stakeholder_id))
        .where(
            col(Offer.state).in_(IN_ROUNDS),
            Offer.confidentiality != "draft",
            or_(col(Offer.available_until).is_(None), col(Offer.available_until) >= as_of),
            col(Stakeholder.retired_at).is_(None),
            col(Offer.restricted_at).is_(None),
            col(Offer.objected_at).is_(None),
        )
    )
    if desk_id is not None:
        shown_anyway = col(Offer.confidentiality).in_(("all_states", "public"))
        query = query.where(or_(col(Offer.desk_id).is_(None), Offer.desk_id == desk_id, shown_anyway))
    return query


def _for_round(row: Offer, links: Links, wishes: list[OfferWish]) -> OfferForRound:
    stands = is_reconfirmed(row.state, row.confirmed_at)
    return OfferForRound(
        id=row.id,
        party=row.stakeholder_id,
        named_expert=row.kind == "named_expert",
        expertise=tuple(
            ExpertiseForRound(item.area, item.proficiency, item.evidence) for item in links.expertise
        ),
        commitments=tuple(links.commitments),
        modalities=tuple(links.modalities) or None,
        languages=_stated(links),
        text="\n".join(part for part in (row.title, row.description) if part),
        capacity=row.capacity,
        sends=row.sends,
        days_per_year=row.days_per_year,
        months=tuple(row.months) if row.months else None,
        targets=tuple(links.targets) or None,
        modes=tuple(row.modes) if row.modes else None,
        cost_per_day=rules.comparable_cost(row.cost_per_day, row.cost_currency),
        released=row.released,
        conflicts=_wished(wishes, "conflict"),
        refuses=_wished(wishes, "refuses"),
        prefers=_wished(wishes, "prefers"),
        confirmed_on=row.confirmed_at.date() if row.confirmed_at and stands else None,
        available_from=row.available_from,
        available_until=row.available_until,
        is_reconfirmed=stands,
        state=row.state,
        desk=row.desk_id,
        source=row.source,
        is_demonstration=row.is_demonstration,
        version=row.version,
    )


def _stated(links: Links) -> tuple[LanguageForRound, ...] | None:
    stated = tuple(
        LanguageForRound(item.code, item.level) for item in links.languages if item.basis == "stated"
    )
    return stated or None


def _wished(wishes: list[OfferWish], wish: str) -> tuple[str, ...]:
    return tuple(item.stakeholder_id for item in wishes if item.wish == wish)
