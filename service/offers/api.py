"""The JSON door to offers."""

from typing import Annotated

from fastapi import Depends
from sqlmodel import Session

from service.caller import Caller
from service.journal.schemas import JournalView
from service.offers import commands, queries
from service.offers.schemas import (
    Assessment,
    LevelChange,
    OfferFacets,
    OfferFilter,
    OfferImport,
    OfferLine,
    OfferRegistration,
    OfferRevision,
    OfferView,
    PersonDetails,
    PersonView,
    WishDeclaration,
    WishesView,
)
from service.offers.tables import Offer, OfferPerson
from service.offers.views import views_of
from service.search.specificity import SpecificityView
from service.web.doors import Doors
from service.web.paging import Paging
from service.web.requests import Asking, Language, Reading, SignedIn, Writing
from service.web.schemas import Move, Page

router = Doors(tags=["offers"])


@router.get("/offers")
def list_offers(
    session: Reading,
    caller: Asking,
    page: Paging,
    wanted: Annotated[OfferFilter, Depends()],
    sort: queries.OfferSort = "newest",
) -> Page[OfferLine]:
    """List the offers that you may see, newest first."""
    return queries.list_offers(session, caller, wanted, page, sort)


@router.get("/offers/facets")
def count_offer_facets(
    session: Reading, caller: Asking, wanted: Annotated[OfferFilter, Depends()]
) -> OfferFacets:
    """Count the offers that you may see, by what they can be narrowed to."""
    return queries.count_facets(session, caller, wanted)


@router.post("/offers", status_code=201)
def register_offer(session: Writing, caller: SignedIn, registration: OfferRegistration) -> OfferView:
    """Register an offer as a draft, in the name of a stakeholder that you offer help for."""
    return _shown(session, caller, commands.register_offer(session, caller, registration))


@router.post("/offers/import", status_code=201)
def import_offer(session: Writing, caller: SignedIn, said: OfferImport) -> OfferView:
    """Enter an offer that its provider made in public elsewhere. Administrators may."""
    return _shown(session, caller, commands.import_offer(session, caller, said))


@router.get("/offers/{offer_id}")
def get_offer(session: Reading, caller: Asking, offer_id: str) -> OfferView:
    """Show an offer."""
    return queries.get_offer(session, caller, offer_id)


@router.patch("/offers/{offer_id}")
def revise_offer(session: Writing, caller: SignedIn, offer_id: str, revision: OfferRevision) -> OfferView:
    """Change what an offer says. Its provider may."""
    return _shown(session, caller, commands.revise_offer(session, caller, offer_id, revision))


@router.post("/offers/{offer_id}/submit")
def submit_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Hand a draft in for authorisation."""
    return _shown(session, caller, commands.submit_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/authorise")
def authorise_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Let an offer become active. For a named expert the institution's focal point does."""
    return _shown(session, caller, commands.authorise_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/hold")
def hold_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Keep an offer out of rounds for a while."""
    return _shown(session, caller, commands.hold_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/resume")
def resume_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Take a held offer up again."""
    return _shown(session, caller, commands.resume_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/reconfirm")
def reconfirm_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Say that an offer still stands."""
    return _shown(session, caller, commands.reconfirm_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/withdraw")
def withdraw_offer(session: Writing, caller: SignedIn, offer_id: str, move: Move) -> OfferView:
    """Take an offer back, for good."""
    return _shown(session, caller, commands.withdraw_offer(session, caller, offer_id, move.reason))


@router.post("/offers/{offer_id}/change-confidentiality")
def change_offer_confidentiality(
    session: Writing, caller: SignedIn, offer_id: str, change: LevelChange
) -> OfferView:
    """Choose who is shown an offer."""
    return _shown(session, caller, commands.change_confidentiality(session, caller, offer_id, change))


@router.post("/offers/{offer_id}/assess-expertise")
def assess_expertise(session: Writing, caller: SignedIn, offer_id: str, assessment: Assessment) -> OfferView:
    """Say what evidence there is for an area. The desk that the offer is addressed to may."""
    return _shown(session, caller, commands.assess_expertise(session, caller, offer_id, assessment))


@router.get("/offers/{offer_id}/wishes")
def get_offer_wishes(session: Reading, caller: SignedIn, offer_id: str) -> WishesView:
    """Show with whom the provider would rather, or would not, work. Its own people may ask."""
    return queries.get_wishes(session, caller, offer_id)


@router.post("/offers/{offer_id}/declare-wishes")
def declare_offer_wishes(
    session: Writing, caller: SignedIn, offer_id: str, wishes: WishDeclaration
) -> WishesView:
    """Put new wishes in place of those before. Nothing that others can see changes."""
    commands.declare_wishes(session, caller, offer_id, wishes)
    return queries.get_wishes(session, caller, offer_id)


@router.get("/offers/{offer_id}/wishes/journal")
def get_offer_wishes_journal(session: Reading, caller: SignedIn, offer_id: str) -> JournalView:
    """Show when the wishes changed. The provider's own people may ask."""
    return queries.get_wishes_journal(session, caller, offer_id)


@router.get("/offers/{offer_id}/person")
def look_up_person(session: Writing, caller: SignedIn, offer_id: str) -> PersonView:
    """Show who a named expert is, to the provider's own people. Each look stands in the journal."""
    return _person(commands.look_up_person(session, caller, offer_id))


@router.post("/offers/{offer_id}/record-person")
def record_person(session: Writing, caller: SignedIn, offer_id: str, details: PersonDetails) -> PersonView:
    """Say, or correct, who a named expert is."""
    return _person(commands.record_person(session, caller, offer_id, details))


@router.post("/offers/{offer_id}/erase-person")
def erase_person(session: Writing, caller: SignedIn, offer_id: str) -> OfferView:
    """Forget who a named expert is; an open offer is withdrawn with it."""
    return _shown(session, caller, commands.erase_person(session, caller, offer_id))


@router.get("/offers/{offer_id}/specificity")
def get_offer_specificity(
    session: Reading, caller: SignedIn, language: Language, offer_id: str
) -> SpecificityView:
    """Show how specific an offer is, and what to add. Its provider and its desk may ask."""
    return queries.get_specificity(session, caller, offer_id, language)


@router.get("/offers/{offer_id}/journal")
def get_offer_journal(session: Reading, caller: SignedIn, offer_id: str) -> JournalView:
    """Show what happened to an offer. Its provider and its desk may ask."""
    return queries.get_offer_journal(session, caller, offer_id)


def _shown(session: Session, caller: Caller, row: Offer) -> OfferView:
    return views_of(session, caller, [row])[0]


def _person(row: OfferPerson) -> PersonView:
    return PersonView(name=row.name, contact=row.contact, recorded_at=row.recorded_at)
