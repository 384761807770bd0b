"""The pages on which people say yes and no: seats, teams, interests, a seat filled again, decisions."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.desks.consent_forms import optional, tried
from service.desks.consent_queries import (
    get_decisions_page,
    get_own_seat_page,
    get_proposal_steps,
    get_refill_page,
    get_seats_page,
)
from service.desks.explanation_queries import get_proposal_page
from service.errors import NotFound
from service.matches import commands, contacts, interests, refilling, seat_commands
from service.matches import proposal_commands as proposals
from service.matches.proposal_schemas import (
    Agreement,
    InterestStatement,
    InterestVerdict,
    Proposing,
    Refilling,
    SeatAcceptance,
    SeatRefusal,
)
from service.matches.schemas import PinDecision
from service.needs import moves
from service.needs.schemas import UnmetFinding
from service.web.doors import Pages
from service.web.forms import Fields
from service.web.headers import PAGE_HEADERS
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
Cursor = Annotated[str | None, Query(max_length=1000)]
OWN_ORIGIN = [Depends(require_own_origin)]


def _gone_to(address: str) -> Response:
    return RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))


# Seats


@router.get("/seats")
def show_seats(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, cursor: Cursor = None
) -> HTMLResponse:
    """Show the seats that were offered to the reader's side, and which of them wait for an answer."""
    found = get_seats_page(session, caller, cursor, language)
    return page(request, "desks/seats.html", caller, found=found)


@router.get("/seats/{seat_id}")
def show_seat(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, seat_id: str
) -> HTMLResponse:
    """Show a seat, what is asked for, and what its reader can do."""
    return _seat_page(request, session, caller, language, seat_id)


@router.post("/seats/{seat_id}/contacts", dependencies=OWN_ORIGIN)
def show_requesters(request: Request, session: Writing, caller: SignedIn, seat_id: str) -> HTMLResponse:
    """Show whom to write to on the asking side; the look is recorded."""
    found = contacts.look_up_requesters(session, caller, seat_id)
    return page(request, "desks/contacts.html", caller, found=found, back=f"/seats/{seat_id}")


@router.post("/seats/{seat_id}/{verb}", dependencies=OWN_ORIGIN)
def answer_seat(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    seat_id: str,
    verb: str,
    fields: Fields,
) -> Response:
    """Answer a seat, take the answer back, or declare a conflict of interest; or show what is wrong."""
    act = SEAT_VERBS.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, seat_id, fields), language)
    if not faults:
        return _gone_to(f"/seats/{seat_id}")
    return _seat_page(request, session, caller, language, seat_id, fields, faults, status, verb)


def _seat_page(  # noqa: PLR0913, PLR0917 - a page and what was sent to it
    request: Request,
    session: Session,
    caller: Caller,
    language: str,
    seat_id: str,
    fields: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    status: int = 200,
    verb: str = "",
) -> HTMLResponse:
    found = get_own_seat_page(session, caller, seat_id, language)
    sent = {"values": fields or {}, "faults": faults or {}, "verb": verb}
    return page(request, "desks/seat.html", caller, status=status, found=found, **sent)


def _accept(session: Session, caller: Caller, seat_id: str, fields: dict[str, str]) -> None:
    months = fields.get("months", "").replace(",", " ").split()
    said = optional(fields, "expert", "reason")
    if fields.get("stance"):
        said |= {"interest": optional(fields, "stance", "text")}  # type: ignore[dict-item]  # checked below
    acceptance = SeatAcceptance.model_validate({**said, "months": months})
    seat_commands.accept_seat(session, caller, seat_id, acceptance)


def _refuse(
    act: Callable[..., Any], session: Session, caller: Caller, seat_id: str, fields: dict[str, str]
) -> None:
    act(
        session, caller, seat_id, SeatRefusal.model_validate({"code": "", **optional(fields, "code", "note")})
    )


def _declare(session: Session, caller: Caller, seat_id: str, fields: dict[str, str]) -> None:
    said = {"stance": "", **optional(fields, "stance", "text")}
    interests.declare_interest(session, caller, seat_id, InterestStatement.model_validate(said))


SEAT_VERBS: dict[str, Callable[[Session, Caller, str, dict[str, str]], None]] = {
    "accept": _accept,
    "decline": partial(_refuse, seat_commands.decline_seat),
    "give-back": partial(_refuse, seat_commands.give_back_seat),
    "declare-interest": _declare,
}


# Teams


@router.post("/proposals/{proposal_id}/contacts", dependencies=OWN_ORIGIN)
def show_team(request: Request, session: Writing, caller: SignedIn, proposal_id: str) -> HTMLResponse:
    """Show whom to write to in the team; the look is recorded."""
    found = contacts.look_up_team(session, caller, proposal_id)
    return page(request, "desks/contacts.html", caller, found=found, back=f"/proposals/{proposal_id}")


@router.get("/proposals/{proposal_id}/seats/{seat_id}/refill")
def show_replacements(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    proposal_id: str,
    seat_id: str,
) -> HTMLResponse:
    """Show who could take the place of one that is not available."""
    found = get_refill_page(session, caller, proposal_id, seat_id, language)
    return page(request, "desks/refill.html", caller, found=found, faults={}, values={})


@router.post("/proposals/{proposal_id}/seats/{seat_id}/{verb}", dependencies=OWN_ORIGIN)
def move_seat(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    proposal_id: str,
    seat_id: str,
    verb: str,
    fields: Fields,
) -> Response:
    """Fill a seat again, offer it, or judge a conflict of interest; or show what is wrong."""
    act = TEAM_SEAT_VERBS.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, proposal_id, seat_id, fields), language)
    if not faults:
        return _gone_to(f"/proposals/{proposal_id}#seats")
    return _proposal_page(request, session, caller, language, proposal_id, fields, faults, status)


