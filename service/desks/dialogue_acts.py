"""What a dialogue's secretariat keeps on pages: agenda, meetings, offices; and how it takes part in needs."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any, NamedTuple, get_args

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import ASKING, Caller
from service.desks import choosing
from service.desks.drafting import CHOOSE
from service.dialogues import commands, queries, schemas
from service.dialogues.rules import MOVES
from service.dialogues.tables import DialogueAgendaItem, DialogueMeeting, DialogueOffice, Kept
from service.errors import NotAllowed, NotFound
from service.needs.queries import lines_in_sight
from service.reference.facts import group_names
from service.reference.queries import list_themes
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate
from service.web.acts import REASON, Act, Asked, Place, do_act, show_act
from service.web.doors import Pages
from service.web.fields import Field, Option, Options, Values, written
from service.web.origins import require_own_origin
from service.web.paging import PageAsked
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.schemas import Move
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
Said = Mapping[str, Any]
ALL = PageAsked(100, None)
KIND_WORDS: Mapping[str, str] = {
    "ministerial_conference": N_("Ministerial conference"),
    "senior_officials_meeting": N_("Meeting of senior officials"),
    "technical_meeting": N_("Technical meeting"),
    "steering_group": N_("Steering group"),
    "working_group": N_("Working group"),
    "training": N_("Training"),
    "side_event": N_("Side event"),
}
OFFICE_WORDS: Mapping[str, str] = {"chair": N_("Chair"), "co_chair": N_("Co-chair")}
STATE_WORDS: Mapping[str, str] = {
    "notified": N_("Told"),
    "interested": N_("Interested"),
    "hosting": N_("Hosts the work"),
    "observing": N_("Follows the work"),
    "reported_to_officials": N_("Reported to senior officials"),
    "closed": N_("Closed"),
    "declined": N_("Declined"),
}
TITLE = Field("title", "line", N_("Title"))
FROM = Field("starts_on", "day", N_("From"), N_("For example 2027-03-31."))
UNTIL = Field("ends_on", "day", N_("Until"), N_("Leave it empty if there is no end."))
SOURCE = Field(
    "source", "line", N_("Public page about it"), N_("An address that begins with https://"), is_none=True
)
MEETING = (
    TITLE,
    Field("kind", "choice", N_("Kind of meeting"), "", CHOOSE),
    Field("held_on", "day", N_("First day"), N_("For example 2027-03-31.")),
    Field("ends_on", "day", N_("Last day"), N_("Leave it empty if it is one day.")),
    Field("place", "line", N_("Place"), is_none=True),
    Field("note", "text", N_("Note"), is_none=True),
    SOURCE,
)


class Book(NamedTuple):
    """One of the lists that a dialogue's secretariat keeps."""

    title: str
    table: type[Kept]
    view: Callable[[Any], Any]
    acts: Mapping[str, Act]
    """``new``, and what can be done with an entry."""


def _two(thing: str) -> tuple[str, str]:
    dialogue, _, entry = thing.partition("/")
    return dialogue, entry


def _with_reason(command: Callable[..., Any]) -> Callable[[Session, Caller, str, Said], None]:
    def run(session: Session, caller: Caller, thing: str, said: Said) -> None:
        command(session, caller, *_two(thing), Move.model_validate(said).reason)

    return run


def _made(command: Callable[..., Any], schema: Any) -> Callable[[Session, Caller, str, Said], None]:
    def run(session: Session, caller: Caller, thing: str, said: Said) -> None:
        # What was left open is not said at all.
        given = {name: value for name, value in said.items() if value is not None}
        command(session, caller, _two(thing)[0], schema.model_validate(given))

    return run


def _revised(command: Callable[..., Any], schema: Any) -> Callable[[Session, Caller, str, Said], None]:
    def run(session: Session, caller: Caller, thing: str, said: Said) -> None:
        command(session, caller, *_two(thing), schema.model_validate(said))

    return run


def _end(session: Session, caller: Caller, thing: str, said: Said) -> None:
    commands.end_office(session, caller, *_two(thing), schemas.OfficeEnd.model_validate(said).ends_on)


