"""What is looked after regularly for the rooms below, which do not know of workers."""

import structlog
from sqlalchemy.exc import IntegrityError

from service.answers.commands import forget_old_answers
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.journal.roots import make_root

log = structlog.get_logger()


@regularly(every_seconds=600)
def tidy_answers(place: Workplace) -> None:
    """Forget answers to keys that were kept long enough."""
    with place.database.writing() as session:
        forget_old_answers(session, place.settings.answers_kept_hours)


@regularly(every_seconds=300)
def make_journal_root(place: Workplace) -> None:
    """Make an hourly root over the heads of the journal's chains, and say it in the log."""
    try:
        with place.database.writing() as session:
            root = make_root(session)
    except IntegrityError:
        return  # another worker made the same one at the same moment
    if root is not None:
        log.info("journal root", number=root.number, hash=root.hash)
