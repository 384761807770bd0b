"""What this room does when something happened: every event of the table is told to those whom it concerns."""

from typing import Any

from sqlmodel import Session

from service.journal.reactions import Happening, on
from service.journal.tables import JournalEntry
from service.notifications.audiences import About
from service.notifications.commands import tell
from service.notifications.news import ON_BEHALF_ONLY, TOLD


def tell_people(session: Session, happening: Happening) -> None:
    """Write the notices of an event. Told twice, nobody gets a second one."""
    kind, _, id_ = happening.subject.partition(":")
    tell(session, session.get_one(JournalEntry, happening.entry_id), About(kind, id_, happening.details))


def _is_on_behalf(details: dict[str, Any]) -> bool:
    return bool(details.get("on_behalf"))


for _event in TOLD:
    _concerns = _is_on_behalf if _event in ON_BEHALF_ONLY else None
    on(_event, f"notifications.{_event}", concerns=_concerns)(tell_people)
