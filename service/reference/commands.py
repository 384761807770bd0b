"""Writing the reference data: from the files, and by people."""

from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session, col, update

from service import clock
from service.caller import SYSTEM, Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotFound
from service.journal.commands import record
from service.reference.errors import AlreadyWithdrawn, NothingToCorrect
from service.reference.facts import known_codes
from service.reference.files import Facts, data_folder, read_facts, unknown_references
from service.reference.kinds import BY_NAME, IN_ORDER, Kind, search_texts
from service.reference.memberships import new_membership
from service.reference.overlays import Overlays, corrected, file_values, standing_corrections
from service.reference.rules import (
    ALL_FACTS,
    Difference,
    Key,
    Values,
    check_correctable,
    check_may_correct,
    code_of,
    difference,
)
from service.reference.schemas import Correction, KindReport, SyncReport
from service.reference.tables import ReferenceCorrection
from service.search.commands import index_text
from service.texts import N_

NOT_ACCEPTED = N_("This cannot be accepted as the value of this field.")


def sync_reference(session: Session, source: Traversable | None = None) -> SyncReport:
    """Bring the reference data in line with the files, without touching what people corrected.

    A code that the files no longer have is retired, never deleted; one that comes back must mean the same.

    Raises
    ------
    FaultyFiles
        A file breaks a rule; nothing is written.
    ReusedCode
        The files give a retired code another meaning; nothing is written.
    """
    facts = read_facts(source or data_folder())
    kept = {kind.name: _kept(session, kind) for kind in IN_ORDER}
    differences = {
        kind.name: difference(kind.name, kept[kind.name], facts[kind.name], kind.meaning) for kind in IN_ORDER
    }
    overlays = {kind.name: standing_corrections(session, kind) for kind in IN_ORDER}
    for kind in IN_ORDER:
        _write(session, kind, facts[kind.name], differences[kind.name])
        _index(session, kind, facts[kind.name], differences[kind.name], overlays[kind.name])
    report = _report(facts, differences, overlays)
    if report.has_changes:
        record(session, SYSTEM, "reference.synced", ALL_FACTS, details=_details(report))
    return report


def _kept(session: Session, kind: Kind) -> dict[Key, Values]:
    rows = [dict(row) for row in session.execute(kind.table.select()).mappings()]
    return {kind.key_of(row): row for row in rows}


def _write(session: Session, kind: Kind, wanted: dict[Key, Values], found: Difference) -> None:
    if found.added:
        new = [{**wanted[key], "retired_on": None} for key in found.added]
        session.execute(kind.table.insert(), new)
    for key, fields in {**found.changed, **found.returned}.items():
        _update(session, kind, key, fields)
    for key in found.retired:
        _update(session, kind, key, {"retired_on": clock.today()})


def _update(session: Session, kind: Kind, key: Key, fields: Values) -> None:
    same = [kind.table.c[name] == part for name, part in zip(kind.keys, key, strict=True)]
    session.execute(kind.table.update().where(*same).values(fields))


def _index(
    session: Session, kind: Kind, wanted: dict[Key, Values], found: Difference, overlays: Overlays
) -> None:
    if not kind.searched:
        return
    for key in [*found.added, *found.changed, *found.returned]:
        texts = search_texts(kind, corrected(kind, wanted[key], overlays))
        index_text(session, kind.name, code_of(key), *texts)


def _report(facts: Facts, differences: dict[str, Difference], overlays: dict[str, Overlays]) -> SyncReport:
    absorbed: list[str] = []
    differing: list[str] = []
    for kind in IN_ORDER:
        by_code = {code_of(key): values for key, values in facts[kind.name].items()}
        for code, fields in overlays[kind.name].items():
            for name, correction in fields.items():
                said = _as_json(by_code.get(code, {}).get(name))
                place = f"{kind.name}/{code}.{name}"
                (absorbed if code in by_code and said == correction.value else differing).append(place)
    return SyncReport(
        kinds={name: _kind_report(found) for name, found in differences.items()},
        absorbed=tuple(absorbed),
        differing=tuple(differing),
    )


def _kind_report(found: Difference) -> KindReport:
    return KindReport(
        added=tuple(map(code_of, found.added)),
        changed=tuple(map(code_of, found.changed)),
        retired=tuple(map(code_of, found.retired)),
        returned=tuple(map(code_of, found.returned)),
    )


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _details(report: SyncReport) -> dict[str, Any]:
    return {
        name: {
            "added": len(kind.added),
            "changed": list(kind.changed),
            "retired": list(kind.retired),
            "returned": list(kind.returned),
        }
        for name, kind in report.kinds.items()
        if kind.has_changes
    }


