"""The pages on which a desk asks for a round, and stops one."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.desks.round_form import ask_for_round, get_round_form, read_form
from service.errors import NotAllowed
from service.matches.commands import cancel_round
from service.matches.queries import find_round
from service.texts import N_
from service.web.acts import Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

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


def _cancel(session: Session, caller: Caller, round_id: str, said: Mapping[str, Any]) -> None:
    cancel_round(session, caller, round_id, Move.model_validate(said).reason)


CANCEL = Act(
    N_("Stop this round"),
    N_("It ends at once, and nothing of it is kept. What earlier rounds proposed stays."),
    _cancel,
)


@router.get("/rounds/{round_id}/cancel")
def show_cancelling(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, round_id: str
) -> HTMLResponse:
    """Show what follows from stopping a round, to the desk that asked for it."""
    asked = Asked(request, session, caller, language)
    return show_act(asked, CANCEL, _at_round(asked, round_id))


@router.post("/rounds/{round_id}/cancel", dependencies=[Depends(require_own_origin)])
def stop_round(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    round_id: str,
) -> Response:
    """Stop a round that is under way, or show why that is not possible."""
    asked = Asked(request, session, caller, language)
    return do_act(asked, CANCEL, round_id, _at_round(asked, round_id), form)


def _at_round(asked: Asked, round_id: str) -> Place:
    if find_round(asked.session, asked.caller, round_id).desk_id not in asked.caller.desks():
        raise NotAllowed
    address = f"/rounds/{round_id}"
    places = [("/", asked.say(N_("Home"))), (address, asked.say(N_("Round")))]
    return Place(places, "", f"{address}/cancel", address)
