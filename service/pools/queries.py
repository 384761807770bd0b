"""Reading pools: the calendar of a stakeholder's offers, and its imports. For those who offer in its name."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.caller import OFFERING, Caller
from service.deadlines.queries import things_timed
from service.deadlines.tables import RunningClock
from service.errors import NotFound
from service.matches.bookings import holds_of
from service.matches.proposal_queries import seats_in_sight
from service.matches.rules import capacity_of
from service.matches.seat_commands import months_open
from service.matches.tables import Proposal, Seat
from service.needs.tables import Need
from service.offers.links import links_of
from service.offers.queries import offers_of
from service.offers.rules import STALE_AFTER_DAYS, stale_since
from service.offers.schemas import OfferFilter
from service.offers.tables import Offer
from service.pools import rules
from service.pools.schemas import CalendarFilter, CalendarRow, CalendarView, MonthView
from service.pools.tables import PoolReference
from service.search.queries import things_with
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.tables import Stakeholder
from service.web.paging import Key, PageAsked, page_of

SEATS_THAT_TAKE = frozenset({"offered", "accepted", "confirmed"})


class Part(NamedTuple):
    """What a seat takes of its offer in a month."""

    seat: str
    state: rules.MonthState
    experts: int


Parts = Mapping[str, Mapping[str, Sequence[Part]]]
"""What seats take, by offer and month."""


def find_pool(session: Session, caller: Caller, stakeholder_id: str) -> Stakeholder:
    """Return the stakeholder whose pool the caller may manage; to everybody else there is none."""
    row = session.get(Stakeholder, stakeholder_id)
    if row is None or not rules.may_manage(caller, row.id):
        raise NotFound
    return row


def pools_of(session: Session, caller: Caller) -> list[Stakeholder]:
    """Return the stakeholders whose pools the caller may manage, by name."""
    rows = find_stakeholders(session, caller.stakeholders(*OFFERING)).values()
    return sorted(rows, key=lambda row: (row.name.casefold(), row.id))


def get_calendar(
    session: Session, caller: Caller, stakeholder_id: str, wanted: CalendarFilter, page: PageAsked
) -> CalendarView:
    """Return a page of a pool's calendar, in the order of titles."""
    pool = find_pool(session, caller, stakeholder_id)
    months = rules.months_from(clock.today(), wanted.months)
    query = _narrowed(session, caller, pool.id, wanted)
    rows, following = page_of(
        session, query, [Key(col(Offer.title), "title"), Key(col(Offer.id), "id")], page
    )
    return CalendarView(
        stakeholder=pool.id,
        months=months,
        items=_rows(session, caller, rows, months),
        offers=_count(session, query),
        due=_count(session, due_offers(pool.id)),
        next=following,
    )


def due_offers(stakeholder_id: str) -> SelectOfScalar[Offer]:
    """Return a query of a stakeholder's offers of which somebody should say that they still stand."""
    return select(Offer).where(Offer.stakeholder_id == stakeholder_id, is_due_by(clock.now()))


class Due(NamedTuple):
    """An offer that waits for a word that it still stands."""

    row: Offer
    reference: str | None
    due_at: datetime | None


def list_due(session: Session, stakeholder_id: str) -> list[Due]:
    """Return the offers that wait for a word, up to what one page asks; the caller has asked who may."""
    query = due_offers(stakeholder_id).order_by(col(Offer.title), col(Offer.id)).limit(rules.MOST_DUE_SHOWN)
    rows = session.exec(query).all()
    references, dues = references_of(session, [row.id for row in rows]), dues_of(session, rows)
    return [Due(row, references.get(row.id), dues.get(row.id)) for row in rows]


def is_due_by(now: datetime) -> ColumnElement[bool]:
    """Return the condition that an offer is stale, or will be soon; the rule says the same of one offer."""
    soon = now + timedelta(days=rules.REMIND_BEFORE_DAYS)
    last_word = func.coalesce(Offer.confirmed_at, Offer.authorised_at, Offer.registered_at)
    timed = col(Offer.id).in_(things_timed("reconfirm_offer"))
    goes_stale = or_(
        col(Offer.id).in_(things_timed("reconfirm_offer", due_by=soon)),
        and_(~timed, last_word <= stale_since(soon)),
    )
    # A clock begins anew only a moment after the word that it waits for.
    is_silent = last_word <= now - timedelta(days=rules.REMIND_BEFORE_DAYS)
    return or_(col(Offer.state) == "stale", and_(col(Offer.state) == "active", goes_stale, is_silent))


def dues_of(session: Session, rows: Iterable[Offer]) -> dict[str, datetime]:
    """Return when each of some active offers goes stale if nobody says that it stands."""
    active = {row.id: row for row in rows if row.state == "active"}
    query = select(RunningClock.thing_id, RunningClock.due_at).where(
        RunningClock.stage == "reconfirm_offer",
        col(RunningClock.ended_at).is_(None),
        col(RunningClock.thing_id).in_(active),
    )
    found = {id_: _last_word(row) + timedelta(days=STALE_AFTER_DAYS) for id_, row in active.items()}
    return found | dict(session.exec(query).all())


