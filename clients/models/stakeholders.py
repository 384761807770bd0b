"""States' institutions, pools, organisations and desks."""

from collections.abc import Sequence
from datetime import datetime

from clients.models.parts import LEFT_OUT, Answer, Input


class StakeholderRegistration(Input):
    """A stakeholder as it is registered."""

    type: str
    name: str
    language: str = "en"
    states: Sequence[str] = ()
    dialogue: str | None = None
    regional_body: str | None = None
    is_desk: bool = False
    website: str | None = None
    source: str | None = None


class StakeholderRevision(Input):
    """What changes about a stakeholder; what is left out stays, and None clears what may be empty."""

    name: str = LEFT_OUT
    language: str = LEFT_OUT
    states: Sequence[str] = LEFT_OUT
    website: str | None = None


class Stakeholder(Answer):
    """A stakeholder."""

    id: str
    type: str
    name: str
    language: str
    states: list[str]
    dialogue: str | None
    regional_body: str | None
    is_desk: bool
    is_public_body: bool
    website: str | None
    source: str | None
    is_demonstration: bool
    registered_at: datetime
    retired_at: datetime | None