def _off(label: str, command: Callable[..., Any]) -> Act:
    effect = N_("It is taken off the dialogue's page. That it stood there stays on record.")
    return Act(label, effect, _with_reason(command))


BOOKS: Mapping[str, Book] = MappingProxyType(
    {
        "agenda": Book(
            N_("Agenda"),
            DialogueAgendaItem,
            queries.agenda_view,
            {
                "new": Act(
                    N_("Put something on the agenda"),
                    N_("A theme or a commitment that the dialogue works on."),
                    _made(commands.add_agenda_item, schemas.AgendaItemAddition),
                    (
                        TITLE,
                        Field(
                            "theme",
                            "choice",
                            N_("Theme"),
                            N_("One of the two: a theme or a commitment."),
                            N_("None"),
                        ),
                        Field("commitment", "choice", N_("Commitment"), "", N_("None")),
                        FROM,
                        UNTIL,
                        SOURCE,
                    ),
                ),
                "change": Act(
                    N_("Change this item"),
                    N_("What it is about stays; for another subject add another item."),
                    _revised(commands.revise_agenda_item, schemas.AgendaItemRevision),
                    (TITLE, FROM, UNTIL, SOURCE),
                ),
                "withdraw": _off(N_("Take this item off the agenda"), commands.withdraw_agenda_item),
            },
        ),
        "meetings": Book(
            N_("Meetings"),
            DialogueMeeting,
            queries.meeting_view,
            {
                "new": Act(
                    N_("Announce a meeting"),
                    N_("Or record one that was held. Everybody can read it."),
                    _made(commands.announce_meeting, schemas.MeetingAnnouncement),
                    MEETING,
                ),
                "change": Act(
                    N_("Change this meeting"),
                    N_("Everybody can read what stands here."),
                    _revised(commands.revise_meeting, schemas.MeetingRevision),
                    MEETING,
                ),
                "withdraw": _off(N_("Take this meeting off the page"), commands.withdraw_meeting),
            },
        ),
        "offices": Book(
            N_("Offices"),
            DialogueOffice,
            queries.office_view,
            {
                "new": Act(
                    N_("Record a chair or co-chair"),
                    N_("With the page that says so."),
                    _made(commands.record_office, schemas.OfficeRecord),
                    (
                        Field("office", "choice", N_("Office"), "", CHOOSE),
                        Field("state", "choice", N_("State"), "", CHOOSE),
                        FROM,
                        UNTIL,
                        SOURCE._replace(is_none=False),
                    ),
                ),
                "end": Act(
                    N_("Say when this office ends"),
                    N_("The last day, past or to come."),
                    _end,
                    (Field("ends_on", "day", N_("Last day"), N_("For example 2027-03-31.")),),
                ),
                "withdraw": _off(N_("Take back what was recorded"), commands.withdraw_office),
            },
        ),
    }
)


@router.get("/dialogues/{dialogue}/records")
def show_records(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, dialogue: str
) -> HTMLResponse:
    """Show a dialogue's agenda, meetings and offices, and to its secretariat what it can do with them."""
    queries.check_dialogue(session, dialogue)
    agenda = queries.list_agenda(session, caller, dialogue, queries.AgendaFilter(), ALL).items
    held = queries.list_meetings(session, caller, dialogue, since=None, words=None, page=ALL).items
    offices = queries.list_offices(session, caller, dialogue, on=None, page=ALL).items
    asked = Asked(request, session, caller, language)
    shown: dict[str, Any] = {
        "dialogue": dialogue,
        "name": group_names(session, "dialogue", language)[dialogue],
        "books": [
            (name, book, rows)
            for (name, book), rows in zip(BOOKS.items(), (agenda, held, offices), strict=True)
        ],
        "may_keep": dialogue in queries.kept_dialogues(session, caller),
        "words": {option.code: option.name for found in _options(asked).values() for option in found},
    }
    return page(request, "desks/records.html", caller, **shown)


@router.get("/dialogues/{dialogue}/records/{book}/new")
def show_new_record(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, dialogue: str, book: str
) -> HTMLResponse:
    """Show the form for a new entry of a dialogue's page."""
    asked = Asked(request, session, caller, language)
    act, place = _record(asked, dialogue, book, "", "new")
    return show_act(asked, act, place, _options(asked))


