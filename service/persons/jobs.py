"""What is looked after regularly: what was kept long enough goes."""

from datetime import timedelta

import structlog

from service import clock
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.persons.commands import forget_closed
from service.persons.retention import apply_clocks, closed_since

log = structlog.get_logger()


@regularly(every_seconds=600)
def drop_old_pages(place: Workplace) -> None:
    """Let go of what files still hold of rows as they were before they were erased."""
    place.database.drop_old_pages()


@regularly(every_seconds=3600)
def end_what_is_over(place: Workplace) -> None:
    """Erase what was kept long enough; each closed account in a transaction of its own."""
    with place.database.writing() as session:
        apply_clocks(session, place.settings)
    before = clock.now() - timedelta(days=place.settings.account_retention_days)
    with place.database.reading() as session:
        due = closed_since(session, before)
    for account_id in due:
        with place.database.writing() as session:
            forget_closed(session, account_id)
        log.info("person erased", person=account_id)
