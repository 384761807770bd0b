"""What people can do with an offer on pages, one move a page; its wishes and its person are kept apart."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import Caller
from service.desks import choosing
from service.desks.drafting import CHOOSE
from service.desks.offering import EVIDENCE_WORDS
from service.errors import NotAllowed, NotFound
from service.offers import commands, rules
from service.offers.queries import find_offer, get_offer, get_wishes
from service.offers.schemas import Assessment, OfferImport, PersonDetails, WishDeclaration
from service.offers.tables import Offer
from service.texts import N_
from service.web.acts import REASON, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Option, Options, Values, typed, written
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentForm, SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
ActsOpen = Mapping[str, Act]


def _with_reason(command: Callable[..., Any]) -> Callable[[Session, Caller, str, Mapping[str, Any]], None]:
    def run(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
        command(session, caller, offer_id, Move.model_validate(said).reason)

    return run


def _assess(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
    wanted = {**said, "area": said["area"] or ""}
    commands.assess_expertise(session, caller, offer_id, Assessment.model_validate(wanted))


def _wish(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
    commands.declare_wishes(session, caller, offer_id, WishDeclaration.model_validate(said))


def _record(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
    commands.record_person(session, caller, offer_id, PersonDetails.model_validate(said))


def _erase(session: Session, caller: Caller, offer_id: str, said: Mapping[str, Any]) -> None:
    del said
    commands.erase_person(session, caller, offer_id)


def _import(session: Session, caller: Caller, _none: str, said: Mapping[str, Any]) -> str:
    provider = said["provider"]
    wanted = {
        **said,
        "provider": provider[0] if len(provider) == 1 else "",
        "language": said["language"] or "en",
    }
    return commands.import_offer(session, caller, OfferImport.model_validate(wanted)).id


ACTS: ActsOpen = MappingProxyType(
    {
        "submit": Act(
            N_("Hand it in"),
            N_("Whoever may authorise it is asked to. Until then no round takes it."),
            _with_reason(commands.submit_offer),
        ),
        "authorise": Act(
            N_("Authorise the offer"),
            N_("It becomes active: rounds take it, and those see it whom its level lets see it."),
            _with_reason(commands.authorise_offer),
        ),
        "reconfirm": Act(
            N_("Say that it still stands"),
            N_("What nobody confirms for a year counts as not reconfirmed, and expires a year later."),
            _with_reason(commands.reconfirm_offer),
        ),
        "hold": Act(
            N_("Put it on hold"),
            N_("No round takes it until you take it up again. What was agreed stays agreed."),
            _with_reason(commands.hold_offer),
        ),
        "resume": Act(
            N_("Take it up again"),
            N_("Rounds take it again. It also says that the offer still stands."),
            _with_reason(commands.resume_offer),
        ),
        "declare-wishes": Act(
            N_("With whom you would rather, or would not, work"),
            N_("Only your own side sees this. To others it looks as if nobody had been available."),
            _wish,
            (
                Field("prefers", "found", N_("You would rather work with")),
                Field("refuses", "found", N_("You would not work with")),
                Field("conflicts", "found", N_("You have a conflict of interest with")),
            ),
        ),
        "record-person": Act(
            N_("Say who the named expert is"),
            N_("Kept apart from the offer, for your own side only. It takes the place of what was said."),
            _record,
            (
                Field("name", "line", N_("Name")),
                Field("contact", "line", N_("How to reach the person"), is_none=True),
            ),
        ),
        "erase-person": Act(
            N_("Forget who the named expert is"),
            N_("Nobody can be asked any more, so an open offer is withdrawn too. This cannot be undone."),
            _erase,
            (),
        ),
        "assess-expertise": Act(
            N_("Say what evidence there is"),
            N_(
                "What your desk found out about an area stands at the offer, in place of the provider's word."
            ),
            _assess,
            (
                Field("area", "choice", N_("Expertise"), "", CHOOSE),
                Field("evidence", "choice", N_("Evidence"), "", CHOOSE),
                REASON,
            ),
        ),
        "withdraw": Act(
            N_("Withdraw the offer"),
            N_("It ends here, for good. What happened stays on record."),
            _with_reason(commands.withdraw_offer),
        ),
    }
)
"""Moves of an offer, in the order in which its page shows them."""
IMPORT = Act(
    N_("Enter an offer that was made in public"),
    N_("From a page of the provider. It counts as not reconfirmed until the provider says that it stands."),
    _import,
    (
        Field("provider", "found", N_("Who offers"), N_("Search, then tick one.")),
        Field("title", "line", N_("Title")),
        Field("description", "text", N_("Description")),
        Field("language", "choice", N_("Language of the text")),
        Field("source", "line", N_("Public page about it"), N_("An address that begins with https://")),
        Field("source_code", "short", N_("Its code there"), is_none=True),
    ),
)


def acts_open(caller: Caller, row: Offer) -> ActsOpen:
    """Return what the reader can do with an offer now."""
    moves = {
        verb
        for verb, move in rules.MOVES.items()
        if row.state in move.sources and rules.may_move(caller, row, verb)
    }
    is_open = row.state in rules.OPEN
    if rules.may_know_private(caller, row):
        moves |= {"declare-wishes"} if is_open else set()
        moves |= {"record-person", "erase-person"} if row.kind == "named_expert" and is_open else set()
    if rules.may_assess(caller, row) and is_open:
        moves.add("assess-expertise")
    return {verb: act for verb, act in ACTS.items() if verb in moves}


@router.get("/offers/import")
def show_import(request: Request, session: Reading, caller: SignedIn, language: PageLanguage) -> HTMLResponse:
    """Show the form with which administrators enter what a provider offered in public."""
    asked = Asked(request, session, caller, language)
    values = written(IMPORT.fields, {"language": language})
    return show_act(asked, IMPORT, _at_import(asked), _import_options(asked, values), values)


@router.post("/offers/import", dependencies=OWN_ORIGIN)
def enter_offer(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, language: PageLanguage
) -> Response:
    """Enter an offer that was made in public, or show what is wrong."""
    asked = Asked(request, session, caller, language)
    options = _import_options(asked, typed(IMPORT.fields, form))
    return do_act(asked, IMPORT, "", _at_import(asked), form, options)


def _at_import(asked: Asked) -> Place:
    if not rules.may_import(asked.caller):
        raise NotAllowed
    places = [("/", asked.say(N_("Home"))), ("/offers", asked.say(N_("Offers")))]
    return Place(places, "", "/offers/import", "/offers")


def _import_options(asked: Asked, values: Values) -> Options:
    languages = choosing.coded(asked.session, "language", asked.language)
    return {"language": languages} | choosing.searched(asked.session, asked.caller, IMPORT.fields, values)


@router.post("/offers/{offer_id}/person", dependencies=OWN_ORIGIN)
def show_person(request: Request, session: Writing, caller: SignedIn, offer_id: str) -> HTMLResponse:
    """Show who a named expert is, to the provider's own people; the look is recorded."""
    person = commands.look_up_person(session, caller, offer_id)
    offer = get_offer(session, caller, offer_id)
    return page(request, "desks/offer_person.html", caller, offer=offer, person=person)


