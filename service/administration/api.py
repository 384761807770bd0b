"""The JSON door to what those who look after an instance look at. Administrators may."""

from fastapi import Request

from service.administration import queries, standing
from service.administration.schemas import (
    AdministrationView,
    DutyLine,
    HostedDialogues,
    PoliciesView,
    ReferenceStanding,
    ServiceStanding,
)
from service.caller import Role
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Language, Reading, SignedIn
from service.web.schemas import Page

router = Doors(tags=["administration"], prefix="/administration")


@router.get("")
def get_administration(session: Reading, caller: SignedIn) -> AdministrationView:
    """Show what there is to look after, in figures. Administrators may."""
    return queries.get_administration(session, caller)


@router.get("/duties")
def list_duties(session: Reading, caller: SignedIn, page: Paging, role: Role | None = None) -> Page[DutyLine]:
    """List the duties that there are now, those given last first. Administrators may."""
    return queries.list_duties(session, caller, page, role)


@router.get("/dialogues")
def list_hosted_dialogues(session: Reading, caller: SignedIn, language: Language) -> HostedDialogues:
    """List all dialogues with the desks that host them here. Administrators may."""
    return queries.list_hosted_dialogues(session, caller, language)


@router.get("/reference")
def get_reference_standing(session: Reading, caller: SignedIn) -> ReferenceStanding:
    """Show how the reference data stand and when the files were taken in. Administrators may."""
    return queries.get_reference_standing(session, caller)


@router.get("/policies")
def get_policies(session: Reading, caller: SignedIn, language: Language) -> PoliciesView:
    """Show the policies of rounds: what can be chosen, what each desk used last. Administrators may."""
    return queries.get_policies(session, caller, language)


@router.get("/health")
def get_service_standing(
    request: Request, session: Reading, caller: SignedIn, language: Language
) -> ServiceStanding:
    """Show how the service is doing, in plain words. Administrators may."""
    return standing.get_service_standing(session, caller, request.app.state.settings, language)
