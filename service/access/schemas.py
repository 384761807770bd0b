"""What comes in and goes out about accounts, signing in and second factors."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from service.access.rules import LONGEST_TOKEN_DAYS, USUAL_TOKEN_DAYS, Scope
from service.caller import Role
from service.web.schemas import IdText, Input, Title, View, Whole

Email = Annotated[
    str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", to_lower=True)
]
Password = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=6, max_length=40)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Bytes = Annotated[str, StringConstraints(min_length=1, max_length=8_000, pattern=r"^[A-Za-z0-9_-]+$")]
"""Bytes as passkeys send them: base64url, without padding."""
CredentialId = Annotated[str, StringConstraints(min_length=1, max_length=1_400, pattern=r"^[A-Za-z0-9_-]+$")]
Language = Literal["en", "fr", "es", "ar", "ru", "zh", "pt"]
PersonName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AccountAddition(Input):
    """An account as it is added."""

    email: Email = Field(examples=["focal.point@ministry.example"])
    name: PersonName = Field(examples=["Focal point"])
    language: Language = "en"


class DutyGrant(Input):
    """A duty to be given to an account."""

    role: Role
    stakeholder: IdText | None = None


class TokenRequest(Input):
    """A token to be issued."""

    label: Title = Field(examples=["Nightly export"])
    days: Annotated[Whole, Field(ge=1, le=LONGEST_TOKEN_DAYS)] = USUAL_TOKEN_DAYS
    """Days after which it ends."""
    scope: Scope = "write"
    """Whether it may only read, or do all that its owner may."""
    stakeholder: IdText | None = None
    """The only stakeholder of its owner that it acts for; left out: all of them."""


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
    scope: str
    stakeholder: str | None
    issued_at: datetime
    expires_at: datetime | None
    last_used_on: date | None


class IssuedToken(TokenView):
    """A new token. This is the only time that it can be read."""

    token: str


class PasswordSignIn(Input):
    """Signing in with a password."""

    email: Email = Field(examples=["focal.point@ministry.example"])
    password: Password = Field(examples=["several words that nobody guesses"])


class CodeEntry(Input):
    """A code of an authenticator app, or a recovery code."""

    code: Code = Field(examples=["123456"])


class PasskeyQuestion(Input):
    """Asking to sign in with a passkey."""

    email: Email | None = None
    """For passkeys that keep no account themselves; others need none."""


class PasskeyProof(Input):
    """What a passkey signed, as the browser gives it."""

    credential_id: CredentialId
    client_data: Bytes
    authenticator_data: Bytes
    signature: Bytes


class PasskeyRegistration(Input):
    """A passkey that a browser made."""

    label: Label = Field(examples=["Office laptop"])
    credential_id: CredentialId
    client_data: Bytes
    attestation: Annotated[str, StringConstraints(max_length=60_000, pattern=r"^[A-Za-z0-9_-]+$")]


class ResetQuestion(Input):
    """Asking for a letter with a link to set a new password."""

    email: Email = Field(examples=["focal.point@ministry.example"])


class PasswordReset(Input):
    """A new password, with the token of the letter."""

    token: Secret = Field(examples=["the end of the link in the letter"])
    password: Password = Field(examples=["several words that nobody guesses"])


class PasswordChange(Input):
    """A new password, with the one before if there is one."""

    current: Password | None = Field(default=None, examples=["the one until now"])
    new: Password = Field(examples=["several words that nobody guesses"])


class ProfileRevision(Input):
    """What one changes about oneself; what is left out stays."""

    name: PersonName | None = None
    language: Language | None = None


class SessionOpened(View):
    """A session that was opened. Send ``session`` as a bearer token; it is shown this once."""

    session: str
    expires_at: datetime
    awaits_second_factor: bool
    """Whether a second factor has to be entered before it opens anything."""


class SessionView(View):
    """One time that one signed in, on one device."""

    id: str
    means: str
    device: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
    is_this_one: bool


class PasskeyOptions(View):
    """What a browser needs to make or ask a passkey (WebAuthn), as JSON."""

    public_key: dict[str, Any]


class AppSecretView(View):
    """What an authenticator app needs, to be typed or made into a picture to scan."""

    secret: str
    address: str


class RecoveryCodes(View):
    """Codes that stand in for a lost second factor, each once. They are shown this once."""

    codes: list[str]


class SecondFactorAdded(View):
    """A second factor counts now. All sessions ended; this one goes on."""

    session: SessionOpened
    recovery_codes: list[str]
    """Shown this once, with the first second factor; empty later."""


class PasskeyView(View):
    """A passkey."""

    id: str
    label: str
    added_at: datetime
    last_used_on: date | None


class SecurityView(View):
    """How one signs in."""

    has_password: bool
    has_authenticator_app: bool
    passkeys: list[PasskeyView]
    recovery_codes_left: int
    needs_second_factor: bool
    """Whether one's duties ask for one."""
    has_second_factor: bool
    """Whether this session proved one."""


class ResetAsked(View):
    """The same answer, whether the address has an account or not."""

    sent: Literal[True]
    """If the address has an account, a letter is on its way."""


class SignedOut(View):
    """The session ended."""

    signed_out: Literal[True]


class Proof(Input):
    """Who one is, proved again: by the password or by a code of the app."""

    password: Password | None = Field(default=None, examples=["several words that nobody guesses"])
    code: Code | None = None


class Proved(View):
    """One may change how one signs in for some minutes now."""

    until: datetime


class LinkedSignInView(View):
    """A provider of sign-ins that knows one's account."""

    id: str
    provider: str
    """What it is called here; its address where it is not set up any more."""
    linked_at: datetime
    last_used_on: date | None


class ProviderView(View):
    """A provider of sign-ins. A browser begins at ``/sign-in`` on the pages."""

    code: str
    label: str
