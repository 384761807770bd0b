"""How a request becomes a transaction and a caller.

The application sets ``app.state.database`` and ``app.state.identify`` (from the access room); the doors of
the rooms ask only for :data:`Reading`, :data:`Writing` and :data:`Asking`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from service.caller import Caller
from service.database.engines import Database
from service.errors import SignInRequired
from service.web.languages import language_of
from service.web.paging import SETTINGS

Identify = Callable[[Session, Request], Caller]

DOOR = "door"
"""Under what a session's info says through which door it was opened: ``api`` or ``page``."""
BEFORE_LEAVING = "before_leaving"
"""Under what a reading session's info lists what is done with the database before the answer leaves."""


@contextmanager
def reading(request: Request) -> Iterator[Session]:
    """Open the transaction of a request that only reads."""
    database: Database = request.app.state.database
    with database.reading() as session:
        session.info |= {DOOR: _door(request), SETTINGS: request.app.state.settings}
        yield session
    for act in session.info.get(BEFORE_LEAVING, ()):
        act(database)


@contextmanager
def writing(request: Request) -> Iterator[Session]:
    """Open the transaction of a request that writes; it is committed before the answer leaves."""
    database: Database = request.app.state.database
    with database.writing() as session:
        session.info |= {DOOR: _door(request), SETTINGS: request.app.state.settings}
        yield session


def identified(request: Request, session: Session, *, must_be_signed_in: bool) -> Caller:
    """Find out who asks."""
    identify: Identify = request.app.state.identify
    caller = identify(session, request)
    request.state.account_id = caller.account_id
    if must_be_signed_in and not caller.is_signed_in:
        raise SignInRequired
    if caller.is_signed_in and _door(request) == "page":
        request.state.news = request.app.state.count_news(session, caller)
    return caller


def _reading(request: Request) -> Iterator[Session]:
    with reading(request) as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with writing(request) as session:
        yield session


def _door(request: Request) -> str:
    return "api" if request.url.path.startswith("/api/") else "page"


# With the default scope FastAPI commits after the answer has left, and a failing commit still answers 200.
Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]


def _asking(request: Request) -> Caller:
    # A transaction of its own: rights are read at each request, and a read must not hold up a writer.
    database: Database = request.app.state.database
    with database.reading() as session:
        return identified(request, session, must_be_signed_in=False)


def _signed_in(caller: Annotated[Caller, Depends(_asking, scope="function")]) -> Caller:
    if not caller.is_signed_in:
        raise SignInRequired
    return caller


Asking = Annotated[Caller, Depends(_asking, scope="function")]
"""Whoever asks, signed in or not; a wrong token is refused with 401."""
SignedIn = Annotated[Caller, Depends(_signed_in, scope="function")]
"""Somebody who is signed in."""
Language = Annotated[str, Depends(language_of)]
