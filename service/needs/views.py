"""Needs as they are shown. The queries decide what; here is only how, with a fixed number of statements."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel
from sqlmodel import Session, col, select

from service.caller import Caller
from service.database.prepared import IsOneOf, Prepared
from service.needs import rules, specificity
from service.needs.beside import Asking, Beside, Component, beside
from service.needs.schemas import (
    ComponentView,
    LanguageView,
    NeedHandling,
    NeedLine,
    NeedSummaryView,
    NeedView,
    RequesterView,
)
from service.needs.tables import (
    Need,
    NeedCommitment,
    NeedComponent,
    NeedNamedProvider,
    NeedProviderWish,
    NeedRequester,
)
from service.reference.tables import Commitment
from service.search.specificity import Specificity, SpecificityView, told
from service.stakeholders.queries import find_stakeholders, states_of
from service.stakeholders.tables import Stakeholder, StakeholderState

Circle = Literal["own", "desk", "reader", "summary"]
"""How a caller stands to a need: asks for it, handles it, may read it, may read its public summary."""


class Surroundings(NamedTuple):
    """What stands around some needs: who asks, what for, who handles them."""

    requesters: Mapping[str, list[NeedRequester]]
    commitments: Mapping[str, list[str]]
    themes: Mapping[str, list[str]]
    stakeholders: Mapping[str, Stakeholder]
    states: Mapping[str, list[str]]

    def states_of(self, need_id: str) -> list[str]:
        """Return the states of those who ask, in order of their code."""
        return sorted({iso3 for row in self.requesters[need_id] for iso3 in self.states[row.stakeholder_id]})

    def names_of(self, need_id: str) -> list[str]:
        """Return the names of those who ask, the lead first."""
        return [self.stakeholders[row.stakeholder_id].name for row in self.requesters[need_id]]


class Margins(NamedTuple):
    """What a list says of needs beside their own rows, by need."""

    names: Mapping[str, dict[str, str]]
    """Those who ask, the lead first, with their names."""
    states: Mapping[str, set[str]]
    commitments: Mapping[str, list[str]]
    themes: Mapping[str, set[str]]


# Written once: to put such a statement together takes longer than to run it.
_ASKING = Prepared(
    select(NeedRequester.need_id, Stakeholder.id, Stakeholder.name, StakeholderState.iso3)
    .join(Stakeholder, col(Stakeholder.id) == col(NeedRequester.stakeholder_id))
    .join(StakeholderState, col(StakeholderState.stakeholder_id) == col(Stakeholder.id), isouter=True)
    .where(IsOneOf(col(NeedRequester.need_id), "ids"))
    .order_by(col(NeedRequester.position))
)
_COMMITMENTS = Prepared(
    select(NeedCommitment.need_id, Commitment.code, Commitment.theme_code)
    .join(Commitment, col(Commitment.code) == col(NeedCommitment.commitment_code))
    .where(IsOneOf(col(NeedCommitment.need_id), "ids"))
    .order_by(col(Commitment.code))
)


def margins_of(session: Session, ids: Sequence[str]) -> Margins:
    """Return what a list says of needs beside their own rows."""
    these = {"ids": ids}
    found = Margins(
        {id_: {} for id_ in ids},
        {id_: set() for id_ in ids},
        {id_: [] for id_ in ids},
        {id_: set() for id_ in ids},
    )
    for need_id, stakeholder_id, name, iso3 in _ASKING.rows(session, these):
        found.names[need_id][stakeholder_id] = name
        if iso3 is not None:
            found.states[need_id].add(iso3)
    for need_id, code, theme in _COMMITMENTS.rows(session, these):
        found.commitments[need_id].append(code)
        found.themes[need_id].add(theme)
    return found


def surroundings_of(session: Session, rows: Sequence[Need]) -> Surroundings:
    """Return what stands around the needs."""
    ids = [row.id for row in rows]
    requesters: dict[str, list[NeedRequester]] = {id_: [] for id_ in ids}
    for place in session.exec(
        select(NeedRequester).where(col(NeedRequester.need_id).in_(ids)).order_by(col(NeedRequester.position))
    ):
        requesters[place.need_id].append(place)
    commitments: dict[str, list[str]] = {id_: [] for id_ in ids}
    themes: dict[str, set[str]] = {id_: set() for id_ in ids}
    for need_id, code, theme in session.exec(
        select(NeedCommitment.need_id, Commitment.code, Commitment.theme_code)
        .join(Commitment, col(Commitment.code) == col(NeedCommitment.commitment_code))
        .where(col(NeedCommitment.need_id).in_(ids))
        .order_by(col(Commitment.code))
    ):
        commitments[need_id].append(code)
        themes[need_id].add(theme)
    asking = {place.stakeholder_id for places in requesters.values() for place in places}
    return Surroundings(
        requesters=requesters,
        commitments=commitments,
        themes={id_: sorted(found) for id_, found in themes.items()},
        stakeholders=find_stakeholders(session, asking | {row.desk_id for row in rows}),
        states=states_of(session, asking),
    )


def lines_of(
    session: Session, rows: Sequence[Need], circles: Mapping[str, Circle]
) -> list[NeedLine | NeedSummaryView]:
    """Return needs as a list shows them: with their title, or by their public summary only."""
    return lines_with(rows, circles, margins_of(session, [row.id for row in rows]))


def lines_with(
    rows: Sequence[Need], circles: Mapping[str, Circle], around: Margins
) -> list[NeedLine | NeedSummaryView]:
    """Return needs as a list shows them, with what has been read of their margins."""
    return [
        _summary(row, around)
        if circles[row.id] == "summary"
        else _line(row, around, is_inside=circles[row.id] != "reader")
        for row in rows
    ]


def summaries_of(session: Session, rows: Sequence[Need]) -> list[NeedSummaryView]:
    """Return needs as everybody may know them."""
    around = margins_of(session, [row.id for row in rows])
    return [_summary(row, around) for row in rows]


def view_of(
    session: Session, caller: Caller, row: Need, circle: Circle, around: Beside | None = None
) -> NeedView:
    """Return a need with its text, and to requester and desk what they need for handling it."""
    around = around or beside(session, row.id)
    ((desk_name, desk_dialogue),) = around.links["desk"]
    return NeedView(
        **_columns(row, NeedView),
        status=row.state,
        commitments=around.linked("commitment"),
        themes=sorted({theme for _, theme in around.links.get("commitment", ()) if theme}),
        dialogues=around.linked("dialogue"),
        is_unendorsed_emergency=row.is_expedited and any(one.endorsed_at is None for one in around.asking),
        components=[_component(component) for component in around.components],
        requesters=[_requester(one, row) for one in around.asking],
        desk=row.desk_id,
        desk_name=desk_name,
        desk_dialogue=desk_dialogue,
        handling=_handling(caller, row, circle, around) if circle in {"own", "desk"} else None,
    )


def components_of(session: Session, need_ids: Iterable[str]) -> dict[str, list[NeedComponent]]:
    """Return the components of the needs, in order."""
    found: dict[str, list[NeedComponent]] = {id_: [] for id_ in need_ids}
    for component in session.exec(
        select(NeedComponent)
        .where(col(NeedComponent.need_id).in_(found.keys()))
        .order_by(col(NeedComponent.position))
    ):
        found[component.need_id].append(component)
    return found


def wishes_of(session: Session, need_ids: Iterable[str]) -> dict[tuple[str, str], list[str]]:
    """Return the providers that the needs wish for or not, by need and wish; private ones too."""
    found: dict[tuple[str, str], list[str]] = {}
    for wish in session.exec(
        select(NeedProviderWish)
        .where(col(NeedProviderWish.need_id).in_(set(need_ids)))
        .order_by(col(NeedProviderWish.stakeholder_id))
    ):
        found.setdefault((wish.need_id, wish.wish), []).append(wish.stakeholder_id)
    return found


def _columns(row: Need, view: type[NeedView | NeedLine | NeedSummaryView]) -> dict[str, Any]:
    names, values_of = _names_of(view)
    return dict(zip(names, values_of(row), strict=True))


LINE_COLUMNS = tuple(
    getattr(Need, name)
    for name in dict.fromkeys(
        (*NeedLine.model_fields, *NeedSummaryView.model_fields, "state", "desk_id", "text_version")
    )
    if name in Need.model_fields
)
"""What a list shows of a need's own row."""


