"""Changing pools: files of offers from upload to end, several offers moved at once, asking what stands."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select, update

from service import clock
from service.access.queries import caller_of
from service.access.tables import Account
from service.caller import ANYBODY, SYSTEM, Caller
from service.database.columns import new_id
from service.errors import ChangedMeanwhile, FieldFault, InvalidInput, NotFound, Refusal
from service.journal.commands import record
from service.offers import commands as offers
from service.offers.tables import Offer
from service.pools import rules
from service.pools.columns import REFERENCE
from service.pools.errors import ImportNotReady, ImportUnderWay, NothingToImport
from service.pools.import_queries import counts_of, find_import
from service.pools.importing import LONGEST_REFERENCE, first_faults, look_at_line, take_line_in
from service.pools.queries import due_offers, find_pool, is_due_by
from service.pools.reconfirming import Link
from service.pools.schemas import OfferMoved
from service.pools.sheets import SheetLine
from service.pools.tables import PoolImport, PoolImportLine, PoolReminder
from service.texts import N_

_MOVES = {
    "reconfirm": offers.reconfirm_offer,
    "hold": offers.hold_offer,
    "resume": offers.resume_offer,
    "submit": offers.submit_offer,
    "authorise": offers.authorise_offer,
}


# Imports


def upload_lines(
    session: Session, caller: Caller, stakeholder_id: str, lines: Sequence[SheetLine]
) -> PoolImport:
    """Keep the lines of a file for a dry run, which a job does. Nothing of them is taken in yet."""
    pool = find_pool(session, caller, stakeholder_id)
    under_way = select(PoolImport.id).where(
        PoolImport.stakeholder_id == pool.id, col(PoolImport.state).in_(rules.UNDER_WAY)
    )
    if session.exec(under_way).first() is not None:
        raise ImportUnderWay
    now = clock.now()
    row = PoolImport(
        id=new_id("import"),
        stakeholder_id=pool.id,
        requested_by=caller.account_id or "",
        total=len(lines),
        uploaded_at=now,
        touched_at=now,
    )
    session.add(row)
    session.flush()
    session.add_all(_kept(row.id, lines))
    session.flush()
    details = {"stakeholder": pool.id, "lines": row.total}
    record(session, caller, "pool-import.uploaded", f"pool-import:{row.id}", details)
    return row


def _kept(import_id: str, lines: Iterable[SheetLine]) -> Iterable[PoolImportLine]:
    seen: set[str] = set()
    for line in lines:
        reference = line.cells.get(REFERENCE, "")
        faults = first_faults(reference, seen)
        seen.add(reference)
        yield PoolImportLine(
            import_id=import_id,
            number=line.number,
            reference=reference[:LONGEST_REFERENCE],
            cells=line.cells,
            faults=[fault._asdict() for fault in faults],
        )


def confirm_import(session: Session, caller: Caller, import_id: str, *, hands_in: bool) -> PoolImport:
    """Have a job take in the lines that the dry run found new or changed, with the caller's rights."""
    row = find_import(session, caller, import_id)
    if row.state != "checked":
        raise ImportNotReady
    found = counts_of(session, row.id, PoolImportLine.finding)
    if not found["new"] and not found["changed"]:
        raise NothingToImport
    values = {
        "done": 0,
        "hands_in": hands_in,
        "requested_by": caller.account_id or "",
        "confirmed_at": clock.now(),
        "touched_at": clock.now(),
    }
    _move(session, row, "importing", **values)
    record(session, caller, "pool-import.confirmed", f"pool-import:{row.id}", {"hands_in": hands_in})
    return row


def discard_import(session: Session, caller: Caller, import_id: str) -> PoolImport:
    """Forget a file that was not taken in, with all that stands in it."""
    row = find_import(session, caller, import_id)
    if row.state != "checked":
        raise ImportNotReady
    _move(session, row, "discarded", finished_at=clock.now())
    forget_cells(session, [row.id])
    record(session, caller, "pool-import.discarded", f"pool-import:{row.id}")
    return row


def advance_import(session: Session, import_id: str, state: rules.ImportState) -> bool:
    """Deal with the next lines of an import, and tell whether there may be more of them.

    What was done and the note that it was done are one transaction, so that no line is taken in twice.
    """
    row = session.get(PoolImport, import_id, with_for_update=True)
    if row is None or row.state != state:
        return False
    caller = _with_rights_of(session, row.requested_by)
    is_dry = state == "checking"
    waiting = col(PoolImportLine.finding if is_dry else PoolImportLine.outcome).is_(None)
    query = select(PoolImportLine).where(PoolImportLine.import_id == row.id, waiting)
    lines = session.exec(query.order_by(col(PoolImportLine.number)).limit(rules.LINES_AT_A_TIME)).all()
    for line in lines:
        (look_at_line if is_dry else take_line_in)(session, caller, row, line)
        session.add(line)
    row.done += len(lines)
    row.touched_at = clock.now()
    session.add(row)
    session.flush()
    if len(lines) == rules.LINES_AT_A_TIME:
        return True
    _end_run(session, row)
    return False


def _end_run(session: Session, row: PoolImport) -> None:
    if row.state == "checking":
        _move(session, row, "checked")
        found = counts_of(session, row.id, PoolImportLine.finding)
        record(session, SYSTEM, "pool-import.checked", f"pool-import:{row.id}", _by_name(found))
    else:
        _move(session, row, "done", finished_at=clock.now())
        taken = counts_of(session, row.id, PoolImportLine.outcome)
        record(session, SYSTEM, "pool-import.finished", f"pool-import:{row.id}", _by_name(taken))