@router.post("/dialogues/{dialogue}/records/{book}/new", dependencies=OWN_ORIGIN)
def keep_new_record(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    dialogue: str,
    book: str,
) -> Response:
    """Keep a new entry of a dialogue's page, or show what is wrong."""
    asked = Asked(request, session, caller, language)
    act, place = _record(asked, dialogue, book, "", "new")
    return do_act(asked, act, dialogue, place, form, _options(asked))


@router.get("/dialogues/{dialogue}/records/{book}/{entry}/{verb}")
def show_record_act(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    dialogue: str,
    book: str,
    entry: str,
    verb: str,
) -> HTMLResponse:
    """Show what can be done with an entry of a dialogue's page."""
    asked = Asked(request, session, caller, language)
    act, place = _record(asked, dialogue, book, entry, verb)
    current = _stands(asked, dialogue, book, entry, verb)
    return show_act(asked, act, place, _options(asked), current, current=current)


@router.post("/dialogues/{dialogue}/records/{book}/{entry}/{verb}", dependencies=OWN_ORIGIN)
def do_record_act(  # noqa: PLR0913, PLR0917 - each part of the address
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    dialogue: str,
    book: str,
    entry: str,
    verb: str,
) -> Response:
    """Change an entry of a dialogue's page or take it off, or show what is wrong."""
    asked = Asked(request, session, caller, language)
    act, place = _record(asked, dialogue, book, entry, verb)
    current = _stands(asked, dialogue, book, entry, verb)
    return do_act(asked, act, f"{dialogue}/{entry}", place, form, _options(asked), current)


def _stands(asked: Asked, dialogue: str, book: str, entry: str, verb: str) -> Values | None:
    row = queries.find_entry(asked.session, BOOKS[book].table, dialogue, entry)
    fields = BOOKS[book].acts[verb].fields
    return written(fields, BOOKS[book].view(row).model_dump()) if verb == "change" else None


def _record(asked: Asked, dialogue: str, name: str, entry: str, verb: str) -> tuple[Act, Place]:
    queries.check_dialogue(asked.session, dialogue)
    book = BOOKS.get(name)
    act = book.acts.get(verb) if book else None
    if act is None or (verb == "new") != (not entry):
        raise NotFound
    if dialogue not in queries.kept_dialogues(asked.session, asked.caller):
        raise NotAllowed
    title = group_names(asked.session, "dialogue", asked.language)[dialogue]
    back = f"/dialogues/{dialogue}/records"
    places = [
        ("/dialogues", asked.say(N_("Dialogues"))),
        (f"/dialogues/{dialogue}", title),
        (back, asked.say(RECORDS)),
    ]
    return act, Place(places, title, f"{back}/{name}/{f'{entry}/{verb}' if entry else verb}", back)


RECORDS = N_("Agenda, meetings and offices")


def _options(asked: Asked) -> Options:
    themes = list_themes(asked.session, asked.caller, ALL, asked.language).items
    kinds = get_args(schemas.MeetingKind)
    return {
        "theme": [Option(theme.code, theme.title) for theme in themes],
        "commitment": choosing.commitments(asked.session, asked.language, "", asked.model),
        "kind": [Option(kind, asked.say(KIND_WORDS[kind])) for kind in kinds],
        "office": [Option(code, asked.say(text)) for code, text in OFFICE_WORDS.items()],
        "state": choosing.states(asked.session, asked.language),
    }


# Engagements


def _move(verb: str) -> Callable[[Session, Caller, str, Said], None]:
    def run(session: Session, caller: Caller, engagement_id: str, said: Said) -> None:
        commands.move_engagement(session, caller, engagement_id, verb, Move.model_validate(said).reason)

    return run


def _revoke(session: Session, caller: Caller, engagement_id: str, said: Said) -> None:
    commands.revoke_consent(session, caller, engagement_id, Move.model_validate(said).reason)


