"""One row of every kind of evidence, made without knowing any table by its columns."""

from datetime import timedelta
from itertools import count

import sqlalchemy as sa

from portal.access import SYSTEM
from portal.db import Base, UtcDateTime
from portal.ledger.actions import note
from portal.ledger.kept import EVIDENCE, keep
from tests.factories import NOW

LONG = "A sentence that is longer than what an entry repeats as it is, by far. Caf\u00e9."


def tables():
    """Return every table of evidence, those that others name first."""
    return [table for table in Base.metadata.sorted_tables if table.name in EVIDENCE]


def classes():
    return {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}


def keep_one_of_each(session):
    """Keep one row in every table of evidence and note each; return it by table and column."""
    made, numbers = {}, count(3)
    for table in Base.metadata.sorted_tables:
        if table.name in ("entries", "payloads", "head"):
            continue
        row = {column.name: value_of(column, made, number=next(numbers)) for column in table.c}
        made[table.name] = row
        if table.name in EVIDENCE:
            keep(session, classes()[table.name], row)
            note(session, "kept", by=SYSTEM, subject="somebody", now=NOW, table=table.name)
        else:
            session.execute(sa.insert(table), row)
    return made


def value_of(column, made, *, number):
    """Return a value that fits; where the column names another row, that row's key."""
    for key in column.foreign_keys:
        return made[key.column.table.name][key.column.name]
    return VALUES[type(column.type)](column, number)


def words(column, number):
    room = column.type.length
    return LONG if room is None or room >= len(LONG) else f"w{number}"[:room]


VALUES = {
    sa.String: words,
    sa.Text: words,
    sa.Integer: lambda column, number: number,
    sa.Boolean: lambda column, number: True,
    sa.LargeBinary: lambda column, number: bytes([number % 256]) * 90,
    UtcDateTime: lambda column, number: NOW + timedelta(days=number, microseconds=7),
}
