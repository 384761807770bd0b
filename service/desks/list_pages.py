"""The lists of needs and offers: narrowed by what they are about, searched by words, in pages."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.caller import ASKING, OFFERING
from service.desks import choosing
from service.desks.words import WORDS, Kind, Tag, tag
from service.needs.queries import NeedFilter, count_facets, list_needs
from service.needs.schemas import NeedLine, NeedSummaryView
from service.offers.queries import list_offers
from service.offers.rules import KINDS
from service.offers.schemas import OfferFilter, OfferLine
from service.reference.facts import code_labels, commitment_titles, state_names
from service.reference.queries import list_themes
from service.texts import N_
from service.web.acts import Asked
from service.web.doors import Pages
from service.web.fields import Option
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
Chosen = Annotated[str, Query(max_length=200)]
Cursor = Annotated[str | None, Query(max_length=1000)]
ROWS = 25
NEED_FILTERS = ("status", "theme", "commitment", "state", "urgency", "q")
OFFER_FILTERS = ("status", "kind", "area", "theme", "state", "q")


class Narrowing(NamedTuple):
    """A menu by which a list is narrowed."""

    name: str
    label: str
    options: Sequence[Option]


class Row(NamedTuple):
    """A need or an offer in its list."""

    address: str
    title: str
    language: str | None
    who: str
    about: str
    status: Tag


class ListPage(NamedTuple):
    """A list, with what it is narrowed by."""

    rows: Sequence[Row]
    next: str | None
    """Address of the next page."""
    menus: Sequence[Narrowing]
    chosen: Mapping[str, str]
    total: int | None = None


async def _need_choices(
    status: Chosen = "",
    theme: Chosen = "",
    commitment: Chosen = "",
    state: Chosen = "",
    urgency: Chosen = "",
    q: Chosen = "",
) -> Mapping[str, str]:
    return dict(zip(NEED_FILTERS, (status, theme, commitment, state, urgency, q), strict=True))


async def _offer_choices(
    status: Chosen = "",
    kind: Chosen = "",
    area: Chosen = "",
    theme: Chosen = "",
    state: Chosen = "",
    q: Chosen = "",
) -> Mapping[str, str]:
    return dict(zip(OFFER_FILTERS, (status, kind, area, theme, state, q), strict=True))


NeedChoices = Annotated[Mapping[str, str], Depends(_need_choices)]
OfferChoices = Annotated[Mapping[str, str], Depends(_offer_choices)]


@router.get("/needs")
def show_needs(
    request: Request,
    session: Reading,
    caller: Asking,
    language: PageLanguage,
    chosen: NeedChoices,
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show the needs that the reader may see, as far as the menus and words narrow them."""
    asked = Asked(request, session, caller, language)
    given = {name: value for name, value in chosen.items() if value and name != "q"}
    wanted = NeedFilter(**given, words=chosen["q"] or None)
    found = list_needs(session, caller, wanted, PageAsked(ROWS, cursor))
    facets = count_facets(session, caller, wanted)
    counts = {"status": facets.status, "theme": facets.theme, "commitment": facets.commitment}
    shown = ListPage(
        [_need_row(asked, line) for line in found.items],
        _next("/needs", chosen, found.next),
        _need_menus(asked, counts | {"state": facets.state}, chosen),
        chosen,
        facets.total,
    )
    may_add = bool(caller.stakeholders(*ASKING))
    return page(request, "desks/needs.html", caller, found=shown, may_add=may_add)


