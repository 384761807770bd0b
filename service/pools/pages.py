"""The pages of a pool: its calendar, several offers moved at once, and saying what still stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service import clock
from service.errors import NotFound
from service.offers.tables import Offer
from service.pools import commands, queries, rules
from service.pools.import_pages import router as import_pages
from service.pools.queries import find_pool, list_due, pools_of
from service.pools.reconfirming import Link, read_link
from service.pools.rules import VERBS
from service.pools.schemas import CalendarFilter, CalendarView
from service.pools.words import (
    MONTH_MEANINGS,
    MONTH_WORDS,
    MOVE_WORDS,
    OFFER_WORDS,
    Tag,
    month_name,
    outcome_of,
    spoken,
)
from service.reference.facts import code_labels, commitment_titles
from service.reference.queries import known_codes
from service.stakeholders.tables import Stakeholder
from service.texts import N_, translate
from service.web.acts import Asked, gone_to
from service.web.doors import Pages
from service.web.fields import Option
from service.web.flash import say_next
from service.web.forms import Fields
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.uploads import SentFormBody

router = Pages()
router.include_router(import_pages)

PageLanguage = Annotated[str, Depends(page_language)]
Chosen = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=1000)]
OWN_ORIGIN = [Depends(require_own_origin)]
ROWS = 25
MONTHS_TO_CHOOSE = 24
FILTERS = ("q", "area", "language", "commitment", "free_from", "free_until", "due")
OFFER = "offer_"
"""How the name of a ticked field begins on the page of a letter's link."""


class MonthHead(NamedTuple):
    """A column of the calendar."""

    short: str
    whole: str


class CalendarPage(NamedTuple):
    """A pool's calendar as its page shows it."""

    pool: Stakeholder
    calendar: CalendarView
    heads: Sequence[MonthHead]
    menus: Mapping[str, Sequence[Option]]
    chosen: Mapping[str, str]
    areas: Mapping[str, str]
    words: Mapping[str, str]
    meanings: Mapping[str, str]
    states: Mapping[str, Tag]
    moves: Sequence[Option]
    next: str | None
    first: str | None
    fault: str = ""


class DueOffer(NamedTuple):
    """An offer that waits for a word, as the page shows it."""

    id: str
    name: str
    language: str | None
    reference: str | None
    status: Tag
    due_at: datetime | None


async def _choices(
    q: Chosen = "",
    area: Chosen = "",
    language: Chosen = "",
    commitment: Chosen = "",
    free_from: Chosen = "",
    free_until: Chosen = "",
    due: Chosen = "",
) -> Mapping[str, str]:
    given = (q, area, language, commitment, free_from, free_until, due)
    return dict(zip(FILTERS, given, strict=True))


Choices = Annotated[Mapping[str, str], Depends(_choices)]


@router.get("/pool")
def show_own_pool(request: Request, session: Reading, caller: SignedIn) -> Response:
    """Show the pool that the reader manages, or let them choose one of several."""
    pools = pools_of(session, caller)
    if len(pools) == 1:
        return gone_to(f"/pools/{pools[0].id}")
    return page(request, "pools/pools.html", caller, pools=pools)


