"""Accounts, duties and tokens."""

from datetime import date, datetime
from typing import Literal

from clients.models.parts import Answer, Input, Role


class AccountAddition(Input):
    """An account as it is added."""

    email: str
    name: str
    language: Literal["en", "fr", "es", "ar", "ru", "zh", "pt"] = "en"


class DutyGrant(Input):
    """A duty to be given to an account."""

    role: Role
    stakeholder: str | None = None


class TokenRequest(Input):
    """A token to be issued."""

    label: str
    days: int = 90
    """Days after which it ends, at most 365."""
    scope: Literal["read", "write"] = "write"
    """Whether it may only read, or do all that its owner may."""
    stakeholder: str | None = None
    """The only stakeholder of its owner that it acts for; left out: all of them."""


class Duty(Answer):
    """A role within a stakeholder."""

    id: str
    role: str
    stakeholder: str | None
    granted_at: datetime


class Account(Answer):
    """An account with its duties."""

    id: str
    email: str
    name: str
    language: str
    duties: list[Duty]
    disabled_at: datetime | None


class Token(Answer):
    """A token, by its first characters."""

    id: str
    label: str
    hint: str
    scope: str
    stakeholder: str | None
    issued_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


class IssuedToken(Token):
    """A new token. This is the only time that it can be read."""

    token: str


class Health(Answer):
    """How the service is."""

    status: str
