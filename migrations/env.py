"""How Alembic runs here: one transaction a migration, batch mode for SQLite."""

from alembic import context

from service.database.engines import open_database
from service.metadata import metadata

target = metadata()


def _run() -> None:
    address = context.config.attributes.get("address") or context.config.get_main_option("sqlalchemy.url")
    database = open_database(str(address), pool_size=1)
    try:
        with database.engine.execution_options(writes=True).connect() as connection:
            context.configure(
                connection=connection,
                target_metadata=target,
                render_as_batch=database.is_sqlite,
                compare_type=True,
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
    finally:
        database.close()


_run()
