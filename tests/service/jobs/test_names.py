"""Names of workers: each has its own, and who is started again gets the first that is free."""

from service.database.engines import Database
from service.jobs.names import own_name
from service.settings import Settings


def test_no_two_workers_have_one_name(app_settings: Settings, database: Database) -> None:
    """A name that is taken gets a number behind it, and is free again when its worker has gone."""
    with own_name(app_settings, database) as first:
        with own_name(app_settings, database) as second, own_name(app_settings, database) as third:
            assert (first, second, third) == ("worker", "worker-2", "worker-3")
        with own_name(app_settings, database) as again:
            assert again == "worker-2"
    with own_name(app_settings, database) as again:
        assert again == "worker"
