"""How a request becomes a transaction and a caller.

The application sets ``app.state.database`` and ``app.state.identify`` (from the access room); the doors of
the rooms ask only for :data:`Reading`, :data:`Writing` and :data:`Asking`.
"""

from collections.abc import Callable, Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session

from service.caller import Caller
from service.database.engines import Database
from service.errors import SignInRequired
from service.web.languages import language_of

Identify = Callable[[Session, Request], Caller]

DOOR = "door"
"""Under what a session's info says through which door it was opened: ``api`` or ``page``."""
BEFORE_LEAVING = "before_leaving"
"""Under what a reading session's info lists what is done with the database before the answer leaves."""


def _reading(request: Request) -> Iterator[Session]:
    database: Database = request.app.state.database
    with database.reading() as session:
        session.info[DOOR] = _door(request)
        yield session
    for act in session.info.get(BEFORE_LEAVING, ()):
        act(database)


def _writing(request: Request) -> Iterator[Session]:
    database: Database = request.app.state.database
    with database.writing() as session:
        session.info[DOOR] = _door(request)
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
        identify: Identify = request.app.state.identify
        return identify(session, request)


def _signed_in(caller: Annotated[Caller, Depends(_asking, scope="function")]) -> Caller:
    if not caller.is_signed_in:
        raise SignInRequired
    return caller


Asking = Annotated[Caller, Depends(_asking, scope="function")]
"""Whoever asks, signed in or not; a wrong token is refused with 401."""
SignedIn = Annotated[Caller, Depends(_signed_in, scope="function")]
"""Somebody who is signed in."""
Language = Annotated[str, Depends(language_of)]
