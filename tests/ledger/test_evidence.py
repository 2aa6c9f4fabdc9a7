"""Whoever edits any column of any evidence is found, and told by table, row and field."""

from datetime import datetime, timedelta
from itertools import zip_longest

import pytest
import sqlalchemy as sa

from portal.access import SYSTEM
from portal.db import Base
from portal.ledger.actions import note
from portal.ledger.checking import ends
from portal.ledger.evidence import row_faults
from portal.ledger.kept import ERASABLE, EVIDENCE, keep, sealed_row
from portal.ledger.models import Erasure
from tests.factories import NOW
from tests.ledger.evidence import classes, keep_one_of_each, tables
from tests.ledger.tampering import unguarded
from tests.test_migrations import ERASABLE as SIDES
from tests.test_migrations import MUTABLE, models

OTHER = {
    str: lambda text: ("y" if text[:1] == "x" else "x") + text[1:],
    int: lambda number: number + 70,
    bool: lambda said: not said,
    bytes: lambda content: content[:-1] + b"!",
    datetime: lambda moment: moment + timedelta(microseconds=1),
}


@pytest.fixture
def database(app):
    return app.extensions["db"]


@pytest.fixture
def made(database):
    with database.change() as session:
        return keep_one_of_each(session)


def faults(database):
    with database.reader() as session:
        last = ends(session).last
    return list(row_faults(database.reader, upto=last))


def places(found):
    return {(each.table, field) for each in found for field in each.field.split(", ")}


def edit(database, column, *, old, new):
    """Write another value into one row, past every guard."""
    typed = [sa.bindparam(each, type_=column.type) for each in ("new", "old")]
    words = f'UPDATE {column.table.name} SET "{column.name}" = :new WHERE "{column.name}" = :old'
    unguarded(database.engine, sa.text(words).bindparams(*typed), new=new, old=old)


def old(made, column):
    return made[column.table.name][column.name]


def other(made, column):
    return OTHER[type(old(made, column))](old(made, column))


def test_every_table_that_the_triggers_guard_is_evidence():
    chain = {"entries", "payloads"}

    assert set(EVIDENCE) == set(models().tables) - MUTABLE - chain


def test_every_side_table_from_which_a_row_may_go_is_one_that_an_erasure_looks_into():
    assert {"payloads", *ERASABLE} == SIDES


def test_what_nobody_touched_fits(database, made):
    assert faults(database) == []


def test_an_edit_of_any_column_of_any_evidence_is_found_and_named(database, made):
    # One column of each table at a time: every table is told by itself.
    for some in zip_longest(*(table.columns for table in tables())):
        columns = [column for column in some if column is not None]
        for column in columns:
            edit(database, column, old=old(made, column), new=other(made, column))

        assert {(each.table.name, each.name) for each in columns} <= places(faults(database))

        for column in columns:
            edit(database, column, old=other(made, column), new=old(made, column))
    assert faults(database) == []


def test_a_row_that_is_gone_from_any_evidence_is_found(database, made):
    for table in tables():
        unguarded(database.engine, f"DELETE FROM {table.name}")

    found = faults(database)
    assert {each.table for each in found} == set(EVIDENCE)
    assert all("is missing: entry" in each.sentence for each in found)


def test_a_row_that_nobody_told_of_is_found_in_any_evidence(database, made):
    unguarded(database.engine, "DELETE FROM payloads")

    found = faults(database)
    assert {each.table for each in found} == set(EVIDENCE)
    assert {each.sentence for each in found} == {"has no entry on the ledger"}


def test_two_rows_that_change_places_are_found(database, made):
    with database.change() as session:
        row = made["contacts"] | {"id": "another", "name": "Somebody else"}
        keep(session, classes()["contacts"], row)
        note(session, "kept", by=SYSTEM, subject="somebody", now=NOW)
    names = [made["contacts"]["name"], "Somebody else"]
    column = Base.metadata.tables["contacts"].c.name

    edit(database, column, old=names[0], new="between")
    edit(database, column, old=names[1], new=names[0])
    edit(database, column, old="between", new=names[1])

    assert [(each.table, each.field) for each in faults(database)] == [("contacts", "name")] * 2


def test_a_side_row_that_a_rule_erased_is_no_fault(database, made):
    key = made["pdfs"]["acknowledgement_id"]
    row = {"id": "e", "table_name": "pdfs", "key": key, "rule": "ended + 6 years"}
    with database.change() as session:
        keep(session, Erasure, row | {"erased_at": NOW, "erased_by": "hr"})
        note(session, "erased", by=SYSTEM, subject=key, now=NOW)

    unguarded(database.engine, "DELETE FROM pdfs")

    assert faults(database) == []


def test_pages_of_rows_join_without_a_seam(database, made, monkeypatch):
    monkeypatch.setattr("portal.ledger.evidence.PAGE", 2)

    assert faults(database) == []


def test_an_entry_repeats_what_is_short_and_digests_what_is_long_or_spelled_otherwise():
    table = Base.metadata.tables["contacts"]
    row = {"id": "a", "kind": "é", "name": "e\u0301", "phone": "1" * 65, "recorded_at": NOW}

    said = sealed_row(table, row | {"recorded_by": "lead"})

    assert {name for name, value in said.items() if value.startswith("sha256:")} == {
        "name",
        "phone",
    }
    assert (said["kind"], said["recorded_at"]) == ("é", "2026-11-23T10:00:00+00:00")


def test_half_a_row_is_refused(database):
    with pytest.raises(KeyError), database.change() as session:
        keep(session, classes()["contacts"], {"id": "a", "kind": "b"})
