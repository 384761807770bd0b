"""Where the journal of each kind of thing is read: by the same query as at the thing's own address."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from sqlmodel import Session

from service.caller import Caller
from service.deliveries.queries import get_delivery_journal
from service.dialogues.queries import check_dialogue, find_engagement
from service.errors import NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.matches import proposal_queries
from service.matches.queries import find_round
from service.matches.queries import get_desk_journal as get_pins_journal
from service.needs.queries import find_handled_need, find_own_need
from service.offers.queries import get_offer_journal, get_wishes_journal
from service.stakeholders.queries import find_stakeholder

Read = Callable[[Session, Caller, str], JournalView]


def _seen_by(kind: str, find: Callable[[Session, Caller, str], object]) -> Read:
    """Return a reader that asks first whether the caller may see the thing."""

    def read(session: Session, caller: Caller, thing_id: str) -> JournalView:
        find(session, caller, thing_id)
        return get_journal(session, caller, f"{kind}:{thing_id}")

    return read


def _dialogue(session: Session, _caller: Caller, code: str) -> None:
    check_dialogue(session, code)


def _all_facts(_session: Session, _caller: Caller, name: str) -> None:
    if name != "all":
        raise NotFound


READERS: Mapping[str, Read] = MappingProxyType(
    {
        "need": _seen_by("need", find_handled_need),
        "need-private": _seen_by("need-private", find_own_need),
        "need-desk": get_pins_journal,
        "offer": get_offer_journal,
        "offer-wishes": get_wishes_journal,
        "proposal": _seen_by("proposal", proposal_queries.find_proposal),
        "proposal-desk": proposal_queries.get_desk_journal,
        "seat": _seen_by("seat", proposal_queries.find_own_seat),
        "round": _seen_by("round", find_round),
        "stakeholder": _seen_by("stakeholder", find_stakeholder),
        "delivery": get_delivery_journal,
        "dialogue": _seen_by("dialogue", _dialogue),
        "engagement": _seen_by("engagement", find_engagement),
        "reference": _seen_by("reference", _all_facts),
    }
)
"""Kinds of things whose history can be read."""
ADDRESSES: Mapping[str, str] = MappingProxyType(
    {
        "need": "/needs/{id}",
        "need-private": "/needs/{id}",
        "need-desk": "/needs/{id}",
        "offer": "/offers/{id}",
        "offer-wishes": "/offers/{id}",
        "proposal": "/proposals/{id}",
        "proposal-desk": "/proposals/{id}",
        "seat": "/seats/{id}",
        "round": "/rounds/{id}",
        "stakeholder": "/stakeholders/{id}",
        "dialogue": "/dialogues/{id}",
        "engagement": "/engagements",
        "reference": "/administration/reference",
    }
)
"""Pages of things, by their kind; of past help there is none."""


def read_journal(session: Session, caller: Caller, subject: str) -> JournalView:
    """Return the journal of a thing, or refuse as its room does; other kinds of things have no history."""
    kind, _, thing_id = subject.partition(":")
    if kind not in READERS:
        raise NotFound
    return READERS[kind](session, caller, thing_id)


def address_of(subject: str) -> str | None:
    """Return the address of the page of a thing, if it has one."""
    kind, _, thing_id = subject.partition(":")
    address = ADDRESSES.get(kind)
    return address.format(id=thing_id) if address else None
