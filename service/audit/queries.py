"""Reading the journal in plain words, and checking it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from service.access.tables import DutyRow
from service.access.words import role_names
from service.audit.histories import address_of, read_journal
from service.audit.rules import check_may_check
from service.audit.schemas import HistoryLine, HistoryView, JournalCheck, RootView
from service.caller import OPERATOR, SYSTEM, Caller
from service.desks.happenings import event_in_words
from service.journal.roots import verify
from service.journal.tables import JournalRoot
from service.stakeholders.queries import find_stakeholders
from service.stakeholders.rules import HOLDS_A_PERSON
from service.texts import N_, translate

ITSELF = N_("Homologue itself")
OPERATORS = N_("Somebody who runs the instance")
NO_OFFICE = N_("Somebody without a duty")
IN_OFFICE = N_("{role}, {institution}")


class _Office(NamedTuple):
    duty: DutyRow
    said: str


def get_history(session: Session, caller: Caller, subject: str, language: str) -> HistoryView:
    """Return what happened to a thing that the caller may see, in words, the latest first."""
    journal = read_journal(session, caller, subject)
    offices = _offices(session, {line.actor for line in journal.entries}, language)
    return HistoryView(
        subject=subject,
        address=address_of(subject),
        chain_holds=journal.chain_holds,
        lines=[
            HistoryLine(
                event=line.event,
                what=event_in_words(line.event, language),
                who=_who(line.actor, line.occurred_at, offices, language),
                at=line.occurred_at,
                details=line.details,
                reason=line.reason,
                erased=line.erased,
            )
            for line in reversed(journal.entries)
        ],
    )


def check_journal(session: Session, caller: Caller) -> JournalCheck:
    """Check every chain and root of the journal. For administrators; it reads everything."""
    check_may_check(caller)
    found = verify(session)
    return JournalCheck(
        holds=found.holds,
        entries=found.entries,
        chains=found.chains,
        roots=found.roots,
        broken=found.broken,
        last_root=get_last_root(session, caller),
    )


def get_last_root(session: Session, caller: Caller) -> RootView | None:
    """Return the last root that was made. For administrators."""
    check_may_check(caller)
    row = session.exec(select(JournalRoot).order_by(col(JournalRoot.number).desc()).limit(1)).first()
    return RootView(number=row.number, made_at=row.made_at, hash=row.hash) if row else None


def _offices(session: Session, actors: Iterable[str], language: str) -> Mapping[str, list[_Office]]:
    duties = session.exec(
        select(DutyRow)
        .where(col(DutyRow.account_id).in_(set(actors)))
        .order_by(col(DutyRow.granted_at), col(DutyRow.id))
    ).all()
    named = find_stakeholders(session, {row.stakeholder_id for row in duties if row.stakeholder_id})
    roles = role_names(language)
    found: dict[str, list[_Office]] = {}
    for row in duties:
        where = named.get(row.stakeholder_id or "")
        said = roles[row.role]
        if where is not None and where.type != HOLDS_A_PERSON:
            said = translate(IN_OFFICE, language, role=said, institution=where.name)
        found.setdefault(row.account_id, []).append(_Office(row, said))
    return found


def _who(actor: str, at: datetime, offices: Mapping[str, list[_Office]], language: str) -> str:
    if actor == SYSTEM.account_id:
        return translate(ITSELF, language)
    if actor == OPERATOR.account_id:
        return translate(OPERATORS, language)
    held = [one.said for one in offices.get(actor, ()) if _held_at(one.duty, at)]
    return "; ".join(dict.fromkeys(held)) or translate(NO_OFFICE, language)


def _held_at(duty: DutyRow, at: datetime) -> bool:
    return duty.granted_at <= at and (duty.ended_at is None or at <= duty.ended_at)
