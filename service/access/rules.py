"""Rules of access. Pure."""

import hashlib
import secrets

from service.caller import Caller, Role

TOKEN_PREFIX = "hml_"  # noqa: S105 - how a leaked token is recognised, not a token
WITHOUT_STAKEHOLDER: frozenset[Role] = frozenset({"administrator"})
"""Roles that are held for the instance, not within a stakeholder."""


def new_token() -> str:
    """Return a token of 256 random bits, with a prefix by which a leaked one is recognised."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """Return what is kept of a token. A plain digest is enough: nobody guesses 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


def may_manage_accounts(caller: Caller) -> bool:
    """Tell whether the caller may add accounts and give duties."""
    return caller.is_administrator


def needs_stakeholder(role: Role) -> bool:
    """Tell whether a role is held within a stakeholder."""
    return role not in WITHOUT_STAKEHOLDER
