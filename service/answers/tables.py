"""Table of answers to keys."""

from datetime import datetime

from sqlmodel import Field, LargeBinary, SQLModel

from service.database.columns import UtcDateTime


class KeptAnswer(SQLModel, table=True):
    """What was first answered to a request with a key. Without the key nobody can read it."""

    __tablename__ = "kept_answer"

    id: str = Field(primary_key=True, max_length=64)
    request_digest: str = Field(max_length=64)
    duties_digest: str = Field(max_length=64)
    sealed: bytes = Field(sa_type=LargeBinary)
    kept_at: datetime = Field(sa_type=UtcDateTime, index=True)
