"""Rules of mail: what a letter must be, and when it is tried again. Pure."""

import re
import unicodedata
from datetime import datetime, timedelta
from typing import Literal

from service.caller import Caller
from service.errors import FieldFault
from service.texts import N_

Standing = Literal["waiting", "sent", "given_up"]

LEASE = timedelta(minutes=2)
"""As long as a worker may take over one letter before another worker tries it."""
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
GIVEN_UP_AFTER = timedelta(days=3)
"""As long as a letter is tried, from the first attempt on."""

_ADDRESS = re.compile(r"[^@\s<>()\[\]\\,;:\"]{1,64}@[^@\s<>()\[\]\\,;:\"]+\.[^@\s<>()\[\]\\,;:\"]+")
_LONGEST_ADDRESS = 254
_PERMANENT = range(500, 600)


def pause_after(attempts: int) -> timedelta:
    """Return how long a letter waits after it failed a number of times.

    Examples
    --------
    >>> [int(pause_after(number).total_seconds() / 60) for number in (1, 2, 3, 20)]
    [1, 2, 4, 360]
    """
    doublings: int = 2 ** min(attempts - 1, 20)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def is_given_up(first_tried_at: datetime, now: datetime, code: int | None) -> bool:
    """Tell whether a letter that just failed is not tried again: refused for good, or tried long enough."""
    return code in _PERMANENT or now - first_tried_at >= GIVEN_UP_AFTER


def letter_faults(to: str, subject: str, stop_link: str | None) -> list[FieldFault]:
    """Find what must not stand in the head of a letter: no address, or a line end that would add to it."""
    faults = []
    if not _is_address(to):
        faults.append(FieldFault("to", "unfit_address", N_("This is no e-mail address that mail can go to.")))
    message = N_("A line end cannot stand here.")
    heads = {"subject": subject, "stop_link": stop_link or ""}
    faults += [FieldFault(name, "line_end", message) for name, text in heads.items() if _is_broken(text)]
    return faults


def _is_address(text: str) -> bool:
    return len(text) <= _LONGEST_ADDRESS and not _is_broken(text) and bool(_ADDRESS.fullmatch(text))


def _is_broken(text: str) -> bool:
    # Line ends in all their forms are control characters or the two separators of Unicode.
    return any(unicodedata.category(sign) in {"Cc", "Zl", "Zp"} for sign in text)


def may_look_after_mail(caller: Caller) -> bool:
    """Tell whether the caller may see which letters wait or failed, and have them tried again."""
    return caller.is_administrator
