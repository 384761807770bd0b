"""Who read a need whose text not every state may read: noted for its owner, never for the requesters' own."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from service.access.holders import names_of
from service.caller import ASKING, Caller
from service.database.engines import once
from service.journal.reads import Read, note_reads, reads_of
from service.journal.rules import ReadDoor, ReadKind
from service.needs import rules
from service.needs.changes import subject_of
from service.needs.tables import Need, NeedRequester
from service.stakeholders.queries import find_stakeholders
from service.web.schemas import View


class ReadView(View):
    """A read of a confidential text: who, for whom, what, and when first on that day."""

    account: str
    name: str | None
    """None: the account is gone."""
    stakeholders: list[str]
    """Names of those that the reader acted for."""
    text_version: int
    kind: ReadKind
    door: ReadDoor
    first_at: datetime


class ReadsView(View):
    """Who read a need, latest first."""

    items: list[ReadView]


def note_text(session: Session, caller: Caller, rows: Sequence[Need]) -> None:
    """Note that the caller is shown the text of needs."""
    _note(session, caller, rows, "text")


def note_lines(session: Session, caller: Caller, rows: Sequence[Need]) -> None:
    """Note that the caller is shown the titles of needs."""
    _note(session, caller, rows, "line")


def note_file(session: Session, caller: Caller, row: Need) -> None:
    """Note that the caller opens a file that belongs to a need."""
    _note(session, caller, [row], "file")


def told(session: Session, row: Need) -> ReadsView:
    """Return who read a need, for its requesters."""
    found = reads_of(session, subject_of(row))
    names = names_of(session, {one.account_id for one in found})
    places = find_stakeholders(session, {id_ for one in found for id_ in one.stakeholders})
    return ReadsView(
        items=[
            ReadView(
                account=one.account_id,
                name=names.get(one.account_id),
                stakeholders=[places[id_].name for id_ in one.stakeholders if id_ in places],
                text_version=one.version,
                kind=one.kind,
                door=one.door,
                first_at=one.first_at,
            )
            for one in found
        ]
    )


def _note(session: Session, caller: Caller, rows: Sequence[Need], kind: ReadKind) -> None:
    secret = [row for row in rows if rules.is_confidential(row.confidentiality)]
    if not secret or caller.account_id is None:
        return
    own = ids_asked_by(session, caller.stakeholders(*ASKING), [row.id for row in secret])
    wanted = (Read(subject_of(row), row.text_version, kind) for row in secret if row.id not in own)
    note_reads(session, caller, wanted)


def ids_asked_by(session: Session, stakeholders: frozenset[str], ids: Sequence[str]) -> set[str]:
    """Return those of the needs that any of the stakeholders asks for."""
    if not (stakeholders and ids):
        return set()
    asked = select(NeedRequester.need_id).where(
        col(NeedRequester.need_id).in_(ids), col(NeedRequester.stakeholder_id).in_(stakeholders)
    )
    return once(session, ("asked by", stakeholders, frozenset(ids)), lambda: set(session.exec(asked)))
