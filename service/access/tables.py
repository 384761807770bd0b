"""Tables of access."""

from datetime import date, datetime

from sqlalchemy import JSON, BigInteger, UniqueConstraint
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
    restricted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when its owner wants nothing done with its data: its name is not shown, no news comes to it."""
    objected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when its owner does not want to be matched."""
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when nothing but its id is left."""


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
    proved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When its owner last proved, after signing in, who it is."""
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


class ResetQuestion(SQLModel, table=True):
    """An address that somebody wants to set a new password for; a worker looks up whose it is."""

    __tablename__ = "reset_question"

    id: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254)
    asked_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Invitation(SQLModel, table=True):
    """That an address was invited to a duty. Of the secret in the letter only a digest is kept."""

    __tablename__ = "invitation"
    __table_args__ = (one_of("role", ROLES),)

    id: str = Field(primary_key=True, max_length=64)
    email: str = Field(max_length=254, index=True)
    role: str = Field(max_length=64)
    stakeholder_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    language: str = Field(max_length=16)
    digest: str = Field(max_length=64, unique=True)
    invited_by: str = Field(max_length=64, index=True)
    invited_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=64, index=True)
    """Who accepted it."""
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeputyRow(SQLModel, table=True):
    """Somebody who acts with the duty of another from one day to another, both counted in."""

    __tablename__ = "deputy"

    id: str = Field(primary_key=True, max_length=64)
    duty_id: str = Field(foreign_key="duty.id", max_length=64, index=True)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    begins_on: date
    ends_on: date
    named_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LinkedSignIn(SQLModel, table=True):
    """Under which name a provider of sign-ins knows an account."""

    __tablename__ = "linked_sign_in"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: str = Field(primary_key=True, max_length=64)
    account_id: str = Field(foreign_key="account.id", max_length=64, index=True)
    issuer: str = Field(max_length=500)
    subject: str = Field(max_length=255)
    linked_at: datetime = Field(sa_type=UtcDateTime)
    last_used_on: date | None = None


class ProviderQuestion(SQLModel, table=True):
    """That a browser was sent to a provider: what its answer must fit, once and soon."""

    __tablename__ = "provider_question"

    digest: str = Field(primary_key=True, max_length=64)
    """Of what the browser holds in a cookie."""
    provider: str = Field(max_length=32)
    state: str = Field(max_length=64)
    nonce: str = Field(max_length=64)
    verifier: str = Field(max_length=128)
    following: str = Field(max_length=1000)
    account_id: str | None = Field(default=None, foreign_key="account.id", max_length=64, index=True)
    """Who wants to link an account, signed in; none: somebody wants to sign in."""
    invitation_id: str | None = Field(default=None, foreign_key="invitation.id", max_length=64, index=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
