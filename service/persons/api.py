"""The JSON door to what is kept of persons: of an account, or of the named expert behind an offer."""

from typing import Any

import structlog
from fastapi import Request
from fastapi.responses import Response
from sqlmodel import Session

from service import clock
from service.access.tables import Account
from service.caller import Caller
from service.errors import FieldFault, InvalidInput
from service.offers.tables import Offer
from service.persons import commands, queries
from service.persons.archive import archive_of
from service.persons.holdings import Person
from service.persons.record import get_privacy as privacy_of
from service.persons.schemas import (
    CorrectionAsked,
    ErasedView,
    Erasing,
    LimitView,
    PersonDataView,
    PrivacyView,
    RequestAnswer,
    RequestView,
)
from service.texts import N_
from service.web.doors import Doors
from service.web.headers import SAFE_HEADERS
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import Page

router = Doors(tags=["persons"])
log = structlog.get_logger()
FILE_GIVEN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "A ZIP file",
    }
}


@router.get("/privacy")
def get_privacy(request: Request, language: Language) -> PrivacyView:
    """Tell what this instance keeps of persons: what for, for whom, how long."""
    return privacy_of(request.app.state.settings, language)


@router.get("/persons/{person_id}/data")
def get_person_data(session: Reading, caller: SignedIn, person_id: str, language: Language) -> PersonDataView:
    """Show all that is kept of a person: of yourself, an account you look after, an expert of your pool."""
    return queries.get_person_data(session, caller, person_id, language)


@router.get("/persons/{person_id}/archive", response_class=Response, responses=FILE_GIVEN)
def get_person_archive(session: Reading, caller: SignedIn, person_id: str, language: Language) -> Response:
    """Give the same as one ZIP file, with what the person's files hold."""
    return archive_answer(session, caller, person_id, language)


@router.post("/persons/{person_id}/restrict")
def restrict_person(session: Writing, caller: SignedIn, person_id: str) -> LimitView:
    """Stop all processing: kept, but not taken into rounds, not shown to others, no news written."""
    return limits(session, commands.limit_person(session, caller, person_id, "restricted", is_on=True))


@router.post("/persons/{person_id}/lift-restriction")
def lift_restriction(session: Writing, caller: SignedIn, person_id: str) -> LimitView:
    """Let processing go on."""
    return limits(session, commands.limit_person(session, caller, person_id, "restricted", is_on=False))


@router.post("/persons/{person_id}/object")
def object_to_matching(session: Writing, caller: SignedIn, person_id: str) -> LimitView:
    """Object to being matched: taken out of rounds and rankings."""
    return limits(session, commands.limit_person(session, caller, person_id, "objected", is_on=True))


@router.post("/persons/{person_id}/withdraw-objection")
def withdraw_objection(session: Writing, caller: SignedIn, person_id: str) -> LimitView:
    """Agree to being matched again."""
    return limits(session, commands.limit_person(session, caller, person_id, "objected", is_on=False))


@router.post("/persons/{person_id}/erase")
def erase_everything(session: Writing, caller: SignedIn, person_id: str, erasing: Erasing) -> ErasedView:
    """Erase all that is kept of a person, for good. Decisions stay, under an id that leads to nobody."""
    queries.find_person(session, caller, person_id)
    check_confirmed(erasing)
    erased = commands.erase_person(session, caller, person_id, erasing.reason)
    log.info("person erased", person=person_id)
    return ErasedView(person=person_id, erased_at=clock.now(), tables=erased.tables)


@router.post("/persons/{person_id}/requests", status_code=201)
def ask_for_correction(
    session: Writing, caller: SignedIn, person_id: str, asked: CorrectionAsked
) -> RequestView:
    """Ask others to put right what they keep about you."""
    return queries.request_view(caller, commands.ask_for_correction(session, caller, person_id, asked))


@router.get("/person-requests")
def list_person_requests(session: Reading, caller: SignedIn, page: Paging) -> Page[RequestView]:
    """List the corrections that you asked for, or that you are asked for, newest first."""
    return queries.list_requests(session, caller, page)


@router.get("/person-requests/{request_id}")
def get_person_request(session: Reading, caller: SignedIn, request_id: str) -> RequestView:
    """Show a correction that was asked for."""
    return queries.request_view(caller, queries.find_request(session, caller, request_id))


@router.post("/person-requests/{request_id}/settle")
def settle_person_request(
    session: Writing, caller: SignedIn, request_id: str, answer: RequestAnswer
) -> RequestView:
    """Say that something was put right, or why not. The owner of the record may."""
    return queries.request_view(caller, commands.settle_request(session, caller, request_id, answer))


def check_confirmed(erasing: Erasing) -> None:
    """Refuse to erase what was not meant to be."""
    if not erasing.confirmed:
        message = N_("Say that it is meant: what is erased cannot be brought back.")
        raise InvalidInput(FieldFault("confirmed", "not_confirmed", message))


def archive_answer(session: Session, caller: Caller, person_id: str, language: str) -> Response:
    """Return the ZIP file as something to be kept."""
    data = queries.get_person_data(session, caller, person_id, language)
    headers = {
        **SAFE_HEADERS,
        "Content-Disposition": 'attachment; filename="homologue-data.zip"',
        "Cache-Control": "private, no-store",
        "Vary": "Authorization, Cookie",
    }
    return Response(archive_of(session, data), media_type="application/zip", headers=headers)


def limits(session: Session, person: Person) -> LimitView:
    """Return whether somebody's data rests."""
    held: Account | Offer = (
        session.get_one(Account, person.account_id)
        if person.account_id
        else session.get_one(Offer, person.id)
    )
    return LimitView(person=person.id, restricted_at=held.restricted_at, objected_at=held.objected_at)
