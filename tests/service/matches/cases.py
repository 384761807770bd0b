"""A team for tests: a circulated need, offers of pools, and a round's proposal that seats them."""

from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from service import clock
from service.database.columns import new_id
from service.database.engines import Database
from service.matches.tables import MatchRound, Proposal, ProposalHost, Seat
from service.needs.views import components_of
from service.offers.tables import Offer
from tests.service import people
from tests.service.needs.cases import brought_to as need_brought_to
from tests.service.offers.cases import brought_to as offer_brought_to
from tests.service.people import Person

REASON = {"code": "same_area", "params": {"area": "EXP-DATA"}, "evidence": []}
CRITERION = {
    "criterion": "topic",
    "weight": 0.2,
    "value": 1.0,
    "points": 20.0,
    "known": True,
    "reasons": [REASON, {"code": "preferred_by_provider", "params": {}, "evidence": []}],
}
HOST = {"kind": "dialogue", "code": "PRAGUE", "score": 7000, "reasons": [], "warnings": []}


@dataclass
class Team:
    """A proposal with everybody around it."""

    officer: Person
    desk: Person
    pools: list[Person]
    need: str
    offers: list[str]
    round: str
    proposal: str
    seats: list[str] = field(default_factory=list)


def a_team(
    database: Database,
    *,
    mandatory: tuple[bool, ...] = (True,),
    offer: dict[str, Any] | None = None,
    named_experts: bool = False,
    **need: Any,
) -> Team:
    """Keep a suggested proposal with a seat of another pool for each component."""
    officer, desk = people.ministry(database), people.desk(database)
    pools = [people.pool(database, iso3) for iso3, _ in zip(("NLD", "MAR", "PHL"), mandatory, strict=False)]
    component = {"area": "EXP-DATA", "modality": "MOD-TRAIN"}
    said = {"components": [{**component, "is_mandatory": wanted} for wanted in mandatory], **need}
    with database.writing() as session:
        need_id = need_brought_to(session, "circulated", officer, desk, **said).id
        offers = [an_offer(session, pool, named_experts=named_experts, **offer or {}) for pool in pools]
        round_id = a_round(session, desk)
        proposal, seats = a_proposal(session, need_id, round_id, offers)
    return Team(officer, desk, pools, need_id, offers, round_id, proposal, seats)


def an_offer(session: Session, pool: Person, *, named_experts: bool = False, **more: Any) -> str:
    """Keep an active offer of a pool."""
    expert = {"kind": "named_expert", "person": {"name": "Example Person"}} if named_experts else {}
    return offer_brought_to(session, "active", pool, **expert, **more).id


def a_round(session: Session, desk: Person) -> str:
    """Keep a finished round of a desk."""
    now = clock.now()
    row = MatchRound(
        id=new_id("round"),
        desk_id=desk.stakeholder_id,
        scope={},
        policy={},
        state="finished",
        requested_by=desk.account_id,
        requested_at=now,
        finished_at=now,
        as_of=clock.today(),
    )
    session.add(row)
    session.flush()
    return row.id


def a_proposal(session: Session, need_id: str, round_id: str, offers: list[str]) -> tuple[str, list[str]]:
    """Keep a suggested proposal that seats each offer at the component of the same place."""
    row = Proposal(
        id=new_id("proposal"),
        round_id=round_id,
        need_id=need_id,
        score=8000,
        reasons=[REASON],
        alternatives=[],
        hosts=[HOST],
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    session.add(ProposalHost(proposal_id=row.id, kind="dialogue", code="PRAGUE"))
    components = components_of(session, [need_id])[need_id]
    seats = [
        a_seat(row.id, component.id, session.get_one(Offer, offer), is_mandatory=component.is_mandatory)
        for component, offer in zip(components, offers, strict=True)
    ]
    session.add_all(seats)
    session.flush()
    return row.id, [seat.id for seat in seats]


def a_seat(proposal_id: str, component_id: str, offer: Offer, **more: Any) -> Seat:
    """Give a suggested seat."""
    return Seat(
        id=new_id("seat"),
        proposal_id=proposal_id,
        component_id=component_id,
        offer_id=offer.id,
        provider_id=offer.stakeholder_id,
        is_named_expert=offer.kind == "named_expert",
        score=8000,
        criteria=[CRITERION],
        to_be_confirmed=[],
        **{"experts": 1, **more},
    )
