"""Changes at random that somebody makes who reaches the database, and holds no key of ours."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Base
from portal.ledger.kept import EVIDENCE
from portal.ledger.models import Entry, Head, Payload
from portal.ledger.rules import START, entry_hash, leaf_hash
from tests.ledger.tampering import disarm

TABLES = (*EVIDENCE, "entries", "payloads", "head")
OTHER = {
    str: lambda text: ("y" if text[:1] == "x" else "x") + text[1:],
    int: lambda number: number + 70,
    bool: lambda said: not said,
    bytes: lambda content: content[:-1] + (b"!" if content[-1:] != b"!" else b"?"),
    datetime: lambda moment: moment + timedelta(microseconds=1),
}


@contextmanager
def behind(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction past every guard; whatever is done in it is undone at the end."""
    plain = sa.create_engine(engine.url)
    if plain.dialect.name == "sqlite":  # its driver begins nothing before a table is changed
        sa.event.listen(plain, "connect", lambda raw, _: setattr(raw, "isolation_level", None))
        sa.event.listen(plain, "begin", lambda each: each.exec_driver_sql("BEGIN"))
    with plain.connect() as connection, connection.begin() as all_of_it:
        disarm(connection)
        yield connection
        all_of_it.rollback()
    plain.dispose()


def reading(connection: sa.Connection) -> Any:
    """Return what `verify` reads by: the same transaction."""

    @contextmanager
    def reader() -> Iterator[Session]:
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session

    return reader


def change(connection: sa.Connection, chance: random.Random) -> str:
    """Make one change of any kind; return it in words. What a constraint refuses is drawn anew."""
    kinds = (update, update, update, delete, insert, swap, hash_again, cut)
    while True:
        try:
            with connection.begin_nested():
                if words := chance.choice(kinds)(connection, chance):
                    return words
        except sa.exc.IntegrityError:
            continue


def update(connection: sa.Connection, chance: random.Random) -> str:
    table, rows = _some(connection, chance)
    column = chance.choice([each for each in table.c if (table.name, each.name) != ("head", "id")])
    row = chance.choice(rows)
    old, values = row[column.name], [each[column.name] for each in rows]
    new = chance.choice([OTHER[type(old)](old), *values])
    if new == old:
        return ""
    connection.execute(_where(sa.update(table), row).values({column.name: new}))
    return f"update {table.name}.{column.name}"


def delete(connection: sa.Connection, chance: random.Random) -> str:
    table, rows = _some(connection, chance)
    connection.execute(_where(sa.delete(table), chance.choice(rows)))
    return f"delete {table.name}"


def insert(connection: sa.Connection, chance: random.Random) -> str:
    table, rows = _some(connection, chance)
    if table.name == "head":
        return ""
    row = dict(chance.choice(rows))
    for column in table.c:
        if column.primary_key or column.name in ("serial", "hash", "previous"):
            row[column.name] = OTHER[type(row[column.name])](row[column.name])
    connection.execute(sa.insert(table), row)
    return f"insert {table.name}"


def swap(connection: sa.Connection, chance: random.Random) -> str:
    """Let two rows change places in one column that is no key."""
    table, rows = _some(connection, chance)
    columns = [each for each in table.c if not each.primary_key]
    if len(rows) < 2 or not columns:
        return ""
    column, (one, other) = chance.choice(columns), chance.sample(rows, 2)
    if one[column.name] == other[column.name]:
        return ""
    for row, value in ((one, other[column.name]), (other, one[column.name])):
        connection.execute(_where(sa.update(table), row).values({column.name: value}))
    return f"swap {table.name}.{column.name}"


def hash_again(connection: sa.Connection, chance: random.Random) -> str:
    """Change what one entry says, and hash the whole chain again; only the signature is missing."""
    entries = connection.execute(sa.select(Payload.seq, Payload.json)).all()
    chosen = chance.choice(entries)
    other = chosen.json.replace('"address":"', '"address":"x', 1)
    connection.execute(sa.update(Payload).where(Payload.seq == chosen.seq).values(json=other))
    rechain(connection)
    return f"hash again from {chosen.seq}"


def cut(connection: sa.Connection, chance: random.Random) -> str:
    """Cut off the newest entries with their payloads, and set the head to the last one left."""
    last = connection.scalar(sa.select(sa.func.max(Entry.seq)))
    first = last - chance.randrange(min(5, last - 1))
    for model in (Payload, Entry):
        connection.execute(sa.delete(model).where(model.seq >= first))
    left = connection.execute(sa.select(Entry.seq, Entry.hash).where(Entry.seq == first - 1)).one()
    connection.execute(sa.update(Head).values(seq=left.seq, hash=left.hash))
    return f"cut from {first}"


def rechain(connection: sa.Connection) -> tuple[int, str]:
    """Hash every entry anew from its payload, and set the head; return it."""
    asked = sa.select(Entry.seq, Entry.type, Payload.json, Payload.salt).order_by(Entry.seq)
    previous, seq = START, 0
    for row in connection.execute(asked.join(Payload, Payload.seq == Entry.seq)).all():
        leaf, seq = leaf_hash(row.type, salt=row.salt, payload=row.json.encode()), row.seq
        link = entry_hash(previous, seq=seq, leaf=leaf)
        values = {"previous": previous, "leaf": leaf, "hash": link}
        connection.execute(sa.update(Entry).where(Entry.seq == seq).values(values))
        previous = link
    connection.execute(sa.update(Head).values(seq=seq, hash=previous))
    return seq, previous


def _some(connection: sa.Connection, chance: random.Random) -> tuple[sa.Table, list[Any]]:
    """Return a table that is not empty, and its rows."""
    while True:
        table = Base.metadata.tables[chance.choice(TABLES)]
        if rows := list(connection.execute(sa.select(table)).mappings()):
            return table, rows


def _where(statement: Any, row: Any) -> Any:
    return statement.where(*(key == row[key.name] for key in statement.table.primary_key))
