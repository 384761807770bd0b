"""Changing stakeholders."""

from collections.abc import Iterable

from sqlmodel import Session, col, delete

from service import clock
from service.caller import Caller
from service.database.columns import new_id
from service.errors import FieldFault, InvalidInput, NotAllowed
from service.journal.commands import record
from service.reference.queries import known_codes
from service.search.commands import index_text
from service.stakeholders import rules
from service.stakeholders.queries import find_stakeholder
from service.stakeholders.schemas import StakeholderRegistration, StakeholderRevision
from service.stakeholders.tables import Stakeholder, StakeholderState
from service.texts import N_


def register_stakeholder(
    session: Session, caller: Caller, registration: StakeholderRegistration, *, demonstration: bool = False
) -> Stakeholder:
    """Register a stakeholder; administrators and the staff of desks may. A public body names its state."""
    if not rules.may_register(caller):
        raise NotAllowed
    _check(session, registration)
    row = Stakeholder(
        id=new_id("stakeholder"),
        type=registration.type,
        name=registration.name,
        language=registration.language,
        dialogue_code=registration.dialogue,
        body_code=registration.regional_body,
        is_desk=registration.is_desk,
        website=registration.website,
        source=registration.source,
        is_demonstration=demonstration,
        registered_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _place(session, row.id, registration.states)
    _index(session, row)
    record(session, caller, "stakeholder.registered", f"stakeholder:{row.id}", {"type": row.type})
    return row


def revise_stakeholder(
    session: Session, caller: Caller, stakeholder_id: str, revision: StakeholderRevision
) -> Stakeholder:
    """Change what is said about a stakeholder; those who act in its name and administrators may."""
    row = find_stakeholder(session, caller, stakeholder_id)
    if not rules.may_revise(caller, stakeholder_id):
        raise NotAllowed
    changes = revision.model_dump(exclude_unset=True)
    states = changes.pop("states", None)
    for field, value in changes.items():
        setattr(row, field, value)
    if states is not None:
        _check_states(session, row.type, states)
        session.exec(delete(StakeholderState).where(col(StakeholderState.stakeholder_id) == row.id))
        _place(session, row.id, states)
    session.add(row)
    _index(session, row)
    fields = sorted(revision.model_fields_set)
    record(session, caller, "stakeholder.revised", f"stakeholder:{row.id}", {"fields": fields})
    return row


def retire_stakeholder(
    session: Session, caller: Caller, stakeholder_id: str, reason: str | None = None
) -> Stakeholder:
    """Take a stakeholder out of lists; administrators may. What it did stays on record."""
    row = find_stakeholder(session, caller, stakeholder_id)
    if not caller.is_administrator:
        raise NotAllowed
    if row.retired_at is None:
        row.retired_at = clock.now()
        session.add(row)
        record(session, caller, "stakeholder.retired", f"stakeholder:{row.id}", reason=reason)
    return row


def forget_name(session: Session, caller: Caller, stakeholder_id: str) -> None:
    """Take an individual expert who is erased out of lists and the index; the room above empties its name."""
    row = session.get_one(Stakeholder, stakeholder_id)
    row.retired_at = row.retired_at or clock.now()
    session.add(row)
    session.flush()
    index_text(session, "stakeholder", row.id)
    record(session, caller, "stakeholder.erased", f"stakeholder:{row.id}")


def _check(session: Session, registration: StakeholderRegistration) -> None:
    if registration.type not in known_codes(session, "stakeholder_type"):
        raise InvalidInput(FieldFault("type", "unknown", N_("There is no such type of stakeholder.")))
    _check_states(session, registration.type, registration.states)
    if registration.dialogue and registration.dialogue not in known_codes(session, "dialogue"):
        raise InvalidInput(FieldFault("dialogue", "unknown", N_("There is no such dialogue.")))
    if registration.regional_body and registration.regional_body not in known_codes(session, "regional_body"):
        raise InvalidInput(FieldFault("regional_body", "unknown", N_("There is no such regional body.")))


def _check_states(session: Session, kind: str, states: list[str]) -> None:
    known = known_codes(session, "state")
    faults = [
        FieldFault(f"states[{number}]", "unknown", N_("There is no state with this code."))
        for number, iso3 in enumerate(states)
        if iso3 not in known
    ]
    if kind in rules.OF_A_STATE and not states:
        faults.append(FieldFault("states", "missing", N_("A public body belongs to a state: name it.")))
    if faults:
        raise InvalidInput(*faults)


def _place(session: Session, stakeholder_id: str, states: Iterable[str]) -> None:
    session.add_all(StakeholderState(stakeholder_id=stakeholder_id, iso3=iso3) for iso3 in set(states))
    session.flush()


def _index(session: Session, row: Stakeholder) -> None:
    index_text(session, "stakeholder", row.id, row.name)
