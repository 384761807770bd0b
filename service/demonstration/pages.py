"""Signing in to the demonstration with one click. Only in a demonstration, and only from this machine."""

from typing import Annotated
from urllib.parse import parse_qs

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from service.access.cookies import COOKIE, hand_over, take_back
from service.access.signing_in import gate_of
from service.access.signing_in import sign_out as sign_out_of
from service.demonstration import people
from service.demonstration.people import Who
from service.errors import FieldFault, InvalidInput, NotFound
from service.texts import N_
from service.web.doors import Pages
from service.web.headers import PAGE_HEADERS
from service.web.origins import is_on_this_machine, require_own_origin
from service.web.requests import Writing

router = Pages(prefix="/demonstration")

LONGEST_FORM = 1000


def _open_here(request: Request) -> None:
    if not (request.app.state.settings.demonstration and is_on_this_machine(request)):
        raise NotFound
    require_own_origin(request)


async def _who(request: Request) -> Who:
    fields = parse_qs((await request.body())[:LONGEST_FORM].decode("ascii", "replace"), max_num_fields=5)
    said = fields.get("who", [""])[0]
    for who in people.EVERYBODY:
        if who == said:
            return who
    raise InvalidInput(FieldFault("who", "unknown", N_("Nobody of the demonstration is called so.")))


@router.post("/sign-in", dependencies=[Depends(_open_here)])
def sign_in(request: Request, session: Writing, who: Annotated[Who, Depends(_who)]) -> RedirectResponse:
    """Sign in as somebody of the demonstration, and show their home."""
    answer = _to_home()
    hand_over(answer, people.sign_in(session, who, request.app.state.settings), request)
    return answer


@router.post("/sign-out", dependencies=[Depends(_open_here)])
def sign_out(request: Request, session: Writing) -> RedirectResponse:
    """Sign out: the session ends, and the browser forgets it."""
    sign_out_of(session, gate_of(request), request.cookies.get(COOKIE, ""))
    answer = _to_home()
    take_back(answer, request)
    return answer


def _to_home() -> RedirectResponse:
    return RedirectResponse("/", status_code=303, headers=dict(PAGE_HEADERS))
