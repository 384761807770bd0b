"""Links that stop letters without signing in: signed, so that nobody can stop another person's news."""

import hmac
from hashlib import sha256
from typing import NamedTuple

from service.keys import key_for
from service.notifications.rules import KINDS
from service.settings import Settings

PURPOSE = "stop links of letters"
_SIGNATURE_LENGTH = 43
SCOPES = frozenset({*KINDS, "daily", "weekly"})


class Stop(NamedTuple):
    """Who wants no more letters, and of what: a kind of news, or all digests of a rhythm."""

    account_id: str
    scope: str


def stop_path(stop: Stop, settings: Settings) -> str:
    """Return the path of the page that stops these letters."""
    return f"/stop-mail/{stop.account_id}.{stop.scope}.{_signature(stop, settings)}"


def read_stop(token: str, settings: Settings) -> Stop | None:
    """Return what a token stops, or None if it was not signed here."""
    account_id, _, rest = token.partition(".")
    scope, _, signature = rest.partition(".")
    stop = Stop(account_id, scope)
    is_ours = hmac.compare_digest(signature.encode(), _signature(stop, settings).encode())
    return stop if is_ours and scope in SCOPES else None


def _signature(stop: Stop, settings: Settings) -> str:
    said = f"{stop.account_id}.{stop.scope}".encode()
    return hmac.new(key_for(PURPOSE, settings), said, sha256).hexdigest()[:_SIGNATURE_LENGTH]
