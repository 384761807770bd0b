"""Reading stakeholders. Institutions are public; an individual expert is shown to its own people only."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlmodel import Session, bindparam, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.database.engines import once
from service.database.prepared import IsOneOf, Prepared
from service.errors import NotFound
from service.search.queries import things_with
from service.stakeholders.rules import HOLDS_A_PERSON, PUBLIC_BODIES
from service.stakeholders.schemas import StakeholderView
from service.stakeholders.tables import Stakeholder, StakeholderState
from service.web.paging import Key, PageAsked, page_of
from service.web.schemas import Page


class StakeholderFilter(NamedTuple):
    """What a list of stakeholders is narrowed to."""

    type: str | None = None
    state: str | None = None
    dialogue: str | None = None
    desks_only: bool = False
    words: str | None = None


def get_stakeholder(session: Session, caller: Caller, stakeholder_id: str) -> StakeholderView:
    """Return one stakeholder, or refuse as if there were none."""
    return views_of(session, [find_stakeholder(session, caller, stakeholder_id)])[0]


def find_stakeholder(session: Session, caller: Caller, stakeholder_id: str) -> Stakeholder:
    """Return the row of one stakeholder that the caller may see."""
    row = session.exec(_visible(caller).where(Stakeholder.id == stakeholder_id)).first()
    if row is None:
        raise NotFound
    return row


def list_stakeholders(
    session: Session, caller: Caller, wanted: StakeholderFilter, page: PageAsked
) -> Page[StakeholderView]:
    """Return a page of the stakeholders that the caller may see, by name."""
    query = _narrowed(_visible(caller).where(col(Stakeholder.retired_at).is_(None)), wanted)
    order = [Key(col(Stakeholder.name), "name"), Key(col(Stakeholder.id), "id")]
    rows, following = page_of(session, query, order, page)
    return Page(items=views_of(session, rows), next=following)


def find_stakeholders(session: Session, ids: Iterable[str]) -> dict[str, Stakeholder]:
    """Return the rows of the given ids, for rooms that name stakeholders in what they show."""
    wanted, known = set(ids), once(session, "stakeholders", dict[str, Stakeholder])
    new = wanted - known.keys()
    if new:
        known.update((row.id, row) for row in session.exec(_THESE, params={"ids": list(new)}))
    return {id_: known[id_] for id_ in wanted if id_ in known}


# Written once: who somebody is, and of which states, is asked with nearly everything.
_THESE = select(Stakeholder).where(col(Stakeholder.id).in_(bindparam("ids", expanding=True)))
_STATES = Prepared(
    select(StakeholderState.stakeholder_id, StakeholderState.iso3)
    .where(IsOneOf(col(StakeholderState.stakeholder_id), "ids"))
    .order_by(col(StakeholderState.iso3))
)


def states_of(session: Session, ids: Iterable[str]) -> dict[str, list[str]]:
    """Return the states of the given stakeholders, in order of their code."""
    wanted, known = set(ids), once(session, "states of stakeholders", dict[str, list[str]])
    new = wanted - known.keys()
    known.update((stakeholder_id, []) for stakeholder_id in new)
    if new:
        for stakeholder_id, iso3 in _STATES.rows(session, {"ids": new}):
            known[stakeholder_id].append(iso3)
    return {stakeholder_id: list(known[stakeholder_id]) for stakeholder_id in wanted}


def stakeholders_of_states(states: Iterable[str]) -> SelectOfScalar[str]:
    """Return a subquery of the ids of stakeholders of any of the states."""
    return select(StakeholderState.stakeholder_id).where(col(StakeholderState.iso3).in_(list(states)))


def views_of(session: Session, rows: Sequence[Stakeholder]) -> list[StakeholderView]:
    """Return rows as they are shown."""
    states = states_of(session, (row.id for row in rows))
    return [
        StakeholderView(
            id=row.id,
            type=row.type,
            name=row.name,
            language=row.language,
            states=states[row.id],
            dialogue=row.dialogue_code,
            regional_body=row.body_code,
            is_desk=row.is_desk,
            is_public_body=row.type in PUBLIC_BODIES,
            website=row.website,
            source=row.source,
            is_demonstration=row.is_demonstration,
            registered_at=row.registered_at,
            retired_at=row.retired_at,
        )
        for row in rows
    ]


def _visible(caller: Caller) -> SelectOfScalar[Stakeholder]:
    return select(Stakeholder).where(
        or_(Stakeholder.type != HOLDS_A_PERSON, col(Stakeholder.id).in_(caller.stakeholders()))
    )


def _narrowed(query: SelectOfScalar[Stakeholder], wanted: StakeholderFilter) -> SelectOfScalar[Stakeholder]:
    if wanted.type:
        query = query.where(Stakeholder.type == wanted.type)
    if wanted.state:
        query = query.where(col(Stakeholder.id).in_(stakeholders_of_states([wanted.state])))
    if wanted.dialogue:
        query = query.where(Stakeholder.dialogue_code == wanted.dialogue)
    if wanted.desks_only:
        query = query.where(col(Stakeholder.is_desk))
    if wanted.words:
        query = query.where(col(Stakeholder.id).in_(things_with("stakeholder", wanted.words)))
    return query
