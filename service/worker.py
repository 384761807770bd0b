"""The worker: it works off the outbox and runs long jobs, beside the web or in processes of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.database.engines import Database
from service.jobs.dispatcher import Dispatcher
from service.jobs.durable import Workplace, launch, shut_down
from service.jobs.rooms import gather_reactions
from service.settings import Settings


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
