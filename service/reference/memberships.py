"""Who belongs to which dialogue and regional body on a day, as the files and people say."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Literal

from sqlalchemy import bindparam, or_
from sqlmodel import Session

from service.database.engines import sees_one_state
from service.database.prepared import Prepared
from service.reference.kinds import BY_NAME, Kind
from service.reference.overlays import Overlays, corrected, standing_corrections
from service.reference.remembered import remembered
from service.reference.rules import Values, code_of, role_on

GroupKind = Literal["dialogue", "regional_body"]
_KINDS: dict[GroupKind, Kind] = {
    "dialogue": BY_NAME["dialogue_membership"],
    "regional_body": BY_NAME["regional_body_membership"],
}


@dataclass(frozen=True, slots=True)
class Membership:
    """A state's place in a group on a day."""

    kind: GroupKind
    group: str
    state: str
    role: str
    """The role on the day asked for."""
    office: str | None
    since: str | None
    until: str | None
    as_of: str | None
    """The date of the source; regional bodies have one for all their members."""
    certainty: str
    """Of a dialogue's member ``documented``, ``dated`` or ``doubtful``; of a body's how it was verified."""
    source: str
    note: str | None
    corrected: bool
    """Whether a person corrected it."""


_Places = dict[str | None, list[Membership]]


def memberships_on(
    session: Session, day: date, kind: GroupKind, group: str | None = None, state: str | None = None
) -> list[Membership]:
    """Return the memberships of a kind on a day, of one group or state if asked, by their codes."""
    if not sees_one_state(session):
        return _read_on(session, day, kind, group, state)
    by_group, by_state = remembered(session, ("memberships", kind, day), lambda: _kept_on(session, day, kind))
    if state is None:
        return list(by_group.get(group, ()))
    return [place for place in by_state.get(state, ()) if group in {None, place.group}]


def _kept_on(session: Session, day: date, kind: GroupKind) -> tuple[_Places, _Places]:
    """Return the memberships by group and by state; under none stand all."""
    everywhere = _read_on(session, day, kind)
    by_group: _Places = {None: everywhere}
    by_state: _Places = {}
    for place in everywhere:
        by_group.setdefault(place.group, []).append(place)
        by_state.setdefault(place.state, []).append(place)
    return by_group, by_state


def _read_on(
    session: Session, day: date, kind: GroupKind, group: str | None = None, state: str | None = None
) -> list[Membership]:
    overlays = standing_corrections(session, _KINDS[kind])
    query = _on_a_day(kind, of_group=group is not None, of_state=state is not None)
    asked = {"day": day, "group": group, "state": state}
    rows = [dict(row._asdict()) for row in query.named_rows(session, asked)]
    rows += [
        row
        for row in added_memberships(_KINDS[kind], overlays)
        if state in {None, row["iso3"]} and group in {None, row[_KINDS[kind].keys[0]]}
    ]
    return sorted(_told(kind, rows, overlays, day), key=lambda place: (place.group, place.state))


@cache
def _on_a_day(kind: GroupKind, *, of_group: bool, of_state: bool) -> Prepared:
    # Written once: with each list of needs it is asked in which dialogues somebody takes part.
    table = _KINDS[kind].table
    query = table.select().where(or_(table.c.retired_on.is_(None), table.c.retired_on > bindparam("day")))
    if of_state:
        query = query.where(table.c.iso3 == bindparam("state"))
    if of_group:
        query = query.where(table.c[_KINDS[kind].keys[0]] == bindparam("group"))
    return Prepared(query)


def _told(kind: GroupKind, rows: list[Values], overlays: Overlays, day: date) -> Iterator[Membership]:
    seen: set[str] = set()
    for row in rows:
        code = code_of(_KINDS[kind].key_of(row))
        if code in seen:
            continue  # a person added it, and now the files have it too
        seen.add(code)
        values = corrected(_KINDS[kind], row, overlays)
        role = role_on(values["role"], values["valid_from"], values["valid_to"], day)
        if role is not None:
            yield _membership(kind, values, role, is_corrected=code in overlays)


def _membership(kind: GroupKind, values: Values, role: str, *, is_corrected: bool) -> Membership:
    return Membership(
        kind=kind,
        group=values[_KINDS[kind].keys[0]],
        state=values["iso3"],
        role=role,
        office=values.get("office"),
        since=values["since"],
        until=values["until"],
        as_of=values.get("as_of"),
        certainty=values["confidence" if kind == "dialogue" else "verification"],
        source=values["source"],
        note=values["note"],
        corrected=is_corrected,
    )


def added_memberships(kind: Kind, overlays: Overlays) -> list[Values]:
    """Return the memberships that only people know: a corrected role where the files have no row."""
    found = []
    for code, fields in overlays.items():
        if "role" in fields:
            said = fields["role"]
            row = new_membership(kind, code, said.value, said.source, said.recorded_at.date())
            found.append(row)
    return found


def new_membership(kind: Kind, code: str, role: str, source: str, day: date) -> Values:
    """Return a membership as a person adds it."""
    group, iso3 = code.split("/")
    said = {kind.keys[0]: group, "iso3": iso3, "role": role, "source": source, "note": None}
    if kind.name == "dialogue_membership":
        said |= {"office": None, "as_of": day.isoformat(), "confidence": "documented"}
    else:
        said |= {"verification": "looked_up"}
    return kind.row.model_validate(said).values()
