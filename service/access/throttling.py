"""Limiting guesses: ten failures in five minutes, of one account and from one address.

A guess takes its place before it is looked at and gives it back when it was right, so that many at once get
no further than one after the other. The places lie in the database: all processes count together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, delete, select

from service import clock
from service.access import rules
from service.access.errors import TooManyAttempts
from service.access.tables import SignInThrottle
from service.database.engines import Database

_KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Guess:
    """A guess that took its places."""

    subjects: tuple[str, ...]
    moment: int


def take_places(database: Database, *names: str) -> Guess:
    """Let a guess take its place for each name, in a transaction of its own; refuse it where none is left.

    Names are such as ``account:ada@example.org`` or ``address:203.0.113.9``.
    """
    # In one order, so that two guesses never wait for each other.
    subjects = tuple(sorted(rules.digest_of(name) for name in names))
    now = clock.now()
    with database.writing() as session:
        places = [_locked(session, subject) for subject in subjects]
        counting = [rules.failures_within(place.failed, now) for place in places]
        wait = max(rules.seconds_to_wait(failed, now) for failed in counting)
        if not wait:
            for place, failed in zip(places, counting, strict=True):
                place.failed = [*failed, rules.microseconds(now)]
                place.changed_at = now
                session.add(place)
    if wait:
        raise TooManyAttempts(seconds=wait)
    return Guess(subjects, rules.microseconds(now))


def give_back(session: Session, guess: Guess) -> None:
    """Give back the places of a guess that was right."""
    for subject in guess.subjects:
        place = _locked(session, subject)
        place.failed = _without(place.failed, guess.moment)
        session.add(place)


def forget_old_failures(session: Session) -> None:
    """Forget what no longer counts; called now and then, when somebody signs in."""
    session.exec(delete(SignInThrottle).where(col(SignInThrottle.changed_at) < clock.now() - _KEPT))


def _locked(session: Session, subject: str) -> SignInThrottle:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.exec(
        dialect.insert(SignInThrottle)
        .values(subject=subject, failed=[], changed_at=clock.now())
        .on_conflict_do_nothing()
    )
    query = select(SignInThrottle).where(SignInThrottle.subject == subject).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def _without(failed: Iterable[int], moment: int) -> list[int]:
    left = list(failed)
    if moment in left:
        left.remove(moment)
    return left
