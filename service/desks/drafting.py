"""Writing a need down on pages, step by step: what each step asks, what stands there, how it is kept.

The draft is a need from the first step on. Each step says a part of it, through the commands of the API.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session

from service.caller import ASKING, Caller
from service.desks import choosing
from service.desks.screening_queries import LEVEL_WORDS
from service.errors import NotAllowed, NotFound
from service.needs.commands import change_confidentiality, change_desk, register_need, revise_need
from service.needs.queries import find_handled_need, get_need
from service.needs.rules import LEVELS, REVISABLE, UNDECIDED, WISHES
from service.needs.schemas import DeskChange, LevelChange, NeedRegistration, NeedRevision, NeedView
from service.texts import N_, translate
from service.web.fields import Field, Option, Options, Values, said, written

NOT_STATED = N_("Not stated")
CHOOSE = N_("Choose")
LANGUAGE_ROWS = 3


class Step(NamedTuple):
    """One thing to say about a need, on a page of its own."""

    name: str
    title: str
    lead: str
    fields: Sequence[Field]


LEAD = Field(
    "lead",
    "choice",
    N_("Who asks"),
    N_("The institution of yours that leads. It alone can let more people see the need later."),
)
DESK = Field("desk", "choice", N_("Desk"), N_("The secretariat that is to handle the need."), CHOOSE)
TITLE = Field("title", "line", N_("Title"), N_("What is asked for, in one line."))
LANGUAGE = Field("language", "choice", N_("Language of the text"))
BEGINNING = Step(
    "new",
    N_("Register a need"),
    N_(
        "Begin with who asks and a title. It is kept as your draft; you say the rest step by step, when you "
        "like."
    ),
    (LEAD, DESK, TITLE, LANGUAGE),
)
STEPS: Sequence[Step] = (
    Step(
        "asking",
        N_("Who asks, and which desk"),
        N_("Several institutions can ask together. The desk sees the need once you have handed it in."),
        (
            LEAD,
            Field("joint", "found", N_("Who asks with you"), N_("Leave it empty if you ask alone.")),
            DESK,
        ),
    ),
    Step(
        "text",
        N_("What is needed"),
        N_("The more exactly it is said, the better the help that can be found."),
        (
            TITLE,
            LANGUAGE,
            Field("kind", "choice", N_("Kind of need")),
            Field("context", "text", N_("Context"), N_("Which institution, which staff, which situation.")),
            Field(
                "expected_result", "text", N_("Expected result"), N_("What is to be different afterwards.")
            ),
            Field("what_exists", "text", N_("What exists already"), N_("What was done before, and by whom.")),
            Field(
                "done_when",
                "text",
                N_("What would count as done"),
                N_("By what one will see that it is done."),
            ),
        ),
    ),
    Step(
        "commitments",
        N_("Commitments that it serves"),
        N_("What your text comes nearest to stands first. Nothing is chosen for you."),
        (Field("commitments", "many", N_("Commitments"), N_("Choose those that the help would serve.")),),
    ),
    Step(
        "when",
        N_("When and how"),
        N_("Leave empty what is open. What is left out is not held against your need."),
        (
            Field("urgency", "choice", N_("Urgency")),
            Field("starts_on", "day", N_("From"), N_("For example 2027-03-31.")),
            Field("ends_on", "day", N_("Until"), N_("For example 2027-09-30.")),
            Field("delivery_mode", "choice", N_("Delivery"), "", NOT_STATED),
            Field("interpretation_offered", "tri", N_("Interpretation is provided")),
            Field(
                "beneficiaries",
                "many",
                N_("Whom it is for"),
                N_("Groups that the help would reach in the end."),
            ),
            Field("dialogues", "many", N_("Dialogues that could host the work")),
            Field("cost_bearer", "choice", N_("Who bears the cost"), "", NOT_STATED),
            Field("funding_note", "text", N_("Note on funding")),
            Field("max_days", "whole", N_("Days of work at most")),
            Field("max_cost_per_day_usd", "whole", N_("Cost of a day at most, in US dollars")),
            Field("public_bodies_only", "tick", N_("Only public bodies may help")),
            Field(
                "source",
                "line",
                N_("Public page about it"),
                N_("An address that begins with https://"),
                is_none=True,
            ),
        ),
    ),
    Step(
        "readers",
        N_("Who may know of it"),
        N_("Narrow is safe: you can let more people see it later, with a second person of your state."),
        (
            Field("confidentiality", "radio", N_("Level")),
            Field("named_providers", "found", N_("Providers to which it may be named")),
            Field(
                "public_summary",
                "text",
                N_("Summary that everybody may read"),
                N_("Needed for the level with a public summary. Write nothing in it that is confidential."),
                is_none=True,
            ),
        ),
    ),
    Step(
        "wishes",
        N_("Providers that you want, or do not"),
        N_("Wanted and unwanted providers are known to your side and the desk."),
        (
            Field("preferred", "found", N_("Preferred providers")),
            Field("excluded", "found", N_("Unwanted providers")),
            Field(
                "do_not_pair",
                "found",
                N_("Unwanted, and nobody may know"),
                N_(
                    "Only your own side sees this. To the desk it looks as if the provider were not "
                    "available."
                ),
            ),
        ),
    ),
)
PART = Step(
    "part",
    N_("A part of the need"),
    N_("One part for each kind of expertise. Leave empty what is open."),
    (
        Field("area", "choice", N_("Expertise"), "", NOT_STATED),
        Field("modality", "choice", N_("Form"), "", NOT_STATED),
        Field("experts", "whole", N_("Experts")),
        Field("days", "whole", N_("Days each")),
        *(
            field
            for row in range(1, LANGUAGE_ROWS + 1)
            for field in (
                Field(f"language-{row}", "choice", N_("Language in which it can be done"), "", NOT_STATED),
                Field(f"level-{row}", "choice", N_("Level in this language"), "", NOT_STATED),
            )
        ),
        Field("is_mandatory", "tick", N_("The need is met only with this part")),
        Field("note", "text", N_("Note")),
    ),
)


def find_step(name: str) -> Step:
    """Return a step by the last word of its address."""
    found = next((step for step in STEPS if step.name == name), None)
    if found is None:
        raise NotFound
    return found


def get_draft(session: Session, caller: Caller, need_id: str) -> NeedView:
    """Return a need that the caller may change; refuse others who see it. To all others it is absent."""
    row = find_handled_need(session, caller, need_id)
    need = get_need(session, caller, need_id)
    if not isinstance(need, NeedView) or need.handling is None:
        raise NotAllowed
    is_registrar = row.registered_on_behalf and need.handling.awaits_confirmation
    if not (is_own(caller, need) or is_registrar):
        raise NotAllowed
    return need


def is_own(caller: Caller, need: NeedView) -> bool:
    """Tell whether the caller asks for the need."""
    return any(caller.acts_for(party.stakeholder, *ASKING) for party in need.requesters)


def steps_open(caller: Caller, need: NeedView) -> list[Step]:
    """Return the steps that can be taken now: all in a draft, fewer later."""
    if need.status == "draft":
        own = is_own(caller, need)
        return [step for step in STEPS if own or step.name != "readers"]
    open_now = {"text", "commitments", "when"} if need.status in REVISABLE else set()
    open_now |= {"wishes"} if need.status in UNDECIDED else set()
    return [step for step in STEPS if step.name in open_now]


def fields_of(caller: Caller, need: NeedView, step: Step) -> list[Field]:
    """Return the fields of a step; what is private to the requester only for its own people."""
    return [field for field in step.fields if field.name != "do_not_pair" or is_own(caller, need)]


def stands(need: NeedView) -> dict[str, Any]:
    """Return what a need says, by the fields of all steps."""
    handling = need.handling
    lead = next(party.stakeholder for party in need.requesters if party.is_lead)
    return {
        **need.model_dump(),
        "lead": lead,
        "joint": [party.stakeholder for party in need.requesters if party.stakeholder != lead],
        "named_providers": handling.named_providers if handling else [],
        "public_summary": handling.public_summary if handling else None,
        **{wish: getattr(handling, wish) for wish in WISHES},
    }


def options_of(
    session: Session, caller: Caller, need: NeedView | None, values: Values, language: str, model: str
) -> Options:
    """Return what the fields of the steps let one choose from."""
    own = set(caller.stakeholders(*ASKING))
    if need is not None:
        own |= {party.stakeholder for party in need.requesters if party.is_lead}
    text = f"{need.title} {need.context} {need.expected_result}" if need else ""
    found: dict[str, Sequence[Option]] = {
        "lead": choosing.own(session, own),
        "desk": choosing.desks(session, caller),
        "kind": choosing.coded(session, "need_kind", language),
        "language": choosing.coded(session, "language", language),
        "urgency": choosing.coded(session, "urgency", language),
        "delivery_mode": choosing.coded(session, "delivery_mode", language),
        "cost_bearer": choosing.coded(session, "cost_bearer", language),
        "beneficiaries": choosing.coded(session, "beneficiary", language),
        "dialogues": choosing.dialogues(session, language),
        "confidentiality": [
            Option(level, *(translate(words, language) for words in LEVEL_WORDS[level])) for level in LEVELS
        ],
    }
    if need is not None:
        found["commitments"] = choosing.commitments(session, language, text, model)
        searched = [field for step in STEPS for field in step.fields]
        found |= choosing.searched(session, caller, searched, values)
    return found


def begin(session: Session, caller: Caller, values: Values) -> str:
    """Register the draft that the first page describes; return its id."""
    about = said(BEGINNING.fields, values)
    registration = NeedRegistration.model_validate(
        {
            "requesters": [about["lead"] or ""],
            "desk": about["desk"] or "",
            "title": about["title"],
            "language": about["language"] or "en",
            "components": [{}],
        }
    )
    return register_need(session, caller, registration).id


def keep(
    session: Session, caller: Caller, need: NeedView, step: Step, fields: Iterable[Field], values: Values
) -> None:
    """Keep what a step says, where it differs from what stands there."""
    fields = list(fields)
    current = written(fields, stands(need))
    changed = [field for field in fields if list(values.get(field.name, ())) != current[field.name]]
    about = said(changed, values)
    if not about:
        return
    if step.name == "readers":
        change_confidentiality(session, caller, need.id, LevelChange.model_validate(about))
    elif step.name == "asking":
        _keep_asking(session, caller, need, about)
    else:
        revise_need(session, caller, need.id, NeedRevision.model_validate(about))


def _keep_asking(session: Session, caller: Caller, need: NeedView, about: Mapping[str, Any]) -> None:
    before = stands(need)
    if "lead" in about or "joint" in about:
        lead, joint = about.get("lead", before["lead"]), about.get("joint", before["joint"])
        asking = list(dict.fromkeys((lead or "", *joint)))
        revise_need(session, caller, need.id, NeedRevision.model_validate({"requesters": asking}))
    if "desk" in about:
        wanted = {"desk": about["desk"] or "", "matching_allowed": before["handling"]["matching_allowed"]}
        change_desk(session, caller, need.id, DeskChange.model_validate(wanted))


# Parts


def part_options(session: Session, language: str) -> Options:
    """Return what the fields of a part let one choose from."""
    languages = choosing.coded(session, "language", language)
    levels = [Option(level, level) for level in choosing.LANGUAGE_LEVELS]
    rows = range(1, LANGUAGE_ROWS + 1)
    return {
        "area": choosing.coded(session, "expertise_area", language),
        "modality": choosing.coded(session, "modality", language),
        **{f"language-{row}": languages for row in rows},
        **{f"level-{row}": levels for row in rows},
    }


def part_values(need: NeedView, place: int | None) -> dict[str, list[str]]:
    """Return what a part says; of a new one, what it begins with."""
    if place is None:
        return written(PART.fields, {"experts": 1, "is_mandatory": True})
    if not 0 <= place < len(need.components):
        raise NotFound
    part = need.components[place].model_dump()
    for row, wish in enumerate((part["languages"] or [])[:LANGUAGE_ROWS], start=1):
        part |= {f"language-{row}": wish["code"], f"level-{row}": wish["level"]}
    return written(PART.fields, part)


def keep_part(session: Session, caller: Caller, need: NeedView, place: int | None, values: Values) -> None:
    """Put a part in the place of an earlier one, or behind them all."""
    parts = _entries(need)
    number = len(parts) if place is None else place
    kept = (
        parts[number]["languages"][LANGUAGE_ROWS:] if place is not None and parts[number]["languages"] else []
    )
    parts[number : number + 1] = [_entry(values, kept)]
    revise_need(session, caller, need.id, NeedRevision.model_validate({"components": parts}))


def drop_part(session: Session, caller: Caller, need: NeedView, place: int) -> None:
    """Take a part out; the last one stays."""
    parts = _entries(need)
    if not 0 <= place < len(parts):
        raise NotFound
    del parts[place]
    revise_need(session, caller, need.id, NeedRevision.model_validate({"components": parts}))


def _entries(need: NeedView) -> list[dict[str, Any]]:
    return [part.model_dump(exclude={"id"}) for part in need.components]


def _entry(values: Values, kept: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    about = said(PART.fields, values)
    wishes = [
        {"code": about[f"language-{row}"], "level": about[f"level-{row}"]}
        for row in range(1, LANGUAGE_ROWS + 1)
        if about[f"language-{row}"]
    ]
    plain = {name: about[name] for name in ("area", "modality", "days", "is_mandatory", "note")}
    experts = about["experts"] if about["experts"] is not None else 1
    return plain | {"experts": experts, "languages": [*wishes, *kept] or None}
