"""The web application: every room's doors behind one front."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

import service
from service.database.engines import Database
from service.jobs.rooms import gather_reactions
from service.notifications.queries import count_unread
from service.settings import Settings
from service.web import health
from service.web.bodies import StrictBodies
from service.web.carried import CarriedFiles, PackedAnswers
from service.web.description import describe_refusals
from service.web.headers import SafeHeaders
from service.web.metrics import Measures
from service.web.overload import BoundedWork, Turns
from service.web.problems import install_problems
from service.web.rendering import STATIC
from service.web.request_log import RequestLog
from service.web.requests import Identify

DESCRIPTION = """
Homologue matches states' needs for help in migration governance with peers who have done it before.

Lists come in pages: pass `next` as `cursor` to read on. Every error is `application/problem+json`.
Send an API token as `Authorization: Bearer …`; what you may not see looks as if it did not exist.
"""


def create_app(settings: Settings, database: Database, identify: Identify) -> FastAPI:
    """Return the application over an open database."""
    # What is recorded here must find its listeners, also where another process does their work.
    gather_reactions()
    app = FastAPI(
        title="Homologue",
        version="1",
        description=DESCRIPTION,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_operation_id,
        separate_input_output_schemas=False,
    )
    app.state.settings = settings
    app.state.database = database
    app.state.identify = identify
    app.state.count_news = count_unread
    install_problems(app)
    app.include_router(health.router)
    for router in doors("api"):
        app.include_router(router, prefix="/api/v1")
    for router in doors("pages"):
        app.include_router(router, include_in_schema=False)
    describe_refusals(app)
    app.mount("/static", CarriedFiles(directory=STATIC))
    turns = Turns()
    app.state.measures = Measures(lambda: app.state.database, turns)
    app.state.measures.watch(database)
    # The last one added is met first.
    app.add_middleware(BoundedWork, turns=turns)
    app.add_middleware(
        StrictBodies,
        limit_bytes=settings.body_limit_bytes,
        upload_limit_bytes=settings.attachment_limit_bytes + settings.body_limit_bytes,
    )
    app.add_middleware(RequestLog, measures=app.state.measures)
    app.add_middleware(PackedAnswers)
    app.add_middleware(SafeHeaders)
    return app


def doors(door: str) -> Iterable[APIRouter]:
    """Return the doors of one kind (``api`` or ``pages``) of all rooms."""
    folder = Path(service.__file__).parent
    for file in sorted(folder.glob(f"*/{door}.py")):
        yield import_module(f"service.{file.parent.name}.{door}").router


def _operation_id(route: APIRoute) -> str:
    return route.name
