"""Table of the search index."""

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class SearchTerm(SQLModel, table=True):
    """A term that occurs in a thing's text."""

    __tablename__ = "search_term"
    __table_args__ = (Index(None, "kind", "term"),)

    kind: str = Field(primary_key=True, max_length=32)
    thing_id: str = Field(primary_key=True, max_length=64)
    term: str = Field(primary_key=True, max_length=64)
