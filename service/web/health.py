"""Whether the service lives (`/livez`) and whether it is ready to answer (`/readyz`)."""

from alembic.migration import MigrationContext
from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy.exc import SQLAlchemyError

from migrations import heads
from service.database.engines import Database
from service.texts import N_
from service.web.problems import problem
from service.web.schemas import View

router = APIRouter(tags=["health"])


class Health(View):
    """How the service is."""

    status: str


@router.get("/livez")
async def is_alive() -> Health:
    """Answer that the process lives. It touches nothing else."""
    return Health(status="alive")


@router.get("/readyz", response_model=Health)
def is_ready(request: Request) -> Health | Response:
    """Answer whether the database is there and its tables are the ones that this version needs."""
    if _tables_are_current(request.app.state.database):
        return Health(status="ready")
    return problem(
        request,
        status=503,
        code="not_ready",
        title=N_("Not ready"),
        detail=N_("The database is away or its tables are of another version. Run `homologue migrate`."),
        headers={"Retry-After": "5"},
    )


def _tables_are_current(database: Database) -> bool:
    try:
        with database.engine.connect() as connection:
            found = set(MigrationContext.configure(connection).get_current_heads())
    except SQLAlchemyError:
        return False
    return found == heads()
