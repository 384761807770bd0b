"""The JSON door to pools. Files come in as a form, in the field ``file``."""

from typing import Annotated

from fastapi import Depends, Query

from service.journal.schemas import JournalView
from service.pools import commands, import_queries, queries
from service.pools.rules import Finding
from service.pools.schemas import (
    CalendarFilter,
    CalendarView,
    ImportChoice,
    OffersMove,
    OffersMoved,
    PoolImportLineView,
    PoolImportView,
)
from service.pools.uploading import SentSheet, lines_of
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["pools"])

A_FILE = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


@router.get("/pools/{stakeholder_id}/calendar")
def get_pool_calendar(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    wanted: Annotated[CalendarFilter, Depends()],
    stakeholder_id: str,
) -> CalendarView:
    """Show who of a pool that you manage is free, asked for, held, booked or to be reconfirmed."""
    return queries.get_calendar(session, caller, stakeholder_id, wanted, page)


@router.post("/pools/{stakeholder_id}/move-offers")
def move_offers(
    session: Writing, caller: SignedIn, language: Language, stakeholder_id: str, move: OffersMove
) -> OffersMoved:
    """Reconfirm, hold, resume, hand in or authorise several offers at once. Each stands for itself."""
    items = commands.move_offers(
        session, caller, stakeholder_id, move.move, move.offers, language, move.reason
    )
    return OffersMoved(items=items)


@router.get("/pools/{stakeholder_id}/imports")
def list_pool_imports(
    session: Reading, caller: SignedIn, page: Paging, stakeholder_id: str
) -> Page[PoolImportView]:
    """List the files that were sent in for a pool, newest first."""
    return import_queries.list_imports(session, caller, stakeholder_id, page)


@router.post("/pools/{stakeholder_id}/imports", status_code=201, openapi_extra=A_FILE)
def upload_pool_import(
    session: Writing, caller: SignedIn, sheet: SentSheet, stakeholder_id: str
) -> PoolImportView:
    """Send in a file of offers: XLSX or CSV with the headings of the template. A dry run begins."""
    queries.find_pool(session, caller, stakeholder_id)
    row = commands.upload_lines(session, caller, stakeholder_id, lines_of(sheet))
    return import_queries.get_import(session, caller, row.id)


@router.get("/pool-imports/{import_id}")
def get_pool_import(session: Reading, caller: SignedIn, import_id: str) -> PoolImportView:
    """Show how far an import is, and what was found."""
    return import_queries.get_import(session, caller, import_id)


@router.get("/pool-imports/{import_id}/lines")
def list_pool_import_lines(
    session: Reading,
    caller: SignedIn,
    page: Paging,
    language: Language,
    import_id: str,
    finding: Annotated[Finding | None, Query(description="Only lines of which this was found.")] = None,
) -> Page[PoolImportLineView]:
    """List the lines of an import: new, changed, unchanged, or what is wrong in which column."""
    return import_queries.list_lines(session, caller, import_id, finding, page, language)


@router.get("/pool-imports/{import_id}/journal")
def get_pool_import_journal(session: Reading, caller: SignedIn, import_id: str) -> JournalView:
    """Show what happened to an import."""
    return import_queries.get_import_journal(session, caller, import_id)


@router.post("/pool-imports/{import_id}/confirm")
def confirm_pool_import(
    session: Writing, caller: SignedIn, import_id: str, choice: ImportChoice
) -> PoolImportView:
    """Have the lines taken in that are new or changed. Lines at fault are left out."""
    commands.confirm_import(session, caller, import_id, hands_in=choice.hands_in)
    return import_queries.get_import(session, caller, import_id)


@router.post("/pool-imports/{import_id}/discard")
def discard_pool_import(session: Writing, caller: SignedIn, import_id: str, move: Move) -> PoolImportView:
    """Forget a file that was not taken in."""
    del move
    commands.discard_import(session, caller, import_id)
    return import_queries.get_import(session, caller, import_id)
