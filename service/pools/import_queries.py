"""Reading imports: for those who offer in the stakeholder's name, and to all others there are none."""

from typing import Any

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import OFFERING, Caller
from service.errors import NotFound
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.pools.columns import COLUMNS
from service.pools.queries import find_pool
from service.pools.rules import FINDINGS, Finding
from service.pools.schemas import CellFaultView, PoolImportLineView, PoolImportView
from service.pools.tables import PoolImport, PoolImportLine
from service.pools.template_sheets import Lists
from service.reference.facts import code_labels, commitment_titles, state_names
from service.reference.queries import known_codes
from service.stakeholders.queries import StakeholderFilter, list_stakeholders
from service.texts import translate
from service.web.paging import LARGEST_PAGE, Key, PageAsked, page_of
from service.web.schemas import Page


def find_import(session: Session, caller: Caller, import_id: str) -> PoolImport:
    """Return the row of one import of a pool that the caller manages."""
    row = session.exec(_visible(caller).where(PoolImport.id == import_id)).first()
    if row is None:
        raise NotFound
    return row


def get_import(session: Session, caller: Caller, import_id: str) -> PoolImportView:
    """Return one import, with how many lines are what."""
    return _view(session, find_import(session, caller, import_id))


def list_imports(
    session: Session, caller: Caller, stakeholder_id: str, page: PageAsked
) -> Page[PoolImportView]:
    """Return a page of the imports of a pool, newest first."""
    pool = find_pool(session, caller, stakeholder_id)
    query = _visible(caller).where(PoolImport.stakeholder_id == pool.id)
    order = [Key(col(PoolImport.uploaded_at), "uploaded_at", descending=True), Key(col(PoolImport.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=[_view(session, row) for row in rows], next=following)


def list_lines(
    session: Session, caller: Caller, import_id: str, finding: Finding | None, page: PageAsked, language: str
) -> Page[PoolImportLineView]:
    """Return a page of the lines of an import, as they stand in the file."""
    row = find_import(session, caller, import_id)
    query = select(PoolImportLine).where(PoolImportLine.import_id == row.id)
    if finding:
        now = func.coalesce(PoolImportLine.outcome, PoolImportLine.finding)
        query = query.where(now == finding)
    rows, following = page_of(session, query, [Key(col(PoolImportLine.number), "number")], page)
    return Page(items=[_line(line, language) for line in rows], next=following)


def get_import_journal(session: Session, caller: Caller, import_id: str) -> JournalView:
    """Return what happened to an import."""
    return get_journal(session, caller, f"pool-import:{find_import(session, caller, import_id).id}")


def faulty_lines(
    session: Session, caller: Caller, import_id: str, language: str
) -> list[tuple[dict[str, str], str]]:
    """Return the lines at fault as they were sent, each with what is wrong in one text."""
    row = find_import(session, caller, import_id)
    found = [line for line in session.exec(_at_fault(row.id)) if line.cells]
    if not found:
        raise NotFound
    return [(line.cells, _in_one(_line(line, language).faults)) for line in found]


def counts_of(session: Session, import_id: str, column: Any) -> dict[Finding, int]:
    """Return how many lines of an import are what."""
    query = select(column, func.count()).where(PoolImportLine.import_id == import_id).group_by(column)
    found = dict(session.exec(query).all())
    return {name: found.get(name, 0) for name in FINDINGS}


def code_lists(session: Session, caller: Caller, language: str) -> Lists:
    """Return the codes that the columns of a file can hold, in words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for column in COLUMNS:
        if column.choices:
            found[column.name] = [(choice, "") for choice in column.choices]
        elif column.list_name == "desk":
            wanted = StakeholderFilter(desks_only=True)
            desks = list_stakeholders(session, caller, wanted, PageAsked(LARGEST_PAGE, None)).items
            found[column.name] = [(one.name, "") for one in desks]
        elif column.list_name:
            known = known_codes(session, column.list_name)
            names = _names(session, column.list_name, language).items()
            found[column.name] = [(code, words) for code, words in names if code in known]
    return found


def _names(session: Session, list_name: str, language: str) -> dict[str, str]:
    if list_name == "state":
        return state_names(session, language)
    if list_name == "commitment":
        return commitment_titles(session, language)
    return code_labels(session, list_name, language)


def _visible(caller: Caller) -> SelectOfScalar[PoolImport]:
    return select(PoolImport).where(col(PoolImport.stakeholder_id).in_(caller.stakeholders(*OFFERING)))


def _at_fault(import_id: str) -> SelectOfScalar[PoolImportLine]:
    now = func.coalesce(PoolImportLine.outcome, PoolImportLine.finding)
    query = select(PoolImportLine).where(PoolImportLine.import_id == import_id, now == "faulty")
    return query.order_by(col(PoolImportLine.number))


def _view(session: Session, row: PoolImport) -> PoolImportView:
    found = counts_of(session, row.id, PoolImportLine.finding)
    taken = counts_of(session, row.id, PoolImportLine.outcome)
    first = session.exec(_at_fault(row.id).limit(1)).first()
    return PoolImportView(
        id=row.id,
        stakeholder=row.stakeholder_id,
        state=row.state,
        hands_in=row.hands_in,
        total=row.total,
        done=row.done,
        found=found,
        taken=taken,
        uploaded_at=row.uploaded_at,
        confirmed_at=row.confirmed_at,
        finished_at=row.finished_at,
        has_faulty_cells=bool(first and first.cells),
    )


def _line(row: PoolImportLine, language: str) -> PoolImportLineView:
    faults = [
        CellFaultView(column=one["column"], text=translate(one["message"], language)) for one in row.faults
    ]
    return PoolImportLineView(
        number=row.number,
        reference=row.reference,
        finding=row.finding,
        outcome=row.outcome,
        changes=row.changes,
        faults=faults,
        offer=row.offer_id,
    )


def _in_one(faults: list[CellFaultView]) -> str:
    return "; ".join(f"{fault.column}: {fault.text}" if fault.column else fault.text for fault in faults)
