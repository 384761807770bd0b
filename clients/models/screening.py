"""What stands around a need: how specific it is, what is like it, what harm it could do, who reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from clients.models.needs import NeedLevel
from clients.models.parts import Answer, Input, Move

HarmReply = Literal["no", "prevented", "not_applicable"]
Judgement = Literal["acceptable", "with_conditions", "not_acceptable"]


class Endorsement(Move):
    """An endorsement, and of which version of the text. If another one stands by now, nothing is endorsed."""

    text_version: int | None = None


class HarmAnswer(Input):
    """What the requester says about one harm. A "no" needs no explanation, the others do."""

    harm: str
    answer: HarmReply
    explanation: str = ""


class HarmAnswers(Input):
    """What the requester says about some of the harms, or all of them."""

    answers: Sequence[HarmAnswer]


class HarmJudgement(Input):
    """What the desk thinks of one answer."""

    harm: str
    judgement: Judgement
    condition: str = ""


class HarmJudgements(Input):
    """What the desk thinks of some of the answers, or all of them."""

    judgements: Sequence[HarmJudgement]


class Harm(Answer):
    """A harm, what the requester said about it and how the desk judged that."""

    harm: str
    name: str
    question: str
    help: str
    source: str
    """The words of the source."""
    answer: str | None
    explanation: str
    answered_at: datetime | None
    text_version: int | None
    judgement: str | None
    condition: str
    judged_at: datetime | None


class HarmCheck(Answer):
    """The check whether a need may do harm, before the work and after it."""

    source: str
    before: list[Harm]
    after: list[Harm]
    may_answer: str | None
    may_judge: str | None


class Advice(Answer):
    """What to add."""

    code: str
    params: dict[str, str | int]
    text: str


class Answered(Answer):
    """How well a question is answered, out of 100 points, and what to add."""

    question: str
    text: str
    points: int
    advice: list[Advice]


class Specificity(Answer):
    """How specific a need or an offer is, out of 100 points."""

    points: int
    is_enough: bool
    answers: list[Answered]


class LikenessReason(Answer):
    """Why two things are alike."""

    code: str
    codes: list[str]
    points: int | None
    text: str


class Likeness(Answer):
    """Something that may be the same, or may have been done before."""

    kind: str
    id: str
    title: str
    language: str
    states: list[str]
    degree: str
    points: int
    reasons: list[LikenessReason]
    source: str | None


class Overlap(Answer):
    """What is like a need, out of what you may see, the most alike first."""

    items: list[Likeness]


class ScreeningLine(Answer):
    """A need in a desk's queue, and what is missing until it can be circulated."""

    need: str
    case_number: str | None
    title: str
    language: str
    requester: str
    status: str
    urgency: str
    submitted_at: datetime
    due_at: datetime
    is_overdue: bool
    is_expedited: bool
    specificity: int
    missing: list[str]


class ScreeningQueue(Answer):
    """What waits at your desks, what is due first at the top."""

    items: list[ScreeningLine]


class EndorsementLine(Answer):
    """A need that waits for your endorsement, in the version of the text that stands now."""

    need: str
    title: str
    language: str
    status: str
    urgency: str
    confidentiality: str
    requesters: list[str]
    text_version: int
    endorsed_text_version: int | None
    due_at: datetime | None
    is_set_back: bool


class EndorsementQueue(Answer):
    """What waits for your endorsement."""

    items: list[EndorsementLine]


class Widening(Answer):
    """What somebody asked for so that more people see a need."""

    id: str
    state: str
    text_version: int
    from_level: NeedLevel
    to_level: NeedLevel
    named: list[str]
    public_summary: str | None
    asked_by: str | None
    asked_at: datetime
    due_at: datetime | None
    """When it happens by itself, unless somebody revokes it."""
    ended_by: str | None
    ended_at: datetime | None
    may_agree: bool
    may_revoke: bool


class Widenings(Answer):
    """What was asked for so that more people see a need, latest first."""

    items: list[Widening]


class NeedRead(Answer):
    """A read of a confidential text: who, for whom, what, and when first on that day."""

    account: str
    name: str | None
    stakeholders: list[str]
    text_version: int
    kind: str
    door: str
    first_at: datetime


class NeedReads(Answer):
    """Who read a need, latest first."""

    items: list[NeedRead]


class Happening(Answer):
    """Something that happened, in words."""

    event: str
    text: str
    at: datetime


class Timeline(Answer):
    """What happened to a thing, the earliest first, and what comes next; None: nothing does."""

    items: list[Happening]
    next: str | None


class Suggestion(Answer):
    """A commitment that may fit."""

    commitment: str
    title: str
    nearness: float


class Suggestions(Answer):
    """Commitments that may fit, the nearest first. None of them is set by that."""

    items: list[Suggestion]
