"""The pages of an offer: registering it step by step, reading it, and what can be done with it."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response

from service.caller import OFFERING
from service.desks import offering
from service.desks.around_queries import get_clocks
from service.desks.drafting import Step
from service.desks.offer_acts import ActsOpen, acts_open
from service.desks.offer_acts import router as acts
from service.desks.offering import BEGINNING, STEPS
from service.desks.timeline_queries import timeline_of_offer
from service.desks.words import Tag, tag
from service.errors import NotAllowed
from service.offers import rules
from service.offers.queries import find_offer, get_offer, get_specificity
from service.offers.schemas import OfferView
from service.search.specificity import SpecificityView
from service.texts import N_
from service.web.acts import Asked, gone_to
from service.web.doors import Pages
from service.web.fields import (
    CLEAN,
    CONFLICT,
    NOTHING,
    OVERTAKEN,
    Form,
    Tried,
    Values,
    attempted,
    beside,
    overtaken,
    stamp,
    standing,
    typed,
    written,
)
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn, Writing
from service.web.uploads import SentFormBody

router = Pages()
router.include_router(acts)

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]


class OfferPage(NamedTuple):
    """An offer as its page shows it."""

    offer: OfferView
    status: Tag
    facts: list[tuple[str, str]]
    specificity: SpecificityView | None
    """None: for its provider and its desk only."""
    acts: ActsOpen
    steps: list[tuple[str, str]]
    """Address and name of what the reader can change."""
    shows_files: bool


@router.get("/offers/new")
def show_beginning(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show the page with which an offer begins, to those who offer help for somebody."""
    mine = sorted(caller.stakeholders(*OFFERING))
    values = {"provider": next(iter(mine), None), "language": language, "kind": "institution"}
    asked = Asked(request, session, caller, language)
    return _beginning(asked, written(BEGINNING.fields, values), CLEAN)


@router.post("/offers/new", dependencies=OWN_ORIGIN)
def begin(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, language: PageLanguage
) -> Response:
    """Keep the draft and show what else there is to say; or show what is wrong."""
    values = typed(BEGINNING.fields, form)
    tried = attempted(session, partial(offering.begin, session, caller, values), language)
    if not tried.faults:
        return gone_to(f"/offers/{tried.result}")
    return _beginning(Asked(request, session, caller, language), values, tried)


def _beginning(asked: Asked, values: Values, tried: Tried) -> HTMLResponse:
    if not asked.caller.stakeholders(*OFFERING):
        raise NotAllowed
    options = offering.options_of(asked.session, asked.caller, None, asked.language, asked.model)
    form = Form(BEGINNING.fields, values, options, beside(tried.faults, BEGINNING.fields))
    return page(
        asked.request,
        "web/form.html",
        asked.caller,
        status=tried.status,
        form=form,
        name=asked.say(BEGINNING.title),
        lead=asked.say(BEGINNING.lead),
        button=asked.say(N_("Save and go on")),
        above="",
        places=[("/", asked.say(N_("Home"))), ("/offers", asked.say(N_("Offers")))],
        action="/offers/new",
    )


@router.get("/offers/{offer_id}")
def show_offer(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, offer_id: str
) -> HTMLResponse:
    """Show an offer, and what the reader can do with it."""
    asked = Asked(request, session, caller, language)
    row = find_offer(session, caller, offer_id)
    offer = get_offer(session, caller, offer_id)
    is_inside = rules.may_read_journal(caller, row)
    may_change = rules.may_revise(caller, row) and row.state in rules.OPEN
    steps = [(f"/offers/{offer_id}/edit/{step.name}", asked.say(step.title)) for step in STEPS if may_change]
    found = OfferPage(
        offer,
        tag("offer", offer.state, language),
        _facts(asked, offer),
        get_specificity(session, caller, offer_id, language) if is_inside else None,
        acts_open(caller, row),
        steps,
        is_inside,
    )
    clocks = get_clocks(session, caller, f"offer:{offer_id}", language)
    timeline = timeline_of_offer(session, caller, row, language)
    return page(request, "desks/offer.html", caller, found=found, clocks=clocks, timeline=timeline)


def _facts(asked: Asked, offer: OfferView) -> list[tuple[str, str]]:
    """Return what an offer says beside its text, in words."""
    options = offering.options_of(asked.session, asked.caller, offer, asked.language, asked.model)
    every = offering.stands(offer)
    rows: list[tuple[str, str]] = []
    for step in STEPS:
        fields = [one for one in offering.fields_of(step, offer) if one.name not in {"title", "description"}]
        values = written(fields, every)
        words = standing(fields, {field.name: [" "] for field in fields}, values, options)
        flags = {"yes": asked.say(N_("Yes")), "no": asked.say(N_("No"))}
        said = [field for field in fields if any(values[field.name])]
        rows += [(asked.say(field.label), flags.get(words[field.name], words[field.name])) for field in said]
    return rows


# One step


@router.get("/offers/{offer_id}/edit/{step}")
def show_step(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, offer_id: str, step: str
) -> HTMLResponse:
    """Show one thing to say about an offer, with what is said already."""
    offer = offering.get_own_offer(session, caller, offer_id)
    found = offering.find_step(step)
    values = written(offering.fields_of(found, offer), offering.stands(offer))
    return _step(Asked(request, session, caller, language), offer, found, values, CLEAN)


@router.post("/offers/{offer_id}/edit/{step}", dependencies=OWN_ORIGIN)
def keep_step(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    offer_id: str,
    step: str,
) -> Response:
    """Keep what a step says; or show it again, with what is wrong or what somebody else wrote meanwhile."""
    asked = Asked(request, session, caller, language)
    offer = offering.get_own_offer(session, caller, offer_id)
    found = offering.find_step(step)
    fields = offering.fields_of(found, offer)
    values, current = typed(fields, form), written(fields, offering.stands(offer))
    if overtaken(form, values, current):
        return _step(asked, offer, found, values, Tried(OVERTAKEN, {"": asked.say(CONFLICT)}))
    act = partial(offering.keep, session, caller, offer, found, fields, values)
    tried = attempted(session, act, language)
    if not tried.faults:
        return gone_to(f"/offers/{offer_id}")
    return _step(asked, offer, found, values, tried, form.text("form_seen"))


def _step(
    asked: Asked, offer: OfferView, step: Step, values: Values, tried: Tried, seen: str = ""
) -> HTMLResponse:
    fields = offering.fields_of(step, offer)
    current = written(fields, offering.stands(offer))
    options = offering.options_of(asked.session, asked.caller, offer, asked.language, asked.model)
    faults = beside(offering.row_faults(tried.faults, values), fields)
    other: Mapping[str, str] = NOTHING
    if tried.status == OVERTAKEN:
        other = standing(fields, values, current, options)
    form = Form(fields, values, options, faults, other, seen or stamp(current))
    said: dict[str, Any] = {
        "name": asked.say(step.title),
        "lead": asked.say(step.lead),
        "button": asked.say(N_("Save")),
        "above": offer.title,
        "places": [("/", asked.say(N_("Home"))), (f"/offers/{offer.id}", offer.title)],
        "action": f"/offers/{offer.id}/edit/{step.name}",
        "form": form,
        "advice": None,
        "overlap": None,
    }
    return page(asked.request, "desks/draft_step.html", asked.caller, status=tried.status, **said)
