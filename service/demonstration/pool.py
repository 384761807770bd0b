"""An invented expert pool for the demonstration, so that its calendar shows more than two offers.

Nobody in it exists, and no round takes its offers: they stay at the level at which only the pool sees them.
"""

from typing import NamedTuple

from sqlmodel import Session, select

from service.caller import OPERATOR, Caller, Duty
from service.offers import commands as offers
from service.offers.commands import mark_offer_stale
from service.offers.schemas import OfferRegistration
from service.pools.tables import PoolReference
from service.stakeholders.commands import register_stakeholder
from service.stakeholders.schemas import StakeholderRegistration
from service.stakeholders.tables import Stakeholder

POOL_NAME = "Demonstration expert pool (invented)"


class Expert(NamedTuple):
    """An invented expert: in which area, in which languages and months, and how the offer stands."""

    title: str
    area: str
    languages: str
    months: tuple[int, ...] = ()
    standing: str = "active"


EXPERTS = (
    Expert("Review of return and reintegration systems", "EXP-RET", "en fr"),
    Expert("Design of a migration data unit", "EXP-DATA", "en", (1, 2, 3, 9, 10)),
    Expert("Case management for reintegration", "EXP-RET", "fr ar", (4, 5, 6)),
    Expert("Quality of administrative data on migration", "EXP-DATA", "en es", standing="on_hold"),
    Expert("Training of return counsellors", "EXP-RET", "en ru", standing="stale"),
    Expert("Sharing data between registers", "EXP-DATA", "fr", standing="stale"),
    Expert("Monitoring of assisted returns", "EXP-RET", "en", (9, 10, 11, 12), standing="stale"),
    Expert("Surveys of mobile populations", "EXP-DATA", "ar en", standing="waits"),
    Expert("Peer visits on reintegration", "EXP-RET", "es", (2, 3, 4, 5), standing="draft"),
    Expert("Publishing migration statistics", "EXP-DATA", "en pt"),
)


def find_demonstration_pool(session: Session) -> str | None:
    """Return the id of the invented pool, once it is loaded."""
    query = select(Stakeholder.id).where(Stakeholder.name == POOL_NAME, Stakeholder.is_demonstration)
    return session.exec(query).first()


def load_pool(session: Session) -> str:
    """Load the invented pool with its experts; harmless to repeat."""
    there = find_demonstration_pool(session)
    if there is not None:
        return there
    said = StakeholderRegistration.model_validate({"type": "expert_pool", "name": POOL_NAME, "states": []})
    pool_id = register_stakeholder(session, OPERATOR, said, demonstration=True).id
    duties = frozenset({Duty("pool_manager", pool_id), Duty("provider_focal_point", pool_id)})
    caller = Caller("demonstration", "Demonstration", duties)
    for number, expert in enumerate(EXPERTS, start=1):
        offer_id = _load(session, caller, pool_id, expert)
        session.add(PoolReference(stakeholder_id=pool_id, reference=f"DEMO-{number:02d}", offer_id=offer_id))
    session.flush()
    return pool_id


def _load(session: Session, caller: Caller, pool_id: str, expert: Expert) -> str:
    registration = OfferRegistration.model_validate(
        {
            "provider": pool_id,
            "kind": "named_expert",
            "title": expert.title,
            "confidentiality": "draft",
            "expertise": [{"area": expert.area, "proficiency": "advanced"}],
            "languages": [{"code": code} for code in expert.languages.split()],
            "months": list(expert.months) or None,
        }
    )
    row = offers.register_offer(session, caller, registration, demonstration=True)
    if expert.standing != "draft":
        offers.submit_offer(session, caller, row.id)
    if expert.standing not in {"draft", "waits"}:
        offers.authorise_offer(session, caller, row.id)
    if expert.standing == "on_hold":
        offers.hold_offer(session, caller, row.id)
    if expert.standing == "stale":
        mark_offer_stale(session, row.id)
    return row.id
