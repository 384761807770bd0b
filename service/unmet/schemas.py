"""What comes in and goes out about what stays unmet."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from service.matches.proposal_schemas import UnmetView
from service.unmet.rules import Level
from service.web.schemas import Flag, IdText, Input, LongText, Reason, View


class UnmetShowing(Input):
    """What the public may be shown of a need while it is unmet."""

    level: Level


class EscalationRequest(Input):
    """To whom an unmet need is to be passed on, and with which words."""

    to: IdText
    """The secretariat of a dialogue, or a fund."""
    message: LongText | None = Field(default=None, examples=["Three states of the region ask for the same."])
    consents: Flag = False
    """The requester's consent that the addressee is told of the need. A desk can only suggest it."""
    reason: Reason | None = None


class EscalationConsent(Input):
    """The requester's consent to what its desk suggested."""

    consents: Literal[True]
    """Given by sending it."""
    reason: Reason | None = None


class EscalationAnswer(Input):
    """What the addressee says."""

    outcome: Literal["taken_up", "declined"]
    answer: Reason = Field(examples=["It stands on the agenda of the next senior officials' meeting."])


class PartMissing(View):
    """A component of a need that was passed on."""

    area: str | None
    modality: str | None
    experts: int
    mandatory: bool


class EscalationView(View):
    """An unmet need passed on, as its sides see it."""

    id: str
    need: str
    case_number: str | None
    need_title: str
    language: str
    requesters: list[str]
    """Names of those who ask."""
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
    """What the reader can do now."""


class NeedUnmetView(View):
    """A need that stays unmet, or has parts that do, for those who ask and the desk."""

    need: str
    need_title: str
    language: str
    status: str
    unmet_reason: str | None
    since: datetime | None
    """Since when nobody could be found."""
    days: int | None
    """How many days that is."""
    shown: Level
    """What the public is shown."""
    shown_since: datetime | None
    parts: list[UnmetView]
    """What the latest round found, component by component, with what would help."""
    escalations: list[EscalationView]


class GroupView(View):
    """How many needs of a theme are unmet in a region."""

    theme: str
    theme_title: str
    region: str | None
    """None: all other regions together."""
    needs: int


class ListedView(View):
    """An unmet need whose requester allows a line of its own."""

    themes: list[str]
    theme_titles: list[str]
    regions: list[str]
    areas: list[str]
    area_labels: list[str]
    experts: int
    reason: str | None
    since: str | None
    """The month."""
    passed_on: bool
    """Whether a dialogue or a fund has been asked."""


class PublicUnmet(View):
    """What everybody may know of what stays unmet."""

    as_of: date
    fewest: int
    """Groups of fewer needs are not told."""
    groups: list[GroupView]
    needs: list[ListedView]
