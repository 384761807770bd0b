"""Signing in, second factors and sessions."""

from datetime import date, datetime
from typing import Any, Literal

from clients.models.parts import Answer, Input


class PasswordSignIn(Input):
    """Signing in with a password."""

    email: str
    password: str


class CodeEntry(Input):
    """A code of an authenticator app, or a recovery code."""

    code: str


class PasskeyQuestion(Input):
    """Asking to sign in with a passkey."""

    email: str | None = None


class PasskeyProof(Input):
    """What a passkey signed, as the browser gives it: base64url without padding."""

    credential_id: str
    client_data: str
    authenticator_data: str
    signature: str


class PasskeyRegistration(Input):
    """A passkey that a browser made: base64url without padding."""

    label: str
    credential_id: str
    client_data: str
    attestation: str


class ResetQuestion(Input):
    """Asking for a letter with a link to set a new password."""

    email: str


class PasswordReset(Input):
    """A new password, with the token of the letter."""

    token: str
    password: str


class PasswordChange(Input):
    """A new password, with the one before if there is one."""

    current: str | None = None
    new: str


class ProfileRevision(Input):
    """What one changes about oneself; what is left out stays."""

    name: str | None = None
    language: Literal["en", "fr", "es", "ar", "ru", "zh", "pt"] | None = None


class SessionOpened(Answer):
    """A session that was opened. ``session`` is what a client takes as its token."""

    session: str
    expires_at: datetime
    awaits_second_factor: bool


class SessionLine(Answer):
    """One time that one signed in, on one device."""

    id: str
    means: str
    device: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this_one: bool


class PasskeyOptions(Answer):
    """What a browser needs to make or ask a passkey (WebAuthn)."""

    public_key: dict[str, Any]


class AppSecret(Answer):
    """What an authenticator app needs."""

    secret: str
    address: str


class RecoveryCodes(Answer):
    """Codes that stand in for a lost second factor, each once. They can be read this once."""

    codes: list[str]


class SecondFactorAdded(Answer):
    """A second factor counts now; the session goes on as a new one."""

    session: SessionOpened
    recovery_codes: list[str]


class Passkey(Answer):
    """A passkey."""

    id: str
    label: str
    added_at: datetime
    last_used_on: date | None


class Security(Answer):
    """How one signs in."""

    has_password: bool
    has_authenticator_app: bool
    passkeys: list[Passkey]
    recovery_codes_left: int
    needs_second_factor: bool
    has_second_factor: bool


class ResetAsked(Answer):
    """The same answer, whether the address has an account or not."""

    sent: bool


class SignedOut(Answer):
    """The session ended."""

    signed_out: bool
