"""Erase what is personal about somebody, under a named rule; the chain and its digests stay.

What an entry says of a person lies in its payload, and what they wrote or signed in side rows that
the entry repeats. So the entries find the side rows, and no table has to be known by its columns.
The rows of evidence that stay hold ids, dates and digests; the entry of the erasure repeats them in
place of the payloads that are gone, so that an edit of one is found as before.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from portal.access import Actor
from portal.db import Base, new_id
from portal.ledger.actions import note
from portal.ledger.checking import read
from portal.ledger.kept import ERASABLE, WORDS_THAT_STAY, keep
from portal.ledger.models import Entry, Erasure, Payload

ERASED = "evidence.erased"
ABOUT = (
    sa.select(Payload.seq, Payload.json)
    .join(Entry, Entry.seq == Payload.seq)
    .where(Payload.subject == sa.bindparam("subject"), Entry.type != ERASED)
    .order_by(Payload.seq)
)
BY_RULE = (
    sa.select(Erasure.rule, Erasure.erased_at, Erasure.table_name, sa.func.count().label("rows"))
    .group_by(Erasure.rule, Erasure.erased_at, Erasure.table_name)
    .order_by(Erasure.erased_at, Erasure.table_name)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One entry about somebody: what it says, and the rows that it repeats."""

    seq: int
    facts: dict[str, Any]
    rows: tuple[tuple[str, dict[str, Any]], ...]

    @property
    def sides(self) -> Iterator[tuple[str, str]]:
        """Table and key of each side row that it tells of."""
        for name, row in self.rows:
            if name in ERASABLE:
                yield name, str(row[_key(name).name])


def written_about(session: Session, subject: str) -> list[Written]:
    """Return what the ledger says of this person, erasures excepted."""
    found = session.execute(ABOUT, {"subject": subject})
    return [_written(row.seq, read(row.json)) for row in found]


def words_that_stay(entries: Iterable[Written]) -> dict[str, int]:
    """Return how many rows these entries tell of with words that no erasure reaches, by column."""
    told = [(name, row) for each in entries for name, row in each.rows]
    count = {
        f"{table}.{column}": sum(name == table and bool(row.get(column)) for name, row in told)
        for table, column in WORDS_THAT_STAY
    }
    return {place: rows for place, rows in count.items() if rows}


def erase(
    session: Session,
    entries: Iterable[Written],
    *,
    rule: str,
    subject: str,
    by: Actor,
    now: datetime,
) -> dict[str, int]:
    """Erase the payloads of these entries and the side rows they tell of; return how many of each.

    Whether the rule allows it is the caller's to ask.
    """
    entries = list(entries)
    gone = [("payloads", str(each.seq)) for each in entries]
    gone += sorted({side for each in entries for side in each.sides} & _stored(session, entries))
    told = {"rule": rule, "erased_at": now, "erased_by": by.id}
    for name, key in gone:
        keep(session, Erasure, {"id": new_id(), "table_name": name, "key": key, **told})
    for name, key in gone:
        column = _key(name)
        value = int(key) if name == "payloads" else key
        session.connection().execute(sa.delete(column.table).where(column == value))
    kept = [[each.seq, [row for row in each.rows if row[0] not in ERASABLE]] for each in entries]
    note(session, ERASED, by=by, subject=subject, now=now, rule=rule, kept=kept)
    names = [name for name, _ in gone]
    return {name: names.count(name) for name in sorted(set(names))}


def erasures(session: Session) -> list[Any]:
    """Return what was erased: rule, erased_at, table_name, and how many rows."""
    return list(session.execute(BY_RULE))


def kept_of(facts: dict[str, Any]) -> Iterator[tuple[int, list[Any]]]:
    """Yield what the entry of an erasure keeps of each entry whose payload is gone."""
    yield from facts.get("kept", ())


def _written(seq: int, told: dict[str, Any]) -> Written:
    rows = tuple((name, row) for name, row in told.get("rows", ()))
    return Written(seq=seq, facts=told.get("facts", {}), rows=rows)


def _stored(session: Session, entries: Iterable[Written]) -> set[tuple[str, str]]:
    """Return which of the side rows are still there: one may have been erased before."""
    found: set[tuple[str, str]] = set()
    sides = {side for each in entries for side in each.sides}
    for name in {name for name, _ in sides}:
        keys = [key for table, key in sides if table == name]
        column = _key(name)
        found |= {(name, key) for key in session.scalars(sa.select(column).where(column.in_(keys)))}
    return found


def _key(name: str) -> sa.Column[Any]:
    (column,) = Base.metadata.tables[name].primary_key
    return column
