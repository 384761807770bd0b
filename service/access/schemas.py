"""What comes in and goes out about accounts."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from service.caller import Role
from service.web.schemas import IdText, Input, Title, View, Whole

Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", to_lower=True)
]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AccountAddition(Input):
    """An account as it is added."""

    email: Email = Field(examples=["focal.point@ministry.example"])
    name: PersonName = Field(examples=["Focal point"])
    language: Literal["en", "fr", "es", "ar", "ru", "zh", "pt"] = "en"


class DutyGrant(Input):
    """A duty to be given to an account."""

    role: Role
    stakeholder: IdText | None = None


class TokenRequest(Input):
    """A token to be issued."""

    label: Title = Field(examples=["Nightly export"])
    days: Annotated[Whole, Field(ge=1, le=3650)] | None = None
    """Days after which it ends; left out: it lasts until it is revoked."""


class DutyView(View):
    """A duty."""

    id: str
    role: str
    stakeholder: str | None
    granted_at: datetime


class AccountView(View):
    """An account with its duties."""

    id: str
    email: str
    name: str
    language: str
    duties: list[DutyView]
    disabled_at: datetime | None


class TokenView(View):
    """A token, by its first characters."""

    id: str
    label: str
    hint: str
    issued_at: datetime
    expires_at: datetime | None


class IssuedToken(TokenView):
    """A new token. This is the only time that it can be read."""

    token: str
