"""The pages of a registration on a state's behalf: the desk's form, and the state's word on it."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.attachments.answers import limits_of
from service.caller import Caller
from service.desks.around_queries import get_files
from service.desks.consent_forms import tried
from service.desks.registering_form import get_registering_form, register_from_form
from service.errors import NotFound
from service.needs.queries import get_need, list_waiting_registrations
from service.needs.registering import confirm_registration, refuse_registration
from service.needs.rules import may_confirm
from service.needs.schemas import NeedView, RegistrationRefusal
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]


@router.get("/desk/register-on-behalf")
def show_registering_form(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show the form with which a desk registers a need for a state."""
    found = get_registering_form(session, caller, language, limits_of(request))
    return page(request, "desks/registering.html", caller, found=found)


@router.post("/desk/register-on-behalf", dependencies=OWN_ORIGIN)
def send_registering_form(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, language: PageLanguage
) -> Response:
    """Register the need and show it; or show the form again, with what is wrong at each field."""
    limits = limits_of(request)
    done = register_from_form(session, caller, form, limits, language)
    if isinstance(done, str):
        return _to(f"/needs/{done}")
    found = get_registering_form(session, caller, language, limits, form, done)
    return page(request, "desks/registering.html", caller, status=422, found=found)


@router.get("/registrations")
def show_registrations(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show what desks registered on behalf of states and waits for those to confirm it, for both sides."""
    needs = list_waiting_registrations(session, caller)
    return page(request, "desks/registrations.html", caller, needs=needs, works_at_desk=bool(caller.desks()))


@router.get("/needs/{need_id}/registration")
def show_registration(request: Request, session: Reading, caller: SignedIn, need_id: str) -> HTMLResponse:
    """Show what a desk registered, with its letter, and how the state confirms or refuses it."""
    return _registration(request, session, caller, need_id)


@router.post("/needs/{need_id}/confirm-registration", dependencies=OWN_ORIGIN)
def confirm(
    request: Request, session: Writing, caller: SignedIn, language: PageLanguage, need_id: str
) -> Response:
    """Confirm what a desk registered, and show the need."""
    return _done(
        request, session, caller, need_id, language, lambda: confirm_registration(session, caller, need_id)
    )


@router.post("/needs/{need_id}/refuse-registration", dependencies=OWN_ORIGIN)
def refuse(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    sent: Fields,
) -> Response:
    """Refuse what a desk registered, with a reason, and show the need."""

    def act() -> None:
        refusal = RegistrationRefusal(reason=sent.get("reason", ""))
        refuse_registration(session, caller, need_id, refusal.reason)

    return _done(request, session, caller, need_id, language, act, sent)


def _done(
    request: Request,
    session: Session,
    caller: Caller,
    need_id: str,
    language: str,
    act: Callable[[], Any],
    typed: Mapping[str, str] | None = None,
) -> Response:
    status, faults = tried(session, act, language)
    if not faults:
        return _to(f"/needs/{need_id}")
    return _registration(request, session, caller, need_id, status=status, faults=faults, typed=typed)


def _registration(
    request: Request,
    session: Session,
    caller: Caller,
    need_id: str,
    *,
    status: int = 200,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> HTMLResponse:
    need = get_need(session, caller, need_id)
    if not (isinstance(need, NeedView) and need.handling and need.handling.registered_on_behalf):
        raise NotFound
    lead = next(party for party in need.requesters if party.is_lead)
    return page(
        request,
        "desks/registration.html",
        caller,
        status=status,
        need=need,
        lead=lead,
        files=get_files(session, caller, f"need:{need_id}", limits_of(request)),
        may_confirm=need.handling.awaits_confirmation and may_confirm(caller, lead.stakeholder),
        faults=faults or {},
        typed=typed or {},
    )


def _to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))
