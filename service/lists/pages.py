"""The pages of lists, and the lists as files."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from service.errors import FieldFault, InvalidInput, NotFound, SignInRequired
from service.lists import files
from service.lists.needs import NEEDS
from service.lists.offers import OFFERS
from service.lists.others import DELIVERIES, PROPOSALS, STAKEHOLDERS
from service.lists.shapes import CURSOR, SORT, WORDS, Chip, Chosen, Filter, Found, Listing, Menu
from service.lists.wording import Wording
from service.texts import N_
from service.web.acts import Asked
from service.web.doors import Pages
from service.web.fields import Option
from service.web.headers import SAFE_HEADERS
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
ROWS = 25
LONGEST, LONGEST_CURSOR = 200, 1_000
SEARCHED = frozenset({"needs", "offers", "deliveries", "stakeholders"})
LISTS: Mapping[str, Listing] = MappingProxyType(
    {one.name: one for one in (NEEDS, OFFERS, PROPOSALS, DELIVERIES, STAKEHOLDERS)}
)


@router.get("/needs")
def show_needs(request: Request, session: Reading, caller: Asking, language: PageLanguage) -> HTMLResponse:
    """Show the needs that the reader may see, as far as menus and words narrow them."""
    return _shown(NEEDS, Asked(request, session, caller, language))


@router.get("/offers")
def show_offers(request: Request, session: Reading, caller: Asking, language: PageLanguage) -> HTMLResponse:
    """Show the offers that the reader may see, as far as menus and words narrow them."""
    return _shown(OFFERS, Asked(request, session, caller, language))


@router.get("/proposals")
def show_proposals(
    request: Request, session: Reading, caller: Asking, language: PageLanguage
) -> HTMLResponse:
    """Show the proposals for the needs that the reader asks for or handles."""
    return _shown(PROPOSALS, Asked(request, session, caller, language))


@router.get("/deliveries")
def show_deliveries(
    request: Request, session: Reading, caller: Asking, language: PageLanguage
) -> HTMLResponse:
    """Show help that was given before."""
    return _shown(DELIVERIES, Asked(request, session, caller, language))


@router.get("/stakeholders")
def show_stakeholders(
    request: Request, session: Reading, caller: Asking, language: PageLanguage
) -> HTMLResponse:
    """Show the institutions there are."""
    return _shown(STAKEHOLDERS, Asked(request, session, caller, language))


@router.get("/lists/{file}")
def take_list(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, file: str
) -> Response:
    """Give a list as a file: what its page shows, with all its pages."""
    name, _, kind = file.partition(".")
    listing = LISTS.get(name)
    if listing is None or kind not in files.TYPES:
        raise NotFound
    asked = Asked(request, session, caller, language)
    chosen = _chosen(listing, asked)
    items = files.all_of(session, caller, listing, chosen)
    content = files.written(kind, listing, Wording(session, caller, language), items)
    return Response(
        content,
        media_type=files.TYPES[kind],
        headers={
            **SAFE_HEADERS,
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "private, no-store",
            "Vary": "Accept-Language, Authorization, Cookie",
        },
    )


def _shown(listing: Listing, asked: Asked) -> HTMLResponse:
    chosen = _chosen(listing, asked)
    session, caller = asked.session, asked.caller
    words = Wording(session, caller, asked.language)
    found = _found(listing, asked, chosen)
    menus = _menus(listing, words, found, chosen)
    return page(
        asked.request,
        "lists/list.html",
        caller,
        listing=listing,
        rows=[listing.row(words, item) for item in found.page.items],
        total=found.total,
        menus=menus,
        chips=_chips(listing, words, chosen, menus),
        chosen=chosen,
        is_searched=listing.name in SEARCHED,
        next=_address(listing.address, chosen, {CURSOR: found.page.next}) if found.page.next else "",
        first=_address(listing.address, chosen) if asked.request.query_params.get(CURSOR) else "",
        adds=listing.adds if listing.may_add(caller) else None,
        downloads=[(kind, _address(f"/lists/{listing.name}.{kind}", chosen)) for kind in files.TYPES],
        most=files.MOST,
        twin=_origin(asked.request) + _address(f"/api/v1{listing.address}", chosen),
    )


def _found(listing: Listing, asked: Asked, chosen: Chosen) -> Found:
    cursor = asked.request.query_params.get(CURSOR) or None
    if cursor and len(cursor) > LONGEST_CURSOR:
        raise _refused(CURSOR)
    items = listing.find(asked.session, asked.caller, chosen, PageAsked(ROWS, cursor))
    return Found(items, *listing.tally(asked.session, asked.caller, chosen))


def _chosen(listing: Listing, asked: Asked) -> Chosen:
    """Return what the address narrows the list to; what it has no filter for changes nothing."""
    if listing.needs_sign_in and not asked.caller.is_signed_in:
        raise SignInRequired
    names = [one.name for one in listing.filters] + [SORT]
    names += [WORDS] if listing.name in SEARCHED else []
    given = {name: asked.request.query_params.get(name, "").strip() for name in names}
    for name, value in given.items():
        if len(value) > LONGEST:
            raise _refused(name)
    sorts = [code for code, _ in listing.sorts]
    if given[SORT] not in sorts[1:]:
        del given[SORT]
    return {name: value for name, value in given.items() if value}


def _refused(name: str) -> InvalidInput:
    return InvalidInput(FieldFault(name, "string_too_long", N_("This is too long.")))


def _menus(listing: Listing, words: Wording, found: Found, chosen: Chosen) -> list[Menu]:
    return [
        Menu(
            one.name,
            words.say(one.label),
            _options(one, words, found, chosen),
            one.is_at_hand or one.name in chosen,
        )
        for one in listing.filters
        if one.names
    ]


def _options(one: Filter, words: Wording, found: Found, chosen: Chosen) -> list[Option]:
    names = one.names(words) if one.names else {}
    counts = found.counts.get(one.name)
    if counts is None:
        return [Option(code, name) for code, name in names.items()]
    there = counts.keys() | {chosen.get(one.name)}
    return [Option(code, name, str(counts.get(code, 0))) for code, name in names.items() if code in there]


def _chips(listing: Listing, words: Wording, chosen: Chosen, menus: Sequence[Menu]) -> list[Chip]:
    labels = {one.name: words.say(one.label) for one in listing.filters} | {WORDS: words.say(N_("Words"))}
    texts = {menu.name: {option.code: option.name for option in menu.options} for menu in menus}
    return [
        Chip(
            labels[name],
            texts.get(name, {}).get(value, value),
            _address(listing.address, {kept: other for kept, other in chosen.items() if kept != name}),
        )
        for name, value in chosen.items()
        if name != SORT
    ]


def _address(address: str, chosen: Chosen, more: Mapping[str, str | None] | None = None) -> str:
    given = {**chosen, **{name: value for name, value in (more or {}).items() if value}}
    return f"{address}?{urlencode(given)}" if given else address


def _origin(request: Request) -> str:
    told: str = request.app.state.settings.public_url
    return told or str(request.base_url).rstrip("/")
