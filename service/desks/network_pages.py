"""The pages: the network, dialogues and their reach, and what a round says of several needs together."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.desks.dialogue_queries import get_dialogue_page, list_dialogue_rows
from service.desks.network_queries import address_of, get_introduction_page, get_network_page
from service.matches import together
from service.web.doors import Pages
from service.web.headers import scripted
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn
from service.web.schemas import CodeText

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
Chosen = Annotated[str | None, Query(max_length=64)]
"""What a form sends where nothing is chosen is empty."""


@router.get("/network")
def show_network(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    dialogue: Chosen = None,
    other: Chosen = None,
) -> HTMLResponse:
    """Show who brokers, who belongs together, what hangs on one provider and who should talk."""
    found = get_network_page(session, caller, [dialogue, other], language)
    return scripted(page(request, "desks/network.html", caller, found=found, asked=(dialogue, other)))


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
    found = get_introduction_page(session, caller, start, end, language)
    return page(request, "desks/introduction.html", caller, found=found)


@router.get("/dialogues")
def show_dialogues(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show all dialogues."""
    rows = list_dialogue_rows(session, caller, language)
    return page(request, "desks/dialogues.html", caller, rows=rows)


@router.get("/dialogues/{dialogue}")
def show_dialogue(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, dialogue: str
) -> HTMLResponse:
    """Show the members of a dialogue, and how much they could do for each other."""
    found = get_dialogue_page(session, caller, dialogue, language)
    return page(request, "desks/dialogue.html", caller, found=found)


@router.get("/rounds/{round_id}/together")
def show_together(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, round_id: str
) -> HTMLResponse:
    """Show who asks for the same in a round, and what one team could do for all of them."""
    found = together.get_together(session, caller, round_id, language)
    return page(request, "desks/together.html", caller, found=found, round_id=round_id, address_of=address_of)
