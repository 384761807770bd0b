"""Slices of a large round: who is there takes one, and nothing waits for anybody.

To take a slice only says who begins where, so that two do not begin alike. Whoever joins the slices finds
again what was taken and never came, so a process may be killed at any moment. To keep a slice twice is to
keep it once.
"""

from sqlmodel import Session, col, delete, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from service import clock
from service.matches.tables import RoundSlice


def open_slices(session: Session, round_id: str, count: int) -> int:
    """Open the slices of a round and return how many there are; those of an earlier attempt stay."""
    there = session.exec(select(func.count()).where(RoundSlice.round_id == round_id)).one()
    if there:
        return there
    session.add_all(RoundSlice(round_id=round_id, number=number) for number in range(count))
    session.flush()
    return count


def take_slice(session: Session, round_id: str) -> int | None:
    """Take the first slice that nobody began, and return its number; None where there is none."""
    while True:
        number = session.exec(_waiting(round_id).where(col(RoundSlice.taken_at).is_(None))).first()
        if number is None or _take(session, round_id, number):
            return number


def missing_slice(session: Session, round_id: str) -> int | None:
    """Return the first slice that is not kept, whoever began it; None where all are there."""
    return session.exec(_waiting(round_id)).first()


def keep_slice(session: Session, round_id: str, number: int, packed: bytes) -> None:
    """Keep what was found; of a round that has ended meanwhile nothing is kept."""
    session.exec(
        update(RoundSlice)
        .where(col(RoundSlice.round_id) == round_id, col(RoundSlice.number) == number)
        .values(packed=packed)
    )


def kept_slices(session: Session, round_id: str) -> list[bytes]:
    """Return the slices that are kept, in their order."""
    rows = session.exec(
        select(RoundSlice.packed)
        .where(RoundSlice.round_id == round_id, col(RoundSlice.packed).is_not(None))
        .order_by(col(RoundSlice.number))
    )
    return [packed for packed in rows if packed is not None]


def count_slices(session: Session, round_id: str) -> tuple[int, int]:
    """Return how many slices of a round are kept, of how many."""
    kept, of = session.exec(
        select(func.count(col(RoundSlice.packed)), func.count()).where(RoundSlice.round_id == round_id)
    ).one()
    return kept, of


def slices_to_take(session: Session) -> list[tuple[str, int]]:
    """Return the rounds that have slices which nobody began, and how many each."""
    rows = session.exec(
        select(RoundSlice.round_id, func.count())
        .where(col(RoundSlice.taken_at).is_(None), col(RoundSlice.packed).is_(None))
        .group_by(col(RoundSlice.round_id))
        .order_by(col(RoundSlice.round_id))
    )
    return [(round_id, count) for round_id, count in rows]


def drop_slices(session: Session, round_id: str) -> None:
    """Remove the slices of a round that needs them no longer."""
    session.exec(delete(RoundSlice).where(col(RoundSlice.round_id) == round_id))


def _waiting(round_id: str) -> SelectOfScalar[int]:
    return (
        select(RoundSlice.number)
        .where(RoundSlice.round_id == round_id, col(RoundSlice.packed).is_(None))
        .order_by(col(RoundSlice.number))
        .limit(1)
    )


def _take(session: Session, round_id: str, number: int) -> bool:
    taken = session.exec(
        update(RoundSlice)
        .where(
            col(RoundSlice.round_id) == round_id,
            col(RoundSlice.number) == number,
            col(RoundSlice.taken_at).is_(None),
        )
        .values(taken_at=clock.now())
    )
    return bool(taken.rowcount == 1)
