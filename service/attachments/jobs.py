"""What is looked after regularly: what withdrawn files held goes, after its time."""

from service.attachments.commands import delete_withdrawn, kept_since
from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace


@regularly(every_seconds=3600)
def delete_what_was_withdrawn(place: Workplace) -> None:
    """Delete what files held that were withdrawn longer ago than this instance keeps them."""
    with place.database.writing() as session:
        delete_withdrawn(session, kept_since(place.settings.attachment_retention_days))
