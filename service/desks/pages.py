"""The pages: home, a need, a proposal explained, a round's results."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.attachments.answers import limits_of
from service.desks import (
    comparison_queries,
    explanation_queries,
    queries,
    round_queries,
    why_not_queries,
)
from service.desks.around_queries import get_around
from service.desks.consent_pages import router as consents
from service.desks.consent_queries import get_proposal_steps
from service.desks.dialogue_acts import router as dialogue_acts
from service.desks.drafting_pages import router as drafting
from service.desks.need_acts import acts_open
from service.desks.need_acts import router as need_acts
from service.desks.network_pages import router as network
from service.desks.offer_pages import router as offers
from service.desks.paper_pages import router as paper
from service.desks.registering_pages import router as registering
from service.desks.round_form_pages import router as round_form
from service.desks.screening_pages import WORDS
from service.desks.screening_pages import router as screening
from service.desks.screening_queries import get_reads_in_short
from service.desks.stakeholder_pages import router as stakeholders
from service.desks.timeline_queries import timeline_of_need
from service.desks.unmet_pages import router as unmet
from service.web.doors import Pages
from service.web.headers import scripted
from service.web.origins import is_on_this_machine
from service.web.rendering import page, page_language
from service.web.requests import Asking, Reading, SignedIn
from service.web.schemas import IdText

router = Pages()
# Before the page of one need, whose address would take the first one in.
router.include_router(drafting)
router.include_router(need_acts)
router.include_router(paper)
router.include_router(offers)
router.include_router(dialogue_acts)
router.include_router(stakeholders)
router.include_router(network)
router.include_router(registering)
router.include_router(consents)
# Before the page of one round, whose address would take this one in.
router.include_router(round_form)
router.include_router(screening)
router.include_router(unmet)

Cursor = Annotated[str | None, Query(max_length=1000)]
PageLanguage = Annotated[str, Depends(page_language)]
REFRESH_SECONDS = 3
"""How often a round that is still computed is looked at again."""


@router.get("/")
def show_home(
    request: Request,
    session: Reading,
    caller: Asking,
    language: PageLanguage,
    needs: Cursor = None,
    offers: Cursor = None,
    seats: Cursor = None,
    rounds: Cursor = None,
) -> HTMLResponse:
    """Show what waits for whoever asks; to others, what Homologue is."""
    if not caller.is_signed_in:
        return page(request, "desks/front.html", caller, shows_sign_ins=_shows_sign_ins(request))
    asked = queries.HomeAsked(needs, offers, seats, rounds)
    home = queries.get_home(session, caller, asked, language)
    return page(request, "desks/home.html", caller, home=home)


@router.get("/needs/{need_id}")
def show_need(
    request: Request, session: Reading, caller: Asking, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show a need, with what was proposed for it to those who ask and the desk."""
    found = queries.get_need_page(session, caller, need_id, language)
    reads = get_reads_in_short(session, caller, found.need)
    around = get_around(session, caller, f"need:{need_id}", limits_of(request), language)
    shown = {"reads": reads, "around": around, "acts": acts_open(caller, found.need)} | WORDS
    shown["timeline"] = timeline_of_need(session, caller, found.need, language)
    return page(request, "desks/need.html", caller, found=found, **shown)


@router.get("/needs/{need_id}/why-not")
def show_why_not(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    need_id: str,
    component: IdText,
    offer: IdText,
    round_: Annotated[IdText | None, Query(alias="round")] = None,
) -> HTMLResponse:
    """Show why an offer was not chosen for a component, and to the desk what would change that."""
    pair = component, offer
    found = why_not_queries.get_why_not_page(session, caller, need_id, pair, round_, language)
    return page(request, "desks/why_not.html", caller, found=found)


@router.get("/proposals/{proposal_id}")
def show_proposal(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, proposal_id: str
) -> HTMLResponse:
    """Show why a team was proposed, how far it is, and what the reader can do with it."""
    found = explanation_queries.get_proposal_page(session, caller, proposal_id, language)
    steps = get_proposal_steps(session, caller, found.proposal, language)
    return page(request, "desks/proposal.html", caller, found=found, steps=steps, faults={}, values={})


@router.get("/rounds/{round_id}")
def show_round(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    round_id: str,
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show the results of a round, or how far it is."""
    found = round_queries.get_round_page(session, caller, round_id, cursor, language)
    asks_progress = request.headers.get("HX-Request") == "true"
    template = "desks/round_progress.html" if asks_progress else "desks/round.html"
    shown = page(request, template, caller, found=found, refresh_seconds=REFRESH_SECONDS)
    shown.headers["Vary"] += ", HX-Request"
    if asks_progress and not found.is_under_way:
        # What is shown when it is done is the whole page.
        shown.headers["HX-Refresh"] = "true"
    return scripted(shown, "connect-src 'self'") if found.is_under_way else shown


@router.get("/rounds/{round_id}/comparison")
def show_comparison(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    round_id: str,
    other: Annotated[str | None, Query(alias="with", max_length=64)] = None,
) -> HTMLResponse:
    """Show two rounds side by side, or ask for the second one."""
    found = comparison_queries.get_comparison_page(session, caller, round_id, other, language)
    return page(request, "desks/comparison.html", caller, found=found)


def _shows_sign_ins(request: Request) -> bool:
    return request.app.state.settings.demonstration and is_on_this_machine(request)
