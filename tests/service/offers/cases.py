"""Offers for tests: what is registered, and an offer brought to a state of its life."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session

from service import clock
from service.caller import Caller, Duty
from service.database.engines import Database
from service.offers import commands
from service.offers.schemas import OfferRegistration
from service.offers.tables import Offer
from tests.service.people import Person

EXPERTISE = {"area": "EXP-RET", "proficiency": "advanced", "evidence": "self_declared"}


def body(provider: str, **more: Any) -> dict[str, Any]:
    """Give the body of a registration."""
    return {
        "provider": provider,
        "title": "Peer review of a reintegration system",
        "expertise": [EXPERTISE],
        "commitments": ["T4-06"],
        **more,
    }


def focal_point(stakeholder_id: str) -> Caller:
    """Give a caller who authorises in the name of a stakeholder."""
    return Caller("account_focal", "Focal point", frozenset({Duty("provider_focal_point", stakeholder_id)}))


def registered(session: Session, manager: Person, **more: Any) -> Offer:
    """Register a draft."""
    said = OfferRegistration.model_validate(body(manager.stakeholder_id, **more))
    return commands.register_offer(session, manager.caller, said)


def brought_to(session: Session, state: str, manager: Person, **more: Any) -> Offer:
    """Register an offer and bring it to a state, move by move."""
    row = registered(session, manager, **more)
    caller = focal_point(manager.stakeholder_id)
    later = clock.now() + timedelta(days=400)
    steps = {
        "draft": (),
        "pending_authorisation": ("submit",),
        "active": ("submit", "authorise"),
        "on_hold": ("submit", "authorise", "hold"),
        "stale": ("submit", "authorise", "stale"),
        "expired": ("submit", "authorise", "stale", "expire"),
        "withdrawn": ("withdraw",),
    }
    moves = {
        "submit": lambda: commands.submit_offer(session, caller, row.id),
        "authorise": lambda: commands.authorise_offer(session, caller, row.id),
        "hold": lambda: commands.hold_offer(session, caller, row.id),
        "withdraw": lambda: commands.withdraw_offer(session, caller, row.id),
        "stale": lambda: commands.mark_stale_offers(session, later),
        "expire": lambda: commands.expire_offers(session, later + timedelta(days=400)),
    }
    for step in steps[state]:
        moves[step]()
    assert row.state == state
    return row


def an_offer(database: Database, state: str, manager: Person, **more: Any) -> str:
    """Keep an offer in a state and return its id."""
    with database.writing() as session:
        return brought_to(session, state, manager, **more).id
