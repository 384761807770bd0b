"""The page on which a desk asks for a round."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from service.desks.round_form import ask_for_round, get_round_form, read_form
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]


async def _sent(request: Request) -> dict[str, str]:
    return read_form(await request.body())


@router.get("/rounds/new")
def show_round_form(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show what a round can be asked for with, and what each choice does. For desks."""
    return page(request, "desks/round_form.html", caller, found=get_round_form(session, caller, language))


@router.post("/rounds/new", dependencies=[Depends(require_own_origin)])
def send_round_form(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    values: Annotated[dict[str, str], Depends(_sent)],
) -> Response:
    """Ask for the round and show its progress; or show the form again, with what is wrong at each field."""
    asked = ask_for_round(session, caller, values, language)
    if isinstance(asked, str):
        return RedirectResponse(f"/rounds/{asked}", status_code=303, headers=dict(PAGE_HEADERS))
    found = get_round_form(session, caller, language, values, asked)
    return page(request, "desks/round_form.html", caller, status=422, found=found)
