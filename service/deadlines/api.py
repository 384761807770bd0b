"""The JSON door to clocks, to what desks choose about them, and to the published figures."""

from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from service.deadlines import choosing, commands, figures, queries
from service.deadlines.schemas import (
    AfterCareReply,
    AfterCareView,
    ClockList,
    ClockPolicyChange,
    ClockPolicyView,
    ClockView,
    StageFigures,
)
from service.journal.queries import get_journal
from service.journal.schemas import JournalView
from service.web.doors import Doors
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import IdText, Move

router = Doors(tags=["clocks"])

Subject = Annotated[str, StringConstraints(max_length=128, pattern=r"^[a-z]+:[a-z]+_[0-9a-f]{32}$")]


@router.get("/clocks")
def list_clocks(
    session: Reading,
    caller: SignedIn,
    language: Language,
    subject: Annotated[Subject | None, Query()] = None,
) -> ClockList:
    """List what is due in all that you are a party to; or all clocks of one thing (`need:need_…`)."""
    return queries.list_clocks(session, caller, subject, language)


@router.get("/clocks/{clock_id}")
def get_clock(session: Reading, caller: SignedIn, language: Language, clock_id: str) -> ClockView:
    """Show one clock."""
    row, _ = queries.find_clock(session, caller, clock_id)
    return queries.clock_view(session, caller, row, language)


@router.get("/clocks/{clock_id}/journal")
def get_clock_journal(session: Reading, caller: SignedIn, clock_id: str) -> JournalView:
    """Show which reminders a clock sent, and who marked it as done."""
    row, _ = queries.find_clock(session, caller, clock_id)
    return get_journal(session, caller, f"clock:{row.id}")


@router.post("/clocks/{clock_id}/mark-done")
def mark_clock_done(
    session: Writing, caller: SignedIn, language: Language, clock_id: str, move: Move
) -> ClockView:
    """Say that something was done which nothing else tells: that a first call was held."""
    row = commands.mark_done(session, caller, clock_id, move.reason)
    return queries.clock_view(session, caller, row, language)


@router.get("/clock-policies/{owner}")
def get_clock_policy(session: Reading, caller: SignedIn, language: Language, owner: str) -> ClockPolicyView:
    """Show the calendar and durations in force at a desk, or on the whole instance (`instance`)."""
    return choosing.get_clock_policy(session, caller, owner, language)


@router.get("/clock-policies/{owner}/journal")
def get_clock_policy_journal(session: Reading, caller: SignedIn, owner: str) -> JournalView:
    """Show who changed the calendar and durations, for those who may."""
    choosing.check_may_choose(session, caller, owner)
    return get_journal(session, caller, f"clock-policy:{owner}")


@router.post("/clock-policies/{owner}/change")
def change_clock_policy(
    session: Writing, caller: SignedIn, language: Language, owner: str, change: ClockPolicyChange
) -> ClockPolicyView:
    """Choose the calendar and durations of your desk, or of the instance, for clocks to come."""
    choosing.change_clock_policy(session, caller, owner, change)
    return choosing.get_clock_policy(session, caller, owner, language)


@router.get("/things/{subject}/after-care")
def get_after_care(session: Reading, caller: SignedIn, language: Language, subject: str) -> AfterCareView:
    """Show what became of a need (`need:…`) half a year and a year after it was fulfilled."""
    return queries.get_after_care(session, caller, subject, language)


@router.post("/things/{subject}/answer-after-care")
def answer_after_care(
    session: Writing, caller: SignedIn, language: Language, subject: str, reply: AfterCareReply
) -> AfterCareView:
    """Say what became of a need half a year, or a year, after it was fulfilled."""
    commands.answer_after_care(session, caller, subject, reply)
    return queries.get_after_care(session, caller, subject, language)


@router.get("/things/{subject}/after-care/journal")
def get_after_care_journal(session: Reading, caller: SignedIn, subject: str) -> JournalView:
    """Show who said when what became of a need."""
    queries.get_after_care(session, caller, subject, "en")
    return get_journal(session, caller, f"after-care:{subject}")


@router.get("/statistics/clocks")
def get_stage_figures(
    session: Reading, caller: Asking, language: Language, desk: Annotated[IdText | None, Query()] = None
) -> StageFigures:
    """Show how long each stage took in the last two years, out of what you may see; or at your own desk."""
    return figures.get_figures(session, caller, desk, language)
