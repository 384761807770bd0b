"""The pages of what happened to a thing, and of whether the journal holds."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.audit import queries
from service.web.doors import Pages
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]


@router.get("/things/{subject}/history")
def show_history(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, subject: str
) -> HTMLResponse:
    """Show what happened to a thing: by which office, what, when."""
    found = queries.get_history(session, caller, subject, language)
    return page(request, "audit/history.html", caller, found=found)


@router.get("/administration/journal")
def show_journal(
    request: Request,
    session: Reading,
    caller: SignedIn,
    check: Annotated[str, Query(max_length=8)] = "",
) -> HTMLResponse:
    """Show when the journal was sealed last and, when asked to, whether all of it holds."""
    root = queries.get_last_root(session, caller)
    found = queries.check_journal(session, caller) if check else None
    return page(request, "audit/journal.html", caller, root=root, found=found)