ENGAGEMENT_WORDS: Mapping[str, tuple[str, str]] = {
    "welcome": (
        N_("Say that the dialogue is interested"),
        N_("The requester learns of it. Nothing is promised yet."),
    ),
    "host": (N_("Host the work"), N_("The dialogue lends its frame: meetings, secretariat, network.")),
    "observe": (N_("Follow the work"), N_("The dialogue is kept informed, without hosting.")),
    "report": (
        N_("Report it to the senior officials"),
        N_("Say so once it was reported at one of their meetings."),
    ),
    "close": (N_("Close it"), N_("The dialogue's part in this need is over.")),
    "decline": (N_("Decline"), N_("The dialogue takes no part. The requester learns of it.")),
}
REVOKE = Act(
    N_("Take our consent back"),
    N_("The dialogue sees nothing of it any more, from this moment on."),
    _revoke,
)
ENGAGEMENT_ACTS: Mapping[str, Act] = MappingProxyType(
    {verb: Act(label, effect, _move(verb), (REASON,)) for verb, (label, effect) in ENGAGEMENT_WORDS.items()}
    | {"revoke-consent": REVOKE}
)


class EngagementRow(NamedTuple):
    """An engagement, in words."""

    engagement: schemas.EngagementView
    dialogue: str
    state: str
    need: str | None
    """Title of the need; none: the reader may not see it."""
    asker: str
    acts: Mapping[str, Act]


@router.get("/engagements")
def show_engagements(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show of which needs dialogues were told, to both sides, and what each can do."""
    found = queries.list_engagements(session, caller, queries.EngagementFilter(), ALL).items
    rows = _rows(session, caller, found, language)
    return page(request, "desks/engagements.html", caller, rows=rows)


@router.get("/engagements/{engagement_id}/moves/{verb}")
def show_engagement_act(
    request: Request,
    session: Reading,
    caller: SignedIn,
    language: PageLanguage,
    engagement_id: str,
    verb: str,
) -> HTMLResponse:
    """Show a move of an engagement with what follows from it."""
    asked = Asked(request, session, caller, language)
    return show_act(asked, *_engagement(asked, engagement_id, verb))


@router.post("/engagements/{engagement_id}/moves/{verb}", dependencies=OWN_ORIGIN)
def do_engagement_act(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    engagement_id: str,
    verb: str,
) -> Response:
    """Make a move of an engagement, or show what is wrong with it."""
    asked = Asked(request, session, caller, language)
    act, place = _engagement(asked, engagement_id, verb)
    return do_act(asked, act, engagement_id, place, form)


def _engagement(asked: Asked, engagement_id: str, verb: str) -> tuple[Act, Place]:
    row = queries.find_engagement(asked.session, asked.caller, engagement_id)
    act = ENGAGEMENT_ACTS.get(verb)
    if act is None:
        raise NotFound
    name = group_names(asked.session, "dialogue", asked.language)[row.dialogue_code]
    places = [
        ("/", asked.say(N_("Home"))),
        ("/engagements", asked.say(N_("Needs that dialogues were told of"))),
    ]
    return act, Place(places, name, f"/engagements/{engagement_id}/moves/{verb}", "/engagements")


def _rows(
    session: Session, caller: Caller, found: Sequence[schemas.EngagementView], language: str
) -> list[EngagementRow]:
    titles = lines_in_sight(session, caller, [one.subject.partition(":")[2] for one in found])
    askers = find_stakeholders(session, [one.stakeholder for one in found])
    names = group_names(session, "dialogue", language)
    kept = queries.kept_dialogues(session, caller)
    open_to = partial(_acts_open, caller, kept)
    return [
        EngagementRow(
            one,
            names[one.dialogue],
            translate(
                N_("Consent taken back") if one.consent_revoked_at else STATE_WORDS[one.state], language
            ),
            line.title if (line := titles.get(one.subject.partition(":")[2])) else None,
            askers[one.stakeholder].name,
            open_to(one),
        )
        for one in found
    ]


def _acts_open(caller: Caller, kept: set[str], one: schemas.EngagementView) -> dict[str, Act]:
    if one.consent_revoked_at is not None:
        return {}
    verbs = {verb for verb, move in MOVES.items() if one.state in move.sources and one.dialogue in kept}
    if caller.acts_for(one.stakeholder, *ASKING):
        verbs.add("revoke-consent")
    return {verb: act for verb, act in ENGAGEMENT_ACTS.items() if verb in verbs}
