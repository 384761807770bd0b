"""What a desk, or the instance, chooses about its clocks; reading it and changing it."""

from collections.abc import Iterable
from typing import cast

from sqlmodel import Session, col, delete

from service import clock
from service.caller import Caller
from service.deadlines import rules
from service.deadlines.policies import INSTANCE, chosen_by, in_force
from service.deadlines.schemas import ClockPolicyChange, ClockPolicyView, DurationChoice, DurationView
from service.deadlines.stages import ANY, CLOCKS, Urgency
from service.deadlines.tables import ClockDuration, ClockPolicy
from service.errors import FieldFault, InvalidInput, NotAllowed, NotFound
from service.journal.commands import record
from service.stakeholders.queries import find_stakeholders
from service.texts import N_, translate


def get_clock_policy(session: Session, caller: Caller, owner: str, language: str) -> ClockPolicyView:
    """Return what counts at a desk, or on the whole instance. Everybody may know it."""
    _check_owner(session, owner)
    policy = in_force(session, None if owner == INSTANCE else owner)
    own = chosen_by(session, owner)
    return ClockPolicyView(
        owner=owner,
        time_zone=policy.calendar.time_zone,
        weekend=sorted(policy.calendar.weekend),
        country=policy.calendar.country,
        free_dates=sorted(policy.calendar.free_dates),
        reminds_at_half=policy.reminders.at_half,
        reminds_days_before=policy.reminders.days_before,
        durations=[
            DurationView(
                stage=stage,
                title=translate(one.title, language),
                urgency=None if urgency == ANY else cast("Urgency", urgency),
                amount=policy.durations[stage, urgency].amount,
                unit=policy.durations[stage, urgency].unit,
                is_own=(stage, urgency) in own,
            )
            for stage, one in CLOCKS.items()
            for urgency in one.durations
        ],
        may_change=may_choose(caller, owner),
    )


def change_clock_policy(session: Session, caller: Caller, owner: str, change: ClockPolicyChange) -> None:
    """Choose the calendar and durations of a desk, or of the instance. Clocks that run stay as they are."""
    check_may_choose(session, caller, owner)
    faults = list(policy_faults(change))
    if faults:
        raise InvalidInput(*faults)
    changed = _keep_calendar(session, caller, owner, change) + _keep_durations(session, owner, change)
    session.flush()
    details = {"changed": changed}
    record(session, caller, "clock-policy.changed", f"clock-policy:{owner}", details, change.reason)


def may_choose(caller: Caller, owner: str) -> bool:
    """Tell whether the caller chooses about clocks: a desk for itself, an administrator for the instance."""
    return caller.is_administrator if owner == INSTANCE else owner in caller.desks()


def check_may_choose(session: Session, caller: Caller, owner: str) -> None:
    """Refuse who does not choose about the clocks of a desk, or of the instance."""
    _check_owner(session, owner)
    if not may_choose(caller, owner):
        raise NotAllowed


def policy_faults(change: ClockPolicyChange) -> Iterable[FieldFault]:
    """Find what cannot be kept: unknown zones and states, odd durations."""
    if change.time_zone not in rules.time_zones():
        yield FieldFault("time_zone", "unknown", N_("There is no such time zone."))
    if change.country is not None and change.country not in rules.countries():
        yield FieldFault("country", "unknown", N_("The public holidays of this state are not known here."))
    seen = set()
    for number, one in enumerate(change.durations):
        key = one.stage, one.urgency or ANY
        if key in seen or key[1] not in CLOCKS[one.stage].durations:
            message = N_("This stage has no duration like this, or it is given twice.")
            yield FieldFault(f"durations[{number}]", "unknown", message)
        elif one.amount > rules.MOST[one.unit]:
            yield FieldFault(f"durations[{number}].amount", "too_long", N_("This is too long."))
        seen.add(key)


def _check_owner(session: Session, owner: str) -> None:
    if owner == INSTANCE:
        return
    found = find_stakeholders(session, [owner]).get(owner)
    if found is None or not found.is_desk:
        raise NotFound


def _keep_calendar(session: Session, caller: Caller, owner: str, change: ClockPolicyChange) -> list[str]:
    row = ClockPolicy(
        owner=owner,
        time_zone=change.time_zone,
        weekend=[str(day) for day in sorted(set(change.weekend))],
        country=change.country,
        free_dates=[day.isoformat() for day in sorted(set(change.free_dates))],
        reminds_at_half=change.reminds_at_half,
        reminds_days_before=change.reminds_days_before,
        changed_at=clock.now(),
        changed_by=caller.account_id or "nobody",
    )
    before = session.get(ClockPolicy, owner)
    names = (
        "time_zone",
        "weekend",
        "country",
        "free_dates",
        "reminds_at_half",
        "reminds_days_before",
    )
    changed = [name for name in names if before is None or getattr(before, name) != getattr(row, name)]
    session.merge(row)
    return changed


def _keep_durations(session: Session, owner: str, change: ClockPolicyChange) -> list[str]:
    before = chosen_by(session, owner)
    chosen = {_key(one): rules.Duration(one.amount, one.unit) for one in change.durations}
    session.exec(delete(ClockDuration).where(col(ClockDuration.owner) == owner))
    session.add_all(
        ClockDuration(owner=owner, stage=stage, urgency=urgency, amount=one.amount, unit=one.unit)
        for (stage, urgency), one in chosen.items()
    )
    differ = {key for key in before.keys() | chosen.keys() if before.get(key) != chosen.get(key)}
    return sorted({f"durations.{stage}" for stage, _ in differ})


def _key(one: DurationChoice) -> tuple[str, str]:
    return one.stage, one.urgency or ANY
