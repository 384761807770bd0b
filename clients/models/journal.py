"""What happened to a thing."""

from datetime import datetime
from typing import Any

from clients.models.parts import Answer


class JournalLine(Answer):
    """One entry of a thing's journal."""

    event: str
    actor: str
    occurred_at: datetime
    details: dict[str, Any]
    reason: str | None
    erased: bool = False
    number: int | None = None
    """Place in the chain; for administrators only, as is the hash."""
    hash: str | None = None


class Journal(Answer):
    """The journal of a thing, and whether its chain holds."""

    subject: str
    chain_holds: bool
    entries: list[JournalLine]
