"""The clock of offers: what nobody confirms for a year goes stale, and ends a year later."""

from service import clock
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.offers.commands import expire_offers, mark_stale_offers


@regularly(every_seconds=3600)
def let_offers_age(place: Workplace) -> None:
    """Mark offers stale that nobody confirmed for too long, and end those that stayed so."""
    with place.database.writing() as session:
        mark_stale_offers(session, clock.now())
        expire_offers(session, clock.now())
