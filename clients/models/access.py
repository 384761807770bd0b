"""Accounts, duties and tokens."""

from datetime import datetime
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
    days: int | None = None
    """Days after which it ends; left out: it lasts until it is revoked."""


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
    issued_at: datetime
    expires_at: datetime | None


class IssuedToken(Token):
    """A new token. This is the only time that it can be read."""

    token: str


class Health(Answer):
    """How the service is."""

    status: str
