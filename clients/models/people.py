"""Invitations, deputies, and who has which duty; other services to sign in with; proving who one is."""

from datetime import date, datetime
from typing import Literal

from clients.models.parts import Answer, Input, Role


class InvitationSending(Input):
    """Somebody to be invited to a duty, by address."""

    email: str
    role: Role
    stakeholder: str | None = None
    language: Literal["en", "fr", "es", "ar", "ru", "zh", "pt"] = "en"
    """The language of the letter."""


class InvitationToken(Input):
    """The end of the link in the letter."""

    token: str


class InvitationAcceptance(Input):
    """Accepting an invitation with a new account."""

    token: str
    name: str
    language: Literal["en", "fr", "es", "ar", "ru", "zh", "pt"] = "en"
    password: str


class Invitation(Answer):
    """An invitation, for those who may invite to the same."""

    id: str
    email: str
    role: str
    stakeholder: str | None
    state: str
    invited_by: str
    invited_at: datetime
    sent_at: datetime
    expires_at: datetime
    accepted_at: datetime | None


class InvitationOffer(Answer):
    """What one is invited to, for whoever holds the letter."""

    email: str
    role: str
    stakeholder: str | None
    stakeholder_name: str | None
    invited_by: str
    expires_at: datetime
    has_account: bool


class DeputyNaming(Input):
    """Somebody to act with one's duty from one day to another, both counted in."""

    duty: str
    account: str
    begins_on: date
    ends_on: date


class Deputy(Answer):
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


class PersonLine(Answer):
    """A duty where one has a duty, and who has it."""

    duty: str
    role: str
    stakeholder: str
    account: str
    name: str
    deputies: list[Deputy]


class Proof(Input):
    """Who one is, proved again: by the password or by a code of the app."""

    password: str | None = None
    code: str | None = None


class Proved(Answer):
    """One may change how one signs in for some minutes now."""

    until: datetime


class LinkedSignIn(Answer):
    """A service that one can sign in with."""

    id: str
    provider: str
    linked_at: datetime
    last_used_on: date | None


class SignInProvider(Answer):
    """A service that people can sign in with, in a browser."""

    code: str
    label: str
