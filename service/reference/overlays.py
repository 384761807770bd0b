"""What people say, laid over what the files say."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session

from service.database.engines import sees_one_state
from service.reference.kinds import Kind
from service.reference.remembered import facts_of, read_standing, remembered
from service.reference.rules import Values, code_of
from service.reference.tables import ReferenceCorrection

Overlays = dict[str, dict[str, ReferenceCorrection]]
"""Standing corrections of one kind, by code and field."""


def standing_corrections(session: Session, kind: Kind) -> Overlays:
    """Return the corrections of a kind that stand."""
    if not sees_one_state(session):
        return _by_kind(read_standing(session)).get(kind.name, {})
    kinds = remembered(session, "overlays", lambda: _by_kind(facts_of(session).corrections))
    return kinds.get(kind.name, {})


def _by_kind(corrections: Iterable[ReferenceCorrection]) -> dict[str, Overlays]:
    found: dict[str, Overlays] = {}
    for one in corrections:
        found.setdefault(one.kind, {}).setdefault(one.code, {})[one.field] = one
    return found


def file_values(kind: Kind, values: Values) -> Values:
    """Return the part of a row that the files give, without what is computed from it."""
    return {name: values[name] for name in kind.row.model_fields}


def corrected(
    kind: Kind, values: Values, overlays: Mapping[str, Mapping[str, ReferenceCorrection]]
) -> Values:
    """Return the values of a row with its corrections laid over."""
    over = overlays.get(code_of(kind.key_of(values)))
    if not over:
        return values
    said = {name: correction.value for name, correction in over.items()}
    # Checked when it was recorded and not again: a stricter release must not break a list over one of them.
    row = kind.row.model_construct(**{**file_values(kind, values), **said})
    computed = {name: getattr(row, name) for name in kind.row.model_computed_fields}
    return {**values, **said, **computed}


def fact_is(kind: Kind, overlays: Overlays, name: str, value: Any) -> ColumnElement[bool]:
    """Return the condition that a fact has a value, as corrected."""
    key = kind.table.c[kind.keys[0]]
    said = {code: fields[name].value for code, fields in overlays.items() if name in fields}
    return or_(
        and_(kind.table.c[name] == value, key.not_in(list(said))),
        key.in_([code for code, correction in said.items() if correction == value]),
    )
