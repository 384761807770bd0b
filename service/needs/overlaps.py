"""Needs that may ask for the same as another one, out of those that the caller may see."""

from collections.abc import Sequence

from sqlmodel import Session, and_, col, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import Caller
from service.needs.queries import find_handled_need, ids_in_sight
from service.needs.reads import note_lines
from service.needs.tables import Need, NeedCommitment, NeedComponent
from service.needs.views import components_of, surroundings_of
from service.search.overlap import Thing
from service.search.queries import things_sharing
from service.search.rules import terms_of

ENDED_WITHOUT_WORK = ("withdrawn", "ineligible")
MOST_COMPARED = 40
"""Needs whose texts are compared: those with the most words in common, and the latest on the same topic."""


def find_comparable(session: Session, caller: Caller, need_id: str) -> Thing:
    """Return a need as it is compared, to those who ask for it and its desk."""
    return _things(session, [find_handled_need(session, caller, need_id)])[0]


def find_like(session: Session, caller: Caller, one: Thing) -> list[Thing]:
    """Return needs that the caller may see and that may be like a given one."""
    seen = ids_in_sight(session, caller).where(
        col(Need.id) != one.id, col(Need.state).not_in(ENDED_WITHOUT_WORK)
    )
    ids = set(things_sharing(session, "need", terms_of(one.text), seen, MOST_COMPARED))
    ids |= set(_on_the_same_topic(session, one, seen))
    rows = session.exec(select(Need).where(col(Need.id).in_(ids)).order_by(col(Need.id))).all()
    return _things(session, rows)


def note_shown(session: Session, caller: Caller, need_ids: Sequence[str]) -> None:
    """Note that the caller is shown the titles of needs that are like another one."""
    note_lines(session, caller, session.exec(select(Need).where(col(Need.id).in_(need_ids))).all())


def _on_the_same_topic(session: Session, one: Thing, seen: SelectOfScalar[str]) -> Sequence[str]:
    serving = select(NeedCommitment.need_id).where(col(NeedCommitment.commitment_code).in_(one.commitments))
    covering = select(NeedComponent.need_id).where(col(NeedComponent.area).in_(one.areas))
    query = select(Need.id).where(
        col(Need.id).in_(seen),
        or_(and_(col(Need.id).in_(serving), col(Need.id).in_(covering)), Need.title == one.title),
    )
    return session.exec(
        query.order_by(col(Need.registered_at).desc(), col(Need.id)).limit(MOST_COMPARED)
    ).all()


def _things(session: Session, rows: Sequence[Need]) -> list[Thing]:
    around = surroundings_of(session, rows)
    parts = components_of(session, [row.id for row in rows])
    return [
        Thing(
            kind="need",
            id=row.id,
            title=row.title,
            language=row.language,
            text="\n".join(text for text in (row.title, row.context, row.expected_result) if text),
            commitments=frozenset(around.commitments[row.id]),
            areas=frozenset(part.area for part in parts[row.id] if part.area),
            states=frozenset(around.states_of(row.id)),
            requesters=frozenset(place.stakeholder_id for place in around.requesters[row.id]),
        )
        for row in rows
    ]
