"""What comes in and goes out about stakeholders."""

from datetime import datetime

from pydantic import Field

from service.web.schemas import CodeText, Flag, Input, LanguageCode, Link, Revision, StateCode, Title, View


class StakeholderRegistration(Input):
    """A stakeholder as it is registered."""

    type: CodeText = Field(examples=["ministry_or_agency"])
    name: Title = Field(examples=["Ministry of the Interior, Department of Migration"])
    language: LanguageCode = "en"
    states: list[StateCode] = Field(default=[], max_length=30, examples=[["GHA"]])
    dialogue: CodeText | None = None
    regional_body: CodeText | None = None
    is_desk: Flag = False
    website: Link | None = None
    source: Link | None = None


class StakeholderRevision(Revision):
    """What changes about a stakeholder; what is left out stays."""

    clearable = frozenset({"website"})

    name: Title | None = None
    language: LanguageCode | None = None
    states: list[StateCode] | None = Field(default=None, max_length=30)
    website: Link | None = None


class StakeholderView(View):
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
