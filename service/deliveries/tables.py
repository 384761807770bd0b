"""Tables of deliveries."""

from datetime import datetime

from sqlalchemy import Column, Float, Text
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.deliveries.rules import COMPLETENESS, STATUSES


class Delivery(SQLModel, table=True):
    """Help that was given, as a public source tells it."""

    __tablename__ = "delivery"
    __table_args__ = (one_of("status", STATUSES), one_of("providers_complete", COMPLETENESS))

    id: str = Field(primary_key=True, max_length=64)
    topic: str = Field(sa_type=Text)
    language: str = Field(default="en", max_length=16)
    """Language that the topic and the note are written in."""
    status: str = Field(max_length=16)
    providers_complete: str = Field(default="unknown", max_length=16)
    """Whether all who helped are named."""
    areas: list[str] = Field(sa_column=Column(Codes, nullable=False))
    modalities: list[str] = Field(sa_column=Column(Codes, nullable=False))
    bodies: list[str] = Field(sa_column=Column(Codes, nullable=False))
    """Regional bodies that asked."""
    year_from: int | None = Field(default=None, index=True)
    year_to: int | None = Field(default=None, index=True)
    programme: str | None = Field(default=None, max_length=300)
    framework: str | None = Field(default=None, max_length=300)
    """The agreement or plan that it was part of, as the source names it."""
    dialogue_code: str | None = Field(default=None, foreign_key="dialogue.code", max_length=32, index=True)
    requester_institutions: str | None = Field(default=None, sa_type=Text)
    provider_institutions: str | None = Field(default=None, sa_type=Text)
    note: str | None = Field(default=None, sa_type=Text)
    rating: float | None = Field(default=None, sa_type=Float)
    """From 0 to 1, from the evaluation of a project here; none: nobody rated it."""
    source: str = Field(max_length=1000)
    source_code: str | None = Field(default=None, max_length=64, unique=True)
    """The code under which the source knows it."""
    is_demonstration: bool = False
    registered_for: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    """The desk whose staff entered it; none: an administrator did."""
    registered_at: datetime = Field(sa_type=UtcDateTime, index=True)
    retired_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class DeliveryRequester(SQLModel, table=True):
    """A state that was helped."""

    __tablename__ = "delivery_requester"

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id", max_length=64)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)


class DeliveryProvider(SQLModel, table=True):
    """A state that helped."""

    __tablename__ = "delivery_provider"

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id", max_length=64)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)


class DeliveryParty(SQLModel, table=True):
    """A stakeholder that helped, where it is known here."""

    __tablename__ = "delivery_party"

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id", max_length=64)
    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64, index=True)


class DeliveryCommitment(SQLModel, table=True):
    """An actionable commitment that the help served."""

    __tablename__ = "delivery_commitment"

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id", max_length=64)
    commitment_code: str = Field(primary_key=True, foreign_key="commitment.code", max_length=16, index=True)
