"""What is looked at after everything that happens: the rows themselves, past the portal's reading.

Evidence only grows, a refusal and an accident leave all as it was, and each link of the ledger
follows the one before.
"""

import json
import subprocess
from collections import Counter
from functools import cache
from typing import Any

import sqlalchemy as sa

from portal.db import Base, Database
from portal.ledger.kept import EVIDENCE
from portal.ledger.models import Entry, Head
from portal.outbox.models import Outgoing

CHAIN = sa.select(Entry.seq, Entry.previous, Entry.hash).order_by(Entry.seq)
Rows = dict[str, set[Any]]


def everything(database: Database, *, known: Rows | None = None) -> Rows:
    """Return each row of evidence, each lesson, and what was ever queued.

    What is `known` is not read again while there are as many rows: it is read whole at the end.
    """
    (questions, how_many), before = _questions(), known or {}
    with database.reader() as session:
        ask = session.connection().execute
        return {
            name: before[name] if len(before.get(name, ())) == some else set(ask(question).all())
            for (name, question), some in zip(questions.items(), ask(how_many).one(), strict=True)
            if some
        }


@cache
def _questions() -> tuple[dict[str, Any], Any]:
    """Return what is asked of each table, and how many rows each has, once all rooms are open."""
    tables = [Base.metadata.tables[name] for name in (*EVIDENCE, "lessons")]
    each = {table.name: sa.select(table) for table in tables}
    each["outbox"] = sa.select(Outgoing.id, Outgoing.kind, Outgoing.payload)
    counts = [sa.select(sa.func.count()).select_from(one.subquery()) for one in each.values()]
    return each, sa.select(*(one.scalar_subquery() for one in counts))


def gone(before: Rows, after: Rows) -> list[Any]:
    """Return the rows that were there and are not, or not as they were."""
    return [row for name, rows in before.items() for row in rows - after.get(name, set())]


def queued(before: Rows, after: Rows, *, called: dict[str, str]) -> Counter[str]:
    """Return what was queued in between, in words: the kind, what it is about, for whom."""
    return Counter(
        _in_words(row, called) for row in after.get("outbox", set()) - before.get("outbox", set())
    )


def _in_words(row: Any, called: dict[str, str]) -> str:
    told = json.loads(row.payload)
    words = (row.kind, told.get("what", ""), called.get(told.get("to", ""), told.get("to", "")))
    return " ".join(each for each in words if each)


def entry_types(database: Database) -> list[str]:
    """Return of what type each entry of the ledger is, in order."""
    with database.reader() as session:
        return list(session.scalars(sa.select(Entry.type).order_by(Entry.seq)))


def require_chain(database: Database) -> int:
    """Fail unless the entries follow each other from 1 on, and the head is the last; return it."""
    with database.reader() as session:
        links = session.execute(CHAIN).all()
        head = session.execute(sa.select(Head.seq, Head.hash)).one_or_none()
    assert [each.seq for each in links] == list(range(1, len(links) + 1))
    assert [each.previous for each in links[1:]] == [each.hash for each in links[:-1]]
    assert not links or tuple(head) == (links[-1].seq, links[-1].hash)
    return len(links)


def require_words(pdf: bytes, *words: str) -> None:
    """Fail unless these words stand in the text layer of a PDF, as another program reads it."""
    told = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    squeezed = "".join(told.stdout.decode().split())
    assert [each for each in words if "".join(each.split()) not in squeezed] == []
