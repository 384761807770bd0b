"""The list of offers."""

from collections.abc import Mapping
from typing import Any, cast, get_args

from sqlmodel import Session

from service.caller import OFFERING, Caller
from service.lists.shapes import SORT, Chosen, Counts, Filter, Listing, Row
from service.lists.wording import Wording
from service.offers.queries import OfferSort, count_facets, list_offers
from service.offers.schemas import OfferFacets, OfferFilter, OfferLine
from service.texts import N_
from service.web.paging import PageAsked
from service.web.schemas import Page

KIND_WORDS = {"institution": N_("An institution"), "named_expert": N_("A named expert")}


def _wanted(chosen: Chosen) -> OfferFilter:
    given: dict[str, Any] = {name: value for name, value in chosen.items() if name != SORT}
    return OfferFilter(**given)


def _find(session: Session, caller: Caller, chosen: Chosen, page: PageAsked) -> Page[OfferLine]:
    sort = chosen.get(SORT, "newest")
    order = cast("OfferSort", sort if sort in get_args(OfferSort) else "newest")
    return list_offers(session, caller, _wanted(chosen), page, order)


def _count(session: Session, caller: Caller, chosen: Chosen) -> tuple[Counts, int]:
    facets = count_facets(session, caller, _wanted(chosen))
    return {name: getattr(facets, name) for name in OfferFacets.FACETS}, facets.total


def _row(words: Wording, line: OfferLine) -> Row:
    provider = line.provider.name or line.label or ""
    about = [
        words.listed(line.provider.states, words.states),
        provider,
        _areas(words, line),
    ]
    return Row(
        f"/offers/{line.id}",
        line.title,
        line.language,
        [one for one in about if one],
        words.tag("offer", line.state),
    )


def _areas(words: Wording, line: OfferLine) -> str:
    areas = dict.fromkeys(item.area for item in line.expertise)
    return words.listed(areas, words.coded("expertise_area"))


def _kinds(words: Wording) -> Mapping[str, str]:
    return {kind: words.say(text) for kind, text in KIND_WORDS.items()}


OFFERS = Listing(
    name="offers",
    title=N_("Offers"),
    nothing=N_("No offer that you may see fits. Take a word or a menu away."),
    filters=(
        Filter("theme", N_("Theme"), lambda words: words.themes, is_at_hand=True),
        Filter("area", N_("Expertise"), lambda words: words.coded("expertise_area"), is_at_hand=True),
        Filter("state", N_("State that offers"), lambda words: words.states, is_at_hand=True),
        Filter("status", N_("Status"), lambda words: words.statuses("offer")),
        Filter("commitment", N_("Commitment"), lambda words: words.commitments),
        Filter("modality", N_("Form"), lambda words: words.coded("modality")),
        Filter("language", N_("Working languages"), lambda words: words.coded("language")),
        Filter("kind", N_("Who would come"), _kinds),
        Filter("provider", N_("Provider")),
    ),
    sorts=(
        ("newest", N_("Newest first")),
        ("oldest", N_("Oldest first")),
        ("title", N_("By title")),
    ),
    find=_find,
    tally=_count,
    row=_row,
    columns=(
        (N_("Title"), lambda _, line: line.title),
        (N_("Provider"), lambda _, line: line.provider.name or line.label),
        (N_("State that offers"), lambda w, line: w.listed(line.provider.states, w.states)),
        (N_("Who would come"), lambda w, line: _kinds(w).get(line.kind)),
        (N_("Status"), lambda w, line: w.statuses("offer")[line.state]),
        (N_("Expertise"), _areas),
        (N_("Form"), lambda w, line: w.listed(line.modalities, w.coded("modality"))),
        (
            N_("Working languages"),
            lambda w, line: w.listed([one.code for one in line.languages or ()], w.coded("language")),
        ),
        (N_("Commitments"), lambda w, line: w.listed(line.commitments, w.commitments)),
        (N_("Assignments at a time"), lambda _, line: line.capacity),
        (N_("Confirmed on"), lambda _, line: line.confirmed_at),
        (N_("Registered on"), lambda _, line: line.registered_at),
        (N_("Id"), lambda _, line: line.id),
    ),
    adds=("/offers/new", N_("Register an offer")),
    may_add=lambda caller: bool(caller.stakeholders(*OFFERING)),
)
