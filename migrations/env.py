"""Run migrations: online only, one process at a time, types frozen in each revision."""

from typing import Any

from alembic import context
from sqlalchemy import Connection, create_engine, event, text

LOCK = 0x6D696772  # PostgreSQL's advisory lock for several workers starting at once


def run() -> None:
    """Upgrade the database named by the caller."""
    engine = create_engine(context.config.attributes["url"])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", driver_must_not_begin)
        event.listen(engine, "begin", begin_alone)
    with engine.connect() as connection:
        options = context.config.attributes
        context.configure(
            connection=connection,
            target_metadata=options.get("metadata"),
            render_item=options.get("render_item"),
            render_as_batch=True,
            compare_type=True,
            transactional_ddl=True,
        )
        with context.begin_transaction():
            if connection.dialect.name == "postgresql":
                connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
            context.run_migrations()
    engine.dispose()


def driver_must_not_begin(connection: Any, _record: Any) -> None:
    """Leave BEGIN to us: the driver's own habit would leave DDL outside the transaction."""
    connection.isolation_level = None
    connection.execute("PRAGMA busy_timeout=30000")


def begin_alone(connection: Connection) -> None:
    """Let a second process wait, then find the work done."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


run()
