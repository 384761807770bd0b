"""Whether the service lives (`/livez`) and whether it is ready to answer (`/readyz`)."""

from functools import cache

import structlog
from alembic.migration import MigrationContext
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import Response
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from migrations import heads
from service.database.durability import weaknesses
from service.database.engines import Database
from service.settings import Settings
from service.texts import N_, translate
from service.web.languages import language_of
from service.web.problems import problem
from service.web.schemas import View

router = APIRouter(tags=["health"])
log = structlog.get_logger()

AWAY = N_("The database is away.")
OTHER_VERSION = N_("The tables of the database are of another version. Run `homologue migrate`.")
NOT_DURABLE = N_(
    "The database is set up so that it could lose what it confirmed: {weaknesses}. Change that, or set "
    "HOMOLOGUE_DURABILITY to relaxed where the data may be lost."
)
STOPPING = N_("The service is being stopped.")


class Health(View):
    """How the service is."""

    status: str


@router.get("/livez")
async def is_alive() -> Health:
    """Answer that the process lives. It touches nothing else."""
    return Health(status="alive")


@router.get("/readyz", response_model=Health)
def is_ready(request: Request) -> Health | Response:
    """Answer whether the database is there, loses nothing, and has the tables that this version needs."""
    missing = STOPPING if is_stopping(request.app) else _missing(request, language_of(request))
    if not missing:
        return Health(status="ready")
    return problem(
        request,
        status=503,
        code="not_ready",
        title=N_("Not ready"),
        detail=missing,
        headers={"Retry-After": "5"},
    )


def begin_stopping(app: FastAPI) -> None:
    """From now on say that the service is not ready, so that nobody sends it more."""
    app.state.is_stopping = True


def is_stopping(app: FastAPI) -> bool:
    """Tell whether the service is being stopped."""
    return getattr(app.state, "is_stopping", False)


def say_how_durable(settings: Settings, database: Database) -> None:
    """Say in the log, at start, where confirmed changes could be lost."""
    try:
        with database.engine.connect() as connection:
            weak = weaknesses(connection)
    except SQLAlchemyError:
        # The error itself may name the address of the database.
        log.error("the database is away; it is asked again at each request")  # noqa: TRY400 - as above
        return
    if weak and settings.durability == "required":
        log.error("not ready: the database could lose what it confirmed", weaknesses=weak)
    elif weak:
        log.warning("durability is relaxed: the database could lose what it confirmed", weaknesses=weak)


def _missing(request: Request, language: str) -> str:
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    try:
        with database.engine.connect() as connection:
            weak = weaknesses(connection) if settings.durability == "required" else []
            is_current = _tables_are_current(connection)
    except SQLAlchemyError:
        return translate(AWAY, language)
    if weak:
        return translate(NOT_DURABLE, language, weaknesses=", ".join(weak))
    return "" if is_current else translate(OTHER_VERSION, language)


def _tables_are_current(connection: Connection) -> bool:
    return set(MigrationContext.configure(connection).get_current_heads()) == _needed()


@cache
def _needed() -> frozenset[str]:
    # The files are those of this process; reading them all at each look would take longer than the rest.
    return frozenset(heads())
