"""Who may see which needs, as conditions of the statements that read them.

A condition is made either for an onlooker, or with places that are filled in when the statement is run: to
put a long statement together takes longer than to run it. What fills the places is read at each request.
"""

from typing import Any, NamedTuple

from sqlalchemy import Boolean, ColumnElement, bindparam, exists, literal
from sqlmodel import and_, col, or_, select

from service.caller import ASKING
from service.database.prepared import IsOneOf
from service.needs.rules import Onlooker, levels_from
from service.needs.tables import Need, NeedNamedProvider, NeedRequester
from service.stakeholders.tables import Stakeholder


class Place(NamedTuple):
    """Where a list is filled in when a statement is run."""

    name: str


class Eyes(NamedTuple):
    """What decides what an onlooker sees: values, or places for them."""

    asking: Any
    """The stakeholders for which the onlooker asks."""
    desks: Any
    """The desks at which the onlooker works."""
    stakeholders: Any
    """All for which the onlooker does anything."""
    dialogues: Any
    is_of_a_state: Any


PLACES = Eyes(
    asking=Place("asking"),
    desks=Place("desks"),
    stakeholders=Place("stakeholders"),
    dialogues=Place("dialogues"),
    is_of_a_state=bindparam("is_of_a_state", type_=Boolean(), required=False),
)
"""Places in a statement, to be filled in by :func:`filled`."""


def filled(onlooker: Onlooker) -> dict[str, Any]:
    """Return what fills the places of a statement for an onlooker."""
    return _eyes_of(onlooker)._asdict()


def text_visible(onlooker: Onlooker | Eyes) -> ColumnElement[bool]:
    """Return the condition that the onlooker may see a need's text."""
    eyes = onlooker if isinstance(onlooker, Eyes) else _bound(onlooker)
    asked = _beside(NeedRequester).where(_is_among(NeedRequester.stakeholder_id, eyes.asking))
    return or_(
        exists(asked),
        _handled_at(eyes.desks),
        and_(
            col(Need.circulated_at).is_not(None),
            col(Need.set_back_code).is_(None),
            or_(col(Need.confidentiality) == "public", *_circles(eyes)),
        ),
    )


def in_hand(asking: Any, desks: Any) -> ColumnElement[bool]:
    """Return the condition that a need is asked for by some of those, or handled at some of the desks."""
    asked = select(NeedRequester.need_id).where(col(NeedRequester.stakeholder_id).in_(asking))
    return or_(col(Need.id).in_(asked), _handled_at(desks))


def summary_visible() -> ColumnElement[bool]:
    """Return the condition that everybody may see a need's public summary."""
    return and_(
        col(Need.circulated_at).is_not(None),
        col(Need.set_back_code).is_(None),
        col(Need.confidentiality) == "public_summary",
    )


def _handled_at(desks: Any) -> ColumnElement[bool]:
    return and_(
        _is_among(Need.desk_id, desks),
        or_(col(Need.submitted_at).is_not(None), col(Need.registered_on_behalf)),
    )


def _is_among(column: Any, listed: Any) -> ColumnElement[bool]:
    return IsOneOf(col(column), listed.name) if isinstance(listed, Place) else col(column).in_(listed)


def _beside(table: Any) -> Any:
    # Looked up for each need: all needs of somebody who asks for many would be more than a page has.
    return select(table.need_id).where(table.need_id == Need.id).correlate(Need)


def _circles(eyes: Eyes) -> list[ColumnElement[bool]]:
    level = col(Need.confidentiality)
    named = _beside(NeedNamedProvider).where(_is_among(NeedNamedProvider.stakeholder_id, eyes.stakeholders))
    desks = select(Stakeholder.id).where(_is_among(Stakeholder.dialogue_code, eyes.dialogues))
    return [
        and_(level.in_(levels_from("named_providers")), exists(named)),
        and_(level.in_(levels_from("dialogue_members")), col(Need.desk_id).in_(desks)),
        and_(level.in_(levels_from("all_states")), eyes.is_of_a_state),
    ]


def _eyes_of(onlooker: Onlooker) -> Eyes:
    caller = onlooker.caller
    return Eyes(
        asking=caller.stakeholders(*ASKING),
        desks=caller.desks(),
        stakeholders=caller.stakeholders(),
        dialogues=onlooker.dialogues,
        is_of_a_state=bool(onlooker.states),
    )


def _bound(onlooker: Onlooker) -> Eyes:
    eyes = _eyes_of(onlooker)
    return eyes._replace(is_of_a_state=literal(eyes.is_of_a_state))
