"""The JSON door to the track record."""

from typing import Annotated

from fastapi import Depends

from service.deliveries import commands, queries
from service.deliveries.schemas import (
    DeliveryFilter,
    DeliveryRegistration,
    DeliveryRevision,
    DeliveryView,
)
from service.journal.schemas import JournalView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["deliveries"])


@router.get("/deliveries")
def list_deliveries(
    session: Reading, caller: Asking, page: Paging, wanted: Annotated[DeliveryFilter, Depends()]
) -> Page[DeliveryView]:
    """List help that was given before, what was entered last first."""
    return queries.list_deliveries(session, caller, wanted, page)


@router.post("/deliveries", status_code=201)
def register_delivery(session: Writing, caller: SignedIn, registration: DeliveryRegistration) -> DeliveryView:
    """Register help that was given, with its source. Administrators and the staff of desks may."""
    return queries.views_of(session, [commands.register_delivery(session, caller, registration)])[0]


@router.get("/deliveries/{delivery_id}")
def get_delivery(session: Reading, caller: Asking, delivery_id: str) -> DeliveryView:
    """Show a delivery; a retired one too."""
    return queries.get_delivery(session, caller, delivery_id)


@router.patch("/deliveries/{delivery_id}")
def revise_delivery(
    session: Writing, caller: SignedIn, delivery_id: str, revision: DeliveryRevision
) -> DeliveryView:
    """Correct what is said about a delivery. Administrators and the desk that entered it may."""
    return queries.views_of(session, [commands.revise_delivery(session, caller, delivery_id, revision)])[0]


@router.post("/deliveries/{delivery_id}/retire")
def retire_delivery(session: Writing, caller: SignedIn, delivery_id: str, move: Move) -> DeliveryView:
    """Take an entry out of the track record. Administrators and the desk that entered it may."""
    row = commands.retire_delivery(session, caller, delivery_id, move.reason)
    return queries.views_of(session, [row])[0]


@router.get("/deliveries/{delivery_id}/journal")
def get_delivery_journal(session: Reading, caller: SignedIn, delivery_id: str) -> JournalView:
    """Show what happened to an entry."""
    return queries.get_delivery_journal(session, caller, delivery_id)