@router.get("/offers/{offer_id}/moves/{verb}")
def show_offer_act(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, offer_id: str, verb: str
) -> HTMLResponse:
    """Show a move of an offer with what follows from it."""
    asked = Asked(request, session, caller, language)
    act, place = _act(asked, offer_id, verb)
    values = _stands(asked, offer_id, verb, act)
    return show_act(asked, act, place, _options(asked, offer_id, act, values), values, current=values)


@router.post("/offers/{offer_id}/moves/{verb}", dependencies=OWN_ORIGIN)
def do_offer_act(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    offer_id: str,
    verb: str,
) -> Response:
    """Make a move of an offer, or show what is wrong with it."""
    asked = Asked(request, session, caller, language)
    act, place = _act(asked, offer_id, verb)
    current = _stands(asked, offer_id, verb, act) if verb == "declare-wishes" else None
    return do_act(asked, act, offer_id, place, form, _found(asked, offer_id, act, form), current)


def _found(asked: Asked, offer_id: str, act: Act, form: SentForm) -> Options:
    return _options(asked, offer_id, act, typed(act.fields, form))


def _act(asked: Asked, offer_id: str, verb: str) -> tuple[Act, Place]:
    row = find_offer(asked.session, asked.caller, offer_id)
    act = ACTS.get(verb)
    if act is None:
        raise NotFound
    if verb == "declare-wishes" and not rules.may_know_private(asked.caller, row):
        raise NotAllowed
    places = [("/", asked.say(N_("Home"))), (f"/offers/{offer_id}", row.title)]
    return act, Place(places, row.title, f"/offers/{offer_id}/moves/{verb}", f"/offers/{offer_id}")


def _stands(asked: Asked, offer_id: str, verb: str, act: Act) -> Values:
    there = get_wishes(asked.session, asked.caller, offer_id).model_dump() if verb == "declare-wishes" else {}
    return written(act.fields, there)


def _options(asked: Asked, offer_id: str, act: Act, values: Values) -> Options:
    offer = get_offer(asked.session, asked.caller, offer_id)
    held = {one.area for one in offer.expertise}
    areas = choosing.coded(asked.session, "expertise_area", asked.language)
    return {
        "area": [option for option in areas if option.code in held],
        "evidence": [Option(code, asked.say(text)) for code, text in EVIDENCE_WORDS.items()],
    } | choosing.searched(asked.session, asked.caller, act.fields, values)
