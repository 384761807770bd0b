"""The JSON door to stakeholders."""

from typing import Annotated

from fastapi import Query

from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.stakeholders import commands, queries
from service.stakeholders.schemas import StakeholderRegistration, StakeholderRevision, StakeholderView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import CodeText, Move, Page, StateCode

router = Doors(tags=["stakeholders"])


@router.get("/stakeholders")
def list_stakeholders(
    session: Reading,
    caller: Asking,
    page: Paging,
    kind: Annotated[CodeText | None, Query(alias="type")] = None,
    state: StateCode | None = None,
    dialogue: CodeText | None = None,
    desks: bool = False,  # noqa: FBT001, FBT002 - a query parameter is always named
    q: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[StakeholderView]:
    """List the stakeholders that you may see, by name."""
    wanted = queries.StakeholderFilter(kind, state, dialogue, desks, q)
    return queries.list_stakeholders(session, caller, wanted, page)


@router.post("/stakeholders", status_code=201)
def register_stakeholder(
    session: Writing, caller: SignedIn, registration: StakeholderRegistration
) -> StakeholderView:
    """Register a stakeholder. Administrators and the staff of desks may."""
    row = commands.register_stakeholder(session, caller, registration)
    return queries.views_of(session, [row])[0]


@router.get("/stakeholders/{stakeholder_id}")
def get_stakeholder(session: Reading, caller: Asking, stakeholder_id: str) -> StakeholderView:
    """Show a stakeholder."""
    return queries.get_stakeholder(session, caller, stakeholder_id)


@router.patch("/stakeholders/{stakeholder_id}")
def revise_stakeholder(
    session: Writing, caller: SignedIn, stakeholder_id: str, revision: StakeholderRevision
) -> StakeholderView:
    """Change what is said about a stakeholder. Its own people and administrators may."""
    row = commands.revise_stakeholder(session, caller, stakeholder_id, revision)
    return queries.views_of(session, [row])[0]


@router.post("/stakeholders/{stakeholder_id}/retire")
def retire_stakeholder(
    session: Writing, caller: SignedIn, stakeholder_id: str, move: Move
) -> StakeholderView:
    """Take a stakeholder out of lists. Administrators may."""
    row = commands.retire_stakeholder(session, caller, stakeholder_id, move.reason)
    return queries.views_of(session, [row])[0]


@router.get("/stakeholders/{stakeholder_id}/journal")
def get_stakeholder_journal(session: Reading, caller: SignedIn, stakeholder_id: str) -> JournalView:
    """Show what happened to a stakeholder."""
    queries.find_stakeholder(session, caller, stakeholder_id)
    return get_journal(session, caller, f"stakeholder:{stakeholder_id}")
