"""What a round takes from the needs: plain values, whatever their level. Computing is not showing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, or_, select

from service import clock
from service.needs.rules import TAKEN_INTO_ROUNDS, TAKES_PART, reaches
from service.needs.tables import Need, NeedCommitment, NeedComponent, NeedDialogue, NeedRequester
from service.needs.views import components_of, wishes_of
from service.reference.memberships import memberships_on
from service.reference.tables import Commitment
from service.stakeholders.queries import stakeholders_of_states


@dataclass(frozen=True, slots=True)
class LanguageForRound:
    """A language that a component can be done in."""

    code: str
    level: str | None


@dataclass(frozen=True, slots=True)
class ComponentForRound:
    """One thing to be covered."""

    id: str
    area: str | None
    modality: str | None
    languages: tuple[LanguageForRound, ...] | None
    """Any one is enough. None: nobody stated one."""
    slots: int
    """Number of experts."""
    days: int | None
    mandatory: bool


@dataclass(frozen=True, slots=True)
class NeedForRound:
    """A need as the engine needs it. ``None`` is unknown. It holds what is private: never show it."""

    id: str
    requesters: tuple[str, ...]
    """Stakeholders, the lead first."""
    components: tuple[ComponentForRound, ...]
    commitments: tuple[str, ...]
    text: str
    language: str
    """Language of the text."""
    urgency: str
    starts_on: date | None
    ends_on: date | None
    delivery: str | None
    preferred: tuple[str, ...]
    excluded: tuple[str, ...]
    do_not_pair: tuple[str, ...]
    interpretation: bool | None
    joint: bool
    """Whether it may be combined with needs of other states: its level lets at least the members of its
    desk's dialogue see it."""
    endorsed: bool
    """Every requester endorsed it, or it is an emergency that goes ahead of that."""
    in_scope: bool
    public_bodies_only: bool
    max_days: int | None
    max_cost_per_day_usd: int | None
    duplicate_of: str | None
    """Another need, which need not be in the same round."""
    dialogues: tuple[str, ...]
    """Dialogues that the requester would like as host."""
    beneficiaries: tuple[str, ...]
    kind: str
    state: str
    desk_id: str
    source: str | None
    """Page that it was read on, if any."""
    version: int
    """The version that was read, to notice what changed meanwhile."""


@dataclass(frozen=True, slots=True)
class _Links:
    """What hangs on some needs, by their ids."""

    requesters: Mapping[str, list[NeedRequester]]
    components: Mapping[str, list[NeedComponent]]
    commitments: Mapping[str, list[str]]
    dialogues: Mapping[str, list[str]]
    wishes: Mapping[tuple[str, str], list[str]]

    def wished(self, need_id: str, wish: str) -> tuple[str, ...]:
        """Return the stakeholders that a need names in a wish."""
        return tuple(self.wishes.get((need_id, wish), ()))


def needs_for_round(
    session: Session, desk_id: str | None = None, theme: str | None = None, dialogue: str | None = None
) -> list[NeedForRound]:
    """Return the needs that a round takes in, ordered by id.

    Only those that are open for matching and whose requester lets the desk match them. With no desk, those of
    all desks: for rounds over the whole instance, whose outcome each desk sees for its own needs only. A
    dialogue narrows to needs whose requester belongs to it or would like it as host.
    """
    query = select(Need).where(
        col(Need.state).in_(TAKEN_INTO_ROUNDS),
        col(Need.matching_allowed),
        col(Need.set_back_code).is_(None),
    )
    if desk_id is not None:
        query = query.where(Need.desk_id == desk_id)
    if theme is not None:
        of_theme = (
            select(NeedCommitment.need_id)
            .join(Commitment, col(Commitment.code) == col(NeedCommitment.commitment_code))
            .where(Commitment.theme_code == theme)
        )
        query = query.where(col(Need.id).in_(of_theme))
    if dialogue is not None:
        members = stakeholders_of_states(_members(session, dialogue))
        asked = select(NeedRequester.need_id).where(col(NeedRequester.stakeholder_id).in_(members))
        wished = select(NeedDialogue.need_id).where(NeedDialogue.dialogue_code == dialogue)
        query = query.where(or_(col(Need.id).in_(asked), col(Need.id).in_(wished)))
    return _told(session, session.exec(query.order_by(col(Need.id))).all())


