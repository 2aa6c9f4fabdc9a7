"""The database: one column type for time, one way to read, one way to change.

SQLite and PostgreSQL behave alike here: changes run one after another, on SQLite by a lock file
and BEGIN IMMEDIATE (its own waiting starves writers for seconds), on PostgreSQL by an advisory
lock. So whatever a change reads is still true when it commits.
"""

import fcntl
import secrets
import threading
from base64 import b32encode
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

import sqlalchemy as sa
from flask import current_app
from sqlalchemy import orm

from portal.errors import FolderClosed, Refusal

Columns = sa.Select[*tuple[Any, ...]]
CHANGES = 0x706F7274  # the key of PostgreSQL's advisory lock: the same in every worker


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware moment in UTC; a naive one is refused, whichever database it meets."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = f"a moment without a zone: {value!r}"
            raise ValueError(message)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return UTC, aware: SQLite forgets the zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(orm.DeclarativeBase):
    """All tables; names of constraints come from one convention so both databases agree."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012 - SQLAlchemy reads it once


def new_id() -> str:
    """Return a fresh opaque id: 16 lower-case letters and digits, 80 random bits."""
    return b32encode(secrets.token_bytes(10)).decode("ascii").lower()


class Database:
    """The engine and its two doors; made once by create_app and opened after any fork."""

    def __init__(self, url: str, *, info: dict[str, Any]) -> None:
        self.engine = make_engine(url)
        serial = self.engine.execution_options(portal_change=True)
        self._readers = orm.sessionmaker(self.engine, info=info)
        self._changes = orm.sessionmaker(serial, info=info)
        self._gate = _gate(self.engine.url)
        self.trace: Callable[[Refusal], None] = lambda _refusal: None

    @contextmanager
    def reader(self) -> Iterator[orm.Session]:
        """Open a short read; close it before rendering, hashing or changing."""
        with self._readers() as session:
            yield session

    @contextmanager
    def change(self) -> Iterator[orm.Session]:
        """Commit on success, roll back on any error; a Refusal leaves its trace afterwards."""
        try:
            with self._gate(), self._changes() as session, session.begin():
                yield session
        except Refusal as refusal:
            if refusal.leaves_trace:
                self.trace(refusal)
            raise


def init_db(url: str, *, info: dict[str, Any]) -> Database:
    """Return the database of one application."""
    return Database(url, info=info)


def reader() -> Any:
    """Open a short read on the current application's database."""
    return _current().reader()


def change() -> Any:
    """Open a change on the current application's database."""
    return _current().change()


def rows(session: orm.Session, statement: Columns, **values: Any) -> Sequence[Any]:
    """Return the rows of a constant statement that selects columns: past the ORM, at half its cost.

    For what pages ask each time; `values` are its bound parameters.
    """
    return session.connection().execute(statement, values).all()


def column(session: orm.Session, statement: Columns, **values: Any) -> Sequence[Any]:
    """Return the first column of the same."""
    return session.connection().scalars(statement, values).all()


def _current() -> Database:
    return cast(Database, current_app.extensions["db"])


def make_engine(url: str) -> sa.Engine:
    """Return an engine whose transactions begin as this module promises."""
    # What is stored is personal: an error names the statement, never what it was to store.
    pre_ping = not url.startswith("sqlite")
    engine = sa.create_engine(url, pool_pre_ping=pre_ping, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    else:
        sa.event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin for us
    cursor = connection.cursor()
    # Not WAL: SQLite 3.7.0-3.51.2 can corrupt a WAL file (facts: fixed in 3.51.3).
    cursor.execute("PRAGMA journal_mode=DELETE")
    cursor.execute("PRAGMA synchronous=EXTRA")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    changing = connection.get_execution_options().get("portal_change")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if changing else "BEGIN")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("portal_change"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({CHANGES})")


Gate = Callable[[], Any]


def _gate(url: sa.URL) -> Gate:
    """Return what stands before a change: a fair queue for SQLite, nothing for PostgreSQL."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return _open_gate
    return _LockFile(Path(url.database + ".lock")).hold


@contextmanager
def _open_gate() -> Iterator[None]:
    yield


class _LockFile:
    """A queue of writers: threads by a lock, processes by flock on a file beside the database."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._threads = threading.Lock()

    @contextmanager
    def hold(self) -> Iterator[None]:
        with self._threads, self._open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _open(self) -> BinaryIO:
        try:
            return self._path.open("ab")
        except OSError as error:
            raise FolderClosed(str(self._path)) from error
