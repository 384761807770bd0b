"""The lists that belong to deliveries, read for many at once and written for one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, col, delete, select
from sqlmodel.sql.expression import SelectOfScalar

from service.deliveries.tables import (
    DeliveryCommitment,
    DeliveryParty,
    DeliveryProvider,
    DeliveryRequester,
)

Among = Sequence[str] | SelectOfScalar[str]
"""Ids of deliveries, or a subquery of them where they may be very many."""

_TABLES: dict[str, tuple[Any, str]] = {
    "requesters": (DeliveryRequester, "iso3"),
    "providers": (DeliveryProvider, "iso3"),
    "parties": (DeliveryParty, "stakeholder_id"),
    "commitments": (DeliveryCommitment, "commitment_code"),
}
LINKED = frozenset(_TABLES)
"""Fields of a delivery that are kept as lists of their own."""


@dataclass(slots=True)
class Links:
    """What belongs to one delivery, in order of its codes."""

    requesters: list[str] = field(default_factory=list)
    providers: list[str] = field(default_factory=list)
    parties: list[str] = field(default_factory=list)
    commitments: list[str] = field(default_factory=list)


def links_of(session: Session, among: Among) -> dict[str, Links]:
    """Return what belongs to each of the deliveries: four queries, however many they are."""
    found: dict[str, Links] = defaultdict(Links)
    for name, (table, code) in _TABLES.items():
        query = select(table).where(col(table.delivery_id).in_(among)).order_by(getattr(table, code))
        for row in session.exec(query):
            getattr(found[row.delivery_id], name).append(getattr(row, code))
    return found


def replace_links(session: Session, delivery_id: str, lists: Mapping[str, Sequence[str]]) -> None:
    """Put new lists in place of those of a delivery; lists that are not given stay."""
    for name, codes in lists.items():
        table, code = _TABLES[name]
        session.exec(delete(table).where(col(table.delivery_id) == delivery_id))
        session.add_all(table(delivery_id=delivery_id, **{code: value}) for value in codes)
    session.flush()
