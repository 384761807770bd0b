"""The page on which administrators see whether mail goes out."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.mail import commands, queries
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page
from service.web.requests import Reading, SignedIn, Writing

router = Pages()


@router.get("/mail")
def show_mail(
    request: Request,
    session: Reading,
    caller: SignedIn,
    cursor: Annotated[str | None, Query(max_length=1000)] = None,
) -> HTMLResponse:
    """Show whether a mail server is set, and which letters wait or failed."""
    mail = queries.get_mail(session, caller, request.app.state.settings)
    letters = queries.list_letters(session, caller, PageAsked(cursor=cursor))
    return page(request, "mail/mail.html", caller, mail=mail, letters=letters)


@router.post("/mail/try-now", dependencies=[Depends(require_own_origin)])
def send_try_now(session: Writing, caller: SignedIn) -> Response:
    """Let all waiting letters be tried at once, and show how mail stands."""
    commands.try_letters_now(session, caller)
    return RedirectResponse("/mail", status_code=303, headers=dict(PAGE_HEADERS))
