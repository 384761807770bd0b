"""The pages that explain: words, roles, accessibility. Everybody reads them."""

from fastapi import Request
from fastapi.responses import HTMLResponse

from service.guide.terms import GROUPS
from service.web.doors import Pages
from service.web.rendering import page
from service.web.requests import Asking

router = Pages()


@router.get("/glossary")
def show_glossary(request: Request, caller: Asking) -> HTMLResponse:
    """Say what the words of this service mean."""
    return page(request, "guide/glossary.html", caller, groups=GROUPS)


@router.get("/help")
def show_help(request: Request, caller: Asking) -> HTMLResponse:
    """Say in short what each role can do, and where."""
    return page(request, "guide/help.html", caller)


@router.get("/accessibility")
def show_accessibility(request: Request, caller: Asking) -> HTMLResponse:
    """Say how accessible the pages are, and whom to tell of what is not."""
    return page(request, "guide/accessibility.html", caller)