def _by_name(counts: Mapping[rules.Finding, int]) -> dict[str, int]:
    return {str(name): number for name, number in counts.items()}


def fail_import(session: Session, import_id: str) -> None:
    """Note that the job of an import was given up; what it took in already stays."""
    row = session.get_one(PoolImport, import_id)
    if row.state in rules.UNDER_WAY:
        _move(session, row, "failed", finished_at=clock.now())
        record(session, SYSTEM, "pool-import.failed", f"pool-import:{row.id}", {"done": row.done})


def forget_old_cells(session: Session, now: datetime) -> int:
    """Forget what stands in lines that nobody came back to; return of how many imports."""
    since = now - timedelta(days=rules.CELLS_KEPT_DAYS)
    old = select(PoolImport.id).where(
        col(PoolImport.uploaded_at) < since, col(PoolImport.state).not_in(rules.UNDER_WAY)
    )
    ids = session.exec(old).all()
    for row in session.exec(select(PoolImport).where(col(PoolImport.id).in_(ids))):
        if row.state == "checked":
            _move(session, row, "discarded", finished_at=now)
            record(session, SYSTEM, "pool-import.discarded", f"pool-import:{row.id}")
    forget_cells(session, ids)
    return len(ids)


def forget_cells(session: Session, import_ids: Sequence[str]) -> None:
    """Forget what stands in the lines of imports; what was found about them stays."""
    session.exec(
        update(PoolImportLine)
        .where(col(PoolImportLine.import_id).in_(import_ids))
        .values(cells={})
        .execution_options(synchronize_session=False)
    )


def _move(session: Session, row: PoolImport, state: rules.ImportState, **values: object) -> None:
    """Write to an import as it was read; whoever was faster wins."""
    same = (col(PoolImport.id) == row.id, col(PoolImport.state) == row.state)
    statement = update(PoolImport).where(*same).values(state=state, **values)
    if session.exec(statement, execution_options={"synchronize_session": False}).rowcount != 1:
        raise ChangedMeanwhile
    session.refresh(row)


def _with_rights_of(session: Session, account_id: str) -> Caller:
    """Return the account that asked, with the rights that it has now; without an account, nobody has any."""
    account = session.get(Account, account_id)
    return ANYBODY if account is None or account.disabled_at is not None else caller_of(session, account)


# Several offers at once


def move_offers(
    session: Session,
    caller: Caller,
    stakeholder_id: str,
    verb: rules.Verb,
    offer_ids: Iterable[str],
    language: str,
    reason: str | None = None,
) -> list[OfferMoved]:
    """Make a move of several offers of a pool; one that it is refused for stops none of the others."""
    pool = find_pool(session, caller, stakeholder_id)
    wanted = list(dict.fromkeys(offer_ids))
    own = select(Offer.id).where(col(Offer.id).in_(wanted), Offer.stakeholder_id == pool.id)
    if set(wanted) - set(session.exec(own).all()):
        message = N_("One of these is no offer of this pool.")
        raise InvalidInput(FieldFault("offers", "unknown", message))
    return [_moved(session, caller, verb, one, language, reason) for one in wanted]


def _moved(
    session: Session, caller: Caller, verb: rules.Verb, offer_id: str, language: str, reason: str | None
) -> OfferMoved:
    try:
        with session.begin_nested():
            _MOVES[verb](session, caller, offer_id, reason)
    except Refusal as refusal:
        text = refusal.detail(language)
        return OfferMoved(offer=offer_id, is_done=False, code=refusal.code, text=text)
    return OfferMoved(offer=offer_id, is_done=True, code=None, text=None)


# Asking what still stands


def ask_what_stands(session: Session, now: datetime) -> list[str]:
    """Leave word for each pool with offers to be reconfirmed that was not asked lately; return which."""
    query = select(Offer.stakeholder_id, func.count()).where(is_due_by(now)).group_by(Offer.stakeholder_id)
    due: Mapping[str, int] = dict(session.exec(query.order_by(col(Offer.stakeholder_id))).all())
    asked = dict(session.exec(select(PoolReminder.stakeholder_id, PoolReminder.asked_at)).all())
    found = [one for one in due if rules.is_to_be_reminded(asked.get(one), now)]
    for stakeholder_id in found:
        session.merge(PoolReminder(stakeholder_id=stakeholder_id, asked_at=now))
        session.flush()
        details = {"offers": due[stakeholder_id]}
        record(session, SYSTEM, "pool.reconfirmation-due", f"pool:{stakeholder_id}", details)
    return found


def reconfirm_by_link(
    session: Session, link: Link, offer_ids: Iterable[str], language: str
) -> list[OfferMoved]:
    """Say by the link of a letter that offers still stand: only such as wait for it, with today's rights."""
    caller = holder_of(session, link)
    due = {row.id for row in session.exec(due_offers(link.stakeholder_id))}
    chosen = [one for one in dict.fromkeys(offer_ids) if one in due]
    found = [_moved(session, caller, "reconfirm", one, language, None) for one in chosen]
    done = sum(1 for one in found if one.is_done)
    if done:
        subject = f"pool:{link.stakeholder_id}"
        record(session, caller, "pool.reconfirmed-by-link", subject, {"offers": done})
    return found


def holder_of(session: Session, link: Link) -> Caller:
    """Return the account that a letter was written to, if it may manage the pool still."""
    caller = _with_rights_of(session, link.account_id)
    if not rules.may_manage(caller, link.stakeholder_id):
        raise NotFound
    return caller
