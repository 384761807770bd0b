"""The chain: how an entry is hashed, and how a chain is checked. Pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple, Protocol, get_args

BEGINNING = "0" * 64
"""What the first entry of a thing is chained to, and the first root."""
ROOT_EVERY = timedelta(hours=1)

ReadKind = Literal["line", "text", "file", "person"]
ReadDoor = Literal["api", "page", "export"]
READ_KINDS: tuple[ReadKind, ...] = get_args(ReadKind)
"""How much is read: a title in a list, a whole text, a file, who a named expert is."""
READ_DOORS: tuple[ReadDoor, ...] = get_args(ReadDoor)


class Link(Protocol):
    """What an entry needs for its place in the chain."""

    subject: str
    number: int
    event: str
    actor: str
    text_digest: str
    previous_hash: str
    hash: str

    @property
    def occurred_at(self) -> Any:
        """The moment of the change, in UTC."""


def text_digest(salt: str, details: Mapping[str, Any], reason: str | None) -> str:
    """Return the salted digest of what an entry says."""
    return _digest([salt, details, reason])


def link_hash(link: Link) -> str:
    """Return the hash of an entry over its own facts and the hash of the one before."""
    return _digest(
        [
            link.subject,
            link.number,
            link.event,
            link.actor,
            link.occurred_at.isoformat(),
            link.text_digest,
            link.previous_hash,
        ]
    )


def first_broken(chain: Sequence[Link]) -> int | None:
    """Return the number of the first entry at which a thing's chain does not hold; None if it holds."""
    before = BEGINNING
    for number, link in enumerate(chain, start=1):
        if link.number != number or link.previous_hash != before or link.hash != link_hash(link):
            return number
        before = link.hash
    return None


class Head(NamedTuple):
    """The last entry of a thing: its place in the chain, and its hash."""

    subject: str
    number: int
    hash: str


def root_hash(number: int, made_at: datetime, previous_hash: str, heads: Iterable[Head]) -> str:
    """Return the hash over the heads of the chains that grew, and over the root before."""
    return _digest([number, made_at.isoformat(), previous_hash, sorted(heads)])


def _digest(value: object) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
