"""Whoever edits the ledger behind the application's back is found: table, row and field."""

import pytest

from portal.db import init_db
from portal.ledger.actions import note
from portal.ledger.checking import chain_faults, ends, head_faults, links
from portal.ledger.models import Erasure
from portal.ledger.queries import head
from portal.ledger.rules import START
from tests.factories import LEAD, NOW
from tests.ledger.tampering import unguarded

HEX = "ab" * 32
SALT = {"sqlite": "CAST('0123456789abcdef' AS BLOB)", "postgresql": "'0123456789abcdef'::bytea"}
# Table and column, what is written into it, and the field that is named for it.
EDITS = [
    ("entries", "seq", "9", "entries seq"),
    ("entries", "type", "'signed'", "entries type"),
    ("entries", "previous", f"'{HEX}'", "entries previous"),
    ("entries", "leaf", f"'{HEX}'", "entries hash"),
    ("entries", "hash", f"'{HEX}'", "entries hash"),
    ("payloads", "seq", "9", "payloads seq"),
    ("payloads", "at", "'2026-01-01 00:00:00.000000+00:00'", "payloads at"),
    ("payloads", "subject", "'somebody else'", "payloads subject"),
    ("payloads", "json", """'{"facts":{}}'""", "payloads json"),
    ("payloads", "salt", None, "payloads json"),
]


@pytest.fixture
def database(database_url):
    database = init_db(database_url, info={})
    for number in range(1, 6):
        with database.change() as session:
            note(session, "looked", by=LEAD, subject="priya", now=NOW, number=number)
    yield database
    database.engine.dispose()


def faults(database):
    with database.reader() as session:
        known = ends(session)
    return list(chain_faults(links(database.reader, upto=known.last), known))


def outside(database, *heads):
    with database.reader() as session:
        return [str(each).split(":")[0] for each in head_faults(session, heads)]


def test_a_ledger_nobody_touched_is_whole(database):
    assert faults(database) == []


@pytest.mark.parametrize(("table", "column", "value", "named"), EDITS)
def test_an_edit_of_any_column_is_found_and_named(database, table, column, value, named):
    value = value or SALT[database.engine.dialect.name]

    unguarded(database.engine, f"UPDATE {table} SET {column} = {value} WHERE seq = 3")

    found = faults(database)
    assert {each.key for each in found} & {"3", "9"}
    assert named in {f"{each.table} {each.field}" for each in found}


@pytest.mark.parametrize("column", ["seq", "hash"])
def test_an_edit_of_the_head_is_found(database, column):
    value = {"seq": "4", "hash": f"'{HEX}'"}[column]

    unguarded(database.engine, f"UPDATE head SET {column} = {value}")

    assert [(each.table, each.field) for each in faults(database)] == [("head", column)]


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_deleted_entry_is_found_wherever_it_stood(database, seq):
    both = [f"DELETE FROM {table} WHERE seq = {seq}" for table in ("payloads", "entries")]

    unguarded(database.engine, *both)

    assert faults(database)


def test_a_deleted_ledger_is_found(database):
    unguarded(database.engine, "DELETE FROM payloads", "DELETE FROM entries")

    assert {each.table for each in faults(database)} == {"head"}


def test_an_entry_put_in_at_the_end_is_found(database):
    values = f"(6, 'signed', '{'11' * 32}', '{HEX}', '{HEX}')"

    unguarded(
        database.engine,
        f"INSERT INTO entries (seq, type, previous, leaf, hash) VALUES {values}",
    )

    assert {each.table for each in faults(database)} == {"entries", "payloads", "head"}


def test_two_payloads_that_change_places_are_found(database):
    seven = [
        f"UPDATE payloads SET seq = {new} WHERE seq = {old}"
        for old, new in ((2, 7), (3, 2), (7, 3))
    ]

    unguarded(database.engine, *seven)

    assert {each.key for each in faults(database)} == {"2", "3"}


def test_a_tail_cut_off_with_the_head_is_found_only_from_outside(database):
    cut = ("DELETE FROM payloads WHERE seq = 5", "DELETE FROM entries WHERE seq = 5")
    last = "UPDATE head SET seq = 4, hash = (SELECT hash FROM entries WHERE seq = 4)"
    with database.reader() as session:
        kept = head(session)

    unguarded(database.engine, *cut, last)

    assert faults(database) == []
    assert outside(database, kept) == ["entries 5 seq"]


def test_an_entry_hashed_again_is_found_only_from_outside(database):
    with database.reader() as session:
        seq, link = head(session)

    assert outside(database, (seq, "cd" * 32), (seq - 1, link)) == [
        f"entries {seq} hash",
        f"entries {seq - 1} hash",
    ]


def test_a_head_that_still_stands_is_no_fault(database):
    with database.reader() as session:
        assert outside(database, head(session), (0, START)) == []


def test_what_a_rule_erased_leaves_the_chain_whole(database):
    with database.change() as session:
        row = {"id": "e", "table_name": "payloads", "key": "3", "rule": "ended + 6 years"}
        session.add(Erasure(**row, erased_at=NOW, erased_by=LEAD.id))

    with database.change() as session:
        session.connection().exec_driver_sql("DELETE FROM payloads WHERE seq = 3")

    assert faults(database) == []


def test_pages_of_entries_join_without_a_seam(database, monkeypatch):
    monkeypatch.setattr("portal.ledger.checking.PAGE", 2)

    with database.reader() as session:
        last = ends(session).last

    assert [each.seq for each in links(database.reader, upto=last)] == [1, 2, 3, 4, 5]
