"""Help that was given before."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from clients.models.parts import LEFT_OUT, Answer, Input

DeliveryStatus = Literal["in_delivery", "completed", "suspended", "cancelled"]
Completeness = Literal["full", "partial", "unknown"]


class DeliveryRegistration(Input):
    """A delivery as it is registered. What is left out is unknown."""

    topic: str
    language: str = "en"
    status: DeliveryStatus = "completed"
    requesters: Sequence[str] = ()
    """States that were helped."""
    requester_bodies: Sequence[str] = ()
    requester_institutions: str | None = None
    providers: Sequence[str] = ()
    """States that helped."""
    provider_institutions: str | None = None
    parties: Sequence[str] = ()
    """Stakeholders here that helped, where known."""
    providers_complete: Completeness = "unknown"
    commitments: Sequence[str] = ()
    areas: Sequence[str] = ()
    modalities: Sequence[str] = ()
    year_from: int | None = None
    year_to: int | None = None
    programme: str | None = None
    framework: str | None = None
    dialogue: str | None = None
    note: str | None = None
    source: str
    source_code: str | None = None


class DeliveryRevision(Input):
    """What changes about a delivery; what is left out stays, and None clears what may be empty."""

    topic: str = LEFT_OUT
    language: str = LEFT_OUT
    status: DeliveryStatus = LEFT_OUT
    requesters: Sequence[str] = LEFT_OUT
    requester_bodies: Sequence[str] = LEFT_OUT
    requester_institutions: str | None = None
    providers: Sequence[str] = LEFT_OUT
    provider_institutions: str | None = None
    parties: Sequence[str] = LEFT_OUT
    providers_complete: Completeness = LEFT_OUT
    commitments: Sequence[str] = LEFT_OUT
    areas: Sequence[str] = LEFT_OUT
    modalities: Sequence[str] = LEFT_OUT
    year_from: int | None = None
    year_to: int | None = None
    programme: str | None = None
    framework: str | None = None
    dialogue: str | None = None
    note: str | None = None
    source: str = LEFT_OUT


class Party(Answer):
    """A stakeholder that helped."""

    id: str
    name: str


class Delivery(Answer):
    """A delivery. None means that nobody said."""

    id: str
    topic: str
    language: str
    status: str
    requesters: list[str]
    requester_bodies: list[str]
    requester_institutions: str | None
    providers: list[str]
    provider_institutions: str | None
    parties: list[Party]
    providers_complete: str
    commitments: list[str]
    areas: list[str]
    modalities: list[str]
    year_from: int | None
    year_to: int | None
    programme: str | None
    framework: str | None
    dialogue: str | None
    note: str | None
    source: str
    source_code: str | None
    is_demonstration: bool
    registered_at: datetime
    retired_at: datetime | None
    version: int
