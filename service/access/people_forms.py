"""What the pages of people and invitations show, and the choices of their forms."""

from collections.abc import Iterable
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from sqlmodel import Session, col, select

from service.access import people, queries, rules
from service.access.account_pages import Form
from service.access.people_schemas import PersonLine
from service.access.words import role_names
from service.caller import ROLES, Caller, Duty
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.tables import Stakeholder
from service.web.languages import OWN_NAMES
from service.web.paging import PageAsked
from service.web.rendering import page, page_language

ON_A_PAGE = 100
MOST_STAKEHOLDERS = 1000
"""So many can be chosen from on a page; beyond that the API takes their ids."""


def people_page(
    request: Request, session: Session, caller: Caller, form: Form, cursor: str | None = None
) -> HTMLResponse:
    """Return the page of who has which duty where the caller has one, and whom it invited."""
    found = people.list_people(session, caller, PageAsked(ON_A_PAGE, cursor))
    own = queries.own_duties(session, caller)
    return page(
        request,
        "access/people.html",
        caller,
        status=form.status,
        found=found,
        here=_by_place(found.items),
        names=_names(session, caller.stakeholders()),
        deputies=people.list_deputies(session, caller),
        own_duties=queries.get_own_account(session, caller).duties,
        colleagues=_colleagues(found.items, caller),
        form=form,
        **_inviting(request, session, caller, own, page_asked=PageAsked(ON_A_PAGE)),
    )


def invitations_page(
    request: Request, session: Session, caller: Caller, form: Form, cursor: str | None = None
) -> HTMLResponse:
    """Return the page of all invitations, for those who look after accounts."""
    own = queries.own_duties(session, caller)
    return page(
        request,
        "access/invitations.html",
        caller,
        status=form.status,
        form=form,
        **_inviting(request, session, caller, own, page_asked=PageAsked(ON_A_PAGE, cursor)),
    )


def _inviting(
    request: Request, session: Session, caller: Caller, own: frozenset[Duty], *, page_asked: PageAsked
) -> dict[str, Any]:
    """Return what the form to invite and the list of invitations need."""
    words = role_names(page_language(request))
    shown: dict[str, Any] = {"role_names": words, "invitations": None}
    if not rules.may_invite_anybody(own):
        return shown
    invitations = people.list_invitations(session, caller, page_asked)
    roles = {role for duty in own for role in rules.INVITES.get(duty.role, ())}
    places = _places(session, own)
    ids = {one.stakeholder for one in invitations.items if one.stakeholder}
    return shown | {
        "invitations": invitations,
        "roles": [(role, words[role]) for role in ROLES if role in roles],
        "places": places,
        "place_names": {**_names(session, ids)},
        "languages": list(OWN_NAMES.items()),
    }


def _places(session: Session, own: frozenset[Duty]) -> list[tuple[str, str]]:
    query = select(Stakeholder.id, Stakeholder.name).order_by(col(Stakeholder.name), col(Stakeholder.id))
    if not any(duty.role == "administrator" for duty in own):
        ids = {duty.stakeholder_id for duty in own if duty.role in rules.INVITES}
        query = query.where(col(Stakeholder.id).in_(ids))
    return [(found[0], found[1]) for found in session.exec(query.limit(MOST_STAKEHOLDERS))]


def _names(session: Session, ids: Iterable[str]) -> dict[str, str]:
    return {row.id: row.name for row in find_stakeholders(session, ids).values()}


def _by_place(lines: Iterable[PersonLine]) -> dict[str, list[PersonLine]]:
    found: dict[str, list[PersonLine]] = {}
    for line in lines:
        found.setdefault(line.stakeholder, []).append(line)
    return found


def _colleagues(lines: Iterable[PersonLine], caller: Caller) -> list[tuple[str, str]]:
    others = {line.account: line.name for line in lines if line.account != caller.account_id}
    return sorted(others.items(), key=lambda one: (one[1], one[0]))
