"""The clock of needs: emergencies that nobody endorsed in time, and wider levels that waited for a day."""

from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.needs.moves import set_back_unendorsed
from service.needs.widening import widen_where_due


@regularly(every_seconds=60)
def let_deadlines_pass(place: Workplace) -> None:
    """Set back what was not endorsed in time, and widen what nobody revoked for a day."""
    with place.database.writing() as session:
        set_back_unendorsed(session)
        widen_where_due(session)
