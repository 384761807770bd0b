"""The pages on which facts are corrected: a correction lies over the files, and can be taken back."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlalchemy import JSON, Boolean, Integer
from sqlmodel import Session

from service.administration.rules import check_may_look
from service.caller import Caller
from service.database.columns import Codes
from service.reference.commands import correct_fact, withdraw_correction
from service.reference.kinds import BY_NAME
from service.reference.queries import list_corrections
from service.reference.rules import CORRECTABLE
from service.reference.schemas import Correction
from service.texts import N_
from service.web.acts import REASON, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Option
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.uploads import SentFormBody

router = Pages(prefix="/administration")

ROWS = 50
Own = Depends(require_own_origin)
Cursor = Annotated[str | None, Query(max_length=1000)]
Told = Annotated[str, Query(max_length=100)]
ADDRESS = "/administration/corrections"

KIND_NAMES: Mapping[str, str] = {
    "state": N_("State or territory"),
    "dialogue": N_("Dialogue"),
    "regional_body": N_("Regional body"),
    "theme": N_("Theme"),
    "framework": N_("Framework"),
    "gcm_objective": N_("Objective of the Global Compact"),
    "commitment": N_("Commitment"),
    "theme_framework": N_("Framework under a theme"),
    "commitment_framework": N_("Framework of a commitment"),
    "commitment_objective": N_("Objective of a commitment"),
    "dialogue_membership": N_("Place of a state in a dialogue"),
    "regional_body_membership": N_("Place of a state in a regional body"),
    "code_entry": N_("Code of a list"),
}
"""Kinds of facts in words."""
FIELDS = (
    Field("kind", "choice", N_("What it is"), "", N_("Choose")),
    Field(
        "code",
        "short",
        N_("Its code"),
        N_("Such as GHA or RABAT; of a place in a dialogue PRAGUE/AZE; of a code list modality/MOD-PEER."),
    ),
    Field("field", "short", N_("Name of the field"), N_("As the API calls it, such as capital or role.")),
    Field("value", "text", N_("What is right"), N_("Several codes with commas between them.")),
    Field("source", "line", N_("Source"), N_("The address of a page, or a document, that says so.")),
)


def value_of(kind: str, name: str, text: str | None) -> Any:
    """Return what was typed as the field takes it: codes, yes or no, a number, a text, or nothing."""
    column = BY_NAME[kind].table.c.get(name) if kind in BY_NAME else None
    if not text or column is None:
        return text or None
    if isinstance(column.type, Codes | JSON):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(column.type, Boolean):
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.casefold(), text)
    if isinstance(column.type, Integer) and text.isascii() and text.isdigit():
        return int(text)
    return text


def _correct(session: Session, caller: Caller, _thing: str, said: Mapping[str, Any]) -> None:
    value = value_of(said["kind"] or "", said["field"] or "", said["value"])
    correct_fact(session, caller, Correction.model_validate({**said, "value": value}))


def _withdraw(session: Session, caller: Caller, correction_id: str, said: Mapping[str, Any]) -> None:
    withdraw_correction(session, caller, correction_id, said["reason"])


CORRECT = Act(
    N_("Correct a fact"),
    N_("The correction lies over what the data files say, and stands until it is taken back. It is public."),
    _correct,
    FIELDS,
)
WITHDRAW = Act(
    N_("Take this correction back"),
    N_("What the data files say counts again."),
    _withdraw,
    (REASON,),
)


@router.get("/corrections")
def show_corrections(
    request: Request, session: Reading, caller: SignedIn, cursor: Cursor = None
) -> HTMLResponse:
    """Show all corrections of facts, newest first. For administrators."""
    found = list_corrections(session, caller, PageAsked(ROWS, cursor))
    return page(request, "administration/corrections.html", caller, found=found, kinds=KIND_NAMES)


@router.get("/corrections/new")
def show_correcting(
    request: Request,
    session: Reading,
    caller: SignedIn,
    kind: Told = "",
    code: Told = "",
    field: Told = "",
) -> HTMLResponse:
    """Show the form with which a fact is corrected. For administrators."""
    asked = _asked(request, session, caller)
    values = {"kind": [kind], "code": [code], "field": [field], "value": [""], "source": [""]}
    return show_act(asked, CORRECT, _place(asked, f"{ADDRESS}/new"), _options(asked), values)


@router.post("/corrections/new", dependencies=[Own])
def send_correction(request: Request, caller: SignedIn, form: SentFormBody, session: Writing) -> Response:
    """Correct a fact, or show what is wrong."""
    asked = _asked(request, session, caller)
    return do_act(asked, CORRECT, "", _place(asked, f"{ADDRESS}/new"), form, _options(asked))


@router.get("/corrections/{correction_id}/withdraw")
def show_withdrawing(
    request: Request, session: Reading, caller: SignedIn, correction_id: str
) -> HTMLResponse:
    """Show what follows from taking a correction back. For administrators."""
    asked = _asked(request, session, caller)
    return show_act(asked, WITHDRAW, _place(asked, f"{ADDRESS}/{correction_id}/withdraw"))


@router.post("/corrections/{correction_id}/withdraw", dependencies=[Own])
def send_withdrawal(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, correction_id: str
) -> Response:
    """Take a correction back, or show why that is not possible."""
    asked = _asked(request, session, caller)
    place = _place(asked, f"{ADDRESS}/{correction_id}/withdraw")
    return do_act(asked, WITHDRAW, correction_id, place, form)


def _asked(request: Request, session: Session, caller: Caller) -> Asked:
    check_may_look(caller)
    return Asked(request, session, caller, page_language(request))


def _place(asked: Asked, action: str) -> Place:
    places = [
        ("/", asked.say(N_("Home"))),
        ("/administration", asked.say(N_("Administration"))),
        (ADDRESS, asked.say(N_("Corrections of facts"))),
    ]
    return Place(places, "", action, ADDRESS)


def _options(asked: Asked) -> Mapping[str, list[Option]]:
    return {"kind": [Option(kind, asked.say(KIND_NAMES[kind])) for kind in CORRECTABLE]}
