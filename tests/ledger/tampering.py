"""What somebody does who reaches the database behind the application's back."""

from typing import Any

import sqlalchemy as sa

TRIGGERS = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")


def unguarded(engine: sa.Engine, *statements: str | sa.TextClause, **values: Any) -> None:
    """Run statements with every trigger and foreign key out of the way."""
    plain = sa.create_engine(engine.url)  # none of ours: SQLite checks no foreign keys then
    try:
        with plain.begin() as connection:
            disarm(connection)
            for each in statements:
                connection.execute(sa.text(each) if isinstance(each, str) else each, values)
    finally:
        plain.dispose()


def disarm(connection: sa.Connection) -> None:
    """Take every guard away, for this transaction."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        return
    for name in connection.scalars(TRIGGERS).all():
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
