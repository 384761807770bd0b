"""What is looked after regularly: letters that are due."""

import structlog

from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.mail.queries import count_waiting
from service.mail.sending import send_due_letters

log = structlog.get_logger()


@regularly(every_seconds=2, is_apart=True)
def send_letters(place: Workplace) -> None:
    """Send what is due, if a mail server is set."""
    if place.settings.smtp_host:
        send_due_letters(place)


@regularly(every_seconds=3600)
def warn_of_waiting_letters(place: Workplace) -> None:
    """Say in the log that letters wait for a mail server to be set."""
    if place.settings.smtp_host:
        return
    with place.database.reading() as session:
        waiting = count_waiting(session)
    if waiting:
        log.warning("letters wait: no mail server is set", letters=waiting, setting="HOMOLOGUE_SMTP_HOST")
