"""What was made out of facts, remembered from one reading transaction to the next while they stay the same.

Facts change when the files are taken in, which is told to the journal, and when people correct them. Which
of both a transaction sees, it is asked itself: what another process changed is seen as soon as it is there.
"""

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import literal
from sqlmodel import Session, col, select

from service.database.engines import once, sees_one_state
from service.database.prepared import Prepared
from service.journal.tables import JournalEntry
from service.reference.rules import ALL_FACTS
from service.reference.tables import ReferenceCorrection

Made = TypeVar("Made")
VERSIONS = 3
"""How many versions of the facts are remembered: while one takes another's place, both are asked for."""
MOST = 2_000
"""How much is remembered of a version before it is forgotten: days pass."""


class Facts(NamedTuple):
    """The facts as a transaction sees them."""

    corrections: Sequence[ReferenceCorrection]
    """All that stand."""
    made: dict[Hashable, Any]
    """What was made out of them."""


# Written once: it is asked for whenever facts are read. One row says only when the files were taken in last.
_one = select(literal(1).label("row")).subquery()
_STANDING = Prepared(
    select(
        select(JournalEntry.hash)
        .where(JournalEntry.subject == ALL_FACTS)
        .order_by(col(JournalEntry.number).desc())
        .limit(1)
        .scalar_subquery()
        .label("synced"),
        *(getattr(ReferenceCorrection, name) for name in ReferenceCorrection.model_fields),
    )
    .select_from(_one)
    .join(ReferenceCorrection, col(ReferenceCorrection.withdrawn_at).is_(None), isouter=True)
    .order_by(col(ReferenceCorrection.code), col(ReferenceCorrection.field))
)
_NOT_YET: Any = object()
_versions: dict[Hashable, dict[Hashable, Any]] = {}


def remembered(session: Session, name: Hashable, make: Callable[[], Made]) -> Made:
    """Return what is made out of facts under a name, which must say all that it depends on beside them.

    It serves many and must not be changed. A transaction that writes may change facts, and makes it anew.
    """
    if not sees_one_state(session):
        return make()
    made = facts_of(session).made
    found: Made = made.get(name, _NOT_YET)
    if found is _NOT_YET:
        if len(made) >= MOST:
            made.clear()
        found = made[name] = make()
    return found


def facts_of(session: Session) -> Facts:
    """Return the facts that a reading transaction sees; it asks for them once."""
    return once(session, "facts", lambda: _facts(session))


def read_standing(session: Session) -> Sequence[ReferenceCorrection]:
    """Return the corrections that stand, of all kinds."""
    return [row for row in _STANDING.named_rows(session, {}) if row.id is not None]


def _facts(session: Session) -> Facts:
    rows = _STANDING.named_rows(session, {})
    corrections = [row for row in rows if row.id is not None]
    synced = rows[0].synced
    if synced is None:
        return Facts(corrections, {})
    # A correction is recorded and withdrawn and otherwise stays; its id is nobody else's, nor is the hash.
    made = _versions.setdefault((synced, *(row.id for row in corrections)), {})
    for old in list(_versions)[:-VERSIONS]:
        _versions.pop(old, None)
    return Facts(corrections, made)
