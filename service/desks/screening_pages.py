"""The pages around a need: the desk's queue and screening, endorsement, harm, who may read it and who did."""

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.deadlines.queries import list_running
from service.desks import screening_queries as queries
from service.desks.consent_forms import optional, tried
from service.errors import NotFound
from service.needs import commands, moves
from service.needs.harms import HarmAnswers, HarmJudgements, answer_harms, harms, judge_harms
from service.needs.schemas import Endorsement, IneligibleFinding, LevelChange, Question
from service.needs.widening import agree_to_widening, revoke_widening
from service.texts import N_, translate
from service.web.acts import SAVED, gone_to
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
Sent = Mapping[str, str]
WORDS: dict[str, Any] = {
    "kinds": queries.KIND_WORDS,
    "doors": queries.DOOR_WORDS,
    "level_name": queries.level_name,
}


def _model(request: Request) -> str:
    return str(request.app.state.settings.text_model)


# The desk


@router.get("/desk/screening")
def show_queue(request: Request, session: Reading, caller: SignedIn, language: PageLanguage) -> HTMLResponse:
    """Show what waits at the reader's desks, and what is missing."""
    rows = queries.get_queue_page(session, caller, language)
    running = list_running(session, caller, language, at_desks=True)
    overdue = [one for one in running if one.is_overdue]
    return page(request, "desks/screening.html", caller, rows=rows, overdue=overdue)