def _last_word(row: Offer) -> datetime:
    return row.confirmed_at or row.authorised_at or row.registered_at


def references_of(session: Session, offer_ids: Iterable[str]) -> dict[str, str]:
    """Return the stakeholder's own names of offers, for those who asked already whether they may be shown."""
    query = select(PoolReference.offer_id, PoolReference.reference)
    return dict(session.exec(query.where(col(PoolReference.offer_id).in_(set(offer_ids)))).all())


def _narrowed(
    session: Session, caller: Caller, pool_id: str, wanted: CalendarFilter
) -> SelectOfScalar[Offer]:
    narrower = OfferFilter(area=wanted.area, language=wanted.language, commitment=wanted.commitment)
    query = offers_of(pool_id, narrower).where(col(Offer.state).in_(rules.ON_CALENDAR))
    if wanted.q:
        named = select(PoolReference.offer_id).where(
            PoolReference.stakeholder_id == pool_id, PoolReference.reference == wanted.q.strip()
        )
        found = or_(col(Offer.id).in_(things_with("offer", wanted.q)), col(Offer.id).in_(named))
        query = query.where(found)
    if wanted.due:
        query = query.where(is_due_by(clock.now()))
    first = wanted.free_from or wanted.free_until
    if first:
        query = query.where(
            col(Offer.id).in_(_free(session, caller, query, first, wanted.free_until or first))
        )
    return query


def _free(session: Session, caller: Caller, query: SelectOfScalar[Offer], first: str, last: str) -> list[str]:
    """Return the ids of the offers of which something is left in each month of a period."""
    year, month = int(first[:4]), int(first[5:])
    count = (int(last[:4]) - year) * 12 + int(last[5:]) - month + 1
    months = rules.months_from(clock.today().replace(year=year, month=month, day=1), min(max(count, 1), 120))
    rows = session.exec(query).all()
    parts = _parts(session, caller, [row.id for row in rows])
    return [row.id for row in rows if rules.is_free(_months(row, parts.get(row.id, {}), months), months)]


def _count(session: Session, query: SelectOfScalar[Offer]) -> int:
    return session.exec(select(func.count()).select_from(query.subquery())).one()


def _rows(session: Session, caller: Caller, rows: Sequence[Offer], months: list[str]) -> list[CalendarRow]:
    ids = [row.id for row in rows]
    parts, links = _parts(session, caller, ids), links_of(session, ids)
    references, dues, now = references_of(session, ids), dues_of(session, rows), clock.now()
    return [
        CalendarRow(
            offer=row.id,
            reference=references.get(row.id),
            label=row.label,
            title=row.title,
            language=row.language,
            state=row.state,
            capacity=row.capacity,
            areas=[one.area for one in links[row.id].expertise],
            languages=[one.code for one in links[row.id].languages],
            is_due=rules.is_due(row.state, dues.get(row.id), _last_word(row), now),
            due_at=dues.get(row.id),
            months=_month_views(row, parts.get(row.id, {}), months),
        )
        for row in rows
    ]


def _month_views(row: Offer, parts: Mapping[str, Sequence[Part]], months: list[str]) -> list[MonthView]:
    return [
        MonthView(
            month=one.month,
            state=one.state,
            asked=one.asked,
            held=one.held,
            booked=one.booked,
            left=one.left,
            seats=[part.seat for part in parts.get(one.month, ())],
        )
        for one in _months(row, parts, months)
    ]


def _months(row: Offer, parts: Mapping[str, Sequence[Part]], months: Iterable[str]) -> list[rules.Month]:
    given = rules.Given(
        row.state, capacity_of(row.capacity), row.months, row.available_from, row.available_until
    )
    taken = rules.Taken(_summed(parts, "asked"), _summed(parts, "held"), _summed(parts, "booked"))
    return [rules.month_of(given, taken, month) for month in months]


def _summed(parts: Mapping[str, Sequence[Part]], state: rules.MonthState) -> dict[str, int]:
    return {month: sum(one.experts for one in among if one.state == state) for month, among in parts.items()}


def _parts(session: Session, caller: Caller, offer_ids: Sequence[str]) -> Parts:
    """Return what seats take of offers, as far as these seats were offered to the caller's side."""
    query = select(Seat, Need).join(Proposal, col(Proposal.id) == col(Seat.proposal_id))
    query = query.join(Need, col(Need.id) == col(Proposal.need_id)).where(
        col(Seat.offer_id).in_(offer_ids),
        col(Seat.state).in_(SEATS_THAT_TAKE),
        col(Seat.id).in_(seats_in_sight(session, caller)),
    )
    seats = session.exec(query.order_by(col(Seat.id))).all()
    held = holds_of(session, {seat.id for seat, _ in seats})
    found: dict[str, dict[str, list[Part]]] = defaultdict(lambda: defaultdict(list))
    for seat, need in seats:
        hold = held.get(seat.id)
        state: rules.MonthState = "asked" if hold is None else "held" if hold.until else "booked"
        if seat.state == "confirmed" and hold is None:
            continue
        months = hold.months if hold else seat.months_wanted or months_open(session, seat, need)
        for month in months:
            found[seat.offer_id][month].append(Part(seat.id, state, seat.experts))
    return found
