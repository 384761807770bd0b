"""The pages of institutions: one's own, to be kept right; registering one that is missing."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.desks import choosing
from service.desks.drafting import CHOOSE
from service.errors import NotAllowed, NotFound
from service.reference.facts import code_labels, group_names, state_names
from service.stakeholders import commands, rules
from service.stakeholders.queries import (
    find_stakeholder,
    get_stakeholder,
)
from service.stakeholders.schemas import StakeholderRegistration, StakeholderRevision
from service.texts import N_
from service.web.acts import REASON, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Option, Options, Values, written
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
ROWS = 50
NAME = Field("name", "line", N_("Name"), N_("As it calls itself, with the ministry or office."))
LANGUAGE = Field("language", "choice", N_("Language of its name"))
STATES = Field("states", "many", N_("States"), N_("The one that it belongs to; a public body has one."))
WEBSITE = Field("website", "line", N_("Website"), N_("An address that begins with https://"), is_none=True)


def _register(session: Session, caller: Caller, _none: str, said: Mapping[str, Any]) -> None:
    given = {**said, "type": said["type"] or "", "language": said["language"] or "en"}
    commands.register_stakeholder(session, caller, StakeholderRegistration.model_validate(given))


def _revise(session: Session, caller: Caller, stakeholder_id: str, said: Mapping[str, Any]) -> None:
    revision = StakeholderRevision.model_validate(said)
    commands.revise_stakeholder(session, caller, stakeholder_id, revision)


def _retire(session: Session, caller: Caller, stakeholder_id: str, said: Mapping[str, Any]) -> None:
    commands.retire_stakeholder(session, caller, stakeholder_id, Move.model_validate(said).reason)


REGISTER = Act(
    N_("Register an institution"),
    N_("Everybody can read its name and state. Look first whether it is in the list already."),
    _register,
    (
        Field("type", "choice", N_("Kind of institution"), "", CHOOSE),
        NAME,
        LANGUAGE,
        STATES,
        Field("dialogue", "choice", N_("Dialogue"), N_("If it is the secretariat of one."), N_("None")),
        Field(
            "regional_body",
            "choice",
            N_("Regional body"),
            N_("If it is one, or its secretariat."),
            N_("None"),
        ),
        Field("is_desk", "tick", N_("It is a desk that handles needs")),
        WEBSITE,
        Field(
            "source",
            "line",
            N_("Public page about it"),
            N_("An address that begins with https://"),
            is_none=True,
        ),
    ),
)
ACTS: Mapping[str, Act] = {
    "revise": Act(
        N_("Change what is said about it"),
        N_("Everybody can read it."),
        _revise,
        (NAME, LANGUAGE, STATES, WEBSITE),
    ),
    "retire": Act(
        N_("Take it out of the lists"),
        N_("Nobody can choose it any more. What it did stays on record."),
        _retire,
        (REASON,),
    ),
}


@router.get("/stakeholders/new")
def show_registering(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show the form with which desks and administrators register an institution."""
    asked = Asked(request, session, caller, language)
    values = written(REGISTER.fields, {"language": language})
    return show_act(asked, REGISTER, _registering(asked), _options(asked), values)


@router.post("/stakeholders/new", dependencies=OWN_ORIGIN)
def register(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, language: PageLanguage
) -> Response:
    """Register an institution, or show what is wrong."""
    asked = Asked(request, session, caller, language)
    return do_act(asked, REGISTER, "", _registering(asked), form, _options(asked))


@router.get("/stakeholders/{stakeholder_id}")
def show_stakeholder(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, stakeholder_id: str
) -> HTMLResponse:
    """Show an institution, and to its own people how to keep it right."""
    one = get_stakeholder(session, caller, stakeholder_id)
    names = state_names(session, language)
    shown: dict[str, Any] = {
        "one": one,
        "type": code_labels(session, "stakeholder_type", language)[one.type],
        "states": [names.get(code, code) for code in one.states],
        "dialogue": group_names(session, "dialogue", language).get(one.dialogue or ""),
        "acts": _acts_open(caller, stakeholder_id, is_retired=one.retired_at is not None),
    }
    return page(request, "desks/stakeholder.html", caller, **shown)


@router.get("/stakeholders/{stakeholder_id}/moves/{verb}")
def show_stakeholder_act(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    stakeholder_id: str,
    verb: str,
) -> HTMLResponse:
    """Show what can be done with an institution, with its form."""
    asked = Asked(request, session, caller, language)
    act, place, current = _act(asked, stakeholder_id, verb)
    return show_act(asked, act, place, _options(asked), current, current=current)


@router.post("/stakeholders/{stakeholder_id}/moves/{verb}", dependencies=OWN_ORIGIN)
def do_stakeholder_act(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    stakeholder_id: str,
    verb: str,
) -> Response:
    """Change what is said about an institution, or take it out of lists; or show what is wrong."""
    asked = Asked(request, session, caller, language)
    act, place, current = _act(asked, stakeholder_id, verb)
    return do_act(asked, act, stakeholder_id, place, form, _options(asked), current)


def _acts_open(caller: Caller, stakeholder_id: str, *, is_retired: bool) -> dict[str, Act]:
    verbs = {"revise"} if rules.may_revise(caller, stakeholder_id) else set()
    verbs |= {"retire"} if caller.is_administrator and not is_retired else set()
    return {verb: act for verb, act in ACTS.items() if verb in verbs}


def _act(asked: Asked, stakeholder_id: str, verb: str) -> tuple[Act, Place, Values | None]:
    row = find_stakeholder(asked.session, asked.caller, stakeholder_id)
    act = ACTS.get(verb)
    if act is None:
        raise NotFound
    if verb not in _acts_open(asked.caller, stakeholder_id, is_retired=False):
        raise NotAllowed
    address = f"/stakeholders/{stakeholder_id}"
    places = [*_places(asked), (address, row.name)]
    view = get_stakeholder(asked.session, asked.caller, stakeholder_id)
    current = written(act.fields, view.model_dump()) if verb == "revise" else None
    return act, Place(places, row.name, f"{address}/moves/{verb}", address), current


def _registering(asked: Asked) -> Place:
    if not rules.may_register(asked.caller):
        raise NotAllowed
    return Place(_places(asked), "", "/stakeholders/new", "/stakeholders")


def _places(asked: Asked) -> list[tuple[str, str]]:
    return [("/", asked.say(N_("Home"))), ("/stakeholders", asked.say(N_("Institutions")))]


def _options(asked: Asked) -> Options:
    bodies = group_names(asked.session, "regional_body", asked.language)
    return {
        "type": choosing.coded(asked.session, "stakeholder_type", asked.language),
        "language": choosing.coded(asked.session, "language", asked.language),
        "states": choosing.states(asked.session, asked.language),
        "dialogue": choosing.dialogues(asked.session, asked.language),
        "regional_body": [Option(*one) for one in bodies.items()],
    }
