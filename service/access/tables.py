"""Tables of access."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from service.caller import ROLES
from service.database.columns import UtcDateTime, one_of


class Account(SQLModel, table=True):
    """Somebody who can sign in."""

    __tablename__ = "account"

    id: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254, unique=True)
    name: str = Field(max_length=200)
    language: str = Field(default="en", max_length=16)
    added_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DutyRow(SQLModel, table=True):
    """A duty that an account has, or had until it was ended."""

    __tablename__ = "duty"
    __table_args__ = (one_of("role", ROLES),)

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    role: str = Field(max_length=64)
    stakeholder_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    granted_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ApiToken(SQLModel, table=True):
    """A token, of which only the digest and the first characters are kept."""

    __tablename__ = "api_token"

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    label: str = Field(max_length=200)
    digest: str = Field(max_length=64, unique=True)
    hint: str = Field(max_length=16)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
