"""Pages on which a state registers a need by itself: a task list, one thing a page, kept as one goes."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from service.caller import ASKING, Caller
from service.desks import drafting
from service.desks.drafting import BEGINNING, PART, STEPS, Step
from service.desks.overlap_queries import OverlapView, get_overlap
from service.desks.screening_queries import level_name
from service.errors import NotAllowed, NotFound
from service.needs.harms import HarmCheckView, get_harm_check
from service.needs.schemas import NeedView
from service.needs.screening import get_specificity
from service.search.specificity import SpecificityView
from service.texts import N_, translate
from service.web.acts import SAVED, Asked, gone_to
from service.web.doors import Pages
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
    stamp,
    standing,
    typed,
    written,
)
from service.web.origins import require_own_origin
from service.web.rendering import page, page_language
from service.web.requests import Reading, SignedIn, Writing
from service.web.uploads import SentFormBody

router = Pages()

PageLanguage = Annotated[str, Depends(page_language)]
OWN_ORIGIN = [Depends(require_own_origin)]
ELSEWHERE: Mapping[str, str] = {"requesters": "joint", "requesters[0]": "lead"}
"""Where a page asks for what the commands call otherwise."""


class Task(NamedTuple):
    """A line of the task list."""

    address: str
    title: str
    state: str
    """``done``, ``open`` or ``optional``."""


class Answer(NamedTuple):
    """What a step says, to be checked before the need is handed in."""

    address: str
    title: str
    rows: Sequence[tuple[str, str]]


class CheckPage(NamedTuple):
    """A need before it is handed in."""

    need: NeedView
    answers: Sequence[Answer]
    parts: Sequence[str]
    specificity: SpecificityView
    overlap: OverlapView
    harms: HarmCheckView
    are_harms_answered: bool


def _model(request: Request) -> str:
    return str(request.app.state.settings.text_model)


# The first page


@router.get("/needs/new")
def show_beginning(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage
) -> HTMLResponse:
    """Show the page with which a need begins, to those who ask for a state."""
    own = sorted(caller.stakeholders(*ASKING))
    values = written(BEGINNING.fields, {"lead": next(iter(own), None), "language": language})
    return _beginning(Asked(request, session, caller, language), values, CLEAN)


@router.post("/needs/new", dependencies=OWN_ORIGIN)
def begin(
    request: Request, caller: SignedIn, form: SentFormBody, session: Writing, language: PageLanguage
) -> Response:
    """Keep the draft and show what else there is to say; or show what is wrong."""
    values = typed(BEGINNING.fields, form)
    tried = attempted(session, partial(drafting.begin, session, caller, values), language)
    if not tried.faults:
        return gone_to(f"/needs/{tried.result}/edit")
    return _beginning(Asked(request, session, caller, language), values, tried)


def _beginning(asked: Asked, values: Values, tried: Tried) -> HTMLResponse:
    if not asked.caller.stakeholders(*ASKING):
        raise NotAllowed
    options = drafting.options_of(asked.session, asked.caller, None, values, asked.language, asked.model)
    faults = beside(tried.faults, BEGINNING.fields, {"requesters": "lead"})
    return page(
        asked.request,
        "web/form.html",
        asked.caller,
        status=tried.status,
        form=Form(BEGINNING.fields, values, options, faults),
        name=asked.say(BEGINNING.title),
        lead=asked.say(BEGINNING.lead),
        button=asked.say(N_("Save and go on")),
        above="",
        places=[("/", asked.say(N_("Home"))), ("/needs", asked.say(N_("Needs")))],
        action="/needs/new",
    )


# The task list


@router.get("/needs/{need_id}/edit")
def show_tasks(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show what there is to say about a need, and what is said already."""
    need = drafting.get_draft(session, caller, need_id)
    harms = get_harm_check(session, caller, need_id, language)
    answered = all(one.answer for one in harms.before)
    tasks = [_task(step, need, language) for step in drafting.steps_open(caller, need)]
    if need.status in {"draft", "clarification_requested"}:
        parts = all(part.area for part in need.components)
        tasks[_place_of_parts(tasks) : 0] = [
            Task(f"/needs/{need_id}/parts", translate(N_("Parts of the need"), language), _done(parts))
        ]
        title = translate(N_("What harm it could do"), language)
        tasks.append(Task(f"/needs/{need_id}/harms", title, _done(answered)))
    files = translate(N_("Files"), language)
    tasks.append(Task(f"/things/need:{need_id}/attachments", files, "optional"))
    return page(request, "desks/draft.html", caller, need=need, tasks=tasks)


