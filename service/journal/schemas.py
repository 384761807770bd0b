"""What the journal shows of itself."""

from datetime import datetime
from typing import Any

from pydantic import Field

from service.web.schemas import View


class JournalLine(View):
    """One entry of a thing's journal."""

    event: str = Field(examples=["need.registered"])
    actor: str
    occurred_at: datetime
    details: dict[str, Any]
    reason: str | None
    erased: bool = False
    number: int | None = None
    """Place in the chain; for administrators only, as is the hash."""
    hash: str | None = None


class JournalView(View):
    """The journal of a thing, and whether its chain holds."""

    subject: str
    chain_holds: bool
    entries: list[JournalLine]