@router.post("/proposals/{proposal_id}/{verb}", dependencies=OWN_ORIGIN)
def move_proposal(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    proposal_id: str,
    verb: str,
    fields: Fields,
) -> Response:
    """Make a move with a team, or show its page again with what is wrong."""
    act = PROPOSAL_VERBS.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, proposal_id, fields), language)
    if not faults:
        return _gone_to(f"/proposals/{proposal_id}#steps")
    return _proposal_page(request, session, caller, language, proposal_id, fields, faults, status)


def _proposal_page(
    request: Request,
    session: Session,
    caller: Caller,
    language: str,
    proposal_id: str,
    fields: dict[str, str],
    faults: dict[str, str],
    status: int,
) -> HTMLResponse:
    found = get_proposal_page(session, caller, proposal_id, language)
    steps = get_proposal_steps(session, caller, found.proposal, language)
    sent = {"values": fields, "faults": faults}
    return page(request, "desks/proposal.html", caller, status=status, found=found, steps=steps, **sent)


def _plain(
    act: Callable[..., Any], session: Session, caller: Caller, thing: str, fields: dict[str, str]
) -> None:
    act(session, caller, thing, Move.model_validate(optional(fields, "reason")).reason)


def _naming(fields: dict[str, str]) -> dict[str, Any]:
    return {**optional(fields, "reason"), "names_need": fields.get("names_need") == "yes"}


def _propose(session: Session, caller: Caller, proposal_id: str, fields: dict[str, str]) -> None:
    proposals.propose_proposal(session, caller, proposal_id, Proposing.model_validate(_naming(fields)))


def _agree(session: Session, caller: Caller, proposal_id: str, fields: dict[str, str]) -> None:
    proposals.agree_to_proposal(session, caller, proposal_id, Agreement.model_validate(_naming(fields)))


PROPOSAL_VERBS: dict[str, Callable[[Session, Caller, str, dict[str, str]], None]] = {
    "shortlist": partial(_plain, proposals.shortlist_proposal),
    "propose": _propose,
    "agree": _agree,
    "revoke-agreement": partial(_plain, proposals.revoke_agreement),
    "withdraw": partial(_plain, proposals.withdraw_proposal),
    "confirm": partial(_plain, proposals.confirm_proposal),
    "object": partial(_plain, proposals.object_to_refilling),
    "dissolve": partial(_plain, proposals.dissolve_proposal),
}


def _refill(session: Session, caller: Caller, proposal_id: str, seat_id: str, fields: dict[str, str]) -> None:
    said = Refilling.model_validate(optional(fields, "offer", "reason"))
    refilling.refill_seat(session, caller, proposal_id, seat_id, said)


def _offer(session: Session, caller: Caller, proposal_id: str, seat_id: str, fields: dict[str, str]) -> None:
    said = Proposing.model_validate(_naming(fields))
    refilling.offer_seat(session, caller, proposal_id, seat_id, said)


def _judge(session: Session, caller: Caller, proposal_id: str, seat_id: str, fields: dict[str, str]) -> None:
    said = {"party": "", "verdict": "", **optional(fields, "party", "verdict", "measures")}
    interests.judge_interest(session, caller, proposal_id, seat_id, InterestVerdict.model_validate(said))


TEAM_SEAT_VERBS: dict[str, Callable[[Session, Caller, str, str, dict[str, str]], None]] = {
    "refill": _refill,
    "offer": _offer,
    "judge-interest": _judge,
}


# Decisions on a need


@router.get("/needs/{need_id}/decisions")
def show_decisions(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show locks and vetoes, and what can be done when nobody is found."""
    found = get_decisions_page(session, caller, need_id, language)
    return page(request, "desks/decisions.html", caller, found=found, faults={}, values={})


@router.post("/needs/{need_id}/decisions/{verb}", dependencies=OWN_ORIGIN)
def decide(
    request: Request,
    session: Writing,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    verb: str,
    fields: Fields,
) -> Response:
    """Lock or veto a pair, lift that, or follow the path of a need for which nobody is found."""
    act = NEED_VERBS.get(verb)
    if act is None:
        raise NotFound
    status, faults = tried(session, partial(act, session, caller, need_id, fields), language)
    if not faults:
        return _gone_to(f"/needs/{need_id}/decisions")
    found = get_decisions_page(session, caller, need_id, language)
    return page(
        request, "desks/decisions.html", caller, status=status, found=found, faults=faults, values=fields
    )


def _pin(session: Session, caller: Caller, need_id: str, fields: dict[str, str]) -> None:
    component, _, offer = fields.get("pair", "").partition(".")
    said = {"component": component, "offer": offer, "decision": "", "reason": ""}
    decision = PinDecision.model_validate(said | optional(fields, "decision", "reason"))
    commands.decide_pin(session, caller, need_id, decision)


def _lift(session: Session, caller: Caller, need_id: str, fields: dict[str, str]) -> None:
    del need_id
    commands.lift_pin(session, caller, fields.get("pin", ""))


def _mark_unmet(session: Session, caller: Caller, need_id: str, fields: dict[str, str]) -> None:
    finding = UnmetFinding.model_validate({"code": "", **optional(fields, "code", "reason")})
    moves.mark_unmet(session, caller, need_id, finding)


NEED_VERBS: dict[str, Callable[[Session, Caller, str, dict[str, str]], None]] = {
    "pin": _pin,
    "lift": _lift,
    "mark-unmet": _mark_unmet,
    "recirculate": partial(_plain, moves.recirculate_need),
}
