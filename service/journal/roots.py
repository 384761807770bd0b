"""Roots over the heads of all chains, and the check of everything that the journal holds.

A chain shows that an entry of it was changed alone. Whoever can write the database could write a whole chain
anew; then its head no longer is what a root was made from. Roots are chained too, and stand in the log of the
worker that made them, so that they can be kept where nobody writes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from sqlmodel import Session, and_, col, func, select

from service import clock
from service.journal.rules import BEGINNING, ROOT_EVERY, Head, first_broken, root_hash, text_digest
from service.journal.tables import JournalEntry, JournalRoot, JournalRootHead, JournalText

ROWS_AT_A_TIME = 500


@dataclass
class Finding:
    """What a check of the journal found."""

    entries: int = 0
    chains: int = 0
    roots: int = 0
    broken: list[str] = field(default_factory=list)
    """What does not hold: things by subject, roots by number. Never what an entry says."""
    last_root: str = BEGINNING

    @property
    def holds(self) -> bool:
        """Whether everything is as it was written."""
        return not self.broken


def make_root(session: Session) -> JournalRoot | None:
    """Make the next root if an hour has passed since the last one and any chain has grown."""
    last = _last_root(session)
    now = clock.now()
    if last is not None and now < last.made_at + ROOT_EVERY:
        return None
    heads = _grown(session)
    if not heads:
        return None
    root = _next_root(last)
    root.made_at = now
    root.hash = root_hash(root.number, now, root.previous_hash, heads)
    session.add(root)
    session.flush()
    session.add_all(
        JournalRootHead(subject=head.subject, number=head.number, root=root.number) for head in heads
    )
    return root


def verify(session: Session) -> Finding:
    """Check every chain, every text that is still there, and every root."""
    finding = Finding()
    for subject, rows in groupby(_rows(session), key=lambda row: row[0].subject):
        _check_chain(finding, subject, list(rows))
    before = BEGINNING
    for number, root in enumerate(session.exec(select(JournalRoot).order_by(col(JournalRoot.number))), 1):
        if not _root_holds(session, root, number, before):
            finding.broken.append(f"root {root.number}")
        finding.roots += 1
        before = root.hash
    finding.last_root = before
    return finding


def _last_root(session: Session) -> JournalRoot | None:
    return session.exec(select(JournalRoot).order_by(col(JournalRoot.number).desc()).limit(1)).first()


def _next_root(last: JournalRoot | None) -> JournalRoot:
    return JournalRoot(
        number=last.number + 1 if last else 1,
        made_at=clock.now(),
        previous_hash=last.hash if last else BEGINNING,
        hash="",
    )


def _grown(session: Session) -> list[Head]:
    ends = (
        select(JournalEntry.subject, func.max(col(JournalEntry.number)).label("number"))
        .group_by(col(JournalEntry.subject))
        .subquery()
    )
    known = and_(col(JournalRootHead.subject) == ends.c.subject, col(JournalRootHead.number) == ends.c.number)
    is_end = and_(col(JournalEntry.subject) == ends.c.subject, col(JournalEntry.number) == ends.c.number)
    found = session.exec(
        select(JournalEntry.subject, JournalEntry.number, JournalEntry.hash)
        .join(ends, is_end)
        .join(JournalRootHead, known, isouter=True)
        .where(col(JournalRootHead.root).is_(None))
    )
    return [Head(*row) for row in found]


def _rows(session: Session) -> Iterator[tuple[JournalEntry, JournalText | None]]:
    rows = session.exec(
        select(JournalEntry, JournalText)
        .join(JournalText, col(JournalText.entry_id) == col(JournalEntry.id), isouter=True)
        .order_by(col(JournalEntry.subject), col(JournalEntry.number))
        .execution_options(yield_per=ROWS_AT_A_TIME)
    )
    for entry, text in rows:
        yield entry, text
        session.expunge(entry)
        if text is not None:
            session.expunge(text)


def _check_chain(
    finding: Finding, subject: str, rows: Iterable[tuple[JournalEntry, JournalText | None]]
) -> None:
    chain = list(rows)
    finding.chains += 1
    finding.entries += len(chain)
    said = all(
        entry.text_digest == text_digest(text.salt, text.details, text.reason)
        for entry, text in chain
        if text is not None
    )
    if not said or first_broken([entry for entry, _ in chain]) is not None:
        finding.broken.append(subject)


def _root_holds(session: Session, root: JournalRoot, number: int, before: str) -> bool:
    if root.number != number or root.previous_hash != before:
        return False
    found = session.exec(
        select(JournalRootHead.subject, JournalRootHead.number, JournalEntry.hash)
        .join(
            JournalEntry,
            and_(
                col(JournalEntry.subject) == col(JournalRootHead.subject),
                col(JournalEntry.number) == col(JournalRootHead.number),
            ),
            isouter=True,
        )
        .where(JournalRootHead.root == root.number)
    )
    heads = [Head(subject, place, digest or "") for subject, place, digest in found]
    return root.hash == root_hash(root.number, root.made_at, before, heads)