@cache
def _names_of(view: type[BaseModel]) -> tuple[tuple[str, ...], Callable[[Need], tuple[Any, ...]]]:
    names = tuple(name for name in view.model_fields if name in Need.model_fields)
    return names, attrgetter(*names)


def _summary(row: Need, around: Margins) -> NeedSummaryView:
    return NeedSummaryView(
        **_columns(row, NeedSummaryView),
        status=row.state,
        commitments=around.commitments[row.id],
        themes=sorted(around.themes[row.id]),
        requester_states=sorted(around.states[row.id]),
    )


def _line(row: Need, around: Margins, *, is_inside: bool) -> NeedLine:
    columns = _columns(row, NeedLine)
    if not is_inside:
        columns["case_number"] = None
    return NeedLine(
        **columns,
        status=row.state,
        commitments=around.commitments[row.id],
        themes=sorted(around.themes[row.id]),
        requesters=list(around.names[row.id].values()),
        requester_states=sorted(around.states[row.id]),
        desk=row.desk_id,
    )


def _component(row: Component) -> ComponentView:
    languages = None if row.languages is None else [LanguageView(**language) for language in row.languages]
    return ComponentView(
        id=row.id,
        area=row.area,
        modality=row.modality,
        languages=languages,
        experts=row.experts,
        days=row.days,
        is_mandatory=row.is_mandatory,
        note=row.note,
    )


