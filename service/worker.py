"""The worker: it works off the outbox and runs long jobs, beside the web or in processes of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import service
from service.database.engines import Database
from service.jobs.dispatcher import Dispatcher
from service.jobs.durable import Workplace, launch, shut_down
from service.settings import Settings


def gather_reactions() -> None:
    """Import every room's jobs and reactions, so that they are registered."""
    folder = Path(service.__file__).parent
    for kind in ("jobs", "reactions"):
        for file in sorted(folder.glob(f"*/{kind}.py")):
            if file.parent.name not in {"jobs", "journal"}:
                import_module(f"service.{file.parent.name}.{kind}")


@contextmanager
def working(settings: Settings, database: Database) -> Iterator[None]:
    """Work on jobs and the outbox while the block runs."""
    gather_reactions()
    place = Workplace(settings, database)
    launch(place)
    dispatcher = Dispatcher(place)
    dispatcher.start()
    try:
        yield
    finally:
        dispatcher.stop()
        shut_down(place)
