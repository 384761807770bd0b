"""How a dialogue's part in something has clocks: its secretariat must act, its requester sees them."""

from collections.abc import Collection

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from service.caller import ASKING, Caller
from service.deadlines.stages import Actor
from service.deadlines.timed import Facts, Sight, Timed, time_things
from service.dialogues.queries import engagements_in_sight, kept_dialogues
from service.dialogues.tables import DialogueEngagement
from service.stakeholders.tables import Stakeholder
from service.texts import N_

TITLE = N_("A need that a dialogue was told of")


def _facts(session: Session, engagement_id: str) -> Facts | None:
    row = session.get(DialogueEngagement, engagement_id)
    if row is None:
        return None
    desks = select(Stakeholder.id).where(
        Stakeholder.dialogue_code == row.dialogue_code,
        col(Stakeholder.is_desk),
        col(Stakeholder.retired_at).is_(None),
    )
    # Its own calendar; a dialogue without a desk goes by that of the instance.
    return Facts(session.exec(desks.order_by(col(Stakeholder.id))).first())


def _in_hand(session: Session, caller: Caller) -> SelectOfScalar[str]:
    return engagements_in_sight(session, caller)


def _sights(session: Session, caller: Caller, ids: Collection[str]) -> dict[str, Sight]:
    kept = kept_dialogues(session, caller)
    rows = session.exec(select(DialogueEngagement).where(col(DialogueEngagement.id).in_(ids)))
    return {row.id: Sight(TITLE, None, "/engagements", frozenset(_roles(caller, row, kept))) for row in rows}


def _roles(caller: Caller, row: DialogueEngagement, kept: set[str]) -> set[Actor]:
    found: set[Actor] = {"requester"} if caller.acts_for(row.stakeholder_id, *ASKING) else set()
    return found | ({"addressee"} if row.dialogue_code in kept else set())


time_things("engagement", Timed(_facts, _in_hand, _sights, _in_hand))