def _place_of_parts(tasks: Sequence[Task]) -> int:
    return next((place + 1 for place, task in enumerate(tasks) if task.address.endswith("/commitments")), 0)


def _task(step: Step, need: NeedView, language: str) -> Task:
    done = {
        "asking": True,
        "text": bool(need.context and need.expected_result and need.what_exists and need.done_when),
        "commitments": bool(need.commitments),
        "when": need.starts_on is not None and need.ends_on is not None,
        "readers": need.confidentiality != "draft",
    }.get(step.name)
    state = "optional" if done is None else _done(done)
    return Task(f"/needs/{need.id}/edit/{step.name}", translate(step.title, language), state)


def _done(is_done: bool) -> str:  # noqa: FBT001 - one fact, told in a word
    return "done" if is_done else "open"


# One step


ADVISED = frozenset({"text", "commitments", "when"})
"""Steps whose pages say how specific the need is by now."""


@router.get("/needs/{need_id}/edit/{step}")
def show_step(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str, step: str
) -> HTMLResponse:
    """Show one thing to say about a need, with what is said already."""
    need = drafting.get_draft(session, caller, need_id)
    found = _open_step(caller, need, step)
    fields = drafting.fields_of(caller, need, found)
    values = written(fields, drafting.stands(need))
    return _step(Asked(request, session, caller, language), need, found, values, CLEAN)


@router.post("/needs/{need_id}/edit/{step}", dependencies=OWN_ORIGIN)
def keep_step(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    need_id: str,
    step: str,
) -> Response:
    """Keep what a step says; or show it again, with what is wrong or what somebody else wrote meanwhile."""
    need = drafting.get_draft(session, caller, need_id)
    found = _open_step(caller, need, step)
    fields = drafting.fields_of(caller, need, found)
    values, current = typed(fields, form), written(fields, drafting.stands(need))
    if form.text(LOOK):
        seen = form.text("form_seen")
        return _step(Asked(request, session, caller, language), need, found, values, CLEAN, seen)
    if overtaken(form, values, current):
        tried = Tried(OVERTAKEN, {"": translate(CONFLICT, language)})
        return _step(Asked(request, session, caller, language), need, found, values, tried)
    act = partial(drafting.keep, session, caller, need, found, fields, values)
    tried = attempted(session, act, language)
    if not tried.faults:
        return gone_to(f"/needs/{need_id}/edit", request, translate(SAVED, language))
    return _step(
        Asked(request, session, caller, language), need, found, values, tried, form.text("form_seen")
    )


def _open_step(caller: Caller, need: NeedView, name: str) -> Step:
    found = drafting.find_step(name)
    if found not in drafting.steps_open(caller, need):
        raise NotAllowed
    return found


def _step(
    asked: Asked,
    need: NeedView,
    step: Step,
    values: Values,
    tried: Tried,
    seen: str | None = None,
) -> HTMLResponse:
    fields = drafting.fields_of(asked.caller, need, step)
    current = written(fields, drafting.stands(need))
    options = drafting.options_of(asked.session, asked.caller, need, values, asked.language, asked.model)
    faults = beside(tried.faults, fields, ELSEWHERE)
    other = standing(fields, values, current, options) if tried.status == OVERTAKEN else NOTHING
    form = Form(fields, values, options, faults, other, seen or stamp(current))
    about = asked.session, asked.caller, need.id
    said = _said(need, step, asked.language) | {
        "form": form,
        "advice": get_specificity(*about, asked.language) if step.name in ADVISED else None,
        "overlap": get_overlap(*about, asked.model, asked.language) if step.name == "text" else None,
    }
    return page(asked.request, "desks/draft_step.html", asked.caller, status=tried.status, **said)


