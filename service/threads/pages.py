"""The page of a thread, and the forms on it."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.attachments.answers import limits_of
from service.caller import Caller
from service.threads import commands
from service.threads.circles import circle_of
from service.threads.writing import Typed, thread_shown, typed_of, write_from_form
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import IdText
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]


@router.get("/things/{subject}/messages")
def show_thread(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    subject: str,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
    answers: IdText | None = None,
) -> HTMLResponse:
    """Show what was said, and the form; with a message that is to be answered."""
    typed = _answer_to(session, caller, subject, answers)
    shown = thread_shown(session, caller, subject, language, cursor=cursor, typed=typed)
    return page(request, "threads/thread.html", caller, thread=shown)


@router.post("/things/{subject}/messages", dependencies=[Depends(require_own_origin)])
def send_message(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    subject: str,
    language: PageLanguage,
) -> Response:
    """Write a message and show the thread; or show the form again, with what is wrong at each field."""
    faults = write_from_form(session, caller, subject, form, limits_of(request), language)
    if not faults:
        return _back(f"/things/{subject}/messages")
    typed = Typed(**{**vars(typed_of(form)), "faults": faults})
    shown = thread_shown(session, caller, subject, language, typed=typed)
    return page(request, "threads/thread.html", caller, status=422, thread=shown)


@router.post("/messages/{message_id}/retract", dependencies=[Depends(require_own_origin)])
def retract_message(session: Writing, caller: SignedIn, message_id: str, thing: str) -> Response:
    """Take a message back and show its thread."""
    commands.retract_message(session, caller, message_id)
    circle_of(session, caller, thing)
    return _back(f"/things/{thing}/messages")


@router.post("/messages/{message_id}/keep-promise", dependencies=[Depends(require_own_origin)])
def keep_promise(session: Writing, caller: SignedIn, message_id: str, thing: str) -> Response:
    """Mark a promise as kept and show its thread."""
    commands.keep_promise(session, caller, message_id)
    circle_of(session, caller, thing)
    return _back(f"/things/{thing}/messages")


def _answer_to(session: Session, caller: Caller, subject: str, message_id: str | None) -> Typed | None:
    if message_id is None:
        return None
    circle = circle_of(session, caller, subject)
    return Typed(kind="answer", answers=message_id, readers=tuple(circle.readers[:1]))


def _back(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))
