"""The worker: it works off the outbox and runs long jobs, beside the web or in processes of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.database.engines import Database
from service.jobs.dispatcher import Dispatcher
from service.jobs.durable import Workplace, launch, shut_down
from service.jobs.names import own_name
from service.jobs.rooms import gather_reactions
from service.settings import Settings


class Stop:
    """Word to a worker that it is to wind down, before anybody waits for it."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def begin(self) -> None:
        """Pass the word on. It may come from a signal, so nothing here waits."""
        for listener in self._listeners:
            listener()

    def tell(self, listener: Callable[[], None]) -> None:
        """Have somebody told when the word comes."""
        self._listeners.append(listener)


@contextmanager
def working(settings: Settings, database: Database, stop: Stop | None = None) -> Iterator[None]:
    """Work on jobs and the outbox while the block runs."""
    gather_reactions()
    with own_name(settings, database) as name:
        place = Workplace(settings, database, name)
        launch(place)
        dispatcher = Dispatcher(place)
        dispatcher.start()
        if stop:
            stop.tell(dispatcher.begin_stop)
            stop.tell(place.stopping.set)
        try:
            yield
        finally:
            place.stopping.set()
            dispatcher.stop()
            shut_down(place)
