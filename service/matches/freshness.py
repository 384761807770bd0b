"""Whether anything changed that a ranking depends on, told by a few counts instead of by reading it all."""

from typing import NamedTuple

from sqlmodel import Session, col, func, or_, select

from service.deliveries.tables import Delivery
from service.journal.tables import JournalEntry
from service.matches.bookings import booked_months
from service.offers.tables import Offer
from service.stakeholders.tables import Stakeholder

RANKED_FROM = ("offer", "offer-wishes", "delivery", "stakeholder", "dialogue", "reference")
"""Kinds of things whose changes can change a ranking. Every command on them writes its entry."""


class Mark(NamedTuple):
    """How far the record of changes has come; equal marks, equal offers and facts."""

    entries: int
    offers: int
    deliveries: int
    stakeholders: int
    booked: tuple[tuple[str, str, int], ...]
    """What is booked now; a hold runs out without anybody doing anything."""


def mark_of(session: Session) -> Mark:
    """Return the mark of what a transaction sees: a fixed number of queries."""
    about = or_(*(col(JournalEntry.subject).startswith(f"{kind}:") for kind in RANKED_FROM))
    booked = booked_months(session)
    return Mark(
        entries=session.exec(select(func.count()).select_from(JournalEntry).where(about)).one(),
        offers=session.exec(select(func.count()).select_from(Offer)).one(),
        deliveries=session.exec(select(func.count()).select_from(Delivery)).one(),
        stakeholders=session.exec(select(func.count()).select_from(Stakeholder)).one(),
        booked=tuple(
            (offer, month, taken) for offer, months in booked.items() for month, taken in months.items()
        ),
    )
