"""The calendar and durations that are in force: a desk's own, else the instance's, else those built in."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import NamedTuple, cast

from sqlmodel import Session, col, select

from service.deadlines import rules
from service.deadlines.rules import Calendar, Duration, Reminders, Unit
from service.deadlines.stages import CLOCKS, Stage, duration_key
from service.deadlines.tables import ClockDuration, ClockPolicy

INSTANCE = "instance"
"""Owner of what counts at desks that chose nothing."""

Chosen = Mapping[tuple[str, str], Duration]


class InForce(NamedTuple):
    """What counts at a desk."""

    calendar: Calendar
    reminders: Reminders
    durations: Chosen
    """By stage and urgency."""

    def duration(self, stage: Stage, urgency: str | None) -> Duration:
        """Return how long a stage may take."""
        return self.durations[stage, duration_key(stage, urgency)]

    def due_at(self, stage: Stage, urgency: str | None, start: datetime) -> datetime:
        """Return when a stage that begins at a moment is due."""
        return rules.due_at(start, self.duration(stage, urgency), self.calendar)


def in_force(session: Session, desk_id: str | None) -> InForce:
    """Return what counts at a desk, or where no desk handles a thing."""
    return policies_of(session, [desk_id])[desk_id]


def policies_of(session: Session, desk_ids: Iterable[str | None]) -> dict[str | None, InForce]:
    """Return what counts at each of some desks."""
    wanted = set(desk_ids)
    owners = {one for one in wanted if one} | {INSTANCE}
    rows = {
        row.owner: row for row in session.exec(select(ClockPolicy).where(col(ClockPolicy.owner).in_(owners)))
    }
    chosen = _chosen(session, owners)
    return {
        desk_id: _merged(
            rows.get(desk_id or INSTANCE) or rows.get(INSTANCE),
            {**_BUILT_IN, **chosen.get(INSTANCE, {}), **chosen.get(desk_id or INSTANCE, {})},
        )
        for desk_id in wanted
    }


def chosen_by(session: Session, owner: str) -> Chosen:
    """Return the durations that a desk, or the instance, chose itself."""
    return _chosen(session, {owner}).get(owner, {})


def due_at(
    session: Session, desk_id: str | None, stage: Stage, urgency: str | None, start: datetime
) -> datetime:
    """Return when a stage that begins at a moment is due, by the calendar and durations of its desk."""
    return in_force(session, desk_id).due_at(stage, urgency, start)


_BUILT_IN: Chosen = {
    (stage, urgency): duration
    for stage, clock in CLOCKS.items()
    for urgency, duration in clock.durations.items()
}


def _chosen(session: Session, owners: Iterable[str]) -> dict[str, dict[tuple[str, str], Duration]]:
    found: dict[str, dict[tuple[str, str], Duration]] = {}
    for row in session.exec(select(ClockDuration).where(col(ClockDuration.owner).in_(set(owners)))):
        unit = cast("Unit", row.unit)
        found.setdefault(row.owner, {})[row.stage, row.urgency] = Duration(row.amount, unit)
    return found


def _merged(row: ClockPolicy | None, durations: Chosen) -> InForce:
    if row is None:
        return InForce(Calendar(), Reminders(), durations)
    calendar = Calendar(
        row.time_zone,
        frozenset(int(day) for day in row.weekend),
        row.country,
        frozenset(date.fromisoformat(day) for day in row.free_dates),
    )
    return InForce(calendar, Reminders(row.reminds_at_half, row.reminds_days_before), durations)
