"""Evidence is never changed: both databases refuse it themselves, table by table."""

import pytest
import sqlalchemy as sa

from portal.ledger.models import Erasure
from tests.factories import NOW
from tests.test_migrations import ERASABLE, MUTABLE, models

TABLES = models().tables
EVIDENCE = sorted(set(TABLES) - MUTABLE)
SOMETHING = {str: "1", int: 1, bytes: b"1", bool: True}  # else a moment


@pytest.fixture
def connection(database_url):
    """One row in every table of evidence; what it says does not matter here."""
    engine = sa.create_engine(database_url)  # a plain one: SQLite checks no foreign keys then
    with engine.connect() as connection:
        replica = engine.dialect.name == "postgresql"
        if replica:
            connection.exec_driver_sql("SET session_replication_role = replica")
        for name in EVIDENCE:
            row = {each.name: something(each.type) for each in TABLES[name].columns}
            connection.execute(sa.insert(TABLES[name]), row)
        connection.commit()
        if replica:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()
        yield connection
    engine.dispose()


def something(kind):
    return SOMETHING.get(kind.python_type, NOW)


def is_refused(connection, statement):
    try:
        connection.exec_driver_sql(statement)
    except sa.exc.DBAPIError as error:
        return "evidence is never changed" in str(error)
    finally:
        connection.rollback()
    return False


def columns():
    return [(name, column.name) for name in EVIDENCE for column in TABLES[name].columns]


def test_no_column_of_any_table_of_evidence_can_be_changed(connection):
    changes = {each: f"UPDATE {each[0]} SET {each[1]} = {each[1]}" for each in columns()}

    assert [each for each, words in changes.items() if not is_refused(connection, words)] == []


def test_no_row_of_any_table_of_evidence_can_be_deleted(connection):
    deletions = {name: f"DELETE FROM {name}" for name in EVIDENCE}

    assert [name for name, words in deletions.items() if not is_refused(connection, words)] == []


@pytest.mark.parametrize("table", sorted(ERASABLE))
def test_a_side_row_can_go_once_an_erasure_names_it(connection, table):
    row = {"id": "2", "table_name": table, "key": "1", "rule": "ended + 6 years"}
    connection.execute(sa.insert(Erasure), {**row, "erased_at": NOW, "erased_by": "hr"})

    gone = connection.exec_driver_sql(f"DELETE FROM {table}")

    assert gone.rowcount == 1
