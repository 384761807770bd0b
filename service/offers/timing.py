"""How offers have clocks: their provider sees when they are to be confirmed again, and the desk does."""

from collections.abc import Collection

from sqlmodel import Session, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import OFFERING, Caller
from service.deadlines.stages import Actor
from service.deadlines.timed import Facts, Sight, Timed, time_things
from service.offers.queries import ids_in_sight
from service.offers.tables import Offer


def _facts(session: Session, offer_id: str) -> Facts | None:
    row = session.get(Offer, offer_id)
    return Facts(row.desk_id) if row else None


def _in_hand(session: Session, caller: Caller) -> SelectOfScalar[str]:
    is_party = or_(
        col(Offer.stakeholder_id).in_(caller.stakeholders(*OFFERING)), col(Offer.desk_id).in_(caller.desks())
    )
    return select(Offer.id).where(is_party, col(Offer.id).in_(ids_in_sight(session, caller)))


def _sights(session: Session, caller: Caller, offer_ids: Collection[str]) -> dict[str, Sight]:
    rows = session.exec(select(Offer).where(col(Offer.id).in_(offer_ids)))
    return {row.id: Sight(row.title, row.language, f"/offers/{row.id}", _roles(caller, row)) for row in rows}


def _roles(caller: Caller, row: Offer) -> frozenset[Actor]:
    found: set[Actor] = {"provider"} if caller.acts_for(row.stakeholder_id, *OFFERING) else set()
    return frozenset(found | ({"desk"} if row.desk_id in caller.desks() else set()))


time_things("offer", Timed(_facts, _in_hand, _sights, ids_in_sight))
