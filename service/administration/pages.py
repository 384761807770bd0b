"""The pages from which an instance is looked after. For administrators."""

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import HTMLResponse

from service.access.words import role_names
from service.administration import queries, standing
from service.administration.correcting import KIND_NAMES
from service.administration.correcting import router as correcting
from service.administration.rules import check_may_look
from service.caller import ROLES
from service.desks.round_form import policy_in_words
from service.reference.facts import code_labels
from service.reference.queries import list_code_lists, list_codes
from service.web.doors import Pages
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn

looking = Pages(prefix="/administration")

PageLanguage = Annotated[str, Depends(page_language)]
Cursor = Annotated[str | None, Query(max_length=1000)]
Chosen = Annotated[str, Query(max_length=64)]
ROWS = 100


@looking.get("")
def show_administration(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show everything from which an instance is looked after, with what needs a hand."""
    found = queries.get_administration(session, caller)
    health = standing.get_service_standing(session, caller, request.app.state.settings, language)
    return page(request, "administration/administration.html", caller, found=found, health=health)


@looking.get("/duties")
def show_duties(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    role: Chosen = "",
    cursor: Cursor = None,
) -> HTMLResponse:
    """Show who has which duty now."""
    wanted = role if role in ROLES else ""
    found = queries.list_duties(session, caller, PageAsked(ROWS, cursor), wanted or None)
    roles = role_names(language)
    return page(request, "administration/duties.html", caller, found=found, roles=roles, role=wanted)


@looking.get("/dialogues")
def show_hosted_dialogues(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show which desks host which dialogues, and how that is changed."""
    rows = queries.list_hosted_dialogues(session, caller, language).dialogues
    statuses = code_labels(session, "dialogue_status", language)
    return page(request, "administration/dialogues.html", caller, rows=rows, statuses=statuses)


@looking.get("/reference")
def show_reference(request: Request, session: Reading, caller: SignedIn) -> HTMLResponse:
    """Show what facts there are, when the files were taken in, and what people corrected."""
    found = queries.get_reference_standing(session, caller)
    lists = list_code_lists(session, caller).items
    return page(request, "administration/reference.html", caller, found=found, kinds=KIND_NAMES, lists=lists)


@looking.get("/reference/{list_name}")
def show_code_list(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, list_name: str
) -> HTMLResponse:
    """Show the codes of a list with their source, those that are retired too."""
    check_may_look(caller)
    found = list_codes(session, caller, list_name, PageAsked(200, None), language, with_retired=True)
    return page(request, "administration/code_list.html", caller, found=found, list_name=list_name)


@looking.get("/policies")
def show_policies(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show with what rounds can be asked for, what each choice does, and what each desk used last."""
    found = queries.get_policies(session, caller, language)
    words = {one.round: policy_in_words(one.settings, language) for one in found.in_use}
    published = policy_in_words(found.published, language)
    return page(
        request, "administration/policies.html", caller, found=found, words=words, published=published
    )


@looking.get("/health")
def show_health(request: Request, session: Reading, caller: SignedIn, language: PageLanguage) -> HTMLResponse:
    """Show how the service is doing, in plain words."""
    found = standing.get_service_standing(session, caller, request.app.state.settings, language)
    return page(request, "administration/health.html", caller, found=found)


router = Pages()
router.include_router(looking)
router.include_router(correcting)
