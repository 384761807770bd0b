"""What is looked after regularly: letters with news that are due."""

from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.notifications.mailing import write_due_letters


@regularly(every_seconds=5)
def write_letters(place: Workplace) -> None:
    """Write what is due at once, and the digests whose hour has come."""
    write_due_letters(place.database, place.settings)