def correct_fact(session: Session, caller: Caller, correction: Correction) -> ReferenceCorrection:
    """Lay a correction over what the files say; it stands until it is withdrawn, whatever a sync brings.

    An earlier correction of the same field is withdrawn. A membership that the files lack is added by
    correcting its role.
    """
    check_may_correct(caller)
    kind = BY_NAME[correction.kind]
    overlays = standing_corrections(session, kind)
    values = _base_values(session, kind, correction, overlays)
    check_correctable(kind.name, correction.field)
    value = _checked(session, kind, corrected(kind, values, overlays), correction)
    earlier = overlays.get(correction.code, {}).get(correction.field)
    if value == (earlier.value if earlier else _as_json(values.get(correction.field))):
        raise NothingToCorrect
    if earlier is not None:
        _take_back(session, caller, session.get_one(ReferenceCorrection, earlier.id))
    row = ReferenceCorrection(
        id=new_id("correction"),
        kind=kind.name,
        code=correction.code,
        field=correction.field,
        value=value,
        author=caller.account_id or "nobody",
        source=correction.source,
        recorded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    _index_one(session, kind, values)
    _tell(session, caller, "reference.corrected", row, replaces=earlier.id if earlier else None)
    return row


def withdraw_correction(
    session: Session, caller: Caller, correction_id: str, reason: str | None = None
) -> ReferenceCorrection:
    """Withdraw a correction, so that what the files say counts again."""
    check_may_correct(caller)
    row = session.get(ReferenceCorrection, correction_id)
    if row is None:
        raise NotFound
    if row.withdrawn_at is not None:
        raise AlreadyWithdrawn
    _take_back(session, caller, row)
    kind = BY_NAME[row.kind]
    kept = _find(session, kind, row.code)
    if kept is not None:
        _index_one(session, kind, kept)
    _tell(session, caller, "reference.correction-withdrawn", row, reason=reason)
    return row


def _base_values(session: Session, kind: Kind, correction: Correction, overlays: Overlays) -> Values:
    values = _find(session, kind, correction.code)
    if values is None and kind.keys[-1] == "iso3" and len(kind.keys) > 1:
        values = _new_values(session, kind, correction, overlays)
    if values is None:
        raise NotFound
    return values


def _find(session: Session, kind: Kind, code: str) -> Values | None:
    parts = code.split("/")
    if len(parts) != len(kind.keys):
        return None
    same = [kind.table.c[name] == part for name, part in zip(kind.keys, parts, strict=True)]
    row = session.execute(kind.table.select().where(*same)).mappings().first()
    return dict(row) if row else None


def _new_values(session: Session, kind: Kind, correction: Correction, overlays: Overlays) -> Values | None:
    # The files have no such row. It can be begun by its role, and then corrected like any other.
    group, _, iso3 = correction.code.partition("/")
    group_kind = kind.row.refers[kind.keys[0]]
    if group not in known_codes(session, group_kind) or iso3 not in known_codes(session, "state"):
        return None
    if correction.field != "role" and "role" not in overlays.get(correction.code, {}):
        return None
    values = new_membership(kind, correction.code, "member", correction.source, clock.today())
    return {**values, "role": None} if correction.field == "role" else values


def _checked(session: Session, kind: Kind, values: Values, correction: Correction) -> Any:
    """Return the value as it is kept, by the same rules that the files meet."""
    name = correction.field
    wanted = {**file_values(kind, values), name: correction.value}
    try:
        row = kind.row.model_validate(wanted)
    except ValidationError as error:
        raise InvalidInput(FieldFault("value", error.errors()[0]["type"], NOT_ACCEPTED)) from None
    if name in kind.too_long(row.values()):
        raise InvalidInput(FieldFault("value", "string_too_long", N_("This is too long.")))
    target = kind.row.refers.get(name)
    if target is not None:
        known = {target: known_codes(session, target.removeprefix("list:"))}
        if name in unknown_references(kind, row.values(), known):
            raise InvalidInput(FieldFault("value", "unknown", N_("There is no such code.")))
    return row.model_dump(mode="json")[name]


def _take_back(session: Session, caller: Caller, row: ReferenceCorrection) -> None:
    found = session.connection().execute(
        update(ReferenceCorrection)
        .where(col(ReferenceCorrection.id) == row.id, col(ReferenceCorrection.withdrawn_at).is_(None))
        .values(withdrawn_at=clock.now(), withdrawn_by=caller.account_id)
    )
    if found.rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _index_one(session: Session, kind: Kind, values: Values) -> None:
    if kind.searched:
        texts = search_texts(kind, corrected(kind, values, standing_corrections(session, kind)))
        index_text(session, kind.name, code_of(kind.key_of(values)), *texts)


def _tell(
    session: Session,
    caller: Caller,
    event: str,
    row: ReferenceCorrection,
    *,
    replaces: str | None = None,
    reason: str | None = None,
) -> None:
    details = {"correction": row.id, "field": row.field}
    if replaces is not None:
        details["replaces"] = replaces
    record(session, caller, event, f"reference:{row.kind}/{row.code}", details=details, reason=reason)
