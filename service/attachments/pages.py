"""The page of a thing's files: what there is, adding one, withdrawing one."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse
from sqlmodel import Session

from service.attachments import commands, queries
from service.attachments.answers import file_answer, limits_of
from service.attachments.api import sent_file
from service.attachments.views import files_shown
from service.caller import Caller
from service.errors import Refusal
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.uploads import SentFormBody, fault_of

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]


@router.get("/things/{subject}/attachments")
def show_files(request: Request, session: Reading, caller: Asking, subject: str) -> HTMLResponse:
    """Show the files of a thing."""
    return _shown(request, session, caller, subject)


@router.post("/things/{subject}/attachments", dependencies=[Depends(require_own_origin)])
def send_file(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    subject: str,
    language: PageLanguage,
) -> Response:
    """Add a file and show the thing; or show the form again, with what is wrong."""
    try:
        with session.begin_nested():
            commands.attach_file(session, caller, subject, sent_file(form, "file"), limits_of(request))
    except Refusal as refusal:
        fault = fault_of(refusal, language)
        return _shown(request, session, caller, subject, status=refusal.status, fault=fault)
    return _back(queries.look_at(session, caller, subject).address)


@router.get("/attachments/{attachment_id}")
def give_file(request: Request, session: Reading, caller: Asking, attachment_id: str) -> StreamingResponse:
    """Give what a file holds."""
    return file_answer(request, queries.open_attachment(session, caller, attachment_id))


@router.post("/attachments/{attachment_id}/withdraw", dependencies=[Depends(require_own_origin)])
def withdraw_file(session: Writing, caller: SignedIn, attachment_id: str) -> Response:
    """Withdraw a file and show the thing."""
    row = commands.withdraw_attachment(session, caller, attachment_id)
    return _back(queries.look_at(session, caller, row.subject).address)


def _shown(
    request: Request, session: Session, caller: Caller, subject: str, *, status: int = 200, fault: str = ""
) -> HTMLResponse:
    files = files_shown(session, caller, subject, limits_of(request))
    return page(request, "attachments/files.html", caller, status=status, files=files, fault=fault)


def _back(address: str) -> Response:
    return RedirectResponse(f"{address}#files", status_code=303, headers=dict(PAGE_HEADERS))
