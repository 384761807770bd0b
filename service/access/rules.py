"""Rules of access. Pure."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Literal, get_args

from service.caller import ROLES, Caller, Duty, Role

Scope = Literal["read", "write"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""What a token may do: only read, or all that its owner may."""
Means = Literal["password", "passkey", "provider", "demonstration"]
MEANS: tuple[Means, ...] = get_args(Means)
"""How somebody signs in; ``provider``: another service says who it is (OpenID Connect)."""
Purpose = Literal["register", "sign_in", "second_factor"]
PURPOSES: tuple[Purpose, ...] = get_args(Purpose)
"""What a passkey is asked to sign for."""

TOKEN_PREFIX = "hml_"  # noqa: S105 - how a leaked token is recognised, not a token
SESSION_PREFIX = "hms_"
"""How what a browser or program holds of a session is told from a token."""
WITHOUT_STAKEHOLDER: frozenset[Role] = frozenset({"administrator"})
"""Roles that are held for the instance, not within a stakeholder."""
LONGEST_TOKEN_DAYS = 365
USUAL_TOKEN_DAYS = 90
RESET_LASTS = timedelta(hours=1)
CHALLENGE_LASTS = timedelta(minutes=5)
RECOVERY_CODES = 10
INVITATION_PREFIX = "hmi_"
INVITATION_LASTS = timedelta(days=7)
RESEND_AFTER = timedelta(minutes=5)
"""An invitation is sent again at most so often."""
LONGEST_DEPUTY_DAYS = 366
PROOF_LASTS = timedelta(minutes=10)
"""Who proved so lately who it is may change how it signs in."""

INVITES: Mapping[Role, frozenset[Role]] = {
    "administrator": frozenset(ROLES),
    "national_focal_point": frozenset(
        {"national_focal_point", "requester_officer", "provider_focal_point", "expert", "observer"}
    ),
    "pool_manager": frozenset({"pool_manager", "provider_focal_point", "expert", "observer"}),
    "dialogue_secretariat": frozenset(
        {"dialogue_secretariat", "case_officer", "steering_member", "observer"}
    ),
}
"""Who may invite to what: administrators anywhere, the others where they have their duty."""

MOST_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=5)
"""So many guesses may fail within this time, of one account and from one address."""

STEP_SECONDS = 30
STEPS_ASIDE = 1
"""How far the clock of an app may be off, in steps of a code's life."""

# The first mark that is found counts: many a browser also names those that it is like.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
# No letters and digits that are taken for one another.
_CODE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_OPEN_TO_ENROL = (
    "/account/security",
    "/sign-in",
    "/sign-out",
    "/password/",
    "/invitation",
    "/api/v1/sign-in",
    "/api/v1/sign-out",
    "/api/v1/me/security",
    "/api/v1/me/authenticator-app",
    "/api/v1/me/passkeys",
    "/api/v1/me/recovery-codes",
    "/api/v1/me/proof",
    "/api/v1/me/linked-sign-ins",
)


def new_token() -> str:
    """Return a token of 256 random bits, with a prefix by which a leaked one is recognised."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_session_secret() -> str:
    """Return what a browser or a program holds of a new session."""
    return SESSION_PREFIX + secrets.token_urlsafe(32)


def new_invitation_secret() -> str:
    """Return what the link of an invitation ends with."""
    return INVITATION_PREFIX + secrets.token_urlsafe(32)


def new_recovery_code() -> str:
    """Return a code of 80 random bits that can be written down."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(16)]
    return "-".join("".join(letters[place : place + 4]) for place in range(0, 16, 4))


def plain_code(typed: str) -> str:
    """Return a code as it was issued, however it was typed."""
    return "".join(letter for letter in typed.upper() if letter.isalnum())


def digest_of(token: str) -> str:
    """Return what is kept of a token. A plain digest is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def may_manage_accounts(caller: Caller) -> bool:
    """Tell whether the caller may add accounts and give duties."""
    return caller.is_administrator


def may_invite(duties: Iterable[Duty], role: str, stakeholder_id: str | None) -> bool:
    """Tell whether duties of one's own let one invite to a role within a stakeholder."""
    return any(
        role in INVITES.get(duty.role, ())
        and (duty.role == "administrator" or duty.stakeholder_id == stakeholder_id)
        for duty in duties
    )


def may_invite_anybody(duties: Iterable[Duty]) -> bool:
    """Tell whether duties of one's own let one invite at all."""
    return any(duty.role in INVITES for duty in duties)


def is_period(begins_on: date, ends_on: date, today: date) -> bool:
    """Tell whether somebody may be named deputy for these days."""
    return begins_on <= ends_on and today <= ends_on and (ends_on - begins_on).days < LONGEST_DEPUTY_DAYS


def is_proved(proved_at: datetime, now: datetime) -> bool:
    """Tell whether somebody proved lately enough who it is."""
    return now < proved_at + PROOF_LASTS


def needs_stakeholder(role: Role) -> bool:
    """Tell whether a role is held within a stakeholder."""
    return role not in WITHOUT_STAKEHOLDER


def roles_named(text: str) -> frozenset[str]:
    """Return the roles that a setting names, apart by spaces or commas.

    Raises
    ------
    ValueError
        One of them is no role.
    """
    named = frozenset(text.replace(",", " ").split())
    if not named <= set(ROLES):
        raise ValueError(f"no such role: {', '.join(sorted(named - set(ROLES)))}")
    return named


def needs_second_factor(roles: Iterable[str], demanding: frozenset[str]) -> bool:
    """Tell whether somebody with these roles needs a second factor."""
    return not demanding.isdisjoint(roles)


def is_open_to_enrol(path: str) -> bool:
    """Tell whether an address is open to somebody who still has to set up a second factor."""
    return path.startswith(_OPEN_TO_ENROL)


def failures_within(failed: Iterable[int], now: datetime) -> list[int]:
    """Return the failures that still count, oldest first, in microseconds since 1970."""
    begins = microseconds(now - FAILURE_WINDOW)
    return sorted(moment for moment in failed if moment > begins)


def seconds_to_wait(counting: list[int], now: datetime) -> int:
    """Return after how many seconds another guess is open; 0 if it is open now."""
    if len(counting) < MOST_FAILURES:
        return 0
    free = counting[-MOST_FAILURES] + microseconds_in(FAILURE_WINDOW)
    return max(1, -(-(free - microseconds(now)) // 1_000_000))


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000 + moment.microsecond


def microseconds_in(span: timedelta) -> int:
    """Return a span in microseconds."""
    return span // timedelta(microseconds=1)


def device_in_words(told: str) -> str:
    """Return what a browser calls itself as people call it, such as ``Firefox, Windows``.

    >>> device_in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox, Linux'
    >>> device_in_words("curl/8.14.1")
    'curl'
    """
    browser = next((name for mark, name in _BROWSERS if mark in told), told.partition("/")[0][:40])
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return f"{browser}, {system}" if system else browser


def is_live(seen_at: datetime, expires_at: datetime, now: datetime, idle: timedelta) -> bool:
    """Tell whether a session that nobody ended still counts."""
    return now < expires_at and now < seen_at + idle
