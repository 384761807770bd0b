"""Needs for tests: what is registered, and a need brought to a state of its life."""

from typing import Any

from sqlmodel import Session

from service.caller import Caller, Duty
from service.database.engines import Database
from service.needs import commands, moves
from service.needs.harms import HarmAnswers, HarmJudgements, answer_harms, harms, judge_harms
from service.needs.registering import register_on_behalf
from service.needs.schemas import LevelChange, NeedRegistration, UnmetFinding
from service.needs.tables import Need
from service.needs.widening import agree_to_widening, open_widening
from tests.service.attachments.files import LIMITS, PDF, sent
from tests.service.people import Person

COMPONENT = {"area": "EXP-DATA", "modality": "MOD-TRAIN", "languages": [{"code": "fr", "level": "B2"}]}


def body(officer: Person, desk: Person, **more: Any) -> dict[str, Any]:
    """Give the body of a registration."""
    return {
        "requesters": [officer.stakeholder_id],
        "desk": desk.stakeholder_id,
        "title": "Train analysts of migration data",
        "commitments": ["T4-01"],
        "components": [COMPONENT],
        **more,
    }


def no_harm() -> HarmAnswers:
    """Give the answers of a requester that sees no harm."""
    answers = [{"harm": harm.code, "answer": "no"} for harm in harms()]
    return HarmAnswers.model_validate({"answers": answers})


def all_acceptable() -> HarmJudgements:
    """Give the judgement of a desk that finds every answer acceptable."""
    judgements = [{"harm": harm.code, "judgement": "acceptable"} for harm in harms()]
    return HarmJudgements.model_validate({"judgements": judgements})


def focal_point(*stakeholder_ids: str) -> Caller:
    """Give a caller who endorses for the stakeholders."""
    duties = frozenset(Duty("national_focal_point", stakeholder_id) for stakeholder_id in stakeholder_ids)
    return Caller("account_focal_point", "Focal point", duties)


def registered(session: Session, officer: Person, desk: Person, **more: Any) -> Need:
    """Register a draft."""
    registration = NeedRegistration.model_validate(body(officer, desk, **more))
    return commands.register_need(session, officer.caller, registration)


def on_behalf(session: Session, desk: Person, officer: Person, **more: Any) -> Need:
    """Let a desk register a need for an officer's ministry, from its letter."""
    registration = NeedRegistration.model_validate(body(officer, desk, **more))
    return register_on_behalf(session, desk.caller, registration, sent(PDF, "Letter.pdf"), LIMITS)


def brought_to(session: Session, state: str, officer: Person, desk: Person, **more: Any) -> Need:
    """Register a need and bring it to a state, move by move."""
    row = registered(session, officer, desk, **more)
    requesters = more.get("requesters", [officer.stakeholder_id])
    move_to(session, row, state, officer.caller, desk.caller, focal_point(*requesters))
    return row


def a_need(database: Database, state: str, officer: Person, desk: Person, **more: Any) -> str:
    """Keep a need in a state and return its id."""
    with database.writing() as session:
        return brought_to(session, state, officer, desk, **more).id


def ready_for(session: Session, verb: str, need_id: str, officer: Caller, desk: Caller) -> None:
    """Do what a move asks for beforehand."""
    if verb == "submit":
        answer_harms(session, officer, need_id, no_harm())
    if verb == "validate":
        judge_harms(session, desk, need_id, all_acceptable())


def widened(session: Session, asking: Caller, agreeing: Caller, row: Need, level: str, **more: Any) -> None:
    """Let more people see a need, as two persons of its state do."""
    wanted = LevelChange.model_validate({"confidentiality": level, **more})
    commands.change_confidentiality(session, asking, row.id, wanted)
    asked = open_widening(session, row.id)
    if asked is not None:
        agree_to_widening(session, agreeing, row.id, asked.id)
    assert row.confidentiality == level


def move_to(session: Session, row: Need, state: str, officer: Caller, desk: Caller, focal: Caller) -> None:
    """Make the moves that lead from a draft to a state, with all that they ask for."""
    steps = {
        "pending_endorsement": lambda: _handed_in(session, officer, row.id),
        "submitted": lambda: moves.endorse_need(session, focal, row.id),
        "screening": lambda: moves.start_screening(session, desk, row.id),
        "validated": lambda: _found_fit(session, desk, row.id),
        "circulated": lambda: moves.circulate_need(session, desk, row.id),
        "partially_matched": lambda: moves.record_matching_progress(
            session, officer, row.id, is_complete=False
        ),
        "matched": lambda: moves.record_matching_progress(session, officer, row.id, is_complete=True),
        "in_action": lambda: moves.start_action(session, officer, row.id),
        "fulfilled": lambda: moves.fulfil(session, officer, row.id),
        "closed": lambda: moves.close(session, officer, row.id),
    }
    aside = {
        "clarification_requested": (
            "screening",
            lambda: moves.request_clarification(session, desk, row.id, "Which staff?"),
        ),
        "unmet": (
            "circulated",
            lambda: moves.mark_unmet(session, desk, row.id, UnmetFinding(code="no_expertise")),
        ),
        "suspended": ("in_action", lambda: moves.suspend_need(session, desk, row.id)),
        "withdrawn": ("draft", lambda: moves.withdraw_need(session, officer, row.id)),
    }
    target, last = aside.get(state, (state, None))
    for reached, step in steps.items():
        if row.state == target:
            break
        step()
        assert row.state == reached
    if last:
        last()
    assert row.state == state


def _handed_in(session: Session, officer: Caller, need_id: str) -> None:
    answer_harms(session, officer, need_id, no_harm())
    moves.submit_need(session, officer, need_id)


def _found_fit(session: Session, desk: Caller, need_id: str) -> None:
    judge_harms(session, desk, need_id, all_acceptable())
    moves.validate_need(session, desk, need_id, "Known to the desk.")
