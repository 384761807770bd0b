"""What comes in and goes out about invitations, deputies, and who has which duty."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from service.access.schemas import Email, Language, Password, PersonName, Secret
from service.caller import Role
from service.web.schemas import Day, IdText, Input, View

InvitationState = Literal["open", "accepted", "withdrawn", "expired"]


class InvitationSending(Input):
    """Somebody to be invited to a duty, by address."""

    email: Email = Field(examples=["focal.point@ministry.example"])
    role: Role = Field(examples=["observer"])
    stakeholder: IdText | None = None
    language: Language = "en"
    """The language of the letter."""


class InvitationToken(Input):
    """The end of the link in the letter."""

    token: Secret = Field(examples=["the end of the link in the letter"])


class InvitationAcceptance(Input):
    """Accepting an invitation with a new account."""

    token: Secret = Field(examples=["the end of the link in the letter"])
    name: PersonName = Field(examples=["Focal point"])
    language: Language = "en"
    password: Password = Field(examples=["several words that nobody guesses"])


class InvitationView(View):
    """An invitation, for those who may invite to the same."""

    id: str
    email: str
    role: str
    stakeholder: str | None
    state: InvitationState
    invited_by: str
    invited_at: datetime
    sent_at: datetime
    expires_at: datetime
    accepted_at: datetime | None


class InvitationOffer(View):
    """What one is invited to, for whoever holds the letter."""

    email: str
    role: str
    stakeholder: str | None
    stakeholder_name: str | None
    invited_by: str
    """The name of whoever invites."""
    expires_at: datetime
    has_account: bool
    """Whether there is an account with the address, so that its owner signs in to accept."""


class DeputyNaming(Input):
    """Somebody to act with one's duty from one day to another, both counted in."""

    duty: IdText
    account: IdText
    begins_on: Day = Field(examples=["2027-05-03"])
    ends_on: Day = Field(examples=["2027-05-14"])


class DeputyView(View):
    """Who acts for whom, with which duty, when."""

    id: str
    duty: str
    role: str
    stakeholder: str | None
    holder: str
    holder_name: str
    deputy: str
    deputy_name: str
    begins_on: date
    ends_on: date
    ended_at: datetime | None
    acts_now: bool


class PersonLine(View):
    """A duty within a stakeholder of the caller, and who has it."""

    duty: str
    role: str
    stakeholder: str
    account: str
    name: str
    deputies: list[DeputyView]
    """Who acts for this person, now or later."""
