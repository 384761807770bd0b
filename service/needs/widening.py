"""Letting more people see a need: one person of the state asks, another one agrees.

What is asked for is bound to the version of the text and to the level that stood then; it can be revoked by
anybody of the state until it is done. Where only one person acts for the state, it takes a second factor and
a day. Narrowing needs neither.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from service import clock
from service.access.holders import accounts_acting_for, names_of
from service.caller import ASKING, SYSTEM, Caller
from service.database.columns import new_id
from service.errors import NotFound
from service.journal.commands import record
from service.needs import rules
from service.needs.changes import change, reindex, subject_of
from service.needs.errors import SecondFactorToWiden, SecondPersonNeeded, WideningOvertaken
from service.needs.queries import find_own_need
from service.needs.schemas import WideningsView, WideningView
from service.needs.tables import Need, NeedNamedProvider, NeedRequester, NeedWidening
from service.needs.views import named_providers_of
from service.stakeholders.queries import states_of


class Wider(NamedTuple):
    """What is to become wider: the level, who is named, what everybody may read."""

    level: str
    named: Sequence[str] = ()
    public_summary: str | None = None


def ask_to_widen(session: Session, caller: Caller, row: Need, wider: Wider, reason: str | None) -> None:
    """Ask for a wider level. It takes the place of what was asked before."""
    others = _side_of(session, row) - {caller.account_id or ""}
    _check_alone(caller, others)
    end_open_widening(session, caller, row, "overtaken")
    change(session, row)
    asked = NeedWidening(
        id=new_id("widening"),
        need_id=row.id,
        text_version=row.text_version,
        from_level=row.confidentiality,
        to_level=wider.level,
        named=sorted(wider.named),
        public_summary=wider.public_summary,
        asked_by=caller.account_id or "",
        asked_at=clock.now(),
        due_at=rules.widening_due_at(clock.now(), len(others)),
    )
    session.add(asked)
    session.flush()
    details = {"from": asked.from_level, "to": asked.to_level, "named": asked.named, "text": row.text_version}
    record(session, caller, "need.widening-asked", subject_of(row), details, reason)


def agree_to_widening(
    session: Session, caller: Caller, need_id: str, widening_id: str, reason: str | None = None
) -> Need:
    """Agree, as a second person of the state, to what the first one asked for: this text, this level."""
    row, asked = _found(session, caller, need_id, widening_id)
    if caller.account_id == asked.asked_by or caller.account_id not in _side_of(session, row):
        raise SecondPersonNeeded
    _widen(session, caller, row, asked, reason)
    return row


def revoke_widening(
    session: Session, caller: Caller, need_id: str, widening_id: str, reason: str | None = None
) -> Need:
    """Take back what was asked for, or stop it. Anybody who acts for a requester may."""
    row, _ = _found(session, caller, need_id, widening_id)
    end_open_widening(session, caller, row, "revoked", reason)
    change(session, row)
    return row


def widen_where_due(session: Session) -> int:
    """Do what a person who acts alone asked for a day ago and nobody revoked; return how many it were."""
    due = session.exec(
        select(NeedWidening)
        .where(NeedWidening.state == "asked", col(NeedWidening.due_at) <= clock.now())
        .order_by(col(NeedWidening.due_at), col(NeedWidening.id))
    ).all()
    done = 0
    for asked in due:
        row = session.get_one(Need, asked.need_id)
        if _still_stands(row, asked):
            _widen(session, SYSTEM, row, asked, None)
            done += 1
        else:
            end_open_widening(session, SYSTEM, row, "overtaken")
    return done


def end_open_widening(
    session: Session, caller: Caller, row: Need, state: rules.WideningState, reason: str | None = None
) -> None:
    """End what is asked for, if anything is: its text or level changed, or somebody revoked it."""
    asked = open_widening(session, row.id)
    if asked is not None:
        _end(session, caller, asked, state)
        details = {"to": asked.to_level, "how": state}
        record(session, caller, "need.widening-ended", subject_of(row), details, reason)


def open_widening(session: Session, need_id: str) -> NeedWidening | None:
    """Return what is asked for and not done yet."""
    return session.exec(
        select(NeedWidening).where(NeedWidening.need_id == need_id, NeedWidening.state == "asked")
    ).first()


def list_widenings(session: Session, caller: Caller, need_id: str) -> WideningsView:
    """Return what was ever asked for, latest first, to everybody who acts for a requester."""
    row = find_own_need(session, caller, need_id)
    rows = session.exec(
        select(NeedWidening)
        .where(NeedWidening.need_id == row.id)
        .order_by(col(NeedWidening.asked_at).desc(), col(NeedWidening.id))
    ).all()
    names = names_of(session, {id_ for one in rows for id_ in (one.asked_by, one.ended_by) if id_})
    side = _side_of(session, row)
    return WideningsView(items=[_view(one, row, names, caller, side) for one in rows])


def _view(
    asked: NeedWidening, row: Need, names: dict[str, str], caller: Caller, side: set[str]
) -> WideningView:
    is_open = asked.state == "asked" and _still_stands(row, asked)
    return WideningView(
        id=asked.id,
        state=asked.state,
        text_version=asked.text_version,
        from_level=asked.from_level,
        to_level=asked.to_level,
        named=asked.named,
        public_summary=asked.public_summary,
        asked_by=names.get(asked.asked_by),
        asked_at=asked.asked_at,
        due_at=asked.due_at,
        ended_by=names.get(asked.ended_by or ""),
        ended_at=asked.ended_at,
        may_agree=is_open and caller.account_id != asked.asked_by and caller.account_id in side,
        may_revoke=asked.state == "asked",
    )


def _found(session: Session, caller: Caller, need_id: str, widening_id: str) -> tuple[Need, NeedWidening]:
    row = find_own_need(session, caller, need_id)
    asked = session.get(NeedWidening, widening_id)
    if asked is None or asked.need_id != row.id:
        raise NotFound
    if asked.state != "asked":
        raise WideningOvertaken
    return row, asked


def _still_stands(row: Need, asked: NeedWidening) -> bool:
    return (row.text_version, row.confidentiality) == (asked.text_version, asked.from_level)


def _widen(session: Session, caller: Caller, row: Need, asked: NeedWidening, reason: str | None) -> None:
    if not _still_stands(row, asked):
        raise WideningOvertaken
    there = set(named_providers_of(session, row.id))
    session.add_all(
        NeedNamedProvider(need_id=row.id, stakeholder_id=id_) for id_ in asked.named if id_ not in there
    )
    change(
        session,
        row,
        confidentiality=asked.to_level,
        public_summary=asked.public_summary or row.public_summary,
    )
    reindex(session, row)
    _end(session, caller, asked, "done")
    details = {
        "from": asked.from_level,
        "to": asked.to_level,
        "named": asked.named,
        "asked_by": asked.asked_by,
        "text": asked.text_version,
    }
    record(session, caller, "need.level-changed", subject_of(row), details, reason)


def _end(session: Session, caller: Caller, asked: NeedWidening, state: rules.WideningState) -> None:
    asked.state, asked.ended_by, asked.ended_at = state, caller.account_id, clock.now()
    session.add(asked)
    session.flush()


def _side_of(session: Session, row: Need) -> set[str]:
    """Return the accounts that act for the lead, or for another requester of a state of the lead."""
    ids = session.exec(select(NeedRequester.stakeholder_id).where(NeedRequester.need_id == row.id)).all()
    states = states_of(session, ids)
    home = set(states[row.lead_id])
    side = {id_ for id_ in ids if id_ == row.lead_id or home & set(states[id_])}
    return accounts_acting_for(session, side, ASKING)


def _check_alone(caller: Caller, others: set[str]) -> None:
    """Ask somebody who acts alone for a second factor: a stolen password must not open a state's needs."""
    if not others and not caller.has_second_factor:
        raise SecondFactorToWiden


def waits_until(row: Need, endorsements: Sequence[tuple[str | None, datetime | None]]) -> datetime | None:
    """Tell until when a need waits whose level one person alone chose and endorsed; None: it need not.

    What is narrow enough for the desk alone never waits, nor what a second person endorsed.
    """
    if not rules.widens("secretariat_only", row.confidentiality) or row.level_set_by is None:
        return None
    given = [(who, when) for who, when in endorsements if when is not None]
    if not given or any(who != row.level_set_by for who, _ in given):
        return None
    return max(when for _, when in given) + rules.WIDENED_ALONE_AFTER
