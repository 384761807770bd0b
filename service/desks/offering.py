"""Writing an offer down on pages, step by step: what each step asks, what stands there, how it is kept."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from service.caller import OFFERING, Caller
from service.desks import choosing
from service.desks.drafting import NOT_STATED, Step
from service.errors import NotAllowed, NotFound
from service.offers import rules
from service.offers.commands import change_confidentiality, register_offer, revise_offer
from service.offers.queries import find_offer, get_offer
from service.offers.schemas import LevelChange, OfferRegistration, OfferRevision, OfferView
from service.texts import N_, translate
from service.web.fields import Field, Option, Values, said, written

SPARE_ROWS = 2
FEWEST_ROWS = 3
MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)
LEVEL_WORDS: Mapping[str, tuple[str, str]] = {
    "draft": (N_("Draft"), N_("Nobody but your side. No round takes it.")),
    "secretariat_only": (N_("The desk only"), N_("Your side, and the desk that it is addressed to.")),
    "dialogue_members": (
        N_("Dialogue members"),
        N_("Also the states that take part in the desk's dialogue."),
    ),
    "all_states": (N_("All states"), N_("Also everybody who acts for a state.")),
    "public": (N_("Public"), N_("Everybody.")),
}
PROFICIENCY_WORDS: Mapping[str, str] = {
    "awareness": N_("Knows of it"),
    "practitioner": N_("Practises it"),
    "advanced": N_("Advanced"),
    "authority": N_("An authority on it"),
}
EVIDENCE_WORDS: Mapping[str, str] = {
    "self_declared": N_("On one's own word"),
    "employer_confirmed": N_("Confirmed by the employer"),
    "document_verified": N_("Documents were looked at"),
    "peer_reviewed": N_("Reviewed by peers"),
    "delivered_and_rated": N_("Delivered before, and rated"),
}
KIND_WORDS: Mapping[str, tuple[str, str]] = {
    "institution": (N_("An institution"), N_("It sends whom it finds fit.")),
    "named_expert": (
        N_("A named expert"),
        N_(
            "One person, shown under a pseudonym. The name is kept apart, and the focal point authorises "
            "the offer."
        ),
    ),
}
TITLE = Field("title", "line", N_("Title"), N_("What is offered, in one line. Name no person."))
LANGUAGE = Field("language", "choice", N_("Language of the text"))
BEGINNING = Step(
    "new",
    N_("Register an offer"),
    N_("Begin with who offers and a title. It is kept as a draft; you say the rest step by step."),
    (
        Field("provider", "choice", N_("Who offers")),
        Field("kind", "radio", N_("Who would come")),
        TITLE,
        LANGUAGE,
    ),
)
STEPS: Sequence[Step] = (
    Step(
        "text",
        N_("What is offered"),
        N_("The more exactly it is said, the better it is found and believed."),
        (
            TITLE,
            LANGUAGE,
            Field(
                "description",
                "text",
                N_("Description"),
                N_("What you would do, for whom, and what you have done."),
            ),
            Field("modalities", "many", N_("Forms of support")),
        ),
    ),
    Step(
        "expertise",
        N_("Expertise"),
        N_("Areas in which you can help, how well, and on whose word. A desk can add what it found out."),
        (),
    ),
    Step(
        "commitments",
        N_("Commitments that it serves"),
        N_("What your text comes nearest to stands first. Nothing is chosen for you."),
        (Field("commitments", "many", N_("Commitments")),),
    ),
    Step("languages", N_("Working languages"), N_("Those in which you can work, and how well."), ()),
    Step(
        "capacity",
        N_("How much, and when"),
        N_("What is left out is unknown, and never counts against the offer."),
        (
            Field("capacity", "whole", N_("Assignments at a time")),
            Field("sends", "whole", N_("Experts that can be sent to one assignment")),
            Field("days_per_year", "whole", N_("Days of work a year")),
            Field("months", "many", N_("Months"), N_("Those in which help is possible; none: all the year.")),
            Field("available_from", "day", N_("From"), N_("For example 2027-03-31.")),
            Field("available_until", "day", N_("Until"), N_("For example 2027-09-30.")),
            Field("modes", "many", N_("Where and how")),
        ),
    ),
    Step(
        "where",
        N_("For whom"),
        N_("If the offer is for some states only."),
        (
            Field("targets", "many", N_("States"), N_("None: any state.")),
            Field("regions", "line", N_("Regions, in your own words"), is_none=True),
        ),
    ),
    Step(
        "conditions",
        N_("Conditions and cost"),
        N_("Only like is compared with like: name the currency."),
        (
            Field("conditions", "text", N_("Conditions"), is_none=True),
            Field("cost_bearer", "choice", N_("Who bears the cost"), "", NOT_STATED),
            Field("cost_per_day", "number", N_("Cost of a day")),
            Field(
                "cost_currency", "short", N_("Currency"), N_("Its three letters, such as EUR."), is_none=True
            ),
            Field("released", "tri", N_("The employer releases the experts for this")),
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
        N_("Rounds use it at every level but the draft; being used is not being shown."),
        (
            Field("desk", "choice", N_("Desk that it is addressed to"), "", N_("None")),
            Field("confidentiality", "radio", N_("Level")),
        ),
    ),
)
NONE_WHEN_EMPTY = frozenset({"modalities", "modes", "months", "targets"})


def find_step(name: str) -> Step:
    """Return a step by the last word of its address."""
    found = next((step for step in STEPS if step.name == name), None)
    if found is None:
        raise NotFound
    return found


def get_own_offer(session: Session, caller: Caller, offer_id: str) -> OfferView:
    """Return an offer that the caller may change; refuse others who see it. To all others it is absent."""
    row = find_offer(session, caller, offer_id)
    if not rules.may_revise(caller, row):
        raise NotAllowed
    return get_offer(session, caller, offer_id)


def fields_of(step: Step, offer: OfferView) -> Sequence[Field]:
    """Return the fields of a step; rows for as many areas or languages as there are, and some to add."""
    if step.name == "expertise":
        return [field for row in _rows(len(offer.expertise)) for field in _expertise_row(row)]
    if step.name == "languages":
        return [field for row in _rows(len(offer.languages or ())) for field in _language_row(row)]
    return step.fields


def _rows(there: int) -> range:
    return range(1, max(FEWEST_ROWS, there + SPARE_ROWS) + 1)


def _expertise_row(row: int) -> tuple[Field, ...]:
    return (
        Field(f"area-{row}", "choice", N_("Expertise"), "", NOT_STATED),
        Field(f"proficiency-{row}", "choice", N_("How well"), "", NOT_STATED),
        Field(f"evidence-{row}", "choice", N_("On whose word"), "", NOT_STATED),
    )


def _language_row(row: int) -> tuple[Field, ...]:
    return (
        Field(f"language-{row}", "choice", N_("Language"), "", NOT_STATED),
        Field(f"level-{row}", "choice", N_("Level in this language"), "", NOT_STATED),
    )


def stands(offer: OfferView) -> dict[str, Any]:
    """Return what an offer says, by the fields of all steps."""
    found = offer.model_dump()
    for row, one in enumerate(offer.expertise, start=1):
        found |= {
            f"area-{row}": one.area,
            f"proficiency-{row}": one.proficiency,
            f"evidence-{row}": one.evidence,
        }
    for row, language in enumerate(offer.languages or (), start=1):
        found |= {f"language-{row}": language.code, f"level-{row}": language.level}
    return found


def options_of(
    session: Session, caller: Caller, offer: OfferView | None, language: str, model: str
) -> dict[str, Sequence[Option]]:
    """Return what the fields of the steps let one choose from."""
    languages = choosing.coded(session, "language", language)
    found: dict[str, Sequence[Option]] = {
        "provider": choosing.own(session, caller.stakeholders(*OFFERING)),
        "kind": _worded(KIND_WORDS, language),
        "language": languages,
        "modalities": choosing.coded(session, "modality", language),
        "modes": choosing.coded(session, "delivery_mode", language),
        "months": [
            Option(str(number), translate(name, language)) for number, name in enumerate(MONTHS, start=1)
        ],
        "targets": choosing.states(session, language),
        "cost_bearer": choosing.coded(session, "cost_bearer", language),
        "desk": choosing.desks(session, caller),
        "confidentiality": _worded(LEVEL_WORDS, language),
    }
    if offer is None:
        return found
    text = f"{offer.title} {offer.description}"
    found["commitments"] = choosing.commitments(session, language, text, model)
    return found | _row_options(session, offer, languages, language)


def _row_options(
    session: Session, offer: OfferView, languages: Sequence[Option], language: str
) -> dict[str, Sequence[Option]]:
    areas = choosing.coded(session, "expertise_area", language)
    how = [Option(code, translate(text, language)) for code, text in PROFICIENCY_WORDS.items()]
    words = [Option(code, translate(text, language)) for code, text in EVIDENCE_WORDS.items()]
    levels = [Option(level, level) for level in choosing.LANGUAGE_LEVELS]
    found: dict[str, Sequence[Option]] = {}
    for row in _rows(max(len(offer.expertise), len(offer.languages or ()))):
        found |= {f"area-{row}": areas, f"proficiency-{row}": how, f"evidence-{row}": words}
        found |= {f"language-{row}": languages, f"level-{row}": levels}
    return found


def _worded(words: Mapping[str, tuple[str, str]], language: str) -> list[Option]:
    return [Option(code, *(translate(text, language) for text in texts)) for code, texts in words.items()]


def begin(session: Session, caller: Caller, values: Values) -> str:
    """Register the draft that the first page describes; return its id."""
    about = said(BEGINNING.fields, values)
    registration = {**about, "provider": about["provider"] or "", "language": about["language"] or "en"}
    return register_offer(session, caller, OfferRegistration.model_validate(registration)).id


def keep(
    session: Session, caller: Caller, offer: OfferView, step: Step, fields: Iterable[Field], values: Values
) -> None:
    """Keep what a step says, where it differs from what stands there."""
    fields = list(fields)
    current = written(fields, stands(offer))
    changed = [field for field in fields if list(values.get(field.name, ())) != current[field.name]]
    if not changed:
        return
    about = said(fields if step.name in {"expertise", "languages"} else changed, values)
    level = about.pop("confidentiality", None)
    if step.name == "expertise":
        about = {"expertise": _expertise_said(about)}
    elif step.name == "languages":
        about = {"languages": _languages_said(offer, about) or None}
    if "months" in about:
        about["months"] = sorted(int(month) for month in about["months"] if month.isdigit())
    about |= {name: about[name] or None for name in NONE_WHEN_EMPTY & about.keys()}
    if about:
        revise_offer(session, caller, offer.id, OfferRevision.model_validate(about))
    if level is not None:
        change_confidentiality(session, caller, offer.id, LevelChange(confidentiality=level))


def _expertise_said(about: Mapping[str, Any]) -> list[dict[str, Any]]:
    numbers = [
        name.removeprefix("area-") for name, area in about.items() if name.startswith("area-") and area
    ]
    return [
        {
            "area": about[f"area-{row}"],
            "proficiency": about[f"proficiency-{row}"],
            "evidence": about[f"evidence-{row}"],
        }
        for row in numbers
    ]


def _languages_said(offer: OfferView, about: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the languages; one that nobody stated stays so while nobody changes it."""
    bases = {(one.code, one.level): one.basis for one in offer.languages or ()}
    rows = [
        name.removeprefix("language-")
        for name, code in about.items()
        if name.startswith("language-") and code
    ]
    pairs = [(about[f"language-{row}"], about[f"level-{row}"]) for row in rows]
    return [
        {"code": code, "level": level, "basis": bases.get((code, level), "stated")} for code, level in pairs
    ]


def row_faults(faults: Mapping[str, str], values: Values) -> dict[str, str]:
    """Return faults by the rows that show them: ``expertise[1].area`` is about the second row filled in."""
    found: dict[str, str] = {}
    for place, text in faults.items():
        name, _, rest = place.partition("[")
        start = {"expertise": "area-", "languages": "language-"}.get(name)
        number, _, part = rest.partition("].")
        filled = [one for one, value in values.items() if start and one.startswith(start) and any(value)]
        if start and number.isdigit() and int(number) < len(filled):
            row = filled[int(number)].removeprefix(start)
            found[f"language-{row}" if part == "code" else f"{part or start.rstrip('-')}-{row}"] = text
        else:
            found[place] = text
    return found