@router.get("/offers")
def show_offers(
    request: Request,
    session: Reading,
    caller: Asking,
    language: PageLanguage,
    chosen: OfferChoices,
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show the offers that the reader may see, as far as the menus and words narrow them."""
    asked = Asked(request, session, caller, language)
    # What no offer has finds none.
    given: dict[str, Any] = {name: value or None for name, value in chosen.items()}
    wanted = OfferFilter(**given)
    found = list_offers(session, caller, wanted, PageAsked(ROWS, cursor))
    shown = ListPage(
        [_offer_row(asked, line) for line in found.items],
        _next("/offers", chosen, found.next),
        _offer_menus(asked),
        chosen,
    )
    may_add = bool(caller.stakeholders(*OFFERING))
    return page(request, "desks/offers.html", caller, found=shown, may_add=may_add)


def _next(address: str, chosen: Mapping[str, str], cursor: str | None) -> str | None:
    if cursor is None:
        return None
    given = {name: value for name, value in chosen.items() if value}
    return f"{address}?{urlencode(given | {'cursor': cursor})}"


def _need_row(asked: Asked, line: NeedLine | NeedSummaryView) -> Row:
    names = state_names(asked.session, asked.language)
    who = ", ".join(names.get(code, code) for code in line.requester_states)
    return Row(
        f"/needs/{line.id}",
        line.title if isinstance(line, NeedLine) else line.public_summary,
        line.language if isinstance(line, NeedLine) else None,
        "; ".join((who, *line.requesters)) if isinstance(line, NeedLine) else who,
        "; ".join(_titles(asked, line.commitments)),
        tag("need", line.status, asked.language),
    )


def _offer_row(asked: Asked, line: OfferLine) -> Row:
    names = state_names(asked.session, asked.language)
    areas = code_labels(asked.session, "expertise_area", asked.language)
    who = [*(names.get(code, code) for code in line.provider.states), line.provider.name or line.label or ""]
    return Row(
        f"/offers/{line.id}",
        line.title,
        line.language,
        "; ".join(one for one in who if one),
        "; ".join(areas.get(one.area, one.area) for one in line.expertise),
        tag("offer", line.state, asked.language),
    )


def _titles(asked: Asked, codes: Sequence[str]) -> list[str]:
    titles = commitment_titles(asked.session, asked.language)
    return [titles.get(code, code) for code in codes]


def _need_menus(
    asked: Asked, counts: Mapping[str, Mapping[str, int]], chosen: Mapping[str, str]
) -> list[Narrowing]:
    named = {
        "status": _statuses(asked, "need"),
        "theme": _themes(asked),
        "commitment": commitment_titles(asked.session, asked.language),
        "state": state_names(asked.session, asked.language),
    }
    labels = (("status", N_("Status")), ("theme", N_("Theme")), ("commitment", N_("Commitment")))
    menus = [
        Narrowing(name, asked.say(label), _counted(named[name], counts[name], chosen[name]))
        for name, label in (*labels, ("state", N_("State that asks")))
    ]
    urgencies = choosing.coded(asked.session, "urgency", asked.language)
    return [*menus, Narrowing("urgency", asked.say(N_("Urgency")), urgencies)]


def _counted(names: Mapping[str, str], counts: Mapping[str, int], chosen: str) -> list[Option]:
    there = counts.keys() | ({chosen} & names.keys())
    return [Option(code, f"{name} ({counts.get(code, 0)})") for code, name in names.items() if code in there]


def _offer_menus(asked: Asked) -> list[Narrowing]:
    kinds = {"institution": N_("An institution"), "named_expert": N_("A named expert")}
    return [
        Narrowing("status", asked.say(N_("Status")), _options(_statuses(asked, "offer"))),
        Narrowing(
            "kind", asked.say(N_("Who would come")), [Option(kind, asked.say(kinds[kind])) for kind in KINDS]
        ),
        Narrowing(
            "area",
            asked.say(N_("Expertise")),
            choosing.coded(asked.session, "expertise_area", asked.language),
        ),
        Narrowing("theme", asked.say(N_("Theme")), _options(_themes(asked))),
        Narrowing(
            "state", asked.say(N_("State that offers")), choosing.states(asked.session, asked.language)
        ),
    ]


def _options(names: Mapping[str, str]) -> list[Option]:
    return [Option(*one) for one in names.items()]


def _statuses(asked: Asked, kind: Kind) -> dict[str, str]:
    return {state: tag(kind, state, asked.language).text for state in WORDS[kind]}


def _themes(asked: Asked) -> dict[str, str]:
    themes = list_themes(asked.session, asked.caller, PageAsked(100, None), asked.language).items
    return {theme.code: theme.title for theme in themes}
