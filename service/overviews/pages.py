"""The pages of states, themes and commitments. Whoever asks sees what anybody sees, and what is theirs."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.desks.network_queries import states_to_choose
from service.overviews import balances, queries, views
from service.texts import translate_fact
from service.web.doors import Pages
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
Words = Annotated[str, Query(max_length=200)]
Chosen = Annotated[str, Query(max_length=64)]

REGIONS = ("Africa", "Americas", "Asia", "Europe", "Oceania")


@router.get("/states")
def show_states(
    request: Request,
    session: Reading,
    caller: Asking,
    language: PageLanguage,
    region: Chosen = "",
    q: Words = "",
) -> HTMLResponse:
    """Show all states and territories by name, with how much the reader may see of each."""
    found = queries.list_state_counts(session, caller, language, region or None, q.strip() or None)
    regions = {each: translate_fact(each, language) for each in REGIONS}
    return page(request, "overviews/states.html", caller, found=found, regions=regions, region=region, q=q)


@router.get("/states/{iso3}")
def show_state(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, iso3: str
) -> HTMLResponse:
    """Show everything about one state that the reader may see."""
    found = queries.get_state_overview(session, caller, iso3, language)
    return page(
        request,
        "overviews/state.html",
        caller,
        found=found,
        say=views.Speaker(session, language),
        map=views.map_of(session, found),
        words=views.words_of(session, language),
        region=translate_fact(found.state.region, language),
        states=states_to_choose(session, language) if caller.is_signed_in else [],
    )


@router.get("/commitments")
def show_commitments(
    request: Request, session: Reading, caller: Asking, language: PageLanguage
) -> HTMLResponse:
    """Show how supply meets demand on each theme and commitment, out of what the reader may see."""
    themes = balances.get_themes_overview(session, caller, language).themes
    return page(
        request,
        "overviews/commitments.html",
        caller,
        themes=themes,
        bars=views.bars_of(themes),
        commitments=views.all_bars(themes),
    )


@router.get("/themes/{code}")
def show_theme(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, code: str
) -> HTMLResponse:
    """Show a theme: what it is about, its frameworks, and how supply meets demand on its commitments."""
    found = balances.get_theme_overview(session, caller, code, language)
    frameworks = balances.frameworks_of_theme(session, caller, code, language)
    bars = views.bars_of(found.commitments)
    return page(request, "overviews/theme.html", caller, found=found, bars=bars, frameworks=frameworks)


@router.get("/commitments/{code}")
def show_commitment(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, code: str
) -> HTMLResponse:
    """Show everything about one commitment that the reader may see."""
    found = queries.get_commitment_overview(session, caller, code, language)
    themes = {one.theme.code: one for one in balances.get_themes_overview(session, caller, language).themes}
    theme = themes[found.commitment.theme]
    return page(
        request,
        "overviews/commitment.html",
        caller,
        found=found,
        theme=theme,
        titles={one.code: one.title for one in theme.commitments},
        say=views.Speaker(session, language),
        dialogues=views.dialogues_on(session, found.commitment, language),
    )
