"""Tables of offers."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, Float, Text
from sqlmodel import Field, SQLModel

from service.database.columns import Codes, UtcDateTime, one_of
from service.offers.rules import CEFR, EVIDENCE, KINDS, LANGUAGE_BASES, LEVELS, PROFICIENCIES, STATES, WISHES


class Offer(SQLModel, table=True):
    """What a stakeholder can give: as an institution, or through one of its experts."""

    __tablename__ = "offer"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", STATES),
        one_of("confidentiality", LEVELS),
    )

    id: str = Field(primary_key=True, max_length=64)
    stakeholder_id: str = Field(foreign_key="stakeholder.id", max_length=64, index=True)
    """The provider."""
    kind: str = Field(max_length=16)
    label: str | None = Field(default=None, max_length=64)
    """The pseudonym of a named expert."""
    title: str = Field(max_length=300)
    description: str = Field(default="", sa_type=Text)
    language: str = Field(default="en", max_length=16)
    """Language that the texts are written in."""
    state: str = Field(max_length=32)
    # No index: most offers are active, and a list that goes by it sorts them all (14 ms a page against 1).
    confidentiality: str = Field(default="secretariat_only", max_length=32)
    desk_id: str | None = Field(default=None, foreign_key="stakeholder.id", max_length=64, index=True)
    """The desk that it was addressed to."""
    modes: list[str] | None = Field(default=None, sa_column=Column(Codes(none_as_null=True)))
    """Ways of delivery; none: nobody said."""
    capacity: int | None = None
    """Assignments at a time; none: nobody said."""
    sends: int | None = None
    """Experts that it can send to one component; none: nobody said."""
    days_per_year: int | None = None
    months: list[int] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    """Calendar months in which it can be used; none: nobody said."""
    available_from: date | None = None
    available_until: date | None = None
    regions: str | None = Field(default=None, sa_type=Text)
    """Where it is meant to help, in the provider's words."""
    conditions: str | None = Field(default=None, sa_type=Text)
    cost_bearer: str | None = Field(default=None, max_length=64)
    cost_per_day: float | None = Field(default=None, sa_type=Float)
    cost_currency: str | None = Field(default=None, max_length=3)
    """Code of its currency; none: nobody said, and then the cost is compared with nothing."""
    released: bool | None = None
    """Whether the institution releases the expert; none: to be asked."""
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """When the provider last said that it stands; none: it never did here."""
    authorised_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    authorised_by: str | None = Field(default=None, max_length=64)
    stale_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    is_imported: bool = False
    """Whether it was taken from a public source and not registered by its provider."""
    source: str | None = Field(default=None, max_length=1000)
    source_code: str | None = Field(default=None, max_length=64, unique=True)
    """The code under which the source knows it."""
    is_demonstration: bool = False
    registered_at: datetime = Field(sa_type=UtcDateTime, index=True)
    restricted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when its expert wants nothing done with it: kept out of rounds, shown to its own people only."""
    objected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    """Since when its expert does not want to be matched: kept out of rounds and rankings."""
    version: int = 1


class OfferExpertise(SQLModel, table=True):
    """An area in which help is offered, how well, and on whose word."""

    __tablename__ = "offer_expertise"
    __table_args__ = (one_of("proficiency", PROFICIENCIES), one_of("evidence", EVIDENCE))

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    area: str = Field(primary_key=True, max_length=64, index=True)
    proficiency: str | None = Field(default=None, max_length=32)
    evidence: str | None = Field(default=None, max_length=32)


class OfferCommitment(SQLModel, table=True):
    """An actionable commitment that the offer serves."""

    __tablename__ = "offer_commitment"

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    commitment_code: str = Field(primary_key=True, foreign_key="commitment.code", max_length=16, index=True)


class OfferModality(SQLModel, table=True):
    """A modality in which help is offered. An offer without any has not said."""

    __tablename__ = "offer_modality"

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    modality: str = Field(primary_key=True, max_length=64, index=True)


class OfferLanguage(SQLModel, table=True):
    """A working language: stated by the provider, or only derived from what is official in its state."""

    __tablename__ = "offer_language"
    __table_args__ = (one_of("level", CEFR), one_of("basis", LANGUAGE_BASES))

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    code: str = Field(primary_key=True, max_length=16, index=True)
    level: str | None = Field(default=None, max_length=2)
    basis: str = Field(default="stated", max_length=32)


class OfferTarget(SQLModel, table=True):
    """A state that the offer is meant for. An offer without any is for all, or has not said."""

    __tablename__ = "offer_target"

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    iso3: str = Field(primary_key=True, foreign_key="state.iso3", max_length=3, index=True)


class OfferWish(SQLModel, table=True):
    """With whom the provider would like, or does not want, or must not work. Private to the provider."""

    __tablename__ = "offer_wish"
    __table_args__ = (one_of("wish", WISHES),)

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    stakeholder_id: str = Field(primary_key=True, foreign_key="stakeholder.id", max_length=64, index=True)
    wish: str = Field(primary_key=True, max_length=16)


class OfferPerson(SQLModel, table=True):
    """Who a named expert is. Kept apart, so that erasing it leaves everything else."""

    __tablename__ = "offer_person"

    offer_id: str = Field(primary_key=True, foreign_key="offer.id", max_length=64)
    name: str = Field(max_length=200)
    contact: str | None = Field(default=None, max_length=300)
    recorded_at: datetime = Field(sa_type=UtcDateTime)
