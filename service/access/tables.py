"""Tables of access."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger
from sqlmodel import Field, SQLModel

from service.access.rules import MEANS, PURPOSES, SCOPES
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
    __table_args__ = (one_of("scope", SCOPES),)

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    label: str = Field(max_length=200)
    digest: str = Field(max_length=64, unique=True)
    hint: str = Field(max_length=16)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    scope: str = Field(default="write", max_length=16)
    stakeholder_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64)
    """The only stakeholder that it acts for; none: all those of its owner."""
    last_used_on: date | None = None


class AccountPassword(SQLModel, table=True):
    """What is kept of a password: enough to check it, too little to learn it."""

    __tablename__ = "account_password"

    account_id: str = Field(primary_key=True, foreign_key="account.id", max_length=64)
    digest: str = Field(max_length=255)
    set_at: datetime = Field(sa_type=UtcDateTime)


class PasswordReset(SQLModel, table=True):
    """That somebody asked to set a new password. Without an account the address was nobody's."""

    __tablename__ = "password_reset"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=64, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInSession(SQLModel, table=True):
    """One time that somebody signed in, on one device, until it ends."""

    __tablename__ = "sign_in_session"
    __table_args__ = (one_of("means", MEANS),)

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    digest: str = Field(max_length=64, unique=True)
    means: str = Field(max_length=16)
    device: str = Field(max_length=200)
    opened_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    has_second_factor: bool = False
    awaits_second_factor: bool = False
    """It opens nothing yet but the question for the second factor."""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class AuthenticatorApp(SQLModel, table=True):
    """The secret that an app makes codes from, sealed; it counts once a code confirmed it."""

    __tablename__ = "authenticator_app"

    account_id: str = Field(primary_key=True, foreign_key="account.id", max_length=64)
    sealed_secret: str = Field(max_length=300)
    added_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_step: int = Field(default=0, sa_type=BigInteger)
    """The step of time of the last code that was used; no code of it or before is taken again."""


class Passkey(SQLModel, table=True):
    """A key on a device of its owner; only its public half is here."""

    __tablename__ = "passkey"

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    credential_id: str = Field(max_length=1400, unique=True)
    public_key: str = Field(max_length=2000)
    uses: int = Field(default=0, sa_type=BigInteger)
    """How often it signed, as it counts itself; many never count and stay at 0."""
    label: str = Field(max_length=100)
    added_at: datetime = Field(sa_type=UtcDateTime)
    last_used_on: date | None = None


class PasskeyChallenge(SQLModel, table=True):
    """Random bytes that a passkey is asked to sign, once and soon."""

    __tablename__ = "passkey_challenge"
    __table_args__ = (one_of("purpose", PURPOSES),)

    digest: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=16)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=64, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)


class RecoveryCode(SQLModel, table=True):
    """A code that stands in for a lost second factor, once."""

    __tablename__ = "recovery_code"

    digest: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    issued_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInThrottle(SQLModel, table=True):
    """When guesses failed lately, of an account or from an address; of either only a digest is kept."""

    __tablename__ = "sign_in_throttle"

    subject: str = Field(primary_key=True, max_length=64)
    failed: list[int] = Field(default_factory=list, sa_type=JSON)
    """Moments in microseconds since 1970."""
    changed_at: datetime = Field(sa_type=UtcDateTime, index=True)
