"""Hold every row of evidence against the entry that repeats it, and every entry against its rows.

It reads only, one page at a time. A row that nobody told of is a fault, and so is one that is gone
although an entry tells of it, unless an erasure names it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.db import Base
from portal.ledger.checking import PAGE, Fault, Reader, erased, links, read
from portal.ledger.erasing import ERASED, kept_of
from portal.ledger.kept import EVIDENCE, sealed_row

Key = tuple[Any, ...]


class _Told(NamedTuple):
    """One row as an entry repeats it."""

    seq: int
    table: str
    row: dict[str, Any]

    @property
    def key(self) -> Key:
        return tuple(self.row.get(name) for name in _names(_table(self.table)))


def row_faults(reader: Reader, *, upto: int) -> Iterator[Fault]:
    """Yield every row that is not what its entry says, is gone, or is on the ledger nowhere."""
    known: dict[str, set[Key]] = defaultdict(set)
    told = _told(links(reader, upto=upto))
    while page := list(islice(told, PAGE)):
        for name in {each.table for each in page}:
            rows = [each for each in page if each.table == name]
            known[name].update(each.key for each in rows)
            with reader() as session:
                yield from _page_faults(session, _table(name), rows)
    for name in EVIDENCE:
        with reader() as session:
            strays = _keys(session, _table(name)) - known[name]
        yield from (_fault(_table(name), key, "has no entry on the ledger") for key in strays)


def _told(rows: Iterable[Any]) -> Iterator[_Told]:
    for link in rows:
        told = read(link.json or "")
        for name, row in told.get("rows", ()):
            if name in EVIDENCE:
                yield _Told(link.seq, name, row)
        if link.type == ERASED:
            yield from _kept(told)


def _kept(told: dict[str, Any]) -> Iterator[_Told]:
    """Yield what the entry of an erasure repeats in place of the payloads that are gone."""
    for seq, rows in kept_of(told.get("facts", {})):
        yield from (_Told(seq, name, row) for name, row in rows)


def _page_faults(session: Session, table: sa.Table, told: list[_Told]) -> Iterator[Fault]:
    gone = erased(session, table.name)
    stored = {_key(table, row): row for row in _stored(session, table, [each.key for each in told])}
    for each in told:
        row = stored.get(each.key)
        if row is None:
            if _spelled(each.key) not in gone:
                yield _fault(table, each.key, f"is missing: entry {each.seq} tells of it")
            continue
        for name, value in sealed_row(table, row).items():
            if value != each.row.get(name):
                yield Fault(
                    table=table.name,
                    key=_spelled(each.key),
                    field=name,
                    sentence=f"is not what entry {each.seq} says",
                )


def _stored(session: Session, table: sa.Table, keys: list[Key]) -> Iterable[Any]:
    first, *others = table.primary_key
    one, each = [key[0] for key in keys], sa.tuple_(first, *others)
    wanted = each.in_(keys) if others else first.in_(one)
    return session.connection().execute(sa.select(table).where(wanted)).mappings()


def _keys(session: Session, table: sa.Table) -> set[Key]:
    rows = session.connection().execute(sa.select(*table.primary_key))
    return {tuple(row) for row in rows}


def _table(name: str) -> sa.Table:
    return Base.metadata.tables[name]


def _names(table: sa.Table) -> list[str]:
    return [column.name for column in table.primary_key]


def _key(table: sa.Table, row: Any) -> Key:
    return tuple(row[name] for name in _names(table))


def _spelled(key: Key) -> str:
    return " ".join(map(str, key))


def _fault(table: sa.Table, key: Key, sentence: str) -> Fault:
    field = ", ".join(_names(table))
    return Fault(table=table.name, key=_spelled(key), field=field, sentence=sentence)
