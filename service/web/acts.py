"""What a reader can do with a thing, one move on a page: in plain words, what follows from it, its form."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from fastapi.responses import HTMLResponse, RedirectResponse, Response
from sqlmodel import Session
from starlette.requests import Request

from service.caller import Caller
from service.texts import N_, translate
from service.web.fields import (
    CLEAN,
    CONFLICT,
    LOOK,
    NOTHING,
    OVERTAKEN,
    Field,
    Form,
    Options,
    Tried,
    Values,
    attempted,
    beside,
    overtaken,
    said,
    stamp,
    standing,
    typed,
    written,
)
from service.web.flash import say_next
from service.web.headers import PAGE_HEADERS
from service.web.rendering import page
from service.web.sent import FORM_SEEN
from service.web.uploads import SentForm

REASON = Field(
    "reason",
    "text",
    N_("Reason"),
    N_("If there is something to explain. It stands in the record, and both sides read it."),
    is_none=True,
)
SAVED = N_("What you said was saved.")
WHY = Field("reason", "text", N_("Reason"), N_("In a sentence or two: the others read it."))


class Act(NamedTuple):
    """A move: what its button says, what follows from it, what it asks, and the command that does it."""

    label: str
    effect: str
    run: Callable[[Session, Caller, str, Mapping[str, Any]], Any]
    fields: Sequence[Field] = (REASON,)
    done: str = ""
    """What is said once it was done; what its button says, if nothing is given."""


class Asked(NamedTuple):
    """Who asks for a page, with what is open for the answer."""

    request: Request
    session: Session
    caller: Caller
    language: str

    @property
    def model(self) -> str:
        """The text model that tells how near texts are."""
        return str(self.request.app.state.settings.text_model)

    def say(self, message: str, **params: object) -> str:
        """Return a sentence in the language of the page."""
        return translate(message, self.language, **params)


class Place(NamedTuple):
    """Where an act's page stands: whose thing it is about, its address, where one goes afterwards."""

    places: Sequence[tuple[str, str]]
    above: str
    action: str
    after: str


def show_act(
    asked: Asked,
    act: Act,
    place: Place,
    options: Options = NOTHING,
    values: Values | None = None,
    tried: Tried = CLEAN,
    current: Values | None = None,
    seen: str = "",
) -> HTMLResponse:
    """Show a move with what follows from it, and its form; ``current`` is what it would change."""
    values = written(act.fields, {}) if values is None else values
    faults, other = beside(tried.faults, act.fields), NOTHING
    if current is not None and tried.status == OVERTAKEN:
        other = standing(act.fields, values, current, options)
    stamped = seen or (stamp(current) if current is not None else "")
    form = Form(act.fields, values, options, faults, other, stamped)
    return page(
        asked.request,
        "web/form.html",
        asked.caller,
        status=tried.status,
        form=form,
        name=asked.say(act.label),
        lead=asked.say(act.effect),
        button=asked.say(act.label),
        above=place.above,
        places=place.places,
        action=place.action,
    )


def do_act(
    asked: Asked,
    act: Act,
    thing: str,
    place: Place,
    sent: SentForm,
    options: Options = NOTHING,
    current: Values | None = None,
) -> Response:
    """Make a move and go on to the thing; or show its form again, with what is wrong and what was typed."""
    values, seen = typed(act.fields, sent), sent.text(FORM_SEEN)
    if sent.text(LOOK):
        return show_act(asked, act, place, options, values, CLEAN, current, seen)
    if current is not None and overtaken(sent, values, current):
        late = Tried(OVERTAKEN, {"": asked.say(CONFLICT)})
        return show_act(asked, act, place, options, values, late, current)
    run = partial(act.run, asked.session, asked.caller, thing, said(act.fields, values))
    tried = attempted(asked.session, run, asked.language)
    if tried.faults:
        return show_act(asked, act, place, options, values, tried, current, seen)
    return gone_to(place.after, asked.request, asked.say(act.done or act.label))


def gone_to(address: str, request: Request | None = None, said: str = "") -> Response:
    """Return the answer that leads on to another page, where it is said what was done."""
    answer = RedirectResponse(address, status_code=303, headers=dict(PAGE_HEADERS))
    if request is not None and said:
        say_next(answer, request, said)
    return answer
