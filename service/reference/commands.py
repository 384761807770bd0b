"""Writing the reference data: from the files, and by people."""

from datetime import date
from importlib.resources.abc import Traversable
from typing import Any

from sqlmodel import Session

from service import clock
from service.caller import SYSTEM
from service.journal.commands import record
from service.reference.files import Facts, data_folder, read_facts
from service.reference.kinds import IN_ORDER, Kind, search_texts
from service.reference.overlays import Overlays, corrected, standing_corrections
from service.reference.rules import Difference, Key, Values, code_of, difference
from service.reference.schemas import KindReport, SyncReport
from service.search.commands import index_text

Kept = dict[str, dict[Key, Values]]


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
        record(session, SYSTEM, "reference.synced", "reference:all", details=_details(report))
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
