"""Pages of what stays unmet: the register, what the public may know of it, and needs that were passed on."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.desks.unmet_queries import (
    get_escalations_page,
    get_unmet_page,
    public_table,
)
from service.errors import NotFound
from service.texts import N_
from service.unmet import commands
from service.unmet.queries import find_escalation, shown
from service.unmet.schemas import EscalationAnswer, EscalationConsent
from service.web.acts import REASON, WHY, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Option, Options
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
Cursor = Annotated[str | None, Query(max_length=1000)]
PASSED_ON = N_("Needs that were passed on")


@router.get("/unmet")
def show_unmet(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, cursor: Cursor = None
) -> HTMLResponse:
    """Show what stays unmet: to everybody what requesters allow, and to each their own needs."""
    found = get_unmet_page(session, caller, cursor, language)
    return page(request, "desks/unmet.html", caller, found=found)


@router.get("/unmet.csv")
def download_unmet(session: Reading, caller: Asking, language: PageLanguage) -> Response:
    """Give what everybody may know of what stays unmet as a table for spreadsheets."""
    headers = {"Content-Disposition": 'attachment; filename="unmet.csv"'}
    text = public_table(session, caller, language)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/escalations")
def show_escalations(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, cursor: Cursor = None
) -> HTMLResponse:
    """Show which needs were passed on to whom, to all sides of it, and what each can do."""
    found = get_escalations_page(session, caller, cursor, language)
    return page(request, "desks/escalations.html", caller, found=found, acts=ACTS)


def _agree(session: Session, caller: Caller, escalation_id: str, said: Mapping[str, Any]) -> None:
    commands.agree(session, caller, escalation_id, EscalationConsent.model_validate(said))


def _refuse(session: Session, caller: Caller, escalation_id: str, said: Mapping[str, Any]) -> None:
    commands.refuse(session, caller, escalation_id, Move.model_validate(said).reason)


def _answer(outcome: str) -> Any:
    def run(session: Session, caller: Caller, escalation_id: str, said: Mapping[str, Any]) -> None:
        given = EscalationAnswer.model_validate({"outcome": outcome, "answer": said["answer"]})
        commands.answer(session, caller, escalation_id, given)

    return run


def _withdraw(session: Session, caller: Caller, escalation_id: str, said: Mapping[str, Any]) -> None:
    commands.withdraw(session, caller, escalation_id, Move.model_validate(said).reason)


CONSENT = Field(
    "consents",
    "tick",
    N_("We agree that they are told of the need"),
    N_("They read its title, who asks, what is asked for, why it is unmet, and the words written here."),
)
ANSWER = WHY._replace(name="answer", label=N_("Answer"))

ACTS: Mapping[str, Act] = MappingProxyType(
    {
        "agree": Act(
            N_("Agree to passing it on"),
            N_("Whom the desk suggested is told of the need from now on. You can take that back."),
            _agree,
            (CONSENT, REASON),
        ),
        "refuse": Act(N_("Do not pass it on"), N_("Nobody is told of the need."), _refuse),
        "take_up": Act(
            N_("Take the need up"),
            N_("Those who ask, and their desk, read your answer: what happens next, and by when."),
            _answer("taken_up"),
            (ANSWER,),
        ),
        "decline": Act(
            N_("Say no"),
            N_("The need is unmet again, and you see nothing of it any more. Your answer is read."),
            _answer("declined"),
            (ANSWER,),
        ),
        "withdraw": Act(
            N_("Take it back"),
            N_("Whoever was asked sees nothing of the need any more. It is unmet again."),
            _withdraw,
        ),
    }
)
"""What the sides of a need that was passed on can do, by the move that they make."""


@router.get("/escalations/{escalation_id}/moves/{verb}")
def show_escalation_act(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    escalation_id: str,
    verb: str,
) -> HTMLResponse:
    """Show a move with what follows from it."""
    asked = Asked(request, session, caller, language)
    return show_act(asked, *_act(asked, escalation_id, verb))


@router.post("/escalations/{escalation_id}/moves/{verb}", dependencies=OWN_ORIGIN)
def do_escalation_act(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    escalation_id: str,
    verb: str,
) -> Response:
    """Make a move, or show what is wrong with it."""
    asked = Asked(request, session, caller, language)
    act, place = _act(asked, escalation_id, verb)
    return do_act(asked, act, escalation_id, place, form)


def _act(asked: Asked, escalation_id: str, verb: str) -> tuple[Act, Place]:
    row = find_escalation(asked.session, asked.caller, escalation_id)
    act = ACTS.get(verb)
    if act is None:
        raise NotFound
    view = shown(asked.session, asked.caller, [row])[0]
    places = [("/", asked.say(N_("Home"))), ("/escalations", asked.say(PASSED_ON))]
    return act, Place(places, view.need_title, f"/escalations/{escalation_id}/moves/{verb}", "/escalations")


def showing_options(asked: Asked) -> Options:
    """Return what a requester can let the public know of an unmet need."""
    return {"level": [Option(code, asked.say(label), asked.say(effect)) for code, label, effect in SHOWINGS]}


SHOWINGS = (
    ("nothing", N_("Nothing"), N_("The public does not learn of it at all.")),
    (
        "theme_and_region",
        N_("Theme and region"),
        N_("It is counted with at least four others of the same theme and region, never alone."),
    ),
    (
        "details",
        N_("A line of its own"),
        N_("Theme, region, expertise, number of experts, reason and month; not who asks, nor any text."),
    ),
)
