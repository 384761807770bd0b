"""Links with which the reader of a letter says that offers still stand, without signing in.

A link is signed, good for one thing only and for some weeks. It tells who was written to and about whose
offers; what that account may do is asked anew when it is used.
"""

import hmac
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from service.keys import key_for
from service.pools.rules import LINK_DAYS
from service.settings import Settings

PURPOSE = "links that reconfirm offers"
_SIGNATURE_LENGTH = 43


class Link(NamedTuple):
    """To whom a letter was written, about whose offers, and until when its link can be used."""

    account_id: str
    stakeholder_id: str
    until: date


def link_from(account_id: str, stakeholder_id: str, today: date) -> Link:
    """Return the link for a letter that is written today."""
    return Link(account_id, stakeholder_id, today + timedelta(days=LINK_DAYS))


def link_path(link: Link, settings: Settings) -> str:
    """Return the path of the page on which offers are reconfirmed."""
    return f"/reconfirm-offers/{_said(link)}.{_signature(link, settings)}"


def read_link(token: str, settings: Settings, today: date) -> Link | None:
    """Return what a token is for, or None if it was not signed here or is over."""
    account_id, stakeholder_id, day, signature = (*token.split("."), "", "", "", "")[:4]
    if not (len(day) == 8 and day.isascii() and day.isdigit()):  # noqa: PLR2004 - digits of a day
        return None
    try:
        link = Link(account_id, stakeholder_id, date(int(day[:4]), int(day[4:6]), int(day[6:])))
    except ValueError:
        return None
    is_ours = hmac.compare_digest(signature.encode(), _signature(link, settings).encode())
    is_whole = token.count(".") == 3  # noqa: PLR2004 - the dots between four parts
    return link if is_ours and is_whole and today <= link.until else None


def _said(link: Link) -> str:
    return f"{link.account_id}.{link.stakeholder_id}.{link.until:%Y%m%d}"


def _signature(link: Link, settings: Settings) -> str:
    return hmac.new(key_for(PURPOSE, settings), _said(link).encode(), sha256).hexdigest()[:_SIGNATURE_LENGTH]
