"""Reading what is kept of a person, and what people asked others to put right."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import Session, col, select

from service.access.tables import Account, DutyRow
from service.attachments.queries import chunk_of
from service.caller import OFFERING, Caller
from service.errors import NotFound
from service.matches.forgetting import texts_in_problems
from service.offers.experts import find_experts_offer
from service.offers.tables import Offer
from service.persons import rules
from service.persons.errors import ErasedAlready
from service.persons.finding import expert_behind, person_behind, rows_of, traces_of
from service.persons.holdings import Holding, Person, holdings
from service.persons.record import PURPOSES_SAID
from service.persons.schemas import (
    FileHeld,
    PersonDataView,
    RequestView,
    TableHeld,
    TraceHeld,
)
from service.persons.tables import PersonRequest
from service.texts import translate
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


def find_person(session: Session, caller: Caller, person_id: str) -> Person:
    """Return a person in the caller's care: oneself, an account to look after, an expert of one's pool."""
    if person_id.startswith("offer_"):
        offer = find_experts_offer(session, caller, person_id)
        if offer is None:
            raise NotFound
        return expert_behind(session, offer)
    account = session.get(Account, person_id)
    if account is None or not rules.may_look_after(caller, account.id):
        raise NotFound
    return person_behind(session, account)


def get_person_data(session: Session, caller: Caller, person_id: str, language: str) -> PersonDataView:
    """Return all that is kept of a person, table by table."""
    person = find_person(session, caller, person_id)
    account = session.get_one(Account, person.account_id) if person.account_id else None
    if account is not None and account.erased_at is not None:
        raise ErasedAlready
    held = account or session.get_one(Offer, person.id)
    is_whole = rules.may_read_all(caller, person.account_id)
    tables = [_table(session, one, person, language, is_whole=is_whole) for one in holdings()]
    return PersonDataView(
        person=person.id,
        is_whole=is_whole,
        restricted_at=held.restricted_at,
        objected_at=held.objected_at,
        tables=[one for one in tables if one.rows],
        traces=[TraceHeld(**one) for one in traces_of(session, person)],
        files=_files(session, person) if is_whole else [],
    )


def content_of(session: Session, attachment_id: str) -> bytes:
    """Return what a file holds, for whoever was shown that it is there."""
    pieces: list[bytes] = []
    while (piece := chunk_of(session, attachment_id, len(pieces))) is not None:
        pieces.append(piece)
    return b"".join(pieces)


def owners_of(session: Session, person: Person) -> set[str]:
    """Return the stakeholders whose records are about a person: where it had a duty, or offers help."""
    duties = select(DutyRow.stakeholder_id).where(DutyRow.account_id == (person.account_id or ""))
    offers = select(Offer.stakeholder_id).where(col(Offer.id).in_(person.offers))
    return {one for one in (*session.exec(duties), *session.exec(offers)) if one}


def list_requests(session: Session, caller: Caller, page: PageAsked) -> Page[RequestView]:
    """Return a page of the corrections that the caller asked for, or has to look at, newest first."""
    own = col(PersonRequest.account_id) == caller.account_id
    seen = [own, col(PersonRequest.owner_id).in_(caller.stakeholders(*OFFERING))]
    if caller.is_administrator:
        seen.append(col(PersonRequest.owner_id).is_(None))
    order = [Key(col(PersonRequest.asked_at), "asked_at", descending=True), Key(col(PersonRequest.id), "id")]
    rows, following = page_of(session, select(PersonRequest).where(or_(*seen)), order, page)
    return Page(items=[request_view(caller, row) for row in rows], next=following)


def find_request(session: Session, caller: Caller, request_id: str) -> PersonRequest:
    """Return a request of one's own, or one that the caller may settle."""
    row = session.get(PersonRequest, request_id)
    if row is None or not (row.account_id == caller.account_id or rules.may_settle(caller, row.owner_id)):
        raise NotFound
    return row


def request_view(caller: Caller, row: PersonRequest) -> RequestView:
    """Return a request as it is shown."""
    return RequestView(
        id=row.id,
        person=row.account_id,
        owner=row.owner_id,
        field=row.field,
        text=row.text,
        asked_at=row.asked_at,
        state=row.state,
        answer=row.answer,
        settled_at=row.settled_at,
        may_settle=row.state == "open" and rules.may_settle(caller, row.owner_id),
    )


def _table(session: Session, holding: Holding, person: Person, language: str, *, is_whole: bool) -> TableHeld:
    if holding.table == "attachment_chunk":
        rows: list[dict[str, Any]] = []  # what files hold goes along as files
    elif holding.table == "round_file":
        rows = texts_in_problems(session, person.offers)
    else:
        rows = [_row(holding, row._asdict()) for row in rows_of(session, holding, person)]
    if not is_whole:
        rows = [_for_administrators(holding, row) for row in rows]
    said = PURPOSES_SAID[holding.purpose]
    return TableHeld(name=holding.table, purpose=translate(said.what, language), rows=rows)


def _for_administrators(holding: Holding, row: dict[str, Any]) -> dict[str, Any]:
    if holding.purpose in rules.SHOWN_TO_ADMINISTRATORS:
        return {name: value for name, value in row.items() if name not in rules.OWN_WORDS}
    keys = holding.rows.primary_key.columns.keys()
    return {name: row[name] for name in keys if name in row and name not in holding.personal}


def _row(holding: Holding, row: Any) -> dict[str, Any]:
    return {name: _written(value) for name, value in row.items() if name not in holding.secret}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _files(session: Session, person: Person) -> list[FileHeld]:
    holding = next(one for one in holdings() if one.table == "attachment")
    return [
        FileHeld(id=row.id, name=row.name, media_type=row.media_type, size_bytes=row.size_bytes)
        for row in rows_of(session, holding, person)
        if row.deleted_at is None
    ]
