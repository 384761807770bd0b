"""What stays unmet, and where it goes next."""

from datetime import date, datetime
from typing import Literal

from clients.models.parts import Answer, Input
from clients.models.proposals import Unmet

UnmetLevel = Literal["nothing", "theme_and_region", "details"]


class UnmetShowing(Input):
    """What the public may be shown of a need while it is unmet."""

    level: UnmetLevel


class EscalationRequest(Input):
    """To whom an unmet need is to be passed on, and with which words."""

    to: str
    message: str | None = None
    consents: bool = False
    """The requester's consent that the addressee is told of the need. A desk can only suggest it."""
    reason: str | None = None


class EscalationConsent(Input):
    """The requester's consent to what its desk suggested."""

    consents: Literal[True]
    reason: str | None = None


class EscalationAnswer(Input):
    """What the addressee says."""

    outcome: Literal["taken_up", "declined"]
    answer: str


class PartMissing(Answer):
    """A component of a need that was passed on."""

    area: str | None
    modality: str | None
    experts: int
    mandatory: bool


class Escalation(Answer):
    """An unmet need passed on, as its sides see it."""

    id: str
    need: str
    case_number: str | None
    need_title: str
    language: str
    requesters: list[str]
    unmet_reason: str | None
    parts: list[PartMissing]
    to: str
    to_name: str
    status: str
    message: str | None
    opened_at: datetime
    consented_at: datetime | None
    consent_text: str | None
    answer: str | None
    answered_at: datetime | None
    ended_at: datetime | None
    moves: list[str]


class NeedUnmet(Answer):
    """A need that stays unmet, or has parts that do, for those who ask and the desk."""

    need: str
    need_title: str
    language: str
    status: str
    unmet_reason: str | None
    since: datetime | None
    days: int | None
    shown: UnmetLevel
    shown_since: datetime | None
    parts: list[Unmet]
    escalations: list[Escalation]


class UnmetGroup(Answer):
    """How many needs of a theme are unmet in a region; no region: in all others together."""

    theme: str
    theme_title: str
    region: str | None
    needs: int


class UnmetListed(Answer):
    """An unmet need whose requester allows a line of its own."""

    themes: list[str]
    theme_titles: list[str]
    regions: list[str]
    areas: list[str]
    area_labels: list[str]
    experts: int
    reason: str | None
    since: str | None
    passed_on: bool


class PublicUnmet(Answer):
    """What everybody may know of what stays unmet."""

    as_of: date
    fewest: int
    groups: list[UnmetGroup]
    needs: list[UnmetListed]