def _requester(one: Asking, row: Need) -> RequesterView:
    return RequesterView(
        stakeholder=one.id,
        name=one.name,
        type=one.type,
        states=one.states,
        is_lead=one.id == row.lead_id,
        endorsed_at=one.endorsed_at,
        endorsed_text_version=one.endorsed_text_version,
    )


def _handling(caller: Caller, row: Need, circle: Circle, around: Beside) -> NeedHandling:
    types = {one.id: one.type for one in around.asking}
    actors = rules.actors_of(
        caller, rules.Parties(types, row.desk_id, row.registered_on_behalf, rules.is_confirmed(row))
    )
    return NeedHandling(
        case_number=row.case_number,
        preferred=around.linked("preferred"),
        excluded=around.linked("excluded"),
        do_not_pair=around.linked("do_not_pair") if circle == "own" else None,
        named_providers=around.linked("named"),
        public_summary=row.public_summary,
        matching_allowed=row.matching_allowed,
        is_expedited=row.is_expedited,
        registered_on_behalf=row.registered_on_behalf,
        awaits_confirmation=row.state == "draft" and not rules.is_confirmed(row),
        confirmed_at=row.confirmed_at,
        refusal_reason=row.refusal_reason,
        endorsement_due_at=row.endorsement_due_at,
        set_back_code=row.set_back_code,
        clarification_question=row.clarification_question,
        in_scope=row.in_scope,
        duplicate_of=row.duplicate_of if row.desk_id in caller.desks() else None,
        moves=rules.moves_open_to(actors, row.state, is_confirmed=rules.is_confirmed(row)),
    )


def specificity_for(session: Session, row: Need) -> Specificity:
    """Return how specific a need is."""
    return specificities_for(session, [row])[row.id]


def specificities_for(session: Session, rows: Sequence[Need]) -> dict[str, Specificity]:
    """Return how specific needs are."""
    parts = components_of(session, [row.id for row in rows])
    return {row.id: _specificity(row, parts[row.id]) for row in rows}


def _specificity(row: Need, parts: Sequence[NeedComponent]) -> Specificity:
    return specificity.specificity_of(
        specificity.Said(
            language=row.language,
            title=row.title,
            context=row.context,
            expected_result=row.expected_result,
            what_exists=row.what_exists,
            done_when=row.done_when,
            notes="\n".join(part.note for part in parts if part.note),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            parts=[
                specificity.Part(part.area is not None, part.modality is not None, part.days is not None)
                for part in parts
            ],
        )
    )


def specificity_view(session: Session, row: Need, language: str) -> SpecificityView:
    """Return how specific a need is, and what to add, in words."""
    found = specificity_for(session, row)
    enough = specificity.VALIDATED_WITHOUT_REASON_FROM
    return told(found, enough, specificity.QUESTION_TEXTS, specificity.ADVICE_TEXTS, language)


def named_providers_of(session: Session, need_id: str) -> list[str]:
    """Return the providers to which the need may be shown."""
    return list(
        session.exec(
            select(NeedNamedProvider.stakeholder_id)
            .where(NeedNamedProvider.need_id == need_id)
            .order_by(col(NeedNamedProvider.stakeholder_id))
        )
    )
