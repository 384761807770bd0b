"""A need on paper for signature, and the offers that could help with it, ranked."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from service import clock
from service.desks import queries
from service.matches.candidates import list_candidates
from service.matches.reasons import Teller
from service.needs.queries import find_handled_need, get_need
from service.web.doors import Pages
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
CANDIDATES = 10


@router.get("/needs/{need_id}/print")
def show_paper(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show a need as it is printed and signed. For those who ask and the desk."""
    find_handled_need(session, caller, need_id)
    found = queries.get_need_page(session, caller, need_id, language)
    return page(request, "desks/need_paper.html", caller, found=found, printed_on=clock.today())


@router.get("/needs/{need_id}/candidates")
def show_candidates(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show the offers that could help with a need, best first. For those who ask and the desk."""
    found = list_candidates(session, caller, need_id, CANDIDATES, language)
    need = get_need(session, caller, need_id)
    teller = Teller(session, language)
    return page(request, "desks/candidates.html", caller, found=found, need=need, teller=teller)
