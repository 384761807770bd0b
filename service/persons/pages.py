"""The pages on which people see what is kept of them and look after it, and the page of privacy."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.access.forms import Faults, Sent, checked, faults_in
from service.caller import Caller
from service.errors import NotFound, Refusal
from service.persons import commands, queries
from service.persons.api import archive_answer
from service.persons.record import get_privacy
from service.persons.rules import Outcome
from service.persons.schemas import CorrectionAsked, PersonDataView, RequestAnswer
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing

router = Pages()
Own = Depends(require_own_origin)
REFUSED = 422
_LIMITS: Mapping[str, tuple[commands.Limit, bool]] = {
    "restrict": ("restricted", True),
    "lift-restriction": ("restricted", False),
    "object": ("objected", True),
    "withdraw-objection": ("objected", False),
}
_MEANT = N_("Tick the box if it is meant: what is erased cannot be brought back.")


@dataclass(frozen=True)
class Form:
    """What was typed into a form of a page, and what is wrong with it."""

    values: dict[str, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    status: int = 200


@router.get("/privacy")
def show_privacy(request: Request, caller: Asking) -> HTMLResponse:
    """Tell what this instance keeps of persons: what for, for whom, how long."""
    said = get_privacy(request.app.state.settings, page_language(request))
    return page(request, "persons/privacy.html", caller, said=said)


@router.get("/account/data")
def show_own_data(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show whoever asks what is kept of them, and what they can do about it."""
    return _person_page(request, session, caller, caller.account_id or "", Form())


@router.get("/persons/{person_id}")
def show_person(request: Request, session: Reading, caller: SignedIn, person_id: str) -> HTMLResponse:
    """Show what is kept of somebody in the caller's care."""
    return _person_page(request, session, caller, person_id, Form())


@router.get("/persons/{person_id}/archive")
def send_archive(request: Request, session: Reading, caller: SignedIn, person_id: str) -> Response:
    """Give all of it as one file."""
    return archive_answer(session, caller, person_id, page_language(request))


@router.post("/persons/{person_id}/limits/{move}", dependencies=[Own])
def send_limit(session: Writing, caller: SignedIn, person_id: str, move: str) -> Response:
    """Let somebody's data rest, or no longer, and show how it stands."""
    if move not in _LIMITS:
        raise NotFound
    limit, is_on = _LIMITS[move]
    commands.limit_person(session, caller, person_id, limit, is_on=is_on)
    return _go_to(f"/persons/{person_id}")


@router.post("/persons/{person_id}/erase", dependencies=[Own])
def send_erasing(
    request: Request, session: Writing, caller: SignedIn, person_id: str, sent: Sent
) -> Response:
    """Erase somebody, or say why not."""
    queries.find_person(session, caller, person_id)
    if sent.get("confirmed") != "yes":
        fault = {"confirmed": translate(_MEANT, page_language(request))}
        return _person_page(request, session, caller, person_id, Form(sent, fault, REFUSED))

    def act() -> Response:
        commands.erase_person(session, caller, person_id, sent.get("reason") or None)
        return page(request, "persons/erased.html", is_own=person_id == caller.account_id)

    return _or_again(request, session, caller, person_id, sent, "reason", act)


@router.post("/persons/{person_id}/requests", dependencies=[Own])
def send_correction(
    request: Request, session: Writing, caller: SignedIn, person_id: str, sent: Sent
) -> Response:
    """Ask others to put something right, or show what is wrong with the form."""
    asked = checked(CorrectionAsked, sent, page_language(request), "field", "text", "owner")
    if isinstance(asked, dict):
        return _person_page(request, session, caller, person_id, Form(sent, asked, REFUSED))

    def act() -> Response:
        commands.ask_for_correction(session, caller, person_id, asked)
        return _go_to("/person-requests")

    return _or_again(request, session, caller, person_id, sent, "text", act)


@router.get("/person-requests")
def show_requests(
    request: Request,
    session: Reading,
    caller: SignedIn,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Show the corrections that the caller asked for, or is asked for."""
    return _requests_page(request, session, caller, Form(), cursor)


@router.post("/person-requests/{request_id}/settle", dependencies=[Own])
def send_answer(
    request: Request, session: Writing, caller: SignedIn, request_id: str, sent: Sent
) -> Response:
    """Answer a request, or show what is wrong with the answer."""
    queries.find_request(session, caller, request_id)
    answer = checked(RequestAnswer, sent, page_language(request), "outcome", "answer")
    if isinstance(answer, dict):
        form = Form(sent | {"at": request_id}, answer, REFUSED)
        return _requests_page(request, session, caller, form, None)
    try:
        commands.settle_request(session, caller, request_id, answer)
    except Refusal as refusal:
        faults = {"answer": refusal.detail(page_language(request))}
        form = Form(sent | {"at": request_id}, faults, refusal.status)
        return _requests_page(request, session, caller, form, None)
    return _go_to("/person-requests")


def _or_again(
    request: Request,
    session: Session,
    caller: Caller,
    person_id: str,
    sent: dict[str, str],
    at: str,
    act: Callable[[], Response],
) -> Response:
    """Do it, or show the page again with why not; nothing was changed before a refusal."""
    try:
        return act()
    except Refusal as refusal:
        if refusal.status == NotFound.status:
            raise
        found = faults_in(refusal, page_language(request))
        faults = {at if name == "" else name: text for name, text in found.items()}
        return _person_page(request, session, caller, person_id, Form(sent, faults, refusal.status))


def _person_page(
    request: Request, session: Session, caller: Caller, person_id: str, form: Form
) -> HTMLResponse:
    data = queries.get_person_data(session, caller, person_id, page_language(request))
    person = queries.find_person(session, caller, person_id)
    owners = find_stakeholders(session, queries.owners_of(session, person))
    return page(
        request,
        "persons/person.html",
        caller,
        status=form.status,
        data=data,
        groups=_grouped(data),
        is_own=person_id == caller.account_id,
        is_account=person.account_id is not None,
        owners=sorted((row.id, row.name) for row in owners.values()),
        form=form,
    )


def _grouped(data: PersonDataView) -> list[dict[str, Any]]:
    """Return what is kept by purpose: how many entries, in which tables."""
    found: dict[str, dict[str, Any]] = {}
    for table in data.tables:
        group = found.setdefault(table.purpose, {"purpose": table.purpose, "entries": 0, "tables": []})
        group["entries"] += len(table.rows)
        group["tables"].append(table.name)
    return list(found.values())


def _requests_page(
    request: Request, session: Session, caller: Caller, form: Form, cursor: str | None
) -> HTMLResponse:
    found = queries.list_requests(session, caller, PageAsked(cursor=cursor))
    owners = find_stakeholders(session, {one.owner for one in found.items if one.owner})
    outcomes: list[tuple[Outcome, str]] = [("corrected", N_("It is put right")), ("declined", N_("It stays"))]
    return page(
        request,
        "persons/requests.html",
        caller,
        status=form.status,
        found=found,
        names={row.id: row.name for row in owners.values()},
        outcomes=[(code, translate(said, page_language(request))) for code, said in outcomes],
        form=form,
    )


def _go_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))
