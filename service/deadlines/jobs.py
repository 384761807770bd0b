"""Looking after the clocks that run, whichever worker is there."""

from service.deadlines.commands import look_after_clocks
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace


@regularly(every_seconds=30)
def let_clocks_tell(place: Workplace) -> None:
    """Send the reminders that are due, and tell what is overdue."""
    with place.database.writing() as session:
        look_after_clocks(session)
