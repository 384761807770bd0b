"""What this room does when something happened: clocks start and end with what the journal tells."""

from sqlmodel import Session, col, select

from service.deadlines.commands import follow_journal
from service.deadlines.stages import CLOCKS, EVENTS, Stage, Told
from service.deadlines.timed import Facts, facts_of
from service.journal.reactions import Happening, on
from service.journal.tables import JournalEntry


def turn_clocks(session: Session, happening: Happening) -> None:
    """End the clocks that an event ends and start those that it starts. Told twice, nothing more happens."""
    kind, _, thing_id = happening.subject.partition(":")
    concerned = [stage for stage, one in CLOCKS.items() if one.kind == kind]
    facts = facts_of(session, kind, thing_id) if concerned else None
    if facts is None:
        return
    told = _told(session, happening.subject)
    for stage in concerned:
        if happening.event in CLOCKS[stage].starts or happening.event in CLOCKS[stage].ends:
            follow_journal(session, stage, thing_id, facts, _fitting(stage, told, facts))


def _told(session: Session, subject: str) -> list[Told]:
    rows = session.exec(
        select(JournalEntry.id, JournalEntry.event, JournalEntry.occurred_at)
        .where(JournalEntry.subject == subject, col(JournalEntry.event).in_(EVENTS))
        .order_by(col(JournalEntry.number))
    )
    return [Told(*row) for row in rows]


def _fitting(stage: Stage, told: list[Told], facts: Facts) -> list[Told]:
    """Leave out endorsements of an emergency that others still have to follow."""
    if stage != "endorse_emergency":
        return told
    endorsed = [one for one in told if one.event == "need.endorsed"]
    last = endorsed[-1:] if facts.moments.get(stage) is None else []
    return [one for one in told if one.event != "need.endorsed" or one in last]


for _event in sorted(EVENTS):
    on(_event, f"deadlines.{_event}")(turn_clocks)