def _said(need: NeedView, step: Step, language: str) -> dict[str, Any]:
    return {
        "name": translate(step.title, language),
        "lead": translate(step.lead, language),
        "button": translate(N_("Save"), language),
        "above": need.title,
        "places": _places(need, language),
        "action": f"/needs/{need.id}/edit/{step.name}",
    }


def _places(need: NeedView, language: str) -> list[tuple[str, str]]:
    return [
        ("/", translate(N_("Home"), language)),
        (f"/needs/{need.id}", need.title),
        (f"/needs/{need.id}/edit", translate(N_("What the need says"), language)),
    ]


# Parts


@router.get("/needs/{need_id}/parts")
def show_parts(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show the parts of a need, to add, change and remove them."""
    return _parts(Asked(request, session, caller, language), need_id, CLEAN)


def _parts(asked: Asked, need_id: str, tried: Tried) -> HTMLResponse:
    need = _revisable(asked.session, asked.caller, need_id)
    said = {"need": need, "rows": _part_rows(asked.session, need, asked.language), "faults": tried.faults}
    said |= {"seen": stamp(_all_parts(need))}
    return page(asked.request, "desks/draft_parts.html", asked.caller, status=tried.status, **said)


def _part_rows(session: Session, need: NeedView, language: str) -> list[dict[str, Any]]:
    options = drafting.part_options(session, language)
    areas = {one.code: one.name for one in options["area"]}
    forms = {one.code: one.name for one in options["modality"]}
    return [
        part.model_dump() | {"area": areas.get(part.area or ""), "form": forms.get(part.modality or "")}
        for part in need.components
    ]


def _all_parts(need: NeedView) -> Values:
    return {
        f"{place}.{name}": found
        for place in range(len(need.components))
        for name, found in drafting.part_values(need, place).items()
    }


def _revisable(session: Session, caller: Caller, need_id: str) -> NeedView:
    need = drafting.get_draft(session, caller, need_id)
    if need.status not in {"draft", "clarification_requested"}:
        raise NotAllowed
    return need


@router.get("/needs/{need_id}/parts/{number}")
def show_part(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str, number: str
) -> HTMLResponse:
    """Show one part of a need, or the form for a new one."""
    need, place = _part(session, caller, need_id, number)
    values = drafting.part_values(need, place)
    return _part_page(
        Asked(request, session, caller, language), need, number, values, CLEAN, stamp(_all_parts(need))
    )


@router.post("/needs/{need_id}/parts/{number}", dependencies=OWN_ORIGIN)
def keep_part(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    need_id: str,
    number: str,
) -> Response:
    """Keep a part; or show it again, with what is wrong or what somebody else wrote meanwhile."""
    need, place = _part(session, caller, need_id, number)
    values, seen = typed(PART.fields, form), form.text("form_seen")
    now = stamp(_all_parts(need))
    if seen != now:
        tried = Tried(OVERTAKEN, {"": translate(CONFLICT, language)})
        return _part_page(Asked(request, session, caller, language), need, number, values, tried, now)
    act = partial(drafting.keep_part, session, caller, need, place, values)
    tried = attempted(session, act, language)
    if not tried.faults:
        return gone_to(f"/needs/{need_id}/parts")
    about = len(need.components) if place is None else place
    own = _of_part(tried.faults, about)
    return _part_page(
        Asked(request, session, caller, language), need, number, values, tried._replace(faults=own), seen
    )


@router.post("/needs/{need_id}/parts/{number}/remove", dependencies=OWN_ORIGIN)
def remove_part(
    request: Request,
    caller: SignedIn,
    form: SentFormBody,
    session: Writing,
    language: PageLanguage,
    need_id: str,
    number: str,
) -> Response:
    """Take a part out of a need; the last one stays."""
    need, place = _part(session, caller, need_id, number)
    if place is None:
        raise NotFound
    if form.text("form_seen") != stamp(_all_parts(need)):
        tried = Tried(OVERTAKEN, {"": translate(PARTS_CHANGED, language)})
        return _parts(Asked(request, session, caller, language), need_id, tried)
    tried = attempted(session, partial(drafting.drop_part, session, caller, need, place), language)
    if not tried.faults:
        return gone_to(f"/needs/{need_id}/parts")
    return _parts(Asked(request, session, caller, language), need_id, tried)


PARTS_CHANGED = N_("The parts were changed after you opened this page. Look at them again.")


def _part(session: Session, caller: Caller, need_id: str, number: str) -> tuple[NeedView, int | None]:
    need = _revisable(session, caller, need_id)
    if number == "new":
        return need, None
    if not (number.isascii() and number.isdigit() and 1 <= int(number[:4]) <= len(need.components)):
        raise NotFound
    return need, int(number[:4]) - 1


def _of_part(faults: Mapping[str, str], place: int) -> dict[str, str]:
    """Return the faults by the fields of one part: ``components[0].area`` is about ``area``."""
    start = f"components[{place}]."
    found: dict[str, str] = {}
    for name, text in faults.items():
        rest = name.removeprefix(start) if name.startswith(start) else ""
        if rest.startswith("languages["):
            rest = f"language-{int(rest[len('languages[')]) + 1}"
        found[rest] = text
    return found


def _part_page(
    asked: Asked,
    need: NeedView,
    number: str,
    values: Values,
    tried: Tried,
    seen: str,
) -> HTMLResponse:
    options = drafting.part_options(asked.session, asked.language)
    place = int(number) - 1 if number.isdigit() else None
    other: Mapping[str, str] = NOTHING
    if tried.status == OVERTAKEN and place is not None:
        other = standing(PART.fields, values, drafting.part_values(need, place), options)
    form = Form(PART.fields, values, options, beside(tried.faults, PART.fields), other, seen)
    parts = asked.say(N_("Parts of the need"))
    said = _said(need, PART, asked.language) | {"form": form, "advice": None, "overlap": None}
    said["places"] = [*said["places"], (f"/needs/{need.id}/parts", parts)]
    said["action"] = f"/needs/{need.id}/parts/{number}"
    return page(asked.request, "desks/draft_step.html", asked.caller, status=tried.status, **said)


# Check your answers


@router.get("/needs/{need_id}/check")
def show_check(
    request: Request, session: Reading, caller: SignedIn, language: PageLanguage, need_id: str
) -> HTMLResponse:
    """Show everything that a need says, what is like it, and the button that hands it in."""
    need = drafting.get_draft(session, caller, need_id)
    harms = get_harm_check(session, caller, need_id, language)
    found = CheckPage(
        need,
        _answers(Asked(request, session, caller, language), need),
        [_part_text(row, language) for row in _part_rows(session, need, language)],
        get_specificity(session, caller, need_id, language),
        get_overlap(session, caller, need_id, _model(request), language),
        harms,
        all(one.answer for one in harms.before),
    )
    level = level_name(need.confidentiality, language)
    return page(request, "desks/draft_check.html", caller, found=found, level=level)


def _answers(asked: Asked, need: NeedView) -> list[Answer]:
    every = drafting.stands(need)
    values = written([field for step in STEPS for field in step.fields], every)
    options = drafting.options_of(asked.session, asked.caller, need, values, asked.language, asked.model)
    return [
        Answer(
            f"/needs/{need.id}/edit/{step.name}",
            asked.say(step.title),
            _rows(drafting.fields_of(asked.caller, need, step), every, options, asked.language),
        )
        for step in drafting.steps_open(asked.caller, need)
    ]


def _rows(
    fields: Sequence[Field], every: Mapping[str, Any], options: Options, language: str
) -> list[tuple[str, str]]:
    blank = {field.name: [" "] for field in fields}
    words = standing(fields, blank, written(fields, every), options)
    flags = {"yes": translate(N_("Yes"), language), "no": translate(N_("No"), language)}
    return [
        (translate(field.label, language), flags.get(words[field.name], words[field.name]))
        for field in fields
    ]


def _part_text(row: Mapping[str, Any], language: str) -> str:
    said = [row["area"] or translate(N_("Expertise not stated"), language), row["form"] or ""]
    said.append(translate(N_("Experts: {number}"), language, number=row["experts"]))
    if row["days"]:
        said.append(translate(N_("Days each: {number}"), language, number=row["days"]))
    said += [wish["code"] + (f" {wish['level']}" if wish["level"] else "") for wish in row["languages"] or ()]
    return "; ".join(one for one in said if one)
