"""Reading the reference data. It is public: whoever asks sees all of it, as corrected.

What the rooms above compute with stands in ``facts.py`` and can be had from here too.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlmodel import Session, col, func, select

from service import clock
from service.caller import Caller
from service.errors import NotAllowed, NotFound
from service.reference import schemas, views
from service.reference.facts import (
    area_facts,
    code_labels,
    commitment_facts,
    group_facts,
    group_names,
    known_codes,
    list_memberships,
    state_facts,
    state_names,
)
from service.reference.kinds import BY_NAME
from service.reference.memberships import GroupKind, memberships_on
from service.reference.overlays import corrected, fact_is, standing_corrections
from service.reference.rules import LEFT
from service.reference.tables import (
    CodeEntry,
    Commitment,
    CommitmentFramework,
    CommitmentObjective,
    Dialogue,
    Framework,
    GcmObjective,
    ReferenceCorrection,
    RegionalBody,
    State,
    Theme,
    ThemeFramework,
)
from service.search.queries import things_with
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page

__all__ = [
    "area_facts",
    "code_labels",
    "commitment_facts",
    "correction_view",
    "get_commitment",
    "get_dialogue",
    "get_regional_body",
    "get_state",
    "group_facts",
    "group_names",
    "known_codes",
    "list_code_lists",
    "list_codes",
    "list_commitments",
    "list_corrections",
    "list_dialogues",
    "list_frameworks",
    "list_memberships",
    "list_objectives",
    "list_regional_bodies",
    "list_states",
    "list_themes",
    "state_facts",
    "state_names",
]

STATE, DIALOGUE, BODY = BY_NAME["state"], BY_NAME["dialogue"], BY_NAME["regional_body"]
FRAMEWORK, COMMITMENT, CODE = BY_NAME["framework"], BY_NAME["commitment"], BY_NAME["code_entry"]


# --- themes, commitments, frameworks, objectives


def list_themes(session: Session, caller: Caller, page: PageAsked, language: str) -> Page[schemas.ThemeView]:
    """Return the themes of the source text, with the frameworks that it names under each."""
    del caller
    query = select(Theme).where(col(Theme.retired_on).is_(None))
    rows, following = page_of(session, query, [Key(col(Theme.number), "number")], page)
    named = _linked(session, col(ThemeFramework.theme_code), col(ThemeFramework.framework_code))
    items = [views.theme_view(row.model_dump(), named.get(row.code, []), language) for row in rows]
    return Page(items=items, next=following)


def list_commitments(
    session: Session, caller: Caller, page: PageAsked, language: str, wanted: schemas.CommitmentFilter
) -> Page[schemas.CommitmentLine]:
    """Return a page of the actionable commitments, by code."""
    del caller
    query = select(Commitment).where(col(Commitment.retired_on).is_(None))
    if wanted.theme is not None:
        query = query.where(Commitment.theme_code == wanted.theme)
    if wanted.framework is not None:
        query = query.join(CommitmentFramework).where(
            CommitmentFramework.framework_code == wanted.framework,
            col(CommitmentFramework.retired_on).is_(None),
        )
    if wanted.objective is not None:
        query = query.join(CommitmentObjective).where(
            CommitmentObjective.objective_number == wanted.objective,
            col(CommitmentObjective.retired_on).is_(None),
        )
    if wanted.q is not None:
        query = query.where(col(Commitment.code).in_(things_with("commitment", wanted.q)))
    rows, following = page_of(session, query, [Key(col(Commitment.code), "code")], page)
    overlays = standing_corrections(session, COMMITMENT)
    items = [
        views.commitment_line(corrected(COMMITMENT, row.model_dump(), overlays), language) for row in rows
    ]
    return Page(items=items, next=following)


def get_commitment(session: Session, caller: Caller, code: str, language: str) -> schemas.CommitmentView:
    """Return a commitment with the frameworks and objectives that it rests on; a retired one too."""
    del caller
    row = session.get(Commitment, code)
    if row is None:
        raise NotFound
    overlays = standing_corrections(session, COMMITMENT)
    return views.commitment_view(
        corrected(COMMITMENT, row.model_dump(), overlays),
        parts=list(
            session.exec(
                select(Commitment.code)
                .where(Commitment.parent_code == code, col(Commitment.retired_on).is_(None))
                .order_by(Commitment.code)
            )
        ),
        frameworks=_frameworks_of(session, code, language),
        objectives=list(
            session.exec(
                select(CommitmentObjective.objective_number)
                .where(
                    CommitmentObjective.commitment_code == code, col(CommitmentObjective.retired_on).is_(None)
                )
                .order_by(col(CommitmentObjective.objective_number))
            )
        ),
        corrections=views.notes_on(COMMITMENT, row.model_dump(), overlays),
        language=language,
    )


def _frameworks_of(session: Session, code: str, language: str) -> list[schemas.FrameworkLine]:
    rows = session.exec(
        select(Framework)
        .join(CommitmentFramework)
        .where(CommitmentFramework.commitment_code == code, col(CommitmentFramework.retired_on).is_(None))
        .order_by(Framework.code)
    )
    overlays = standing_corrections(session, FRAMEWORK)
    return [views.framework_line(corrected(FRAMEWORK, row.model_dump(), overlays), language) for row in rows]


def list_frameworks(
    session: Session,
    caller: Caller,
    page: PageAsked,
    language: str,
    theme: str | None = None,
    kind: str | None = None,
) -> Page[schemas.FrameworkView]:
    """Return a page of the frameworks that the annex of the source text names, by code."""
    del caller
    query = select(Framework).where(col(Framework.retired_on).is_(None))
    if kind is not None:
        query = query.where(Framework.kind == kind)
    if theme is not None:
        query = query.join(ThemeFramework).where(
            ThemeFramework.theme_code == theme, col(ThemeFramework.retired_on).is_(None)
        )
    rows, following = page_of(session, query, [Key(col(Framework.code), "code")], page)
    themes = _linked(session, col(ThemeFramework.framework_code), col(ThemeFramework.theme_code))
    overlays = standing_corrections(session, FRAMEWORK)
    items = [
        views.framework_view(
            corrected(FRAMEWORK, row.model_dump(), overlays), themes.get(row.code, []), language
        )
        for row in rows
    ]
    return Page(items=items, next=following)


def list_objectives(
    session: Session, caller: Caller, page: PageAsked, language: str
) -> Page[schemas.ObjectiveView]:
    """Return a page of the objectives of the Global Compact, with the commitments that serve each."""
    del caller
    query = select(GcmObjective).where(col(GcmObjective.retired_on).is_(None))
    rows, following = page_of(session, query, [Key(col(GcmObjective.number), "number")], page)
    serving = _linked(
        session, col(CommitmentObjective.objective_number), col(CommitmentObjective.commitment_code)
    )
    items = [views.objective_view(row.model_dump(), serving.get(row.number, []), language) for row in rows]
    return Page(items=items, next=following)


def _linked(session: Session, one: Any, other: Any) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    retired_on = one.class_.retired_on
    for key, value in session.execute(select(one, other).where(retired_on.is_(None)).order_by(one, other)):
        found.setdefault(key, []).append(value)
    return found


# --- states, dialogues, regional bodies


_PLAIN = ("region", "subregion", "kind", "income", "ldc", "lldc", "sids")


def list_states(
    session: Session, caller: Caller, page: PageAsked, language: str, wanted: schemas.StateFilter
) -> Page[schemas.StateLine]:
    """Return a page of states and territories, by ISO code."""
    del caller
    overlays = standing_corrections(session, STATE)
    query = select(State).where(col(State.retired_on).is_(None))
    for name in _PLAIN:
        value = getattr(wanted, name)
        if value is not None:
            query = query.where(fact_is(STATE, overlays, name, value))
    for codes in _state_sets(session, wanted):
        query = query.where(col(State.iso3).in_(codes))
    if wanted.q is not None:
        query = query.where(col(State.iso3).in_(things_with("state", wanted.q)))
    rows, following = page_of(session, query, [Key(col(State.iso3), "iso3")], page)
    items = [views.state_line(corrected(STATE, row.model_dump(), overlays), language) for row in rows]
    return Page(items=items, next=following)


def _state_sets(session: Session, wanted: schemas.StateFilter) -> Iterable[list[str]]:
    if wanted.dialogue is not None:
        yield _members(session, "dialogue", wanted.dialogue)
    if wanted.regional_body is not None:
        yield _members(session, "regional_body", wanted.regional_body)
    if wanted.language is not None:
        yield [
            facts.code
            for facts in state_facts(session)
            if wanted.language in {tag.split("-")[0] for tag in facts.languages}
        ]


def _members(session: Session, kind: GroupKind, group: str) -> list[str]:
    places = memberships_on(session, clock.today(), kind, group=group)
    return [place.state for place in places if place.role not in LEFT]


def get_state(session: Session, caller: Caller, iso3: str, language: str) -> schemas.StateView:
    """Return a state with its memberships of dialogues and regional bodies; a retired one too."""
    del caller
    row = session.get(State, iso3)
    if row is None:
        raise NotFound
    overlays = standing_corrections(session, STATE)
    day = clock.today()
    return views.state_view(
        corrected(STATE, row.model_dump(), overlays),
        _groups_of(session, "dialogue", iso3, language, day),
        _groups_of(session, "regional_body", iso3, language, day),
        views.notes_on(STATE, row.model_dump(), overlays),
        language,
    )


def _groups_of(
    session: Session, kind: GroupKind, iso3: str, language: str, day: date
) -> list[schemas.PlaceInGroup]:
    names = group_names(session, kind, language)
    places = memberships_on(session, day, kind, state=iso3)
    return [views.place_of(place, place.group, names) for place in places]


def _members_of(
    session: Session, kind: GroupKind, group: str, language: str, day: date
) -> list[schemas.PlaceInGroup]:
    names = state_names(session, language)
    places = memberships_on(session, day, kind, group=group)
    return [views.place_of(place, place.state, names) for place in places]


def list_dialogues(
    session: Session, caller: Caller, page: PageAsked, language: str, wanted: schemas.DialogueFilter
) -> Page[schemas.DialogueLine]:
    """Return a page of the dialogues, by code."""
    del caller
    overlays = standing_corrections(session, DIALOGUE)
    query = select(Dialogue).where(col(Dialogue.retired_on).is_(None))
    if wanted.status is not None:
        query = query.where(fact_is(DIALOGUE, overlays, "status", wanted.status))
    if wanted.theme is not None or wanted.commitment is not None:
        query = query.where(col(Dialogue.code).in_(_dialogues_on(session, wanted)))
    if wanted.state is not None:
        query = query.where(col(Dialogue.code).in_(_belonging(session, "dialogue", wanted.state)))
    if wanted.q is not None:
        query = query.where(col(Dialogue.code).in_(things_with("dialogue", wanted.q)))
    rows, following = page_of(session, query, [Key(col(Dialogue.code), "code")], page)
    items = [views.dialogue_line(corrected(DIALOGUE, row.model_dump(), overlays), language) for row in rows]
    return Page(items=items, next=following)


def _dialogues_on(session: Session, wanted: schemas.DialogueFilter) -> list[str]:
    return [
        group.code
        for group in group_facts(session)
        if group.kind == "dialogue"
        and wanted.theme in {None, *group.themes}
        and wanted.commitment in {None, *group.commitments}
    ]


def _belonging(session: Session, kind: GroupKind, iso3: str) -> list[str]:
    places = memberships_on(session, clock.today(), kind, state=iso3)
    return [place.group for place in places if place.role not in LEFT]


def get_dialogue(session: Session, caller: Caller, code: str, language: str) -> schemas.DialogueView:
    """Return a dialogue with its members, each with role, confidence and source; a retired one too."""
    del caller
    row = session.get(Dialogue, code)
    if row is None:
        raise NotFound
    overlays = standing_corrections(session, DIALOGUE)
    return views.dialogue_view(
        corrected(DIALOGUE, row.model_dump(), overlays),
        _members_of(session, "dialogue", code, language, clock.today()),
        views.notes_on(DIALOGUE, row.model_dump(), overlays),
        language,
    )


def list_regional_bodies(
    session: Session,
    caller: Caller,
    page: PageAsked,
    language: str,
    state: str | None = None,
    dialogue: str | None = None,
) -> Page[schemas.RegionalBodyLine]:
    """Return a page of the regional bodies, by code."""
    del caller
    overlays = standing_corrections(session, BODY)
    query = select(RegionalBody).where(col(RegionalBody.retired_on).is_(None))
    if state is not None:
        query = query.where(col(RegionalBody.code).in_(_belonging(session, "regional_body", state)))
    if dialogue is not None:
        rows = session.exec(select(RegionalBody))
        linked = (corrected(BODY, row.model_dump(), overlays) for row in rows)
        codes = [values["code"] for values in linked if dialogue in values["dialogues"]]
        query = query.where(col(RegionalBody.code).in_(codes))
    bodies, following = page_of(session, query, [Key(col(RegionalBody.code), "code")], page)
    items = [views.body_line(corrected(BODY, row.model_dump(), overlays), language) for row in bodies]
    return Page(items=items, next=following)


def get_regional_body(session: Session, caller: Caller, code: str, language: str) -> schemas.RegionalBodyView:
    """Return a regional body with its members; a retired one too."""
    del caller
    row = session.get(RegionalBody, code)
    if row is None:
        raise NotFound
    overlays = standing_corrections(session, BODY)
    return views.body_view(
        corrected(BODY, row.model_dump(), overlays),
        _members_of(session, "regional_body", code, language, clock.today()),
        views.notes_on(BODY, row.model_dump(), overlays),
        language,
    )


# --- code lists and corrections


def list_code_lists(session: Session, caller: Caller) -> Page[schemas.CodeListLine]:
    """Return the names of the code lists; there are few."""
    del caller
    rows = session.exec(
        select(CodeEntry.list_name, func.count())
        .where(col(CodeEntry.retired_on).is_(None))
        .group_by(CodeEntry.list_name)
        .order_by(CodeEntry.list_name)
    )
    return Page(items=[schemas.CodeListLine(name=name, codes=number) for name, number in rows])


def list_codes(
    session: Session,
    caller: Caller,
    list_name: str,
    page: PageAsked,
    language: str,
    *,
    with_retired: bool = False,
) -> Page[schemas.CodeView]:
    """Return a page of a code list, in the order of the list."""
    del caller
    query = select(CodeEntry).where(CodeEntry.list_name == list_name)
    if session.exec(query.limit(1)).first() is None:
        raise NotFound
    if not with_retired:
        query = query.where(col(CodeEntry.retired_on).is_(None))
    order = [Key(col(CodeEntry.place), "place"), Key(col(CodeEntry.code), "code")]
    rows, following = page_of(session, query, order, page)
    overlays = standing_corrections(session, CODE)
    items = [views.code_view(row.model_dump(), overlays, CODE, language) for row in rows]
    return Page(items=items, next=following)


def list_corrections(session: Session, caller: Caller, page: PageAsked) -> Page[schemas.CorrectionView]:
    """Return a page of all corrections, newest first, for those who look after the instance."""
    if not caller.is_administrator:
        raise NotAllowed
    order = [
        Key(col(ReferenceCorrection.recorded_at), "recorded_at", descending=True),
        Key(col(ReferenceCorrection.id), "id"),
    ]
    rows, following = page_of(session, select(ReferenceCorrection), order, page)
    return Page(items=[correction_view(row) for row in rows], next=following)


def correction_view(row: ReferenceCorrection) -> schemas.CorrectionView:
    """Return a correction as it is shown to those who look after the instance."""
    return schemas.CorrectionView(**row.model_dump())
