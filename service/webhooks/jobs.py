"""What is looked after regularly: events that are due to be sent."""

from service.jobs.dispatcher import regularly
from service.jobs.durable import Workplace
from service.webhooks.sending import send_due_events


@regularly(every_seconds=2, is_apart=True)
def send_events(place: Workplace) -> None:
    """Send what is due."""
    send_due_events(place)
