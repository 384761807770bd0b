"""The pages: the network, a dialogue's reach, and what a round says of several needs together."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from service.matches import network, together
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn
from service.web.schemas import CodeText

router = APIRouter(default_response_class=HTMLResponse)

PageLanguage = Annotated[str, Depends(page_language)]


@router.get("/network")
def show_network(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    dialogue: CodeText | None = None,
    other: CodeText | None = None,
) -> HTMLResponse:
    """Show who brokers, who belongs together, what hangs on one provider and who should talk."""
    between = [code for code in (dialogue, other) if code]
    found = network.get_network(session, caller, between, language)
    return page(request, "desks/network.html", caller, found=found, between=between)


@router.get("/network/introductions")
def show_introduction(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    start: CodeText,
    end: CodeText,
) -> HTMLResponse:
    """Show through whom one state could be introduced to another."""
    found = network.get_introduction(session, caller, start, end, language)
    return page(request, "desks/introduction.html", caller, found=found)


@router.get("/dialogues/{dialogue}")
def show_dialogue(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, dialogue: str
) -> HTMLResponse:
    """Show the members of a dialogue, and how much they could do for each other."""
    found = network.get_reach(session, caller, dialogue, language)
    return page(request, "desks/dialogue.html", caller, found=found)


@router.get("/rounds/{round_id}/together")
def show_together(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, round_id: str
) -> HTMLResponse:
    """Show who asks for the same in a round, and what one team could do for all of them."""
    found = together.get_together(session, caller, round_id, language)
    return page(request, "desks/together.html", caller, found=found, round_id=round_id)
