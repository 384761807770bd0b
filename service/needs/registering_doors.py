"""The JSON door to registering on a state's behalf."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError

from service.attachments.answers import limits_of
from service.attachments.api import A_FILE, form_with, sent_file
from service.needs import queries, registering
from service.needs.schemas import NeedRegistration, NeedView, RegistrationRefusal
from service.web.bodies import clean_json
from service.web.doors import Doors
from service.web.requests import SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

router = Doors()

A_NEED = {
    "type": "string",
    "contentMediaType": "application/json",
    "description": "The need, as JSON: what is sent to register one's own.",
}


def _registration(form: SentFormBody) -> NeedRegistration:
    try:
        return NeedRegistration.model_validate_json(clean_json(form.text("need").encode()))
    except ValidationError as error:
        faults = [{**fault, "loc": ("body", "need", *fault["loc"])} for fault in error.errors()]
        raise RequestValidationError(faults) from None


Registration = Annotated[NeedRegistration, Depends(_registration)]


@router.post("/needs/on-behalf", status_code=201, openapi_extra=form_with(need=A_NEED, letter=A_FILE))
def register_need_on_behalf(
    request: Request, caller: SignedIn, form: SentFormBody, registration: Registration, session: Writing
) -> NeedView:
    """Register a need for a state from its official letter. Nothing happens to it until that confirms it."""
    letter = sent_file(form, "letter")
    row = registering.register_on_behalf(session, caller, registration, letter, limits_of(request))
    return queries.view_for(session, caller, row)


@router.post("/needs/{need_id}/confirm-registration")
def confirm_registration(session: Writing, caller: SignedIn, need_id: str, move: Move) -> NeedView:
    """Confirm what a desk registered for you. Officers and focal points of the lead requester may."""
    return queries.view_for(
        session, caller, registering.confirm_registration(session, caller, need_id, move.reason)
    )


@router.post("/needs/{need_id}/refuse-registration")
def refuse_registration(
    session: Writing, caller: SignedIn, need_id: str, refusal: RegistrationRefusal
) -> NeedView:
    """Refuse what a desk registered for you, and say why. It is withdrawn."""
    return queries.view_for(
        session, caller, registering.refuse_registration(session, caller, need_id, refusal.reason)
    )
