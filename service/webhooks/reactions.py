"""What this room does when something happened: the event is queued for the webhooks that want it."""

from sqlmodel import Session

from service.journal.reactions import Happening, on
from service.journal.tables import JournalEntry
from service.webhooks.commands import queue_event
from service.webhooks.rules import EVENTS


def queue(session: Session, happening: Happening) -> None:
    """Queue an event. Told twice, no webhook gets it twice."""
    queue_event(session, session.get_one(JournalEntry, happening.entry_id))


for _events in EVENTS.values():
    for _event in sorted(_events):
        on(_event, f"webhooks.{_event}")(queue)