def needs_by_id(session: Session, need_ids: Iterable[str]) -> list[NeedForRound]:
    """Return the given needs as a round would take them, whatever their state; for one need's candidates."""
    query = select(Need).where(col(Need.id).in_(set(need_ids))).order_by(col(Need.id))
    return _told(session, session.exec(query).all())


def _members(session: Session, dialogue: str) -> list[str]:
    places = memberships_on(session, clock.today(), "dialogue", group=dialogue)
    return [place.state for place in places if place.role in TAKES_PART]


def _told(session: Session, rows: Iterable[Need]) -> list[NeedForRound]:
    rows = list(rows)
    links = _links_of(session, [row.id for row in rows])
    return [_need(row, links) for row in rows]


def _links_of(session: Session, ids: list[str]) -> _Links:
    requesters: dict[str, list[NeedRequester]] = {id_: [] for id_ in ids}
    asking = select(NeedRequester).where(col(NeedRequester.need_id).in_(ids))
    for place in session.exec(asking.order_by(col(NeedRequester.position))):
        requesters[place.need_id].append(place)
    commitments: dict[str, list[str]] = {id_: [] for id_ in ids}
    serving = select(NeedCommitment).where(col(NeedCommitment.need_id).in_(ids))
    for link in session.exec(serving.order_by(col(NeedCommitment.commitment_code))):
        commitments[link.need_id].append(link.commitment_code)
    dialogues: dict[str, list[str]] = {id_: [] for id_ in ids}
    wishing = select(NeedDialogue).where(col(NeedDialogue.need_id).in_(ids))
    for wish in session.exec(wishing.order_by(col(NeedDialogue.dialogue_code))):
        dialogues[wish.need_id].append(wish.dialogue_code)
    return _Links(requesters, components_of(session, ids), commitments, dialogues, wishes_of(session, ids))


def _need(row: Need, links: _Links) -> NeedForRound:
    requesters = links.requesters[row.id]
    components = links.components[row.id]
    notes = (component.note for component in components)
    texts = (row.title, row.context, row.expected_result, row.what_exists, row.done_when, *notes)
    return NeedForRound(
        id=row.id,
        requesters=tuple(place.stakeholder_id for place in requesters),
        components=tuple(_component(component) for component in components),
        commitments=tuple(links.commitments[row.id]),
        text="\n".join(text for text in texts if text),
        language=row.language,
        urgency=row.urgency,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        delivery=row.delivery_mode,
        preferred=links.wished(row.id, "preferred"),
        excluded=links.wished(row.id, "excluded"),
        do_not_pair=links.wished(row.id, "do_not_pair"),
        interpretation=row.interpretation_offered,
        joint=reaches(row.confidentiality, "dialogue_members"),
        endorsed=is_endorsed(row, requesters),
        in_scope=row.in_scope,
        public_bodies_only=row.public_bodies_only,
        max_days=row.max_days,
        max_cost_per_day_usd=row.max_cost_per_day_usd,
        duplicate_of=row.duplicate_of,
        dialogues=tuple(links.dialogues[row.id]),
        beneficiaries=tuple(row.beneficiaries),
        kind=row.kind,
        state=row.state,
        desk_id=row.desk_id,
        source=row.source,
        version=row.version,
    )


def is_endorsed(row: Need, requesters: Iterable[NeedRequester]) -> bool:
    """Tell whether every requester endorsed the need, or it is an emergency that goes ahead of that."""
    if row.is_expedited and row.urgency == "emergency" and row.set_back_code is None:
        return True
    return all(place.endorsed_at is not None for place in requesters)


def _component(row: NeedComponent) -> ComponentForRound:
    languages = None
    if row.languages is not None:
        languages = tuple(LanguageForRound(item["code"], item["level"]) for item in row.languages)
    return ComponentForRound(
        id=row.id,
        area=row.area,
        modality=row.modality,
        languages=languages,
        slots=row.experts,
        days=row.days,
        mandatory=row.is_mandatory,
    )