@router.get("/needs/{need_id}/screening")
def show_screening(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show a need as its desk screens it."""
    return _screening(request, session, caller, language, need_id)


@router.post("/needs/{need_id}/screening/{verb}", dependencies=OWN_ORIGIN)
def screen(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    verb: str,
    fields: Fields,
) -> Response:
    """Make a move of the desk, or judge the answers about harm; or show what is wrong."""
    act = SCREENING_VERBS.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, need_id, fields), language)
    if not faults:
        return gone_to(f"/needs/{need_id}/screening", request, translate(SAVED, language))
    return _screening(request, session, caller, language, need_id, (verb, fields, faults, status))


Failed = tuple[str, Sent, Mapping[str, str], int]
"""What was sent, and what is wrong with it: verb, fields, faults, status."""
NOTHING: Failed = ("", {}, {}, 200)


def _screening(
    request: Request,
    session: Session,
    caller: Caller,
    language: str,
    need_id: str,
    failed: Failed = NOTHING,
) -> HTMLResponse:
    found = queries.get_screening_page(session, caller, need_id, _model(request), language)
    verb, values, faults, status = failed
    sent = {"verb": verb, "values": values, "faults": faults}
    return page(request, "desks/screening_need.html", caller, status=status, found=found, **sent)


def _move(act: Callable[..., Any], session: Session, caller: Caller, need_id: str, fields: Sent) -> None:
    move = Move.model_validate(optional(fields, "reason"))
    act(session, caller, need_id, move.reason)


def _ask(session: Session, caller: Caller, need_id: str, fields: Sent) -> None:
    question = Question.model_validate({"reason": fields.get("question", "")})
    moves.request_clarification(session, caller, need_id, question.reason)


def _find_ineligible(session: Session, caller: Caller, need_id: str, fields: Sent) -> None:
    said = optional(fields, "code", "reason", "duplicate_of")
    moves.find_ineligible(session, caller, need_id, IneligibleFinding.model_validate(said))


def _judge(session: Session, caller: Caller, need_id: str, fields: Sent) -> None:
    said = [
        {
            "harm": harm.code,
            "judgement": fields[f"judgement-{harm.code}"],
            "condition": fields.get(f"condition-{harm.code}", ""),
        }
        for harm in harms()
        if fields.get(f"judgement-{harm.code}")
    ]
    judge_harms(session, caller, need_id, HarmJudgements.model_validate({"judgements": said}))


SCREENING_VERBS: Mapping[str, Callable[[Session, Caller, str, Sent], None]] = MappingProxyType(
    {
        "start": partial(_move, moves.start_screening),
        "ask": _ask,
        "judge": _judge,
        "validate": partial(_move, moves.validate_need),
        "find-ineligible": _find_ineligible,
        "circulate": partial(_move, moves.circulate_need),
    }
)


# Who endorses


@router.get("/endorse")
def show_endorsements(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show what waits for the reader's endorsement."""
    return _endorsements(request, session, caller)


@router.post("/needs/{need_id}/endorse", dependencies=OWN_ORIGIN)
def endorse(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    fields: Fields,
) -> Response:
    """Endorse the version of the text that the form names."""
    status, faults = tried(session, partial(_endorse, session, caller, need_id, fields), language)
    if not faults:
        return gone_to("/endorse", request, translate(N_("The need was endorsed."), language))
    return _endorsements(request, session, caller, faults, status)


def _endorse(session: Session, caller: Caller, need_id: str, fields: Sent) -> None:
    version = fields.get("text_version", "")
    said = {"text_version": int(version) if version.isdecimal() else 0}
    endorsement = Endorsement.model_validate(said)
    moves.endorse_need(session, caller, need_id, text_version=endorsement.text_version)


def _endorsements(
    request: Request,
    session: Session,
    caller: Caller,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = queries.get_endorsements_page(session, caller)
    said = {"found": found, "faults": faults or {}} | WORDS
    return page(request, "desks/endorsements.html", caller, status=status, **said)


# Who asks


@router.get("/needs/{need_id}/advice")
def show_advice(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show what to add to a need, and what is like it, before it is handed in."""
    return _advice(request, session, caller, language, need_id)


@router.post("/needs/{need_id}/submit", dependencies=OWN_ORIGIN)
def submit(
    request: Request, session: Writing, caller: SignedIn, language: PageLanguage, need_id: str
) -> Response:
    """Hand a draft in, or show what is missing."""
    status, faults = tried(session, partial(moves.submit_need, session, caller, need_id), language)
    if not faults:
        return gone_to(f"/needs/{need_id}", request, translate(N_("The need was handed in."), language))
    return _advice(request, session, caller, language, need_id, faults, status)


def _advice(
    request: Request,
    session: Session,
    caller: Caller,
    language: str,
    need_id: str,
    faults: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    found = queries.get_advice_page(session, caller, need_id, _model(request), language)
    return page(request, "desks/advice.html", caller, status=status, found=found, faults=faults or {})


@router.get("/needs/{need_id}/harms")
def show_harms(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show the questions about harm with their answers, and a form to those who can answer."""
    return _harms(request, session, caller, language, need_id, NOTHING)


@router.post("/needs/{need_id}/harms", dependencies=OWN_ORIGIN)
def send_harms(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    fields: Fields,
) -> Response:
    """Keep the answers about harm, or show what is missing beside each question."""
    said = [
        {
            "harm": harm.code,
            "answer": fields[f"answer-{harm.code}"],
            "explanation": fields.get(f"explanation-{harm.code}", ""),
        }
        for harm in harms()
        if fields.get(f"answer-{harm.code}")
    ]

    def act() -> None:
        answer_harms(session, caller, need_id, HarmAnswers.model_validate({"answers": said}))

    status, faults = tried(session, act, language)
    if not faults:
        return gone_to(f"/needs/{need_id}/harms", request, translate(SAVED, language))
    codes = [one["harm"] for one in said]
    failed = ("", fields, _beside(faults, codes), status)
    return _harms(request, session, caller, language, need_id, failed)


def _beside(faults: Mapping[str, str], codes: list[str]) -> dict[str, str]:
    """Return what is wrong by harm: ``answers[2].explanation`` is about the third one that was sent."""
    found: dict[str, str] = {}
    for place, text in faults.items():
        number = place.partition("[")[2].partition("]")[0]
        found[codes[int(number)] if number.isdecimal() and int(number) < len(codes) else ""] = text
    return found


def _harms(
    request: Request, session: Session, caller: Caller, language: str, need_id: str, failed: Failed
) -> HTMLResponse:
    found = queries.get_harms_page(session, caller, need_id, language)
    _, values, faults, status = failed
    sent = {"values": values, "faults": faults}
    return page(request, "desks/harms.html", caller, status=status, found=found, **sent)


@router.get("/needs/{need_id}/readers")
def show_readers(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show who may read a need, what was asked for, and who has read it."""
    return _readers(request, session, caller, language, need_id, NOTHING)


@router.post("/needs/{need_id}/readers", dependencies=OWN_ORIGIN)
def send_readers(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    fields: Fields,
) -> Response:
    """Change who may read a need: at once where it is narrower; else it waits for a second person."""
    said: dict[str, Any] = optional(fields, "confidentiality", "public_summary", "reason")
    if "named_providers" in fields:
        said["named_providers"] = fields["named_providers"].replace(",", " ").split()

    def act() -> None:
        commands.change_confidentiality(session, caller, need_id, LevelChange.model_validate(said))

    status, faults = tried(session, act, language)
    if not faults:
        return gone_to(f"/needs/{need_id}/readers", request, translate(SAVED, language))
    by_field = {place.partition("[")[0]: text for place, text in faults.items()}
    return _readers(request, session, caller, language, need_id, ("", fields, by_field, status))


@router.post("/needs/{need_id}/widenings/{widening_id}/{verb}", dependencies=OWN_ORIGIN)
def answer_widening(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    widening_id: str,
    verb: str,
) -> Response:
    """Agree to what somebody of the state asked for, or stop it."""
    act = {"agree": agree_to_widening, "revoke": revoke_widening}.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, need_id, widening_id), language)
    if not faults:
        return gone_to(f"/needs/{need_id}/readers", request, translate(SAVED, language))
    return _readers(request, session, caller, language, need_id, (verb, {}, faults, status))


def _readers(
    request: Request, session: Session, caller: Caller, language: str, need_id: str, failed: Failed
) -> HTMLResponse:
    found = queries.get_readers_page(session, caller, need_id, language)
    _, values, faults, status = failed
    sent = {"values": values, "faults": faults} | WORDS
    return page(request, "desks/readers.html", caller, status=status, found=found, **sent)
