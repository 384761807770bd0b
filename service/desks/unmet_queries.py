"""What the pages of the register of unmet needs show."""

from typing import NamedTuple

from sqlmodel import Session

from service.caller import Caller
from service.desks.queries import UnmetRow, rows_of_unmet
from service.desks.words import Tag, tag
from service.matches.reasons import Teller
from service.reference.facts import code_labels
from service.unmet.queries import EscalationFilter, list_escalations, list_unmet_needs
from service.unmet.register import get_public_register, table_of
from service.unmet.schemas import EscalationView, NeedUnmetView, PublicUnmet
from service.web.paging import PageAsked

REASONS = "unmet_reason"
ROWS = 25


class OwnUnmet(NamedTuple):
    """A need of the reader that stays unmet, in words."""

    need: NeedUnmetView
    status: Tag
    why: str | None
    parts: list[UnmetRow]
    going: EscalationView | None
    """Where it is being passed on to."""


class UnmetPage(NamedTuple):
    """The register: what everybody reads, and what the reader's own side has."""

    public: PublicUnmet
    reasons: dict[str, str]
    own: list[OwnUnmet]
    next: str | None


class EscalationRow(NamedTuple):
    """A need that was passed on, in words."""

    escalation: EscalationView
    status: Tag
    why: str | None
    parts: list[str]


class EscalationsPage(NamedTuple):
    """Needs that were passed on, as far as the reader is a side of it."""

    rows: list[EscalationRow]
    next: str | None


def get_unmet_page(session: Session, caller: Caller, cursor: str | None, language: str) -> UnmetPage:
    """Return the register for a reader: the public part, and the needs that it asks for or handles."""
    reasons = code_labels(session, REASONS, language)
    public = get_public_register(session, caller, language)
    if not caller.is_signed_in:
        return UnmetPage(public, reasons, [], None)
    teller = Teller(session, language)
    found = list_unmet_needs(session, caller, PageAsked(ROWS, cursor), language)
    own = [_own(need, reasons, teller, language) for need in found.items]
    return UnmetPage(public, reasons, own, found.next)


def public_table(session: Session, caller: Caller, language: str) -> str:
    """Return the public part as a table for spreadsheets."""
    reasons = code_labels(session, REASONS, language)
    return table_of(get_public_register(session, caller, language), reasons, language)


def get_escalations_page(
    session: Session, caller: Caller, cursor: str | None, language: str
) -> EscalationsPage:
    """Return the needs that were passed on, with what the reader can do."""
    found = list_escalations(session, caller, EscalationFilter(), PageAsked(ROWS, cursor))
    reasons, teller = code_labels(session, REASONS, language), Teller(session, language)
    rows = [
        EscalationRow(
            one,
            tag("escalation", one.status, language),
            reasons.get(one.unmet_reason or ""),
            [teller.area(part.area) for part in one.parts if part.area],
        )
        for one in found.items
    ]
    return EscalationsPage(rows, found.next)


def _own(need: NeedUnmetView, reasons: dict[str, str], teller: Teller, language: str) -> OwnUnmet:
    going = next((one for one in need.escalations if one.status in {"suggested", "asked", "taken_up"}), None)
    return OwnUnmet(
        need,
        tag("need", need.status, language),
        reasons.get(need.unmet_reason or ""),
        rows_of_unmet(need.parts, teller, language),
        going,
    )