@router.get("/pools/{stakeholder_id}")
def show_pool(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    chosen: Choices,
    stakeholder_id: str,
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show a pool's calendar, as far as it is narrowed."""
    asked = Asked(request, session, caller, language)
    shown = _calendar(asked, stakeholder_id, chosen, cursor)
    return page(request, "pools/calendar.html", caller, found=shown)


@router.post("/pools/{stakeholder_id}/move-offers", dependencies=OWN_ORIGIN)
def move_offers(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    stakeholder_id: str,
) -> Response:
    """Move the offers that were ticked, and show the calendar with how many were moved."""
    asked = Asked(request, session, caller, language)
    pool = find_pool(session, caller, stakeholder_id)
    chosen = list(form.fields.get("offers", ()))[: rules.MOST_AT_ONCE]
    verb = next((one for one in VERBS if one == form.text("move")), None)
    is_due_page = form.text("after") == "reconfirm"
    if not chosen or verb is None:
        fault = asked.say(N_("Tick at least one offer, and choose what to do."))
        if is_due_page:
            return _due_page(asked, pool, fault)
        shown = _calendar(asked, pool.id, dict.fromkeys(FILTERS, ""), None)
        return page(request, "pools/calendar.html", caller, status=422, found=shown._replace(fault=fault))
    found = commands.move_offers(session, caller, pool.id, verb, chosen, language)
    answer = gone_to(f"/pools/{pool.id}" + ("/reconfirm" if is_due_page else ""))
    say_next(answer, request, outcome_of(found, language))
    return answer


def _calendar(
    asked: Asked, stakeholder_id: str, chosen: Mapping[str, str], cursor: str | None
) -> CalendarPage:
    pool = find_pool(asked.session, asked.caller, stakeholder_id)
    menus = _menus(asked)
    known = {name: {option.code for option in options} for name, options in menus.items()}
    # What no menu offers narrows nothing.
    given = {name: value for name, value in chosen.items() if value in known.get(name, {value})}
    wanted = CalendarFilter(
        q=given.get("q") or None,
        area=given.get("area") or None,
        language=given.get("language") or None,
        commitment=given.get("commitment") or None,
        free_from=given.get("free_from") or None,
        free_until=given.get("free_until") or None,
        due=bool(given.get("due")),
    )
    calendar = queries.get_calendar(asked.session, asked.caller, pool.id, wanted, PageAsked(ROWS, cursor))
    said = urlencode({name: value for name, value in given.items() if value})
    following = urlencode({"cursor": calendar.next}) if calendar.next else ""
    here = f"/pools/{pool.id}"
    return CalendarPage(
        pool,
        calendar,
        [
            MonthHead(month_name(one, asked.language, is_short=True), month_name(one, asked.language))
            for one in calendar.months
        ],
        menus,
        {name: given.get(name, "") for name in FILTERS},
        code_labels(asked.session, "expertise_area", asked.language),
        {code: asked.say(text) for code, text in MONTH_WORDS.items()},
        {code: asked.say(text) for code, text in MONTH_MEANINGS.items()},
        spoken(OFFER_WORDS, asked.language),
        [Option(verb, asked.say(MOVE_WORDS[verb])) for verb in VERBS],
        f"{here}?{'&'.join(filter(None, (said, following)))}" if following else None,
        f"{here}?{said}" if cursor else None,
    )


def _menus(asked: Asked) -> dict[str, Sequence[Option]]:
    def coded(list_name: str, names: Mapping[str, str]) -> list[Option]:
        known = known_codes(asked.session, list_name)
        return [Option(*one) for one in names.items() if one[0] in known]

    months = rules.months_from(clock.today(), MONTHS_TO_CHOOSE)
    ahead = [Option(month, month_name(month, asked.language)) for month in months]
    labels = {
        name: code_labels(asked.session, name, asked.language) for name in ("expertise_area", "language")
    }
    return {
        "area": coded("expertise_area", labels["expertise_area"]),
        "language": coded("language", labels["language"]),
        "commitment": coded("commitment", commitment_titles(asked.session, asked.language)),
        "free_from": ahead,
        "free_until": ahead,
    }


# What still stands


@router.get("/pools/{stakeholder_id}/reconfirm")
def show_due(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, stakeholder_id: str
) -> HTMLResponse:
    """Show the offers of a pool that wait for a word that they still stand."""
    asked = Asked(request, session, caller, language)
    return _due_page(asked, find_pool(session, caller, stakeholder_id))


def _due_page(asked: Asked, pool: Stakeholder, fault: str = "") -> HTMLResponse:
    rows = _due(asked.session, pool.id, asked.language, shows_all=True)
    status = 422 if fault else 200
    shown = {"pool": pool, "rows": rows, "fault": fault}
    return page(asked.request, "pools/reconfirm.html", asked.caller, status=status, **shown)


@router.get("/reconfirm-offers/{token}")
def show_link(request: Request, session: Reading, token: str, language: PageLanguage) -> HTMLResponse:
    """Ask which offers still stand. Looking says nothing: mail programs look too."""
    link = _link(request, token)
    commands.holder_of(session, link)
    return _link_page(request, session, link, language)


@router.post("/reconfirm-offers/{token}", dependencies=OWN_ORIGIN)
def send_link(
    request: Request, session: Writing, values: Fields, token: str, language: PageLanguage
) -> HTMLResponse:
    """Say that the offers that are ticked still stand. The link of the letter is enough; no sign-in."""
    link = _link(request, token)
    chosen = [name for name in values if name.startswith(OFFER)]
    found = commands.reconfirm_by_link(session, link, chosen, language)
    return _link_page(request, session, link, language, outcome_of(found, language))


def _link(request: Request, token: str) -> Link:
    link = read_link(token, request.app.state.settings, clock.today())
    if link is None:
        raise NotFound
    return link


def _link_page(
    request: Request, session: Session, link: Link, language: str, outcome: str = ""
) -> HTMLResponse:
    rows = _due(session, link.stakeholder_id, language, shows_all=False)
    pool = session.get_one(Stakeholder, link.stakeholder_id)
    return page(request, "pools/reconfirm_link.html", pool=pool, rows=rows, until=link.until, outcome=outcome)


def _due(session: Session, stakeholder_id: str, language: str, *, shows_all: bool) -> list[DueOffer]:
    """Return what waits for a word. Whoever holds only a link is told a pseudonym, or what is public."""
    words = spoken(OFFER_WORDS, language)
    return [
        DueOffer(
            one.row.id,
            one.row.title
            if shows_all or one.row.confidentiality == "public"
            else _pseudonym(one.row, language),
            one.row.language,
            one.reference if shows_all else None,
            words[one.row.state],
            one.due_at,
        )
        for one in list_due(session, stakeholder_id)
    ]


def _pseudonym(row: Offer, language: str) -> str:
    return row.label or translate(N_("Offer {code}"), language, code=row.id[-6:].upper())
