"""Help that was given before and that may be like what somebody asks for now. The track record is public."""

from collections.abc import Sequence

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.deliveries.links import links_of
from service.deliveries.queries import visible
from service.deliveries.tables import Delivery, DeliveryCommitment, DeliveryRequester
from service.search.overlap import Thing
from service.search.queries import things_sharing
from service.search.rules import terms_of

MOST_COMPARED = 40
"""Deliveries whose texts are compared."""


def find_like(session: Session, caller: Caller, one: Thing) -> list[Thing]:
    """Return past deliveries that may be like what is asked for."""
    shown = visible(caller).where(col(Delivery.retired_at).is_(None)).subquery()
    seen = select(col(Delivery.id)).where(col(Delivery.id).in_(select(shown.c.id)))
    ids = set(things_sharing(session, "delivery", terms_of(one.text), seen, MOST_COMPARED))
    ids |= set(_for_the_same_state(session, one, seen))
    rows = session.exec(select(Delivery).where(col(Delivery.id).in_(ids)).order_by(col(Delivery.id))).all()
    return _things(session, rows)


def _for_the_same_state(session: Session, one: Thing, seen: SelectOfScalar[str]) -> Sequence[str]:
    serving = select(DeliveryCommitment.delivery_id).where(
        col(DeliveryCommitment.commitment_code).in_(one.commitments)
    )
    helped = select(DeliveryRequester.delivery_id).where(col(DeliveryRequester.iso3).in_(one.states))
    query = select(Delivery.id).where(
        col(Delivery.id).in_(seen), col(Delivery.id).in_(serving), col(Delivery.id).in_(helped)
    )
    return session.exec(
        query.order_by(col(Delivery.year_from).desc(), col(Delivery.id)).limit(MOST_COMPARED)
    ).all()


def _things(session: Session, rows: Sequence[Delivery]) -> list[Thing]:
    links = links_of(session, [row.id for row in rows])
    return [
        Thing(
            kind="delivery",
            id=row.id,
            title=row.topic,
            language=row.language,
            text=row.topic,
            commitments=frozenset(links[row.id].commitments),
            areas=frozenset(row.areas),
            states=frozenset(links[row.id].requesters),
            source=row.source,
        )
        for row in rows
    ]
