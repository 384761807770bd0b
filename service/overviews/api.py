"""The JSON door to what gathers everything about a state, a theme or a commitment. Whoever asks may."""

from typing import Annotated

from fastapi import Query

from service.overviews import balances, queries
from service.overviews.schemas import (
    CommitmentOverview,
    StateOverview,
    StatesOverview,
    ThemeOverview,
    ThemesOverview,
)
from service.web.doors import Doors
from service.web.requests import Asking, Language, Reading

router = Doors(tags=["overviews"], prefix="/overviews")

Region = Annotated[str | None, Query(max_length=64)]
Words = Annotated[str | None, Query(max_length=200, description="A part of a name.")]


@router.get("/states")
def list_state_counts(
    session: Reading, caller: Asking, language: Language, region: Region = None, q: Words = None
) -> StatesOverview:
    """List states and territories by name, with how much you may see of each. No position on status."""
    return queries.list_state_counts(session, caller, language, region, q)


@router.get("/states/{iso3}")
def get_state_overview(session: Reading, caller: Asking, language: Language, iso3: str) -> StateOverview:
    """Show everything about one state that you may see."""
    return queries.get_state_overview(session, caller, iso3, language)


@router.get("/themes")
def get_themes_overview(session: Reading, caller: Asking, language: Language) -> ThemesOverview:
    """Show how supply meets demand on every theme and commitment, out of what you may see."""
    return balances.get_themes_overview(session, caller, language)


@router.get("/themes/{code}")
def get_theme_overview(session: Reading, caller: Asking, language: Language, code: str) -> ThemeOverview:
    """Show how supply meets demand on one theme, out of what you may see."""
    return balances.get_theme_overview(session, caller, code, language)


@router.get("/commitments/{code}")
def get_commitment_overview(
    session: Reading, caller: Asking, language: Language, code: str
) -> CommitmentOverview:
    """Show everything about one commitment that you may see."""
    return queries.get_commitment_overview(session, caller, code, language)
