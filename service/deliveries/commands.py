"""Keeping the track record."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select, update

from service import clock
from service.caller import Caller
from service.database.columns import new_id
from service.deliveries import rules
from service.deliveries.checks import check_delivery
from service.deliveries.errors import AlreadyRegistered, DeliveryRetired
from service.deliveries.links import LINKED, links_of, replace_links
from service.deliveries.queries import find_delivery
from service.deliveries.rows import column_of, registration_from_row
from service.deliveries.schemas import DeliveryRegistration, DeliveryRevision
from service.deliveries.tables import Delivery
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.search.commands import index_text

_COLUMNS = {
    "topic": "topic",
    "language": "language",
    "status": "status",
    "providers_complete": "providers_complete",
    "areas": "areas",
    "modalities": "modalities",
    "requester_bodies": "bodies",
    "year_from": "year_from",
    "year_to": "year_to",
    "programme": "programme",
    "framework": "framework",
    "dialogue": "dialogue_code",
    "requester_institutions": "requester_institutions",
    "provider_institutions": "provider_institutions",
    "note": "note",
    "source": "source",
}
"""The column in which each field is kept."""


def register_delivery(
    session: Session,
    caller: Caller,
    registration: DeliveryRegistration,
    *,
    rating: float | None = None,
    demonstration: bool = False,
) -> Delivery:
    """Register help that was given, with its source; administrators and the staff of desks may."""
    if not rules.may_register(caller):
        raise NotAllowed
    said = {name: getattr(registration, name) for name in DeliveryRegistration.model_fields}
    check_delivery(session, said, said)
    if _with_source_code(session, registration.source_code):
        raise AlreadyRegistered
    row = Delivery(
        id=new_id("delivery"),
        **_columns(said),
        rating=rating,
        source_code=registration.source_code,
        is_demonstration=demonstration,
        registered_for=None if caller.is_administrator else min(caller.desks()),
        registered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    replace_links(session, row.id, {name: said[name] for name in LINKED})
    _index(session, row)
    details = {"source_code": row.source_code}
    record(session, caller, "delivery.registered", f"delivery:{row.id}", details)
    return row


def import_delivery(
    session: Session, caller: Caller, row: Mapping[str, str], *, demonstration: bool = False
) -> Delivery:
    """Register a row of a table of past cases. The same code of the source is taken once.

    Raises
    ------
    InvalidInput
        A cell cannot be accepted; the faults name its column.
    """
    if not rules.may_register(caller):
        raise NotAllowed
    registration = registration_from_row(row)
    known = _with_source_code(session, registration.source_code)
    if known is not None:
        return known
    try:
        return register_delivery(session, caller, registration, demonstration=demonstration)
    except InvalidInput as refusal:
        faults = [FieldFault(column_of(item.field), item.code, item.message) for item in refusal.found]
        raise InvalidInput(*faults) from None


def revise_delivery(
    session: Session, caller: Caller, delivery_id: str, revision: DeliveryRevision
) -> Delivery:
    """Correct what is said about a delivery; administrators and the desk that entered it may."""
    row = find_delivery(session, caller, delivery_id)
    if not rules.may_revise(caller, row.registered_for):
        raise NotAllowed
    given = {name: getattr(revision, name) for name in revision.model_fields_set}
    check_delivery(session, given, {**_whole(session, row), **given})
    if row.retired_at is not None:
        raise DeliveryRetired
    if given:
        replace_links(session, row.id, {name: given[name] for name in LINKED if name in given})
        _change(session, row, **_columns(given))
        _index(session, row)
        details = {"fields": sorted(given)}
        record(session, caller, "delivery.revised", f"delivery:{row.id}", details)
    return row


def retire_delivery(
    session: Session, caller: Caller, delivery_id: str, reason: str | None = None
) -> Delivery:
    """Take an entry out of the track record, because it was wrong or double. It stays on record."""
    row = find_delivery(session, caller, delivery_id)
    if not rules.may_revise(caller, row.registered_for):
        raise NotAllowed
    rules.next_state(rules.state_of(is_retired=row.retired_at is not None), "retire")
    _change(session, row, retired_at=clock.now())
    record(session, caller, "delivery.retired", f"delivery:{row.id}", reason=reason)
    return row


def _with_source_code(session: Session, source_code: str | None) -> Delivery | None:
    if source_code is None:
        return None
    return session.exec(select(Delivery).where(Delivery.source_code == source_code)).first()


def _columns(said: Mapping[str, Any]) -> dict[str, Any]:
    return {column: said[field] for field, column in _COLUMNS.items() if field in said}


def _whole(session: Session, row: Delivery) -> dict[str, Any]:
    links = links_of(session, [row.id])[row.id]
    kept = {field: getattr(row, column) for field, column in _COLUMNS.items()}
    return {**kept, **{name: getattr(links, name) for name in LINKED}}


def _change(session: Session, row: Delivery, **values: Any) -> None:
    """Write to the entry as it was read; whoever was faster wins."""
    same = (col(Delivery.id) == row.id, col(Delivery.version) == row.version)
    statement = update(Delivery).where(*same).values(version=row.version + 1, **values)
    if session.exec(statement, execution_options={"synchronize_session": False}).rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _index(session: Session, row: Delivery) -> None:
    names = (row.programme, row.framework, row.requester_institutions, row.provider_institutions, row.note)
    index_text(session, "delivery", row.id, row.topic, *(name for name in names if name))
