"""Figures for operators, in the form that Prometheus reads. They are shown at an address of their own only.

Each application has a registry of its own. Requests are counted by the template of their address, never by
the address itself: no id, no search word and no name gets in. A room adds figures of its own in its
``gauges.py``.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import QueuePool, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from service.database.engines import Database
from service.settings import Settings
from service.web.overload import Turns

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

Found = Iterable[tuple[tuple[str, ...], float]]
"""Values, each with those of its labels."""


class RoomGauge(NamedTuple):
    """A figure of a room, asked for when somebody looks."""

    name: str
    meaning: str
    labels: tuple[str, ...]
    ask: Callable[[Session], Found]


_gauges: dict[str, RoomGauge] = {}


def gauge(name: str, meaning: str, *labels: str) -> Callable[[Callable[[Session], Found]], RoomGauge]:
    """Register a figure of a room. Labels hold codes only, of which there are few."""

    def register(ask: Callable[[Session], Found]) -> RoomGauge:
        _gauges[name] = RoomGauge(name, meaning, labels, ask)
        return _gauges[name]

    return register


class Measures:
    """What one process counts, and the registry in which it is shown."""

    def __init__(self, database_now: Callable[[], Database], turns: Turns | None = None) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "homologue_requests",
            "Requests answered, by the template of their address.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "homologue_request_seconds",
            "How long requests took.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._errors: Tally[str] = Tally()
        self.registry.register(_Process(database_now, turns, self._errors))
        self.registry.register(_Rooms(database_now))
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        GCCollector(registry=self.registry)

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    def watch(self, database: Database) -> None:
        """Count the errors of a database by their kind."""
        event.listen(database.engine, "handle_error", self._note_error)

    def _note_error(self, context: ExceptionContext) -> None:
        self._errors[type(context.original_exception).__name__] += 1


class _Process(Collector):
    """What this process has at hand: connections, turns, errors."""

    def __init__(self, database_now: Callable[[], Database], turns: Turns | None, errors: Tally[str]) -> None:
        self._database_now = database_now
        self._turns = turns
        self._errors = errors

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance, so that nothing is asked for before somebody looks."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give the figures."""
        pool: Any = self._database_now().engine.pool
        in_use = pool.checkedout() if isinstance(pool, QueuePool) else 0
        yield _plain("homologue_pool_connections", "Connections that there are at most.", _size(pool))
        yield _plain("homologue_pool_in_use", "Connections in use.", in_use)
        if self._turns:
            yield _plain("homologue_requests_at_work", "Requests that have their turn.", self._turns.at_work)
            yield _plain(
                "homologue_requests_waiting", "Requests that wait for their turn.", self._turns.waiting
            )
            turned_away = CounterMetricFamily(
                "homologue_requests_turned_away", "Requests that were told to come back."
            )
            turned_away.add_metric((), self._turns.turned_away)
            yield turned_away
        errors = CounterMetricFamily(
            "homologue_database_errors", "Errors of the database, by kind.", labels=("kind",)
        )
        for kind, count in sorted(self._errors.items()):
            errors.add_metric((kind,), count)
        yield errors


class _Rooms(Collector):
    """What the rooms say of themselves, read in one transaction."""

    def __init__(self, database_now: Callable[[], Database]) -> None:
        self._database_now = database_now

    def describe(self) -> Iterable[Metric]:
        """Name nothing in advance, so that nothing is asked for before somebody looks."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Give the figures, or only that the database is away."""
        try:
            with self._database_now().reading() as session:
                found = [_asked(one, session) for one in _gauges.values()]
        except SQLAlchemyError:
            yield _plain("homologue_database_up", "Whether the database answers.", 0)
            return
        yield _plain("homologue_database_up", "Whether the database answers.", 1)
        yield from found


def _asked(one: RoomGauge, session: Session) -> Metric:
    family = GaugeMetricFamily(one.name, one.meaning, labels=one.labels)
    for labels, value in one.ask(session):
        family.add_metric(labels, value)
    return family


def _plain(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


def _size(pool: Any) -> int:
    return int(pool.size()) if isinstance(pool, QueuePool) else 1


@contextmanager
def shown(settings: Settings, measures: Measures) -> Iterator[None]:
    """Show the figures at their own address while the block runs, if there is to be one."""
    if not settings.metrics_port:
        yield
        return
    server, thread = start_http_server(
        settings.metrics_port, settings.metrics_host, registry=measures.registry
    )
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=1)
