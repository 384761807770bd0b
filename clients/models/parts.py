"""What the models share."""

from typing import Annotated, Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints

Item = TypeVar("Item")

Urgency = Literal["emergency", "urgent", "priority", "routine"]
DeliveryMode = Literal[
    "in_requesting_country", "in_provider_country", "third_country_or_regional", "remote", "hybrid"
]
LanguageLevel = Literal["A1", "A2", "B1", "B2", "C1", "C2"]
Role = Literal[
    "requester_officer",
    "national_focal_point",
    "provider_focal_point",
    "pool_manager",
    "expert",
    "case_officer",
    "dialogue_secretariat",
    "steering_member",
    "funder",
    "peer_reviewer",
    "evaluator",
    "observer",
    "administrator",
]
Month = Annotated[str, StringConstraints(pattern=r"^20\d{2}-(0[1-9]|1[0-2])$")]
"""A calendar month, such as ``2027-03``."""


LEFT_OUT: Any = Field(default=None)
"""What a field of a revision is that is not sent, and that cannot be cleared."""


class Input(BaseModel):
    """What is sent. A misspelt field is an error here already; what is left out is not sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What is received. Fields that this version does not know yet are kept in ``model_extra``.

    Codes and states are plain text here, so that a newer service may have more of them.
    """

    model_config = ConfigDict(extra="allow", frozen=True)
    _etag: str = PrivateAttr(default="")

    @property
    def etag(self) -> str:
        """The version of what was read, to be given with a change of it. Empty for parts of an answer."""
        return self._etag


class Page(Answer, Generic[Item]):
    """One page of a list. ``next`` is the cursor of the following page; there is none on the last."""

    items: list[Item]
    next: str | None = None


class Move(Input):
    """Why a move is made, for the journal."""

    reason: str | None = None
